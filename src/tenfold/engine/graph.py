"""What was computed, kept under what it was made of: asking again computes what is missing or changed, and no more.

A result is named by its spec, what that read of the rules, what its clock lets it read of its end, and the names of
what lies below it. A result that comes out as before keeps its earlier name, so that nothing above it is computed
again. At a cycle's own end a few results of each spec are kept, at the observation grid those of every instant.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from tenfold.charter.document import Rulebook
from tenfold.engine.noted import Note
from tenfold.engine.plan import Plan
from tenfold.engine.reduce import BigTables
from tenfold.engine.registry import Registry
from tenfold.engine.revisions import Revisions
from tenfold.facts.as_of import prepared_table
from tenfold.facts.store import FactStore
from tenfold.terms.decision import Decision
from tenfold.terms.measure import Spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Names = NDArray[np.uint64]

PLANS_KEPT = 2
KEPT = 6  # results of a spec at a cycle's own end: today's, those of a charter that is tried, yesterday's
Name = int  # 64 bits
Instants = tuple[datetime, datetime]  # as of, known at


def named(*parts: object) -> Name:
    """Return the name of what is made of these parts: texts, whole numbers, instants and tuples of them."""
    return int.from_bytes(hashlib.blake2b(repr(parts).encode(), digest_size=8).digest(), "big")


def mixed(one: "Names", other: "Names") -> "Names":
    """Return names, end by end, of what is made of both (in this order)."""
    import numpy as np

    made = (one * np.uint64(0xBF58476D1CE4E5B9)) ^ other
    made = (made ^ (made >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
    return made ^ (made >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Now:
    """A result at a cycle's own end: its rows, the number of that end in them, and the name that those above know."""

    rows: pl.DataFrame
    end: int
    name: Name

    def at(self, end: int) -> pl.DataFrame:
        """Return the rows with another number of their end."""
        if end == self.end or "end" not in self.rows.columns:
            return self.rows
        return self.rows.with_columns(end=pl.lit(end, pl.Int32))


@dataclass(frozen=True, slots=True)
class Past:
    """A result at instants of the grid: instant → its number in the rows, and the name of what it was made of."""

    ends: Mapping[datetime, int]
    names: Mapping[datetime, Name]
    rows: pl.DataFrame

    def at(self, ends: Mapping[datetime, int]) -> pl.DataFrame:
        """Return the rows of some of the instants, with other numbers of their ends."""
        if ends == self.ends:
            return self.rows
        numbers = {self.ends[instant]: end for instant, end in ends.items()}
        kept = self.rows.filter(pl.col("end").is_in(list(numbers)))
        return kept.with_columns(pl.col("end").replace_strict(numbers, return_dtype=pl.Int32))


NOTHING = Past({}, {}, pl.DataFrame(schema={"end": pl.Int32}))


@dataclass
class Kept:
    """What is kept of one spec.

    notes   what it was ever seen to read of the rules: each counts in every name
    now     name of what it was made of → the result, the newest last
    """

    notes: set[Note] = field(default_factory=set)
    now: dict[Name, Now] = field(default_factory=dict)
    past: Past = NOTHING

    def made(self, name: Name, rows: pl.DataFrame, end: int) -> Now:
        """Keep a new result and return it; one that equals the one before has that one's name."""
        before = next(reversed(self.now.values()), None)
        same = before is not None and before.at(end).equals(rows)
        return self.keep(name, Now(rows, end, before.name if before is not None and same else name))

    def keep(self, name: Name, found: Now) -> Now:
        """Keep a result as the newest and return it."""
        self.now.pop(name, None)
        self.now[name] = found
        while len(self.now) > KEPT:
            del self.now[next(iter(self.now))]
        return found


@dataclass
class Decided:
    """What is kept of one kind of decision.

    notes   what it was ever seen to read of the rules
    found   name of all that it is made of → its decisions, the newest last
    """

    notes: set[Note] = field(default_factory=set)
    found: dict[Name, Sequence[Decision]] = field(default_factory=dict)

    def keep(self, name: Name, found: Sequence[Decision]) -> None:
        """Keep decisions as the newest."""
        self.found[name] = found
        while len(self.found) > KEPT:
            del self.found[next(iter(self.found))]


class Graph:
    """The results of one registry, shared by all boards that are computed from it.

    warm     keeps the big tables loaded too, for whoever asks again and again
    within   the graph of a cycle, for one that looks from another moment: the tables are those of that one
    """

    def __init__(self, *, warm: bool = False, within: "Graph | None" = None) -> None:
        self.revisions: Revisions = Revisions() if within is None else within.revisions
        self._warm = warm
        self._within = within
        self._others: dict[Instants, Graph] = {}
        self._prepared: dict[tuple[str, str], tuple[pl.DataFrame, pl.DataFrame]] = {}
        self._kept: dict[str, Kept] = {}
        self._decided: dict[str, Decided] = {}
        self._big_tables: BigTables | None = None
        self._plans: list[Plan] = []

    def plan(self, registry: Registry, rulebook: Rulebook) -> Plan:
        """Return the plan of a rulebook; the last few are kept, for one may be tried beside the one in force."""
        if self._within is not None:
            return self._within.plan(registry, rulebook)
        for plan in self._plans:
            if plan.registry is registry and plan.rulebook is rulebook:
                return plan
        made = Plan.of(registry, rulebook)
        self._plans = [made, *self._plans][:PLANS_KEPT]
        return made

    def prepared(self, facts: FactStore, timezone: str) -> Mapping[str, pl.DataFrame]:
        """Return the tables as `as_of.visible` reads them; a table that is the same is not made ready again."""
        found: dict[str, pl.DataFrame] = {}
        for name, rows in facts.tables.items():
            before = self._prepared.get((name, timezone))
            found[name] = before[1] if before and before[0] is rows else prepared_table(name, rows, timezone)
            self._prepared[name, timezone] = (rows, found[name])
        return found

    def at(self, moment: Instants) -> "Graph":
        """Return the graph of boards that look from another moment: what they keep displaces nothing here."""
        if moment not in self._others:
            self._others[moment] = Graph(within=self)
        return self._others[moment]

    def big_tables(self, specs: Mapping[str, Spec]) -> BigTables:
        """Return what runs reductions."""
        if self._within is not None:
            return self._within.big_tables(specs)
        if self._big_tables is None:
            self._big_tables = BigTables(specs)
        return self._big_tables

    def rest(self) -> None:
        """Give back what nobody needs before the next question."""
        if self._big_tables is not None and not self._warm:
            self._big_tables.close()
            self._big_tables = None

    def decided(self, id: str) -> Decided:
        """Return what is kept of a kind of decision."""
        return self._decided.setdefault(id, Decided())

    def of(self, id: str) -> Kept:
        """Return what is kept of a spec."""
        return self._kept.setdefault(id, Kept())


@dataclass(frozen=True)
class Result:
    """What a board has of one spec.

    now     rows at the cycle's own end
    past    rows at the instants of the grid where it was needed
    names   its name at every end of the board; where it was not needed it has none that means anything
    """

    now: pl.DataFrame
    past: pl.DataFrame
    names: "Names"

    @classmethod
    def of(cls, now: pl.DataFrame, past: pl.DataFrame, names: "Names") -> "Result":
        """Return a result whose two parts have the same columns."""
        if past.is_empty():
            return cls(now, now.clear(), names)
        if now.schema != past.schema:
            both = pl.concat([past, now], how="diagonal_relaxed")
            now, past = both.slice(past.height), both.head(past.height)
        return cls(now, past, names)

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All rows, those of the cycle's own end last."""
        return self.now if self.past.is_empty() else pl.concat([self.past, self.now])

    def at(self, ends: Sequence[int], main: int) -> pl.DataFrame:
        """Return the rows of some ends."""
        if [*ends] == [main] or "end" not in self.now.columns:
            return self.now
        rows = self.rows if main in ends else self.past
        return rows.filter(pl.col("end").is_in(list(ends)))


class Rows(Mapping[str, pl.DataFrame]):
    """Id → rows at all ends of results."""

    def __init__(self, found: Mapping[str, Result]) -> None:
        self._found = found

    def __getitem__(self, id: str) -> pl.DataFrame:
        return self._found[id].rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
