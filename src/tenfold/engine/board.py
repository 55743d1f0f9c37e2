"""The board: everything computed in the first pass of a cycle, at every end that somebody needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import polars as pl

from tenfold.charter.document import Rulebook
from tenfold.engine.ends import Ends, demands, ends_at
from tenfold.engine.reduce import Warehouse, parameters_of, tables_of
from tenfold.engine.registry import Registry
from tenfold.facts.as_of import current, visible
from tenfold.facts.declaration import TABLES
from tenfold.terms.measure import DIGITS, Spec
from tenfold.terms.rules import Rules

LISTED_FACTS = 8
PORTION = 400_000  # rows × ends of one query of a reduction that looks at each end alone
Watch = Callable[[str, int, int], None]


def unwatched(what: str, done: int, total: int) -> None:
    """Watch nothing."""


ALWAYS = ("fact", "occurred_at", "recorded_at", "corrected_at", "on")  # what visibility, order and ages need
NUMBERS = ("value", "low", "high")
Judged = Sequence[tuple[Rules, pl.DataFrame]]  # a charter, and the ends at which it is the one in force
EXTRAS: dict[str, Any] = {"unit": pl.String, "n": pl.Int64, "because": pl.List(pl.String)}


@dataclass
class Board:
    """The results of a first pass, and the facts they came from.

    prepared   table → rows with `corrected_at` and `on` (facts/as_of.py), void rows gone
    rulebook   the charter versions; the one in force at an end is the gauge there
    results    id → frame with `end`
    """

    prepared: Mapping[str, pl.DataFrame]
    rulebook: Rulebook
    ends: Ends
    registry: Registry
    results: dict[str, pl.DataFrame] = field(default_factory=dict)
    needed: dict[str, set[int]] = field(default_factory=dict)
    _seen: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)
    _judged: dict[frozenset[int], Judged] = field(default_factory=dict, init=False, repr=False)
    _others: dict[tuple[datetime, datetime], "Board"] = field(default_factory=dict, init=False, repr=False)

    def compute(
        self, only: Sequence[str] | None = None, histories: Sequence[str] = (), watch: Watch = unwatched
    ) -> "Board":
        """Run the first pass: all specs, or those that `only` names and what they read.

        histories   ids wanted at every instant of the grid as well
        watch       told the id, how many are done and how many there are, before each
        """
        versions = [rules for _, rules in self.rulebook.versions]
        order = self.registry.order(versions)
        if only is not None:
            wanted = self._below(only, versions)
            order = [spec for spec in order if spec.id in wanted]
        self.needed = demands(order, self.registry, versions, self.ends, histories)
        warehouse = Warehouse(self.prepared, self.registry.specs)
        try:
            for done, spec in enumerate(order):
                watch(spec.id, done, len(order))
                if spec.kind != "relation":
                    self.results[spec.id] = self._result(spec, warehouse)
        finally:
            warehouse.close()
        return self

    def at(self, as_of: datetime, known_at: datetime, ids: Sequence[str] = ()) -> "Board":
        """Return the board of a cycle at another moment, with these results: kept, for many pools ask for one."""
        moment = (as_of, known_at)
        if moment not in self._others:
            ends = ends_at(self.rulebook, self.prepared, as_of, known_at)
            self._others[moment] = Board(self.prepared, self.rulebook, ends, self.registry)
        board = self._others[moment]
        if any(id not in board.results for id in ids):
            board.compute(only=ids)
        return board

    def looks_back(self, id: str) -> bool:
        """Whether a result, or one below it, is made of the history of another."""
        versions = [rules for _, rules in self.rulebook.versions]
        return any(self.registry.specs[one].series for one in self._below([id], versions))

    def _below(self, ids: Sequence[str], versions: Sequence[Rules]) -> set[str]:
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            id = waiting.pop()
            if id not in found:
                found.add(id)
                waiting += self.registry.reads(self.registry.specs[id], versions)
        return found

    def _result(self, spec: Spec, warehouse: Warehouse) -> pl.DataFrame:
        frames = []
        for rules, ends in self.by_version(self.needed[spec.id]):
            if spec.kind == "reduction":
                frames += [self._reduced(spec, rules, some, warehouse) for some in self._portions(spec, ends)]
            else:
                frames.append(spec.compute(self.window(ends, spec, rules), rules, ends))
        result = _without_nothing(pl.concat(frames, how="diagonal_relaxed"))
        if "end" not in result.columns:  # the same at every end
            return result.unique(maintain_order=True)
        if spec.kind != "measure":
            return result
        return finished(result, spec, self.main[0].charter.currency, self.needed[spec.id])

    def _reduced(self, spec: Spec, rules: Rules, ends: pl.DataFrame, warehouse: Warehouse) -> pl.DataFrame:
        parameters: dict[str, pl.DataFrame] = {"ends": ends}
        for reducer in parameters_of(spec, self.registry.specs):
            parameters |= reducer.frames(rules, ends)
        return warehouse.run(spec, parameters)

    def _portions(self, spec: Spec, ends: pl.DataFrame) -> list[pl.DataFrame]:
        """Return the ends a few at a time where a reduction crosses each with its rows, else all at once."""
        if not spec.alone:
            return [ends]
        rows = sum(self.prepared[name].height for name in tables_of(spec, self.registry.specs))
        return list(ends.iter_slices(max(1, PORTION // max(1, rows))))

    def by_version(self, wanted: set[int]) -> Judged:
        """Return the wanted ends grouped by the charter version in force at them, oldest first.

        Kept, for most results are wanted at the same few sets of ends.
        """
        key = frozenset(wanted)
        if key not in self._judged:
            self._judged[key] = self._by_version(wanted)
        return self._judged[key]

    def _by_version(self, wanted: set[int]) -> Judged:
        ends = self.ends.take(wanted)
        rows = list(zip(ends["end"], ends["as_of"], strict=True))
        groups = groupby(rows, key=lambda row: self.rulebook.judging(row[1]).charter.version)
        found = [list(members) for _, members in groups]
        return [(self.rulebook.judging(rows[0][1]), self.ends.take({end for end, _ in rows})) for rows in found]

    def window(self, ends: pl.DataFrame, spec: Spec | None = None, rules: Rules | None = None) -> "Window":
        """Return the board at some ends: all of it, or as one spec sees it, which is what it declares to read."""
        if spec is None or rules is None:
            return Window(self, ends)
        named = self.registry.reads(spec, [rules for _, rules in self.rulebook.versions])
        return Window(self, ends, spec.id, frozenset({*spec.reads, *named}))

    def seen(self, table: str) -> pl.DataFrame:
        """Return the visible rows of a table at the cycle's own end: kept, for a hundred readers ask for them."""
        if table not in self._seen:
            self._seen[table] = visible(self.prepared[table], self.ends.take({self.ends.main}))
        return self._seen[table]

    def rules_at(self, end: int) -> Rules:
        """Return the charter in force at an end."""
        return self.rulebook.judging(self.ends.frame["as_of"][end])

    @property
    def main(self) -> tuple[Rules, pl.DataFrame]:
        """The charter in force at the cycle's own end, and that end."""
        return self.by_version({self.ends.main})[0]

    def digits_of(self, currency: str) -> int:
        """Return the digits of a currency that facts or the charter name."""
        digits = self.main[0].currencies.digits(currency)
        if digits is None:
            raise ValueError(currency)
        return digits


@dataclass(frozen=True)
class Window:
    """A board seen at some of its ends; what a measure or a mechanism's decisions read.

    reader   the spec that reads, if one does; it may read nothing but what it declares (`declared`), for what is
             computed again and what is explained follow the declaration
    """

    board: Board
    ends: pl.DataFrame
    reader: str | None = None
    declared: frozenset[str] = frozenset()

    def rows(self, table: str, columns: Sequence[str] = (), only: pl.Expr | None = None) -> pl.DataFrame:
        """Return every visible row of a table at every end (big tables are for reductions alone).

        columns   the columns wanted beside the header of time and identity; all where left out
        only      a filter of whole keys, applied before the rows are multiplied by the ends
        """
        self._declares(table)
        if TABLES[table].big:
            raise ValueError(f"{table} is read through a reduction")
        last = self.ends["end"].to_list() == [self.board.ends.main]
        rows = self.board.seen(table) if last else self.board.prepared[table]
        if only is not None:
            rows = rows.filter(only)
        if columns:
            ends = self.ends.columns if last else ()
            rows = rows.select(*(name for name in ALWAYS if name not in columns), *columns, *ends)
        return rows if last else visible(rows, self.ends)

    def now(self, table: str, columns: Sequence[str] = (), only: pl.Expr | None = None) -> pl.DataFrame:
        """Return the current row per key of a state table at every end."""
        by = TABLES[table].by
        wanted = (*by, *(name for name in columns if name not in by)) if columns else ()
        return current(self.rows(table, wanted, only), by)

    def read(self, id: str) -> pl.DataFrame:
        """Return a result at these ends."""
        self._declares(id)
        result = self.board.results[id]
        if "end" not in result.columns:
            return result
        return result.filter(pl.col("end").is_in(self.ends["end"].implode()))

    def history(self, id: str) -> pl.DataFrame:
        """Return a result at the grid's instants, oldest first."""
        self._declares(id)
        result = self.board.results[id]
        return result.filter(pl.col("end") < self.board.ends.main).sort("end", maintain_order=True)

    def then(self, as_of: datetime, known_at: datetime, ids: Sequence[str] = ()) -> "Window":
        """Return what a cycle at another moment saw: its facts, and these results; of an end of this board, its own."""
        same = self.ends.filter(pl.col("as_of") == as_of, pl.col("known_at") == known_at)
        if not same.is_empty():
            return replace(self, ends=same.head(1))
        board = self.board.at(as_of, known_at, ids)
        return replace(self, board=board, ends=board.main[1])

    @property
    def grid(self) -> pl.DataFrame:
        """The ends on the observation grid."""
        return self.board.ends.grid

    def _declares(self, name: str) -> None:
        if self.reader is not None and name not in self.declared:
            raise ValueError(f"{self.reader} reads {name} and does not declare it")


def _without_nothing(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a result in which what is no number (0 ÷ 0) or without end (1 ÷ 0) is unknown, as it is."""
    floats = [name for name, dtype in frame.schema.items() if dtype.is_float()]
    return frame.with_columns(pl.when(pl.col(name).is_finite()).then(pl.col(name)) for name in floats)


def finished(frame: pl.DataFrame, spec: Spec, currency: str, wanted: set[int]) -> pl.DataFrame:
    """Round a measure's rows to its unit, add the columns it left out and put them in order.

    Money is in the charter's `currency`, unless the measure names another one in a column `unit`. A community measure
    that gave no row at a wanted end is insufficient there.

    Raises
    ------
    ValueError   money that is no whole number of minor units
    """
    if spec.unit == "money" and frame.schema["value"].is_float():
        raise ValueError(f"{spec.id}: money is whole minor units")
    if spec.subject == "community":
        every = pl.DataFrame({"end": sorted(wanted)}, schema={"end": pl.Int32})
        frame = frame.join(every, on="end", how="full", coalesce=True).with_columns(
            pl.col("subject").fill_null("community")
        )
    extras = EXTRAS | {"low": frame.schema["value"], "high": frame.schema["value"]}
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in extras.items() if name not in frame.columns]
    unit = pl.lit(currency if spec.unit == "money" else spec.unit)
    frame = frame.with_columns(missing).with_columns(unit=pl.col("unit").fill_null(unit))
    if spec.unit in DIGITS:
        numbers = [pl.col(name).cast(pl.Float64) for name in NUMBERS]
        frame = frame.with_columns(number.round(DIGITS[spec.unit], mode="half_to_even") for number in numbers)
    return frame.select(
        pl.col("subject").cast(pl.String),
        pl.col("end").cast(pl.Int32),
        *NUMBERS,
        "unit",
        pl.col("n").cast(pl.Int64),
        pl.col("because").list.head(LISTED_FACTS),
    ).sort("end", "subject")
