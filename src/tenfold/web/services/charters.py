"""Proposing a change of the charter: a draft that was read, checked and kept, for others to simulate and vote on."""

import hashlib
from datetime import date

from tenfold.charter.load import read_charter
from tenfold.charter.rewriting import rewritten
from tenfold.engine.registry import registry
from tenfold.web.rights.acts import Act
from tenfold.web.services.acting import Doing, act
from tenfold.web.store.append import new_id
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Community

FILE = "charter.yaml"


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
    known = {spec.id: spec for spec in registry().measures}
    draft = read_charter(content, FILE, known)
    newest = rulebook_of(doing.community).newest
    other = {"seen": draft.charter.id, "other": newest.charter.id}
    doing.forbid(draft.charter.id != newest.charter.id, "charter.other_charter", **other)
    doing.forbid(draft.version != newest.version + 1, "acts.charter_version", expected=str(newest.version + 1))
    doing.forbid(draft.effective_from <= doing.now, "acts.charter_back", seen=str(draft.charter.effective_from))
    sha256 = hashlib.sha256(content).hexdigest()
    key = f"charter-v{draft.version}-{sha256[:8]}"
    doing.writer.draft(draft.version, content)
    effective = draft.effective_from
    doing.add("charter_versions", charter_version=key, state="draft", effective_from=effective, sha256=sha256)
    doing.add(
        "proposals",
        proposal=new_id("proposal"),
        body=body,
        subject=key,
        by=doing.party,
        effective_at=effective,
        state="draft",
        because=because,
    )
