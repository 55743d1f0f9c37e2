"""The list of members, a page at a time: the longest overdue first, as far as the viewer may see.

A page is read from the numbers as the last cycle left them, in their order, and from the memberships beside them; where
a page ends is known by its last member, so that the next begins there however long the list is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tenfold.report.figures import Figure
from tenfold.report.phrases import Phrases
from tenfold.web.rights.lookup import parties_like
from tenfold.web.rights.people import classes_said, figure_of, values_of
from tenfold.web.rights.policies import Data, Sight, data_of
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import MEMBER_STATES, Viewer
from tenfold.web.store.current import standing
from tenfold.web.store.results import OVERDUE, MeasureResult

COLUMNS = (OVERDUE, "rel.strength", "inc.kept_rate")  # of the list, in this order
MOST = 200  # members on a page
COUNTED = 1_000  # members up to whom a list is counted: beyond, counting would take longer than all else on the page
DUE = 1  # rel.overdue above which a talk is due

Place = tuple[float | None, str]  # of a member in the list: how long overdue, none where that is not known; the key


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of members."""

    party: str
    name: str
    classes: str
    state: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list: its members, and where the next page begins, if there is one.

    count    how many there are in all, counted so far as COUNTED
    beyond   whether there are more than were counted
    """

    shown: list[Listed]
    count: int
    beyond: bool
    next: Place | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members a list shows: whom a text means, of which class, only those who are overdue."""

    who: str = ""
    of: str = ""
    late: bool = False


def members(viewer: Viewer, wanted: Wanted = Wanted(), after: Place | None = None) -> Listing:
    """Return a page of the members that the viewer may see and wants, the longest overdue first."""
    some = Selection(viewer, wanted)
    found = some.places(after, MOST + 1)
    page = found[:MOST]
    count = some.count() if after is not None or len(found) > MOST else len(found)
    return Listing(
        shown=_listed(viewer, page),
        count=min(count, COUNTED),
        beyond=count > COUNTED,
        next=page[-1] if len(found) > MOST else None,
    )


class Selection:
    """The members of one list, as the database orders them: those of whom it is known how long they are overdue, by
    that; then the others, by their keys.
    """

    def __init__(self, viewer: Viewer, wanted: Wanted) -> None:
        self._viewer, self._wanted = viewer, wanted
        self._named = parties_like(viewer, wanted.who) if wanted.who else None

    def places(self, after: Place | None, most: int) -> list[Place]:
        """Return the places of so many members that follow a place, or of the first."""
        found: list[Place] = []
        if after is None or after[0] is not None:
            found += self._known(after).values_list("number", "subject")[:most]
        if len(found) < most and not self._wanted.late:
            last = after[1] if after is not None and after[0] is None else ""
            keys = self._unknown().filter(party__gt=last).values_list("party", flat=True)
            found += [(None, party) for party in keys.distinct().order_by("party")[: most - len(found)]]
        return found

    def count(self) -> int:
        """Return how many members there are in all, one more than COUNTED where there are more."""
        if self._wanted.late:
            return self._known(None)[: COUNTED + 1].count()
        return self._memberships().values("party").distinct()[: COUNTED + 1].count()

    def _known(self, after: Place | None) -> "QuerySet[Any]":
        """Return the numbers of members after a place, in the order of the list."""
        rows = self._numbers().filter(Exists(self._memberships().filter(party=OuterRef("subject"))))
        if self._wanted.late:
            rows = rows.filter(number__gt=DUE)
        if after is not None:
            rows = rows.filter(Q(number__lt=after[0]) | Q(number=after[0], subject__gt=after[1]))
        return rows.order_by("-number", "subject")

    def _unknown(self) -> "QuerySet[Any]":
        """Return the memberships of those of whom no number is known, or seen by the viewer."""
        return self._memberships().filter(~Exists(self._numbers().filter(subject=OuterRef("party"))))

    def _numbers(self) -> "QuerySet[Any]":
        """Return the numbers that the viewer may see."""
        rows = MeasureResult.rows.of(self._viewer.community).filter(until=None, measure=OVERDUE, number__isnull=False)
        return rows if _whole(self._viewer, data_of(OVERDUE)) else rows.filter(subject__in=self._viewer.own)

    def _memberships(self) -> "QuerySet[Any]":
        """Return the memberships that stand now, that the viewer may see, and that are wanted."""
        rows = standing(self._viewer.community, "memberships").filter(state__in=MEMBER_STATES)
        if not _whole(self._viewer, Data.DIRECTORY):
            rows = rows.filter(Q(party__in=self._viewer.own) | Q(sponsor__in=self._viewer.own))
        if self._named is not None:
            rows = rows.filter(party__in=self._named)
        return rows.filter(**{"class": self._wanted.of}) if self._wanted.of else rows


def _whole(viewer: Viewer, data: Data) -> bool:
    """Whether a viewer sees some data of everybody."""
    return bool(viewer.sees(data) - {Sight.OWN})


def _listed(viewer: Viewer, page: Sequence[Place]) -> list[Listed]:
    """Return the lines of a page; those who are overdue alike by their names."""
    parties = [party for _, party in page]
    overdue = {party: -1.0 if number is None else number for number, party in page}
    held: dict[str, list[Mapping[str, Any]]] = {}
    for row in current_rows(viewer, "memberships", party=parties):
        if row["state"] in MEMBER_STATES:
            held.setdefault(row["party"], []).append(row)
    values = values_of(viewer, COLUMNS, parties)
    speech = viewer.phrases(parties=parties)
    listed = [_line(speech, party, held[party], values) for party in parties]
    return sorted(listed, key=lambda one: (-overdue[one.party], one.name))


def _line(
    speech: Phrases, party: str, held: Sequence[Mapping[str, Any]], values: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Listed:
    return Listed(
        party=party,
        name=speech.named(party),
        classes=classes_said(speech, held),
        state=speech.word("state", held[0]["state"]),
        figures=tuple(figure_of(speech, id, values.get((id, party))) for id in COLUMNS),
    )
