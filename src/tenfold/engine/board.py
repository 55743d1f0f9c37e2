"""The board: what a cycle knows at every end that somebody needs, found in the graph or computed into it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from tenfold.charter.document import Charter, Rulebook
from tenfold.engine.finished import finished, without_nothing
from tenfold.engine.graph import Graph, Instants, Kept, Name, Past, Result, Rows, mixed, named
from tenfold.engine.instants import Ends, demands, ends_at
from tenfold.engine.noted import Family, Note
from tenfold.engine.plan import Plan
from tenfold.engine.queries import needed, nothing
from tenfold.engine.reduce import parameters_of, tables_of
from tenfold.engine.registry import Registry, registry
from tenfold.engine.window import READ, SHOWN, Reader, Window
from tenfold.facts.as_of import as_literals, known, newest
from tenfold.facts.declaration import TABLES
from tenfold.terms.measure import Spec
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    from tenfold.engine.graph import Names

PORTION = 400_000  # rows × ends of one query of a reduction that looks at each end alone
Watch = Callable[[str, int, int], None]
Judged = Sequence[tuple[Charter, pl.DataFrame]]  # a charter, and the ends at which it is the one in force


def unwatched(what: str, done: int, total: int) -> None:
    """Watch nothing."""


@dataclass
class Board:
    """The results of a first pass, and the facts they came from.

    prepared   table → rows with `corrected_at` and `on` (facts/as_of.py), void rows gone
    rulebook   the charter versions; the one in force at an end is the gauge there
    graph      what was computed before, for this board or another, and is not computed again
    found      id → result
    """

    prepared: Mapping[str, pl.DataFrame]
    rulebook: Rulebook
    ends: Ends
    registry: Registry
    graph: Graph = field(default_factory=Graph)
    found: dict[str, Result] = field(default_factory=dict)
    needed: dict[str, set[int]] = field(default_factory=dict)
    _seen: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)
    _standing: dict[str, pl.DataFrame] = field(default_factory=dict, init=False, repr=False)
    _judged: dict[frozenset[int], Judged] = field(default_factory=dict, init=False, repr=False)
    _revisions: "dict[str, Names]" = field(default_factory=dict, init=False, repr=False)
    _passing: dict[str, tuple[Mapping[str, pl.DataFrame], pl.DataFrame]] = field(
        default_factory=dict, init=False, repr=False
    )
    _others: dict[Instants, "Board"] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._instants = self.ends.frame["as_of"].to_list()
        self.main_columns = as_literals(self.ends.frame.slice(self.ends.main, 1))

    def compute(
        self, only: Sequence[str] | None = None, histories: Sequence[str] = (), watch: Watch = unwatched
    ) -> "Board":
        """Run the first pass: all specs, or those that `only` names and what they read.

        histories   ids wanted at every instant of the grid as well
        watch       told the id, how many are done and how many there are, before each
        """
        order = self.plan.order
        if only is not None:
            wanted = self._below(only)
            order = [spec for spec in order if spec.id in wanted]
        self.needed |= demands(order, self.plan, self.ends, histories)
        for done, spec in enumerate(order):
            watch(spec.id, done, len(order))
            if spec.kind != "relation" and not spec.passing:
                self.found[spec.id] = self._result(spec)
        self._passing.clear()
        self.graph.rest()
        return self

    def need(self, ids: Sequence[str], watch: Watch = unwatched) -> "Board":
        """Compute some results, with what they read, as far as they are not there."""
        missing = [id for id in ids if not self.knows(id)]
        return self.compute(only=missing, watch=watch) if missing else self

    @cached_property
    def plan(self) -> Plan:
        """What follows from the rules alone."""
        return self.graph.plan(self.registry, self.rulebook)

    @property
    def results(self) -> Mapping[str, pl.DataFrame]:
        """Id → rows at all ends that were needed."""
        return Rows(self.found)

    def give(self, id: str, rows: pl.DataFrame) -> None:
        """Take rows for a result, whatever they were made of."""
        import numpy as np

        at_main = pl.col("end") == self.ends.main
        names = np.zeros(self.ends.frame.height, dtype=np.uint64)
        self.found[id] = Result(rows.filter(at_main), rows.filter(~at_main), names)

    def at(self, as_of: datetime, known_at: datetime, ids: Sequence[str] = ()) -> "Board":
        """Return the board of a cycle at another moment, with these results: kept, for many pools ask for one."""
        moment = (as_of, known_at)
        if moment not in self._others:
            ends = ends_at(self.rulebook, self.prepared, as_of, known_at)
            self._others[moment] = Board(self.prepared, self.rulebook, ends, self.registry, self.graph.at(moment))
        board = self._others[moment]
        return board.need(ids)

    def looks_back(self, id: str) -> bool:
        """Whether a result, or one below it, is made of the history of another."""
        return any(self.registry.specs[one].series for one in self._below([id]))

    def _below(self, ids: Sequence[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(ids)
        while waiting:
            id = waiting.pop()
            if id not in found:
                found.add(id)
                waiting += self.plan.reads[id]
        return found

    # What is kept, and what is computed.

    def _result(self, spec: Spec) -> Result:
        """Return a spec's result where it is needed: what is kept of it, and the rest computed."""
        main, kept = self.ends.main, self.graph.of(spec.id)
        wanted = {main} if spec.endless else self.needed[spec.id]
        made_of = self._made_of(spec)
        names = self._under(kept.notes, wanted, made_of)
        now = kept.now.get(int(names[main]))
        standing = self._standing_ends(kept.past, names, wanted - {main})
        missing = wanted - standing - (set() if now is None else {main})
        rows = pl.DataFrame(schema={"end": pl.Int32})
        if missing:
            rows, notes = self._computed(spec, missing)
            if not notes <= kept.notes:
                kept.notes |= notes
                names = self._under(kept.notes, wanted, made_of)
        name = int(names[main])
        at_main = rows if spec.endless or missing == {main} else rows.filter(pl.col("end") == main)
        now = kept.made(name, at_main, main) if now is None else kept.keep(name, now)
        past = self._past(kept, names, standing, rows, missing - {main})
        names[main] = now.name
        if spec.endless:
            names[:] = now.name
        return Result.of(now.at(main), past, names)

    def _standing_ends(self, past: Past, names: "Names", wanted: set[int]) -> set[int]:
        """Return the ends of the grid at which what is kept was made of the same."""
        return {end for end in wanted if past.names.get(self._instants[end]) == int(names[end])}

    def _past(self, kept: Kept, names: "Names", standing: set[int], rows: pl.DataFrame, made: set[int]) -> pl.DataFrame:
        """Return the rows at the grid: those that stand and those that were made, which are kept from now on."""
        if not made:
            return kept.past.at({self._instants[end]: end for end in sorted(standing)})
        numbers = {self._instants[end]: end for end in sorted(standing | made)}
        others = {at: end for end, at in enumerate(self._instants[:-1]) if at in kept.past.ends and at not in numbers}
        older = others | {at: end for at, end in numbers.items() if end in standing}
        new = rows.filter(pl.col("end") != self.ends.main)
        together = pl.concat([kept.past.at(older), new], how="diagonal_relaxed") if older else new
        known = {at: kept.past.names[at] for at in others} | {at: int(names[end]) for at, end in numbers.items()}
        kept.past = Past(others | numbers, known, together.sort("end", maintain_order=True) if older else new)
        return kept.past.at(numbers)

    def knows(self, id: str) -> bool:
        """Whether an id is a table, or a result that was computed or can be made of tables at once."""
        return id in TABLES or id in self.found or self.registry.specs[id].passing

    def name_of(self, id: str) -> Name:
        """Return the name of a result or table at the cycle's own end, with all of its history that was needed."""
        names = self._names_of(id)
        past = sorted(self.needed.get(id, set()) - {self.ends.main})
        return named(int(names[self.ends.main]), names[past].tobytes())

    def _made_of(self, spec: Spec) -> "Names":
        """Return, end by end, the name of all that a spec's result is made of but the rules."""
        import numpy as np

        height = self.ends.frame.height
        reads = self.plan.reads[spec.id]
        tables = [name for name in spec.reads if name in TABLES]
        currency = str(self.main[0].charter.currency) if spec.unit == "money" else ""
        names = np.full(height, named(spec.id, currency), dtype=np.uint64)
        for column in READ[spec.clock]:
            names = mixed(names, self._clocks[column])
        if spec.clock == "passed":
            for table in tables:
                names = mixed(names, self._passed(table))
        for id in (*tables, *reads, *self._elsewhere(spec)):
            names = mixed(names, self._names_of(id))
        if spec.moments is not None:
            names = mixed(names, np.full(height, named(self.plan.reading.all), dtype=np.uint64))
        if spec.series or spec.observes:
            histories = [self._names_of(id)[:-1].tobytes() for id in reads]
            names = mixed(names, np.full(height, named(self.ends.as_of[:-1].tobytes(), histories), dtype=np.uint64))
        return names

    def _elsewhere(self, spec: Spec) -> Sequence[str]:
        """Return the tables below what a spec reads at other moments, where all that is known by now may count."""
        if spec.moments is None:
            return ()
        ids = [id for id in self.plan.reads[spec.id] if id not in spec.reads]
        below = (name for id in self._below(ids) for name in self.registry.specs[id].reads)
        return sorted({name for name in below if name in TABLES})

    def passed(self, table: str) -> int:
        """Return how many of the instants that rows of a table name have come at the cycle's own end."""
        return int(self._passed(table)[self.ends.main])

    def _passed(self, table: str) -> "Names":
        return self.graph.revisions.passed(table, self.prepared[table], self.ends)

    @cached_property
    def _clocks(self) -> "Mapping[str, Names]":
        """What may be read of an end: column → its value at every end, as a number."""
        import numpy as np

        columns = self.ends.frame.select("as_of", "known_at", "today")
        return {column.name: column.to_physical().to_numpy().astype(np.uint64) for column in columns}

    def _names_of(self, id: str) -> "Names":
        """Return the names of a result, or a table's revisions, at every end; of a relation those of its tables."""
        if id in self.found:
            return self.found[id].names
        if id not in self._revisions:
            if id in TABLES:
                names = self.graph.revisions.at(id, self.prepared[id], self.ends)
            else:
                first, *others = tables_of(self.registry.specs[id], self.registry.specs)
                names = self._names_of(first)
                for other in others:
                    names = mixed(names, self._names_of(other))
            self._revisions[id] = names
        return self._revisions[id]

    def _under(self, notes: set[Note], wanted: set[int], made_of: "Names") -> "Names":
        """Return the names of a result of which the rules are noted: what it is made of, and what they answer there."""
        import numpy as np

        asked = tuple(sorted(notes))
        answered = np.zeros(self.ends.frame.height, dtype=np.uint64)
        for rules, ends in self.by_version(wanted):
            answered[ends["end"].to_numpy()] = named(asked, self.plan.reading.answers(asked, rules))
        return mixed(made_of, answered)

    def _computed(self, spec: Spec, ends: set[int]) -> tuple[pl.DataFrame, set[Note]]:
        """Return a spec's rows at some ends, each under the charter in force there, and what was read of the rules."""
        frames: list[pl.DataFrame] = []
        notes: set[Note] = set()
        reader = Reader.of(spec, self.plan.reads[spec.id])
        for charter, some in self.by_version(ends):
            family = Family(self.rulebook, charter)
            if spec.kind == "reduction":
                frames += self.reduced(spec, family.own, some)
            else:
                window = Window(self, some, reader, family.own, clock=spec.clock)
                frames.append(spec.compute(window, family.own, some.select(SHOWN[spec.clock])))
            notes |= family.notes
        rows = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")
        if spec.kind == "measure":
            return finished(rows, spec, self.main[0].charter.currency, ends), notes
        return without_nothing(rows), notes

    def reduced(self, spec: Spec, rules: Rules, ends: pl.DataFrame) -> list[pl.DataFrame]:
        """Return the rows of a reduction at some ends; a few ends at a time where it crosses each with its rows."""
        return [self._reduced(spec, rules, few) for few in self._portions(spec, ends)]

    def _reduced(self, spec: Spec, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a reduction at a few ends; without a query where what its tables lack says: none."""
        empty = nothing(spec.id) if self.registry is registry() else None
        if empty is not None and self._without_rows(spec):
            return empty
        parameters = self._parameters(spec, rules, ends)
        if empty is not None and any(parameters[name].is_empty() for name in needed(spec.id) if name in parameters):
            return empty
        return self._handed(spec, parameters) if spec.passing else self._asked(spec, parameters)

    def _without_rows(self, spec: Spec) -> bool:
        """Whether a table that a reduction cannot do without is empty, or all of its tables are."""
        below = {name: self.prepared[name].is_empty() for name in self._tables(spec)}
        return all(below.values()) or any(below[name] for name in needed(spec.id) if name in below)

    def _tables(self, spec: Spec) -> list[str]:
        return tables_of(spec, self.registry.specs)

    def run(self, spec: Spec, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of a reduction at some ends as the engine of its query gives them."""
        return self._asked(spec, self._parameters(spec, rules, ends))

    def _parameters(self, spec: Spec, rules: Rules, ends: pl.DataFrame) -> dict[str, pl.DataFrame]:
        parameters = {"ends": ends}
        for reducer in parameters_of(spec, self.registry.specs):
            parameters |= reducer.frames(rules, ends)
        return parameters

    def _asked(self, spec: Spec, parameters: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        return self.graph.big_tables(self.registry.specs).run(spec, self.prepared, parameters)

    def _handed(self, spec: Spec, parameters: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """Return what nobody keeps: the next reader of the same computation has it from the one before."""
        asked, rows = self._passing.get(spec.id, ({}, None))
        same = asked.keys() == parameters.keys() and all(asked[name].equals(one) for name, one in parameters.items())
        if rows is None or not same:
            rows = self._asked(spec, parameters)
            self._passing[spec.id] = (parameters, rows)
        return rows

    def _portions(self, spec: Spec, ends: pl.DataFrame) -> list[pl.DataFrame]:
        if not spec.alone:
            return [ends]
        rows = sum(self.prepared[name].height for name in self._tables(spec))
        return list(ends.iter_slices(max(1, PORTION // max(1, rows))))

    # What it looks at.

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

    def window(self, ends: pl.DataFrame) -> Window:
        """Return the board at some ends, all of it."""
        return Window(self, ends)

    def seen(self, table: str) -> pl.DataFrame:
        """Return the rows of a table that count at the cycle's own end; kept, for a hundred readers ask for them."""
        if table not in self._seen:
            at = self.main_columns
            self._seen[table] = known(self.prepared[table], at["as_of"], at["known_at"])
        return self._seen[table]

    def standing(self, table: str) -> pl.DataFrame:
        """Return the current row per key of a state table at the cycle's own end."""
        if table not in self._standing:
            self._standing[table] = newest(self.seen(table), TABLES[table].by)
        return self._standing[table]

    def rules_at(self, end: int) -> Charter:
        """Return the charter in force at an end."""
        return self.rulebook.judging(self._instants[end])

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
