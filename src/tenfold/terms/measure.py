"""What a measure, a view and a reduction are, and how a number is rounded and written.

A *measure* is one pure function `(facts, rules, ends) → table`. A *view* is a table that several rooms need, never
shown as a number; a *relation* is a view over a big table, never fetched as a whole. A *reduction* is one Ibis
expression over the big tables, run by an engine (DuckDB by default); measures read its small result. All are addressed
by id and evaluated in the order of what they declare to read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

import polars as pl

if TYPE_CHECKING:
    import ibis

    from tenfold.terms.rules import Rules

Direction = Literal["up", "down", "target 1", "none"]

# Digits of a unit; money takes its currency's, words and dates have none.
SHARES = frozenset({"ratio", "probability", "0-1"})  # units of parts of a whole
DIGITS = {
    "ratio": 6,
    "probability": 6,
    "0-1": 6,
    "number": 6,
    "points": 6,
    "0-100": 2,
    "-100-100": 2,
    "0-20": 2,
    "1-7": 2,
    "0-3": 2,
    "hours": 2,
    "days": 2,
    "months": 2,
    "0-10000": 0,
    "count": 0,
    "units": 0,
}
# From where to where a unit runs, where it has an end.
RANGES: Mapping[str, tuple[int | None, int | None]] = {
    "probability": (0, 1),
    "0-1": (0, 1),
    "0-100": (0, 100),
    "-100-100": (-100, 100),
    "0-20": (0, 20),
    "1-7": (1, 7),
    "0-3": (0, 3),
    "0-10000": (0, 10_000),
    "count": (0, None),
    "hours": (0, None),
    "days": (0, None),
    "months": (0, None),
    "units": (0, None),
}
PRECISION = 38  # digits of a decimal, the most that there are
NOISE = 9  # digits after which the difference of two floats says nothing
WAY = "way"  # the part that says in which of several ways a value came about
UNITS = frozenset({*DIGITS, "money", "code", "date", "yes/no", "row", "key"})


class Facts(Protocol):
    """What a measure sees: facts as known at each end, and the results of what it declared to read.

    Every frame carries the column `end` (Int32: the row of `ends` it belongs to).
    """

    def rows(self, table: str, columns: Sequence[str] = (), only: pl.Expr | None = None) -> pl.DataFrame:
        """Return every visible row of `table` at every end.

        Beside the table's columns (or the wanted `columns` and the header of time and identity) a row has `on`, the
        local date of `occurred_at`, and the columns of its end that the spec's `clock` lets it read.
        `only` filters whole keys before rows meet ends.
        """
        ...

    def now(self, table: str, columns: Sequence[str] = (), only: pl.Expr | None = None) -> pl.DataFrame:
        """Return the current row per key of a state table at every end."""
        ...

    def read(self, id: str) -> pl.DataFrame:
        """Return the result of a view, reduction or measure at these ends."""
        ...

    def history(self, id: str) -> pl.DataFrame:
        """Return a result at every instant of the observation grid that was asked for, oldest end first."""
        ...

    def then(self, end: int, as_of: datetime | None, known_at: datetime | None, ids: Sequence[str] = ()) -> "Facts":
        """Return what a cycle at one moment saw: its facts, and the results of `ids`, all of them declared.

        as_of, known_at   of the moment; where left out, those of the end
        """
        ...

    @property
    def grid(self) -> pl.DataFrame:
        """The ends on the observation grid (`end`, `as_of`, `known_at`, `on`), oldest first."""
        ...


Compute = Callable[[Facts, "Rules", pl.DataFrame], pl.DataFrame]
Named = Callable[["Rules"], tuple[str, ...]]
Selected = Callable[[Facts, "Rules", pl.DataFrame, str | None], Mapping[str, pl.DataFrame]]
Moments = Callable[[Facts, "Rules", pl.DataFrame], Sequence[tuple[datetime, datetime]]]


Kept = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Select:
    """The facts of one table behind a value, as a filter that is run only when somebody asks why.

    subject     the column that equals the subject's key; None takes every subject's rows
    keep        column → values that a row must have one of, or what the charter there says about it
    days        only rows of the last so many days before the end, or of as many as the charter there says
    ever        rows that were corrected since as well: the value looks from an earlier instant (a pool's approval)
    naming      the column by which further rows of the table name the chosen ones, whoever they are about: answers
    """

    table: str
    subject: str | None = None
    keep: "Kept | Callable[[Rules], Kept]" = field(default_factory=dict)
    days: "int | Callable[[Rules], int] | None" = None
    ever: bool = False
    naming: str | None = None


Kind = Literal["measure", "view", "relation", "reduction"]
Clock = Literal["none", "day", "order", "passed", "instant"]


@dataclass(frozen=True, slots=True)
class Spec:
    """One row of the registry.

    reads    ids of views, reductions, measures (with a dot) and names of fact tables (without)
    named    further ids that the charter names (key results, gates, indicators)
    moments  further moments (as of, known at) from which it looks at those ids: an approval's
    facts    the selection behind a value: filters of tables, or a function where a filter does not suffice
    whole    those reads of which the value needs every subject's rows, not only its own subject's (a segment's mean)
    covers   those reads whose facts its own selection names already, more tightly than they would
    series   reads the history of what it reads (the observation grid), not only the ends asked for
    alone    of a reduction: looks at each end by itself, so that a few ends at a time bound its memory
    records  of a view: says which record (`target`) stands for another (`party`); whoever reads it takes the facts of
             all records of its subject
    clock    what it reads of its end beside the facts known there: nothing, the local day (`today`), or the instant
             (`as_of`, `known_at`); it is given no more, and is not computed again before that changes; with `order`
             it is given the instants to see which end comes first, and what it returns depends on the day alone; with
             `passed` it asks of instants that rows of its tables name whether they have come, and no more
    observes reads, of what it reads, the observations that a condition of the charter counts
    latest   of a reduction: has rows at the cycle's own end alone
    passing  of a reduction: its rows at one end mean something only beside those at others; computed for each reader
             at the reader's ends, and not kept
    endless  a view of the same rows at every end, without the column `end`
    parts    of a measure: further columns of its frame, the figures that a value was made of, each with its unit; they
             are kept for the explanation, read by no other measure and written in no file. `currency` is that of the
             money among them, where it is not the charter's
    ways     of a measure: in what ways its values come about, each with a sentence of its own; the part `way` says it
    quotient of a measure: the two of `parts`, or `n`, whose quotient is the value
    """

    id: str
    kind: Kind
    room: str
    compute: Callable[..., Any]
    reads: tuple[str, ...] = ()
    named: Named | None = None
    moments: Moments | None = None
    facts: tuple[Select, ...] | Selected = ()
    version: int = 1
    unit: str = "row"
    direction: Direction = "none"
    subject: str = "community"
    minimum: str = ""
    source: str = ""
    pointer: str | None = None  # the rule of the charter that shapes the value
    series: bool = False
    whole: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    alone: bool = False
    records: bool = False
    clock: Clock = "day"
    endless: bool = False
    observes: bool = False
    latest: bool = False
    passing: bool = False
    parts: Mapping[str, str] = field(default_factory=dict)
    ways: tuple[str, ...] = ()
    quotient: tuple[str, str] | None = None


def measure(
    id: str,
    *,
    unit: str,
    direction: Direction,
    subject: str = "community",
    reads: tuple[str, ...] = (),
    named: Named | None = None,
    facts: tuple[Select, ...] | Selected = (),
    minimum: str = "",
    source: str = "",
    pointer: str | None = None,
    version: int = 1,
    series: bool = False,
    whole: tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    clock: Clock = "day",
    observes: bool = False,
    parts: Mapping[str, str] | None = None,
    ways: tuple[str, ...] = (),
    quotient: tuple[str, str] | None = None,
) -> Callable[[Compute], Spec]:
    """Declare a measure: the decorated `(facts, rules, ends) → DataFrame` becomes a row of the registry.

    The frame has `subject` (text), `end`, `value` and, where they exist, `low`, `high`, `n` and `because` (list of fact
    ids), each of `parts`, and `way` where it has `ways`. A null `value` means insufficient. Money is an integer of
    minor units in the charter's currency. The engine rounds, adds missing columns and orders by end and subject.
    """
    figures = {**({WAY: "code"} if ways else {}), **(parts or {})}
    if not UNITS.issuperset({unit, *figures.values()}):
        raise ValueError(unit)

    def declare(compute: Compute) -> Spec:
        return Spec(
            id=id,
            kind="measure",
            room="",
            compute=compute,
            reads=reads,
            named=named,
            facts=facts,
            version=version,
            unit=unit,
            direction=direction,
            subject=subject,
            minimum=minimum,
            source=source,
            pointer=pointer,
            series=series,
            whole=whole,
            covers=covers,
            clock=clock,
            observes=observes,
            parts=figures,
            ways=ways,
            quotient=quotient,
        )

    return declare


def view(
    id: str,
    *,
    subject: str,
    reads: tuple[str, ...] = (),
    named: Named | None = None,
    moments: Moments | None = None,
    facts: tuple[Select, ...] | Selected = (),
    source: str = "",
    series: bool = False,
    whole: tuple[str, ...] = (),
    covers: tuple[str, ...] = (),
    records: bool = False,
    clock: Clock = "day",
    endless: bool = False,
) -> Callable[[Compute], Spec]:
    """Declare a view: same signature as a measure, any columns beside `end`."""

    def declare(compute: Compute) -> Spec:
        return Spec(
            id=id, kind="view", room="", compute=compute, reads=reads, named=named, moments=moments, facts=facts,
            subject=subject, source=source, series=series, whole=whole, covers=covers, records=records, clock=clock,
            endless=endless,
        )  # fmt: skip

    return declare


Expression = Callable[[Mapping[str, "ibis.Table"]], "ibis.Table"]
Frames = Callable[["Rules", pl.DataFrame], Mapping[str, pl.DataFrame]]
Columns = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reducer:
    """One Ibis expression over the big tables and small parameter tables.

    expression   `tables → table`; depends on the tables' columns alone, never on the values of the rules, so that one
                 compiled query serves every charter. Only integers and decimals are summed: sums of floats differ
                 between thread counts.
    params       parameter table → column → Ibis type; `ends` (end, as_of, known_at, on) is always there
    frames       makes the parameter tables from the rules and the ends
    """

    expression: Expression
    params: Columns
    frames: Frames

    def __call__(self, tables: Mapping[str, "ibis.Table"]) -> "ibis.Table":
        """Return the expression over `tables`."""
        return self.expression(tables)


def no_frames(rules: "Rules", ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """Return no parameter tables: the ends suffice."""
    return {}


def reduction(
    id: str,
    *,
    reads: tuple[str, ...],
    params: Columns | None = None,
    frames: Frames = no_frames,
    facts: tuple[Select, ...] | Selected = (),
    subject: str = "row",
    alone: bool = False,
    latest: bool = False,
    passing: bool = False,
) -> Callable[[Expression], Spec]:
    """Declare a reduction: one aggregate over the big tables, `end` among its columns, small enough for one process."""

    def declare(expression: Expression) -> Spec:
        reducer = Reducer(expression, params or {}, frames)
        return Spec(
            id, "reduction", "", reducer, reads, facts=facts, subject=subject,
            alone=alone, latest=latest, passing=passing,
        )  # fmt: skip

    return declare


def relation(
    id: str,
    *,
    reads: tuple[str, ...],
    params: Columns | None = None,
    frames: Frames = no_frames,
    facts: tuple[Select, ...] | Selected = (),
    subject: str = "row",
    source: str = "",
) -> Callable[[Expression], Spec]:
    """Declare a view over a big table: an expression that reductions build on, never fetched as a whole."""

    def declare(expression: Expression) -> Spec:
        reducer = Reducer(expression, params or {}, frames)
        return Spec(id, "relation", "", reducer, reads, facts=facts, subject=subject, source=source)

    return declare


def write_number(value: object, digits: int | None) -> str | None:
    """Write a rounded value with the digits of its unit: 0.5 → '0.500000'; words and dates as they are.

    Raises
    ------
    ValueError   what is to be written is no number (0 ÷ 0), or one without end
    """
    if value is None:
        return None
    if digits is None or isinstance(value, str):
        return str(value)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value} is no number")
    text = f"{number:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def write_plain(number: Decimal) -> str:
    """Write a number with all its digits, however many, and without idle zeros.

    >>> write_plain(Decimal("1200.50")), write_plain(Decimal("999999999999999.999999999999999999"))
    ('1200.5', '999999999999999.999999999999999999')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_needed(value: object, digits: int) -> str:
    """Write what is still needed, rounded up to so many digits: what is written is enough. The noise of floats is not.

    >>> write_needed(0.664, 2), write_needed(0.1 + 0.2, 1)
    ('0.67', '0.3')
    """
    number = value if isinstance(value, Decimal) else Decimal(repr(float(str(value))))
    quiet = number.quantize(Decimal(1).scaleb(-max(digits, NOISE)))
    return f"{quiet.quantize(Decimal(1).scaleb(-digits), ROUND_CEILING):f}"


def write_percent(value: object) -> str:
    """Write a share for a sentence: 0.39286 → '39.3 %'."""
    return f"{100 * float(str(value)):.1f} %"


def write_told(value: object, unit: str, *beside: object) -> str:
    """Write a number for a sentence: a share as percent, if it and what it stands beside are at most one.

    A cover ratio of 0.95 beside its limit of 1.25 is a ratio and no share.
    """
    share = unit in SHARES and all(abs(float(str(one))) <= 1 for one in (value, *beside))
    return write_percent(value) if share else str(value)
