"""The audit: whether the journal is whole, its head, and a sample of entries that anybody can draw again."""

from dataclasses import dataclass

from tenfold.facts.declaration import TABLES, title_of
from tenfold.report.phrases import Phrases
from tenfold.terms.draws import seeded
from tenfold.terms.errors import Refused
from tenfold.web.rights.roles import Role
from tenfold.web.rights.rows import facts_of
from tenfold.web.rights.telling import fact_said, reason_said
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import Viewer
from tenfold.web.rights.words import sentences
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.current import Row
from tenfold.web.store.journals import whole
from tenfold.web.store.requests import request_of

SAMPLE = 25
AT_ONCE = 200_000  # entries that are read within a request; of more, an export is verified
SEE_ADDRESSES = frozenset({Role.COMPLIANCE, Role.AUDITOR})
SYSTEM = (
    "access",
    "charter",
    "charter_draft",
    "erasure",
    "import",
    "import_undone",
)  # kinds of entries that are no facts


@dataclass(frozen=True, slots=True)
class Sampled:
    """One entry of the sample: who recorded what, when and why; its words, where the viewer may see the fact.

    request   the id of the request that recorded it; nothing where a command did, or before that was kept
    address   from where, for compliance and auditors, as long as it is kept
    """

    sequence: int
    kind: str
    by: str
    at: str
    words: str
    reason: str
    hash: str
    request: str
    address: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What reading the journal from its first entry found: how many entries and facts, or what is wrong."""

    entries: int
    facts: int
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """A journal: its head, and a sample that follows from the head and a number that somebody names.

    small   whether it can be read within a request
    """

    sequence: int
    head: str
    seed: str
    sample: tuple[Sampled, ...]
    small: bool


def audit(viewer: Viewer, seed: str) -> Audit:
    """Return a journal's head and the sample of a seed."""
    chain = Chain.objects.get(pk=viewer.community.pk)
    drawn = sequences(chain.sequence, chain.hash, seed)
    entries = list(JournalEntry.rows.of(viewer.community).filter(sequence__in=drawn).order_by("sequence"))
    rows = facts_of(viewer, [str(entry.fact) for entry in entries if entry.fact is not None])
    actors = [entry.body.partition('"actor":"')[2].partition('"')[0] for entry in entries]
    said = [{"actors": actors}, *(dict(row) for _, row in rows.values())]
    speech = viewer.phrases(said)
    sampled = [
        _sampled(viewer, speech, entry, by, rows.get(str(entry.fact)))
        for entry, by in zip(entries, actors, strict=True)
    ]
    return Audit(chain.sequence, chain.hash, seed, tuple(sampled), small=chain.sequence <= AT_ONCE)


def sequences(entries: int, head: str, seed: str) -> list[int]:
    """Return which entries a sample holds: the same for the same head and seed, on every machine."""
    numbers = range(1, entries + 1)
    return sorted(seeded(f"{head}/{seed}").sample(numbers, min(SAMPLE, entries)))


def verified(viewer: Viewer, community: Community) -> Verified:
    """Read the journal from its first entry."""
    try:
        found = whole(community)
    except Refused as refused:
        return Verified(0, 0, str(sentences(viewer, refused.complaints)[0]))
    return Verified(found.head.sequence, found.facts)


def _sampled(viewer: Viewer, speech: Phrases, entry: JournalEntry, by: str, fact: tuple[str, Row] | None) -> Sampled:
    """Return an entry in words; `fact` is what it accepted, where it did and the viewer may see it."""
    asked = request_of(viewer.community, entry.sequence)
    words, reason = speech.words["audit.not_yours"], ""
    if fact is not None:
        words = fact_said(speech, *fact)[2]
        reason = reason_said(speech, fact[1])
    elif entry.kind in SYSTEM:
        words = ""
    return Sampled(
        sequence=entry.sequence,
        kind=_kind(speech, entry.kind),
        by=speech.named(by) if not by.startswith("import:") else speech.words["audit.import"],
        at=time_said(viewer, entry.at),
        words=words,
        reason=reason,
        hash=entry.hash,
        request=asked.request if asked else "",
        address=asked.address if asked and viewer.roles & SEE_ADDRESSES else "",
    )


def _kind(speech: Phrases, kind: str) -> str:
    if kind in TABLES:
        return title_of(kind, TABLES[kind].label, speech.language)
    return speech.words[f"audit.kind.{kind}"]
