"""One event that two sources tell of, such as a payment in a list of investors and in a bank statement: counted once.

Records of different sources are one event when they agree in some columns and lie few days apart. What is further
apart, has no day of its own, fits several or contradicts is asked, and taken as two until somebody answers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, Literal

from tenfold.facts.maps.language import Joins
from tenfold.terms.days import days_later, local_day

NEAR_DAYS = 7  # so far apart at most, two records that agree are one event
ASKED_DAYS = 31  # so far apart at most, it is asked
SPANS = {"month": 16, "quarter": 46, "year": 183}  # days that a moment known to a period may lie from its middle
BEFORE = "before"
PARTS_AT_MOST, LOOKED_AT = 4, 12  # parts of a sum that are tried, out of so many payments near its day
TRIED_AT_MOST = 100_000  # records times known rows of two counterparties; beyond it amounts add up by chance
PARTS = "parts"  # an answer: the same money, told in parts
NEW = "new"  # an answer: an event of its own
MOMENTS = (None, "exact", "day")  # precisions with a day of their own
Why = Literal["far", "undated", "several", "differ", "parts"]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """A record that may be an event that is known: its row in the sheet, and a digest to remember it by."""

    row: Row
    number: int
    digest: str


@dataclass(frozen=True)
class Meeting:
    """A record and those known that may be the same event, the likeliest first: for people to decide."""

    record: Record
    others: tuple[Row, ...]
    proposed: str | None  # the fact, or that they are parts of one sum; None where the records contradict each other
    why: Why


@dataclass(frozen=True)
class Shared:
    """One sum told whole by one source and in parts by another: places of records, and known rows; one of either."""

    places: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass
class Joiner:
    """Finds the records of one map that tell of events which the community knows from elsewhere.

    answers
        Digest of a record → the fact that people said it is, or `new`.
    """

    joins: Joins  # in stored columns
    zone: str
    answers: Mapping[str, str]
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def by(self) -> list[str]:
        """The columns in which two records of one event agree."""
        return self.joins.by

    def pairs(self, records: Sequence[Record], known: Sequence[Row]) -> dict[int, Row]:
        """Return place of a record → the known row that tells of the same event; each row is taken once."""
        found: dict[int, Row] = {}
        events: dict[tuple[Any, ...], list[Row]] = {}
        for row in known:
            events.setdefault(self._event(row), []).append(row)
        groups: dict[tuple[Any, ...], list[int]] = {}
        for place, record in enumerate(records):
            groups.setdefault(self._event(record.row), []).append(place)
        for event, places in groups.items():
            others = sorted(events.get(event, ()), key=lambda row: (row["occurred_at"], row["fact"]))
            if others:
                found |= self._pairs_of({place: records[place] for place in places}, others)
        return found

    def _event(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.by)

    def _pairs_of(self, records: Mapping[int, Record], known: Sequence[Row]) -> dict[int, Row]:
        """Pair the records and known rows of one event: by answers, for certain, and by what is asked."""
        found = dict(self._answered(records, known))
        left = {
            place: one for place, one in records.items() if place not in found and self.answers.get(one.digest) != NEW
        }
        free = _without(known, found.values())
        for cluster, others in self._clusters(left, free):
            pairs = dict(zip(cluster, others, strict=False))
            is_even = len(cluster) == len(others)
            if is_even and all(self._near(left[place].row, row) for place, row in pairs.items()):
                found |= pairs
        left = {place: one for place, one in left.items() if place not in found}
        self._ask(left, _without(free, found.values()))
        return found

    def _answered(self, records: Mapping[int, Record], known: Sequence[Row]) -> Iterator[tuple[int, Row]]:
        facts = {row["fact"]: row for row in known}
        for place, record in records.items():
            row = facts.pop(self.answers.get(record.digest, ""), None)
            if row is not None:
                yield place, row

    def _clusters(
        self, records: Mapping[int, Record], known: Sequence[Row]
    ) -> Iterator[tuple[list[int], Sequence[Row]]]:
        """Yield records and known rows that are near to each other by their days, both in order of time."""
        dated = [row for row in known if _has_day(row)]
        days = [self._day(row) for row in dated]
        cluster: list[int] = []
        first = last = 0
        for place in sorted(records, key=lambda place: (records[place].row["occurred_at"], place)):
            day = self._day(records[place].row)
            low, high = bisect_left(days, days_later(day, -NEAR_DAYS)), bisect_right(days, days_later(day, NEAR_DAYS))
            if low == high or not _has_day(records[place].row):
                continue
            if cluster and low >= last:
                yield cluster, dated[first:last]
                cluster = []
            first = first if cluster else low
            cluster, last = [*cluster, place], high
        if cluster:
            yield cluster, dated[first:last]

    def _ask(self, records: Mapping[int, Record], known: Sequence[Row]) -> None:
        """Ask about what is left; the nearest of those that no earlier question proposes is proposed."""
        offered: set[str] = set()
        for place in sorted(records, key=lambda place: records[place].row["occurred_at"]):
            record = records[place]
            likely = [row for row in known if self._may_be(record.row, row)]
            if not likely:
                continue
            likely.sort(key=lambda row: (row["fact"] in offered, self._gap(record.row, row), row["fact"]))
            first = likely[0]
            proposed = NEW if first["fact"] in offered else str(first["fact"])
            offered.add(proposed)
            differ = not self._agree(record.row, first)
            why = self._why(record.row, likely, differ)
            self.meetings.append(Meeting(record, tuple(likely), None if differ else proposed, why))

    def _why(self, row: Row, likely: Sequence[Row], differ: bool) -> Why:
        if differ:
            return "differ"
        if len(likely) > 1 or self._near(row, likely[0]):
            return "several"
        return "far" if _has_day(row) and _has_day(likely[0]) else "undated"

    # ---- sums in parts ------------------------------------------------------------------------------------------

    def shared(self, records: Sequence[Record], known: Sequence[Row], pairs: Mapping[int, Row]) -> list[Shared]:
        """Return which of the records that tell of no known event are parts of one, or the sum of several."""
        if self.joins.parts is None:
            return []
        asked = {meeting.record.digest for meeting in self.meetings}
        groups: dict[tuple[Any, ...], tuple[list[int], list[Row]]] = {}
        for row in _without(known, pairs.values()):
            groups.setdefault(self._counterparties(row), ([], []))[1].append(row)
        for place, record in enumerate(records):
            if place not in pairs and record.digest not in asked and self._counterparties(record.row) in groups:
                groups[self._counterparties(record.row)][0].append(place)
        few = (group for group in groups.values() if len(group[0]) * len(group[1]) <= TRIED_AT_MOST)
        return [one for places, rows in few for one in self._shared(records, places, rows)]

    def _counterparties(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[name] for name in self.by if name != self.joins.parts)

    def _shared(self, records: Sequence[Record], free: list[int], rows: Sequence[Row]) -> Iterator[Shared]:
        """Yield the sums in parts between some counterparties: known ones in parts first, then records of parts."""
        told: set[str] = set()
        for row in rows:
            parts = self._parts([(place, records[place].row) for place in free], row)
            if parts:
                told.add(row["fact"])
                free = [place for place in free if place not in {place for place, _ in parts}]
                yield from self._agreed(records, Shared(tuple(place for place, _ in parts), (row,)))
        for place in free:
            others = [row for row in rows if row["fact"] not in told]
            parts = self._parts(list(enumerate(others)), records[place].row)
            told |= {row["fact"] for _, row in parts}
            if parts:
                yield from self._agreed(records, Shared((place,), tuple(row for _, row in parts)))

    def _parts(self, items: Sequence[tuple[int, Row]], whole: Row) -> tuple[tuple[int, Row], ...]:
        """Return the items that add up to a sum, those nearest to its day; none where no few of them do."""
        column = self.joins.parts or ""
        near = [(place, row) for place, row in items if row[column] < whole[column] and self._may_be(row, whole)]
        near.sort(key=lambda item: (self._gap(item[1], whole), item[0]))
        sizes = range(2, PARTS_AT_MOST + 1)
        chosen = (some for size in sizes for some in combinations(near[:LOOKED_AT], size))
        return next((some for some in chosen if sum(row[column] for _, row in some) == whole[column]), ())

    def _agreed(self, records: Sequence[Record], one: Shared) -> Iterator[Shared]:
        """Yield a sum in parts when people agreed to it; ask where nobody answered."""
        first = records[one.places[0]]
        digest = f"{first.digest}.parts"
        answer = self.answers.get(digest)
        if answer is None:
            record = Record(first.row, first.number, digest)
            told = tuple(records[place].row for place in one.places) if len(one.places) > 1 else one.rows
            self.meetings.append(Meeting(record, told, PARTS, "parts"))
        elif answer == PARTS:
            yield one

    # ---- two records --------------------------------------------------------------------------------------------

    def _near(self, row: Row, other: Row) -> bool:
        """Whether two records that agree are one event for certain, where nothing else is as near."""
        days = _has_day(row) and _has_day(other)
        return days and self._agree(row, other) and self._is_one(row, other) and self._gap(row, other) <= NEAR_DAYS

    def _may_be(self, row: Row, other: Row) -> bool:
        """Whether two records may be one event."""
        if not self._is_one(row, other):
            return False
        for one, two in ((row, other), (other, row)):
            if one["precision"] == BEFORE:
                return bool(self._day(two) <= self._day(one))
        spans = (SPANS.get(one["precision"], 0) for one in (row, other))
        return self._gap(row, other) <= max(ASKED_DAYS, *spans)

    def _is_one(self, row: Row, other: Row) -> bool:
        """Whether nothing says that two records are two events."""
        return not _differ(row, other, self.joins.apart)

    def _agree(self, row: Row, other: Row) -> bool:
        return not _differ(row, other, self.joins.agree)

    def _gap(self, row: Row, other: Row) -> int:
        return abs((self._day(row) - self._day(other)).days)

    def _day(self, row: Row) -> date:
        return local_day(row["occurred_at"], self.zone)


def _has_day(row: Row) -> bool:
    return row["precision"] in MOMENTS


def _differ(row: Row, other: Row, columns: Sequence[str]) -> bool:
    """Whether both say something in one of these columns, and not the same."""
    said = ((row[name], other[name]) for name in columns)
    return any(one is not None and two is not None and one != two for one, two in said)


def _without(rows: Sequence[Row], taken: Iterable[Row]) -> list[Row]:
    facts = {row["fact"] for row in taken}
    return [row for row in rows if row["fact"] not in facts]
