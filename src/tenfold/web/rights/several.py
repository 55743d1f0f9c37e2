"""What one act for several members would change, before anything is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from tenfold.report.phrases import Phrases
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import MEMBER_STATES, Viewer
from tenfold.web.store.current import Row

MOST = 200  # members at once


@dataclass(frozen=True, slots=True)
class Change:
    """What changes for one member: how it is now, where it is something already, and how it would be."""

    name: str
    now: str
    then: str


class Chosen:
    """Members that somebody chose, as far as the viewer may see them.

    Raises
    ------
    Refused   nobody or too many were chosen, or one of them is no member whom the viewer may see
    """

    def __init__(self, viewer: Viewer, parties: Sequence[str]) -> None:
        self.viewer, self.parties = viewer, list(dict.fromkeys(parties))
        if not self.parties:
            raise Refused([Complaint("acts.nobody")])
        if len(self.parties) > MOST:
            raise Refused([Complaint("acts.too_many", params={"most": str(MOST)})])
        rows = current_rows(viewer, "memberships", party=self.parties)
        self.rows = [row for row in rows if row["state"] in MEMBER_STATES]
        if {row["party"] for row in self.rows} != set(self.parties):
            raise Refused([Complaint("acts.unknown")])

    def speech(self, *others: str) -> Phrases:
        """Return how the page speaks of them, and of some others."""
        return self.viewer.phrases(self.rows, parties=others)

    def alike(self, speech: Phrases, then: str) -> list[Change]:
        """Return the same for each: something new is recorded."""
        return [Change(speech.named(party), "", then) for party in self.parties]

    def cells(self, speech: Phrases, column: str, value: str) -> list[Change]:
        """Return for each membership whose cell would change how it is and how it would be."""
        changed = [row for row in self.rows if row.get(column) != value]
        return [Change(_of(speech, row), _cell(speech, row.get(column)), speech.named(value)) for row in changed]


def _of(speech: Phrases, row: Row) -> str:
    return f"{speech.named(row['party'])} · {speech.word('class', row['class'])}"


def _cell(speech: Phrases, cell: str | None) -> str:
    return "" if cell is None else speech.named(cell)
