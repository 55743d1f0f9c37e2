"""New rows checked against what is there, by the same rules as a file's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tenfold.facts.canonical import canonical_lines
from tenfold.facts.cells import accept
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.problems import complaints
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.web.store.charters import context_of
from tenfold.web.store.communities import Community, JournalEntry
from tenfold.web.store.declared import MODELS

Cells = Mapping[str, Any]
Named = Sequence[tuple[str, Cells]]  # rows with the names of their tables


@dataclass(frozen=True, slots=True)
class Ready:
    """A row that may be written: its typed cells, and its canonical line for the journal."""

    table: str
    row: Cells
    line: str


def ready(table: Table, rows: pl.DataFrame) -> list[Ready]:
    """Return the rows of a checked frame."""
    lines = canonical_lines(table, rows)
    return [Ready(table.name, row, line) for row, line in zip(rows.iter_rows(named=True), lines, strict=True)]


def check_new(community: Community, rows: Named) -> list[Ready]:
    """Return rows that may be written, in their order.

    Raises
    ------
    Refused   with every complaint: cells, references, corrections and reasons
    """
    if not rows:
        return []
    found: dict[int, Ready] = {}
    wrong: list[Complaint] = []
    for table in dict.fromkeys(name for name, _ in rows):
        places = [place for place, (name, _) in enumerate(rows) if name == table]
        typed, refused = _typed(community, TABLES[table], [rows[place][1] for place in places])
        wrong += refused
        found |= dict(zip(places, typed, strict=True))
    checked = [found[place] for place in range(len(rows))]
    if not wrong:
        wrong = [complaint for one in checked for complaint in _between(community, one, checked)]
    if wrong:
        raise Refused(wrong)
    return checked


def _typed(community: Community, table: Table, rows: Sequence[Cells]) -> tuple[list[Ready], list[Complaint]]:
    """Return rows in the types of their table, and what is wrong with their cells."""
    filled = [name for name in table.schema if any(name in row for row in rows)]
    frame = pl.DataFrame(
        [{name: row.get(name) for name in filled} for row in rows], {n: table.schema[n] for n in filled}
    )
    read, found = accept(table, frame, context_of(community))
    return ready(table, read), list(complaints(found, table.name))


def _between(community: Community, one: Ready, batch: Sequence[Ready]) -> Iterator[Complaint]:
    """Yield what no cell shows alone: references, corrections and reasons."""
    for column in TABLES[one.table].refs:
        yield from _references(community, one, column, batch)
    if one.row["corrects"] is not None:
        yield from _correction(community, one)
    elif one.row["void"]:
        yield Complaint("facts.void_alone", Place(one.table, column="void"))
    if one.row["because"] is not None:
        yield from _reason(community, one, batch)


def _references(community: Community, one: Ready, column: Column, batch: Sequence[Ready]) -> Iterator[Complaint]:
    cell = one.row[column.name]
    named = set(cell or ()) if column.item else {cell} - {None}
    if not named:
        return
    target = TABLES[(column.item or column).target]
    missing = named - {str(other.row[target.identity]) for other in batch if other.table == target.name}
    if missing:
        there = MODELS[target.name].rows.of(community).filter(**{f"{target.identity}__in": missing})
        missing -= set(there.values_list(target.identity, flat=True))
    for key in sorted(missing):
        yield Complaint("facts.reference", Place(one.table, column=column.name), {"seen": key, "expected": target.name})


def _correction(community: Community, one: Ready) -> Iterator[Complaint]:
    corrected = one.row["corrects"]
    rows = MODELS[one.table].rows.of(community)
    params = {"seen": corrected, "expected": one.table}
    recorded = rows.filter(fact=corrected).values_list("recorded_at", flat=True).first()
    if recorded is None:
        yield Complaint("facts.corrects.missing", Place(one.table, column="corrects"), params)
    elif recorded > one.row["recorded_at"]:
        yield Complaint("facts.corrects.early", Place(one.table, column="recorded_at"), params)
    if rows.filter(corrects=corrected).exists():
        yield Complaint("facts.corrects.twice", Place(one.table, column="corrects"), params)


def _reason(community: Community, one: Ready, batch: Sequence[Ready]) -> Iterator[Complaint]:
    """`because` may name a decision, which no row holds; a fact that it names was known earlier."""
    cause = one.row["because"]
    table = JournalEntry.rows.of(community).filter(fact=cause).values_list("kind", flat=True).first()
    known = [other.row["recorded_at"] for other in batch if other.row["fact"] == cause]
    if table is not None:
        known += MODELS[table].rows.of(community).filter(fact=cause).values_list("recorded_at", flat=True)
    if known and known[0] >= one.row["recorded_at"]:
        yield Complaint("facts.because.later", Place(one.table, column="because"), {"seen": cause})
