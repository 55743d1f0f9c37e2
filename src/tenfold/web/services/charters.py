"""Proposing a change of the charter: a draft that was read, checked and kept, for others to simulate and vote on."""

import hashlib
from datetime import date

from tenfold.charter.rewriting import rewritten
from tenfold.terms.errors import Refused
from tenfold.web.rights.acts import Act
from tenfold.web.rights.proposing import against, proposed_charter, versions_of
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.append import new_id
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Community

FILE = "charter.yaml"
SUBJECT = "章程第 {version} 版 · charter version {version}"  # in both languages, as facts keep what people read


def as_next_version(community: Community, content: bytes, since: date) -> bytes:
    """Return a charter's text as the version after the newest, in force from a local day. Raises Refused."""
    number = rulebook_of(community).newest.version + 1
    values = {"/charter/version": str(number), "/charter/effective_from": since.isoformat()}
    return rewritten(content, FILE, values)


@act(Act.PROPOSE_CHARTER)
def propose_charter(doing: Doing, *, content: bytes, body: str, because: str | None = None) -> None:
    """Propose a next version of the charter, as its whole text; `body` is the kind of decision that adopts it.

    The version comes after the newest, and no rule reaches back: it is in force from a day that is still to come.
    """
    draft = proposed_charter(content)
    if wrong := against(doing.community, draft):
        raise Refused(wrong)
    doing.forbid(body not in rulebook_of(doing.community).newest.adjustment.decisions, "acts.unknown")
    sha256 = hashlib.sha256(content).hexdigest()
    doing.forbid(_pending(doing, sha256), "acts.charter_same")
    key = f"{new_id('charter')}-draft"  # no number at its end: that would speak of a version (charter/adoption.py)
    doing.writer.draft(draft.version, content)
    effective = draft.effective_from
    doing.add("charter_versions", charter_version=key, state="draft", effective_from=effective, sha256=sha256)
    doing.add(
        "proposals",
        proposal=key,
        body=body,
        subject=SUBJECT.format(version=draft.version),
        by=doing.party,
        effective_at=effective,
        state="draft",
        because=because,
    )


def _pending(doing: Doing, sha256: str) -> bool:
    """Whether the same text is proposed already and nobody has decided it."""
    rows = versions_of(doing.community).values()
    return any(row["sha256"] == sha256 and row["state"] == "draft" for row in rows)
