"""What an import would do, in plain words: how many rows are new, changed or the same, samples, totals, the unread."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.exchange.reading.community import Around, called
from tenfold.exchange.reading.conventions import AmountStyle, cells_of, meant
from tenfold.exchange.reading.kinds import Taken
from tenfold.exchange.reading.model import told
from tenfold.exchange.reading.styles import NO_MONEY, Styles
from tenfold.exchange.reading.table import Table
from tenfold.facts.declaration import TABLES, title_of
from tenfold.facts.maps.result import Import
from tenfold.report.words import catalogue, say
from tenfold.terms.days import local_day
from tenfold.terms.listed import Listed
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason

SAMPLED = 5  # rows of each table and state that are shown
STATES = ("new", "changed", "joined", "same", "older")
SHOWN_TABLES = (
    "opportunities",
    "cash_movements",
    "memberships",
    "interactions",
    "commitments",
    "attendances",
    "holdings",
    "group_links",
)

COMPARED = ("opportunities", "cash_movements", "memberships", "attendances", "group_links")  # told by what changed
WITH_VALUES = ("amount", "currency", "share", "stage", "state")  # columns told by what they were and are


@dataclass(frozen=True)
class Counted:
    """How many rows of a table are in each state."""

    table: str
    states: Mapping[str, int]


@dataclass(frozen=True)
class Total:
    """A total of the file beside the sum of its rows."""

    column: str
    row: int
    stated: str
    summed: str
    difference: str

    @property
    def told(self) -> Reason:
        """Whether the two agree, in a message."""
        id = "reading.show.total" if self.stated != self.summed else "reading.show.total.agrees"
        return Reason(id, {"column": self.column, "row": str(self.row), "stated": self.stated, "summed": self.summed})


@dataclass(frozen=True)
class Preview:
    """What an import would do."""

    counts: tuple[Counted, ...] = ()
    samples: tuple[Reason, ...] = ()
    totals: tuple[Total, ...] = ()
    gone: Mapping[str, int] = field(default_factory=dict)
    unread: int = 0
    parties: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as JSON can hold them."""
        return {
            "counts": {one.table: dict(one.states) for one in self.counts},
            "totals": [
                {"column": one.column, "row": one.row, "stated": one.stated, "summed": one.summed}
                for one in self.totals
            ],
            "gone": dict(self.gone),
            "unread": self.unread,
            "parties": self.parties,
        }


def preview_of(found: Import, table: Table, taken: Taken, styles: Styles, around: Around) -> Preview:
    """Count and sample what an import would write, and hold the file's own totals against its rows."""
    assert found.run is not None
    teller = Teller(found, around)
    counts: dict[str, Counter[str]] = {}
    for outcome in found.run.outcomes:
        counts.setdefault(outcome.made.table.name, Counter()).update(outcome.matched.told["$state"].to_list())
    return Preview(
        tuple(Counted(name, _in_order(states)) for name, states in counts.items()),
        tuple(teller.samples()),
        tuple(totals_of(table, taken, styles)),
        {name: rows.height for name, rows in found.gone.items()},
        found.unread,
        found.parties,
    )


def _in_order(states: Mapping[str, int]) -> dict[str, int]:
    """Return counts in one order, whichever row came first."""
    return {state: states[state] for state in (*STATES, "left") if state in states}


@dataclass
class Teller:
    """Says rows in plain words."""

    found: Import
    around: Around

    def __post_init__(self) -> None:
        tables = self.found.store.tables
        self.rows = {
            name: pl.concat([tables[name], self.found.added.get(name, TABLES[name].empty())]) for name in SHOWN_TABLES
        }
        parties = pl.concat([tables["parties"], self.found.added.get("parties", TABLES["parties"].empty())])
        self.names = called(parties.sort("recorded_at"), self.around.language)

    def samples(self) -> Iterator[Reason]:
        """Yield a few sentences of each table about what is new and what changes."""
        assert self.found.run is not None
        for outcome in self.found.run.outcomes:
            name = outcome.made.table.name
            if name not in SHOWN_TABLES:
                continue
            for state in ("new", "changed", "joined"):
                told_rows = outcome.matched.told.filter(pl.col("$state") == state).head(SAMPLED)
                for fact, was in told_rows.select("fact", "$was").iter_rows():
                    yield self.say(name, state, fact, was)

    def say(self, table: str, state: str, fact: str, was: str | None) -> Reason:
        """Say a row of one of SHOWN_TABLES, and what it says otherwise than the one before."""
        row = self._row(table, fact)
        before = self._row(table, was) if was else {}
        way = _way(row) if table == "commitments" else ""
        words = self._words(table, row, before)
        if state == "changed" and table in COMPARED:
            words["was"] = self._compared(table, row, before)
        return told(f"reading.sample.{table}.{state}{way}", **words)

    def _row(self, table: str, fact: str) -> dict[str, Any]:
        return self.rows[table].row(by_predicate=pl.col("fact") == fact, named=True)

    def _words(self, table: str, row: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, str]:
        words = {"day": day_of(row["occurred_at"], self.around)}
        for column in TABLES[table].refs:
            if column.target == "parties":
                words[column.name] = self.names.get(row[column.name], row[column.name] or "")
        for name in ("stage", "class", "state", "channel", "purpose", "security", "units", "what"):
            if name in row:
                words[name] = str(row[name] or "")
        if "amount_minor" in row:
            words["amount"] = money_of(row, self.around)
        if "due_at" in row:
            due = row["due_at"]
            words["due"] = "—" if due is None else day_of(due, self.around)
        if table == "group_links":
            words["relation"] = _relation(row, self.around)
        if before:
            words["was"] = self._change(table, row, before)
        return words

    def _change(self, table: str, row: Mapping[str, Any], before: Mapping[str, Any]) -> Listed:
        """Return what changed: `signed → wired`, `8,000,000.00 CNY → 6,000,000.00 CNY`."""
        changes = []
        if "amount_minor" in row and row["amount_minor"] != before["amount_minor"]:
            changes.append(f"{money_of(before, self.around)} → {money_of(row, self.around)}")
        if row.get("share") != before.get("share"):
            changes.append(f"{percent(before['share'])} → {percent(row['share'])}")
        for name in ("stage", "state"):
            if name in row and row[name] != before[name]:
                changes.append(f"{before[name]} → {row[name]}")
        return Listed(changes)

    def _compared(self, table: str, row: Mapping[str, Any], before: Mapping[str, Any]) -> Listed:
        """Return all that changed; where that is nothing of what is shown, that."""
        changes = [*self._change(table, row, before).parts, *self._further(table, row, before)]
        return Listed(changes or [say(self.around.language, "reading.was.same")])

    def _further(self, table: str, row: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[str]:
        """Yield by name what changed beside what is said with both its values."""
        language, words = self.around.language, catalogue(self.around.language)
        said = (*TABLES[table].header, *WITH_VALUES)
        columns = [one for one in TABLES[table].columns.values() if one.name not in said]
        others = [one for one in columns if row.get(one.stored) != before.get(one.stored)]
        named = [words.get(f"column.{one.name}") or title_of(one.name, one.label, language) for one in others]
        if named:
            yield say(language, "reading.was.other", {"columns": Listed(named)})


def _way(row: Mapping[str, Any]) -> str:
    """Return which sentence says a promise: one to nobody, or one without a day, is told by what it is."""
    if row["to_party"] is None:
        return ".alone"
    return ".open" if row["due_at"] is None else ""


def _relation(row: Mapping[str, Any], around: Around) -> str:
    """Say how two parties belong together, with the share where there is one."""
    word = say(around.language, f"code.relation.{row['relation']}")
    return word if row["share"] is None else f"{word} {percent(row['share'])}"


def percent(share: Decimal | None) -> str:
    """Write a part of one in percent: 0.625 → 62.5 %."""
    return "—" if share is None else f"{_figure(share * 100)} %"


def grouped(text: str) -> str:
    """Write a number with its thousands parted: 14000000.00 → 14,000,000.00."""
    return f"{Decimal(text):,f}"


def money_of(row: Mapping[str, Any], around: Around) -> str:
    """Write the amount of a row with its currency; nothing where it has none."""
    if row["amount_minor"] is None:
        return ""
    digits = around.context.currencies.digits(row["currency"]) or 0
    return f"{grouped(from_minor(row['amount_minor'], digits))} {row['currency']}"


def day_of(at: datetime, around: Around) -> str:
    """Write the community's local day of an instant."""
    return local_day(at, around.context.timezone).isoformat()


def totals_of(table: Table, taken: Taken, styles: Styles) -> Iterator[Total]:
    """Yield each total of the file beside the sum of the rows that were read."""
    places = {slot: taken.columns[slot].name for slot, style in styles.amounts.items() if slot not in NO_MONEY}
    for total in table.totals:
        if total.row is None:
            continue
        cells = table.grid.row(total.row - 1)
        for slot, name in places.items():
            stated = meant(cells[table.places[name]], styles.amounts[slot])
            if stated is None:
                continue
            summed = _sum(table, name, styles.amounts[slot])
            yield Total(name, total.row, _figure(stated), _figure(summed), _figure(summed - stated))


def _sum(table: Table, name: str, style: AmountStyle) -> Decimal:
    values = {cell.text: meant(cell.text, style) or Decimal(0) for cell in cells_of(table.rows, name)}
    return sum((values[text] for text in table.rows[name].drop_nulls().to_list()), Decimal(0))


def _figure(value: Decimal) -> str:
    plain = f"{value:,f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def by_sum(table: Table, taken: Taken, styles: Styles, names: Sequence[str]) -> list[int]:
    """Return the rows that are totals by their sum: nameless, and as large as all rows before them together."""
    found = []
    slots = [slot for slot in styles.amounts if slot not in NO_MONEY]
    for slot in slots:
        name = taken.columns[slot].name
        style = styles.amounts[slot]
        running = Decimal(0)
        rows = table.rows.select("$row", name, pl.all_horizontal(pl.col(list(names)).is_null()).alias("nameless"))
        for row, text, nameless in rows.iter_rows():
            value = meant(text, style)
            if nameless and value is not None and value == running and running:
                found.append(row)
                running = Decimal(0)
            elif value is not None:
                running += value
    return found
