"""A board seen at some of its ends: what a measure, a view or a mechanism's decisions read, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.as_of import current, visible
from tenfold.facts.declaration import TABLES
from tenfold.terms.draft import Kind
from tenfold.terms.measure import Clock, Spec
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    from tenfold.engine.board import Board

ALWAYS = ("fact", "occurred_at", "recorded_at", "corrected_at", "on")  # what visibility, order and ages need
READ: dict[Clock, tuple[str, ...]] = {  # what a result depends on, beside the facts
    "none": (),
    "day": ("today",),
    "order": ("today",),
    "passed": ("today",),  # and how many instants of its tables have come
    "instant": ("as_of", "known_at", "today"),
}
SHOWN: dict[Clock, tuple[str, ...]] = {
    "none": ("end",),
    "day": ("end", "today"),
    "order": ("end", "as_of", "known_at", "today"),
    "passed": ("end", "as_of", "known_at", "today"),
    "instant": ("end", "as_of", "known_at", "today"),
}


@dataclass(frozen=True)
class Reader:
    """A spec that reads: nothing but what it declares, for what is computed again and what is explained follow that.

    declared   ids and tables
    observes   whether it may look at the observation grid
    moves      whether it may look from other moments
    """

    id: str
    declared: frozenset[str]
    observes: bool
    moves: bool

    @classmethod
    def of(cls, spec: Spec | Kind, reads: Sequence[str]) -> "Reader":
        """Return the reader that a spec is; `reads` are its results with those that any charter version names."""
        declared = frozenset({*spec.reads, *reads})
        if isinstance(spec, Kind):
            return cls(spec.id, declared, spec.observes, moves=False)
        return cls(spec.id, declared, spec.series or spec.observes, spec.moments is not None)


@dataclass(frozen=True)
class Window:
    """A board at some ends. Without a reader it shows everything that was computed."""

    board: "Board"
    ends: pl.DataFrame
    reader: Reader | None = None
    rules: Rules | None = None
    clock: Clock = "instant"

    def rows(self, table: str, columns: Sequence[str] = (), only: pl.Expr | None = None) -> pl.DataFrame:
        """Return every visible row of a table at every end (big tables are for reductions alone).

        columns   the columns wanted beside the header of time and identity; all where left out
        only      a filter of whole keys, applied before the rows are multiplied by the ends
        """
        self._declares(table)
        if self._main:
            return self._at_main(self.board.seen(table), columns, only)
        rows = self.board.prepared[table]
        if only is not None:
            rows = rows.filter(only)
        if columns:
            rows = rows.select(_beside(columns))
        return visible(rows, self.ends).drop(name for name in self.ends.columns if name not in self._shown)

    def now(self, table: str, columns: Sequence[str] = (), only: pl.Expr | None = None) -> pl.DataFrame:
        """Return the current row per key of a state table at every end."""
        by = TABLES[table].by
        if not by:
            raise ValueError(f"{table} has no current rows")
        wanted = (*by, *(name for name in columns if name not in by)) if columns else ()
        if self._main:
            self._declares(table)
            return self._at_main(self.board.standing(table), wanted, only)
        return current(self.rows(table, wanted, only), by)

    def read(self, id: str) -> pl.DataFrame:
        """Return a result at these ends."""
        self._declares(id)
        spec = self.board.registry.specs[id]
        if spec.passing:
            rules = self.rules or self.board.rules_at(self.ends["end"][-1])
            return pl.concat(self.board.reduced(spec, rules, self.ends))
        rows = self.board.found[id].at(self.ends["end"].to_list(), self.board.ends.main)
        return rows.drop(spec.parts, strict=False) if spec.parts else rows

    def history(self, id: str) -> pl.DataFrame:
        """Return a result at the grid's instants, oldest first."""
        self._declares(id)
        self._observes()
        found, parts = self.board.found[id], self.board.registry.specs[id].parts
        rows = found.past.sort("end", maintain_order=True)
        return rows.drop(parts, strict=False) if parts else rows

    def then(self, end: int, as_of: datetime | None, known_at: datetime | None, ids: Sequence[str] = ()) -> "Window":
        """Return what a cycle at another moment saw: its facts, and these results; of an end here, its own."""
        if self.reader is None or not self.reader.moves:
            raise ValueError("only a spec that declares its moments looks from others")
        own = self.ends.row(by_predicate=pl.col("end") == end, named=True)
        moment = as_of or own["as_of"], known_at or own["known_at"]
        same = self.ends.filter(pl.col("as_of") == moment[0], pl.col("known_at") == moment[1])
        if not same.is_empty():
            return replace(self, ends=same.head(1))
        board = self.board.at(*moment, ids)
        return replace(self, board=board, ends=board.main[1], rules=None)

    @property
    def grid(self) -> pl.DataFrame:
        """The ends on the observation grid."""
        self._observes()
        return self.board.ends.grid

    @property
    def _main(self) -> bool:
        return self.ends.height == 1 and self.ends["end"][0] == self.board.ends.main

    @property
    def _shown(self) -> tuple[str, ...]:
        return SHOWN[self.clock]

    def _at_main(self, rows: pl.DataFrame, columns: Sequence[str], only: pl.Expr | None) -> pl.DataFrame:
        """Return rows that are visible at the cycle's own end with what the clock lets one read of it."""
        end = [self.board.main_columns[name] for name in self._shown]
        if only is not None:
            rows = rows.filter(only)
        return rows.select(*_beside(columns), *end) if columns else rows.with_columns(end)

    def _declares(self, name: str) -> None:
        if TABLES.get(name) is not None and TABLES[name].big:
            raise ValueError(f"{name} is read through a reduction")
        if self.reader is not None and name not in self.reader.declared:
            raise ValueError(f"{self.reader.id} reads {name} and does not declare it")

    def _observes(self) -> None:
        if self.reader is not None and not self.reader.observes:
            raise ValueError(f"{self.reader.id} reads the observation grid and does not declare it")


def _beside(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the wanted columns after those that every row has."""
    return (*(name for name in ALWAYS if name not in columns), *columns)
