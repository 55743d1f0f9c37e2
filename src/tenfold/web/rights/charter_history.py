"""The charter's history: its versions, when each was in force, who voted how much for it, and what it changed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from tenfold.charter.adoption import number_of
from tenfold.charter.document import Charter
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import TICK, local_day
from tenfold.web.rights.charter import changes
from tenfold.web.rights.proposals import CHARTER, Line, Told, lines, steps_of, told
from tenfold.web.rights.proposing import versions_of
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.append import clock_of
from tenfold.web.store.charters import text_of
from tenfold.web.store.current import Row


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes that were recorded, each voter's last: how many for, against, and neither."""

    yes: int
    no: int
    neither: int


@dataclass(frozen=True, slots=True)
class Past:
    """One version of the charter.

    until      the last day on which it was in force; none where nothing followed
    standing   `past`, `now` or `next`
    proposal   the key of the proposal that brought it, `by` who made that, and `tally` how it was voted on; none where
               nothing is recorded of that
    """

    number: int
    since: str
    until: str | None
    standing: str
    proposal: str | None
    by: str | None
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What a version changed of the one before it, in sentences and as it is written, and how it was decided."""

    past: Past
    changes: tuple[str, ...]
    lines: tuple[Line, ...]
    steps: tuple[Told, ...]


def history(viewer: Viewer) -> list[Past]:
    """Return every version of the charter that was adopted, the newest first."""
    charters = viewer.rulebook.charters
    found = _proposals(viewer, charters)
    speech = viewer.phrases([dict(row) for row in found.values()])
    following = [*charters[1:], None]
    all_of_them = zip(charters, following, strict=True)
    return [_past(viewer, speech, one, after, found.get(one.version)) for one, after in all_of_them][::-1]


def changed(viewer: Viewer, version: int) -> Changed:
    """Return what a version changed.

    Raises
    ------
    NotHere   there is no such version, or none before it
    """
    found = {one.version: one for one in viewer.rulebook.charters}
    if version not in found or version - 1 not in found:
        raise NotHere(str(version))
    before, after = found[version - 1], found[version]
    proposal = _proposals(viewer, [after]).get(version)
    rows = [] if proposal is None else steps_of(viewer, proposal["proposal"])
    speech = viewer.phrases([dict(row) for row in rows])
    return Changed(
        past=_past(viewer, speech, after, found.get(version + 1), proposal),
        changes=changes(viewer, before, after),
        lines=lines(text_of(viewer.community, version - 1), text_of(viewer.community, version)),
        steps=told(viewer, speech, rows),
    )


def brought(viewer: Viewer, proposal: str) -> int | None:
    """Return the version of the charter that a proposal brought, where a page says what that changed."""
    later = viewer.rulebook.charters[1:]
    found = _proposals(viewer, later)
    return next((version for version, row in found.items() if row["proposal"] == proposal), None)


def _past(viewer: Viewer, speech: Phrases, one: Charter, after: Charter | None, proposal: Row | None) -> Past:
    now = clock_of(viewer.community)
    over = after is not None and after.effective_from <= now
    return Past(
        number=one.version,
        since=_day(viewer, speech, one.effective_from),
        until=None if after is None else _day(viewer, speech, after.effective_from - TICK),
        standing="past" if over else _standing(one.effective_from, now),
        proposal=None if proposal is None else proposal["proposal"],
        by=None if proposal is None else speech.named(proposal["by"]),
        tally=None if proposal is None else _tally(viewer, proposal["proposal"]),
    )


def _standing(since: datetime, now: datetime) -> str:
    return "now" if since <= now else "next"


def _day(viewer: Viewer, speech: Phrases, at: datetime) -> str:
    return day_said(viewer.language, local_day(at, speech.zone), viewer.today)


def _proposals(viewer: Viewer, charters: "list[Charter] | tuple[Charter, ...]") -> dict[int, Row]:
    """Return version → the proposal that brought it: of the same text, else of that number."""
    texts = {row["sha256"]: key for key, row in versions_of(viewer.community).items()}
    rows = [row for row in current_rows(viewer, "proposals") if row["state"] == "adopted"]
    by_key = {row["proposal"]: row for row in rows}
    by_number = {number_of(row["subject"]): row for row in rows if row["body"] == CHARTER}
    found = {one.version: by_key.get(texts.get(one.sha256, "")) or by_number.get(one.version) for one in charters}
    return {version: row for version, row in found.items() if row is not None}


def _tally(viewer: Viewer, proposal: str) -> Tally | None:
    votes = Counter(row["choice"] for row in current_rows(viewer, "votes", proposal=[proposal]))
    against = votes["against"] + votes["object"]
    return Tally(votes["for"], against, votes["abstain"]) if votes else None
