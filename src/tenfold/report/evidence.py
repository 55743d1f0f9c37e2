"""What stands behind the numbers of a page: each number's value, rule, the numbers below it and its first facts.

A page asks for numbers while it is composed and gets anchors; the explanations of all that were asked for, and of what
they rest on, follow at its end. Languages share them: only words differ.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from tenfold.engine.benefits import Shown, benefits
from tenfold.engine.cycle import Cycle
from tenfold.engine.explain import BELOW, FIRST, Explainer, digest, judged_by
from tenfold.engine.written import plain, written
from tenfold.facts.declaration import TABLES
from tenfold.report.speech import unit_of
from tenfold.terms.measure import write_plain
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

Number = tuple[str, str]  # measure id, subject
NUMBERS_MAX = 1500  # explanations on one page
CELLS = 6
SELECT_UP_TO = 100_000  # facts; beyond, selections are for `tenfold explain`, which runs one at a time
MINOR = "_minor"
HEADER = frozenset(
    {
        "fact",
        "occurred_at",
        "recorded_at",
        "recorded_by",
        "origin",
        "origin_key",
        "precision",
        "corrects",
        "because",
        "evidence",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """A number as it is written; `value` None when it is insufficient."""

    value: str | None
    unit: str
    low: str | None = None
    high: str | None = None
    n: int | None = None
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """One explanation; `count` and `sha256` None where the selection was left to `tenfold explain`."""

    id: str
    subject: str
    row: Row
    pointer: str | None
    version: int
    below: Sequence[Number]
    more: int  # numbers below that are not listed
    how: Reason | None  # its arithmetic
    facts: Sequence[str]
    count: int | None
    sha256: str | None


class Cell(NamedTuple):
    """One cell of a fact: its column, its words; `unit` the currency of an amount."""

    name: str
    words: Sequence[str]
    unit: str | None = None


class Known(NamedTuple):
    """A fact as the page names it: its table, when and how well that is known, and its first cells.

    rule   charter version and place that judge it, where it is judged by itself
    """

    table: str
    at: datetime
    cells: Sequence[Cell]
    precision: str | None = None
    rule: tuple[int, str] | None = None


@dataclass
class Evidence:
    """The numbers that a page shows, in the order in which it first shows them.

    headlines   those whose facts are counted on the page; selecting facts takes too long to do it for all
    """

    cycle: Cycle
    wanted: dict[Number, str] = field(default_factory=dict)
    headlines: set[Number] = field(default_factory=set)
    facts: dict[str, Known] = field(default_factory=dict)
    _explained: list[Explained] = field(default_factory=list)
    _rows: dict[str, dict[str, Row]] = field(default_factory=dict)

    def rows(self, id: str) -> Mapping[str, Row]:
        """Return subject → number of a measure at the cycle's end."""
        if id not in self._rows:
            board = self.cycle.board
            frame = board.results[id].filter(pl.col("end") == board.ends.main).sort("subject")
            names = ("subject", "value", "unit", "low", "high", "n", "because")
            listed = written(board, board.registry.specs[id], frame).select(names).iter_rows()
            self._rows[id] = {
                subject: Row(value, unit_of(id, unit), low, high, n, tuple(because))
                for subject, value, unit, low, high, n, because in listed
            }
        return self._rows[id]

    def row(self, id: str, subject: str = "community") -> Row | None:
        """Return one number, None when the measure has no such subject."""
        return self.rows(id).get(subject)

    def anchor(self, id: str, subject: str) -> str | None:
        """Return the anchor of a number's explanation and note that it is wanted; None when the page is full."""
        key = (id, subject)
        if key not in self.wanted and (len(self.wanted) >= NUMBERS_MAX or subject not in self.rows(id)):
            return None
        return self.wanted.setdefault(key, anchored(f"{id}:{subject}"))

    def explained(self) -> list[Explained]:
        """Return the explanations of all numbers wanted and of those below them; learns the facts they name."""
        found = self._explained
        explainer = Explainer(self.cycle.board)
        while len(found) < len(self.wanted):
            for id, subject in list(self.wanted)[len(found) :]:
                found.append(self._explain(explainer, id, subject))
        self.learn({fact for one in found for fact in one.facts})
        return found

    def _explain(self, explainer: Explainer, id: str, subject: str) -> Explained:
        board, row = self.cycle.board, self.rows(id)[subject]
        spec = board.registry.specs[id]
        # Facts of a hundred instants take seconds to select.
        counted = (id, subject) in self.headlines and self.cycle.community.facts.count <= SELECT_UP_TO
        whole = counted and not board.looks_back(id)
        one = explainer.unfold(spec, subject, board.ends.main, whole=whole)
        below = [(under.id, at) for under, at in one.below if at in self.rows(under.id)]
        for number in below[:BELOW]:
            self.anchor(*number)
        return Explained(
            id=id,
            subject=subject,
            row=row,
            pointer=spec.pointer,
            version=one.version,
            below=below[:BELOW],
            more=max(0, len(below) - BELOW),
            how=None if one.how is None else Reason(one.how["id"], one.how["params"]),
            facts=one.facts[:FIRST],
            count=None if one.ids is None else len(one.ids),
            sha256=None if one.ids is None else digest(one.ids),
        )

    @cached_property
    def benefits(self) -> Sequence[Shown]:
        """The five benefits with their numbers, now and on the first day of the stage."""
        return benefits(self.cycle)

    def learn(self, ids: Iterable[str]) -> None:
        """Look facts up, one pass a table: `facts` then tells their table, time and first cells."""
        wanted = pl.Series(sorted(set(ids) - set(self.facts)), dtype=pl.String)
        for table, rows in self.cycle.community.facts.tables.items():
            found = rows.filter(pl.col("fact").is_in(wanted.implode()))
            if not found.is_empty():
                self._learn(table, found)

    def _learn(self, table: str, rows: pl.DataFrame) -> None:
        for row in rows.iter_rows(named=True):
            self.facts[row["fact"]] = known(table, row, self.cycle.board.main[0])


def known(table: str, row: Mapping[str, Any], rules: Rules) -> Known:
    """Return a fact as a page names it; personal cells are left out. `rules` is any version of the charter."""
    names = [column.stored for column in TABLES[table].columns.values() if not column.personal]
    paid = any(name.endswith(MINOR) for name in names)  # an amount says its currency itself
    shown = [name for name in names if name not in HEADER and not (paid and name == "currency")]
    filled = [name for name in shown if row.get(name) is not None and row[name] != []]
    cells = [_cell(name, row, rules) for name in filled[:CELLS]]
    return Known(table, row["occurred_at"], cells, row["precision"], judged_by(rules, table, row))


def _cell(name: str, row: Mapping[str, Any], rules: Rules) -> Cell:
    """Return a column's name and its words: money in whole units, decimals without their last zeros."""
    cell = row[name]
    if isinstance(cell, str):
        return Cell(name, (cell,))
    if name.endswith(MINOR):
        amount = from_minor(cell, rules.currencies.digits(row["currency"]) or 0)
        return Cell(name.removesuffix(MINOR), (amount,), row["currency"])
    if isinstance(cell, Decimal):
        return Cell(name, (write_plain(cell),))
    return Cell(name, [str(one) for one in (cell if isinstance(cell, list) else [plain(cell)])])


def anchored(key: str) -> str:
    """Return an HTML id for any key: readable, and never the same for two keys."""
    safe = re.sub(r"[^A-Za-z0-9._:@/+-]", "_", key)
    return safe if safe == key else f"{safe[:60]}~{hashlib.sha256(key.encode()).hexdigest()[:8]}"
