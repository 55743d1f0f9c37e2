"""New rows checked against what is there, by the same rules as a file's."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tenfold.facts.cells import accept
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.problems import complaints
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.web.store.charters import context_of
from tenfold.web.store.communities import Community, JournalEntry
from tenfold.web.store.declared import MODELS

Row = dict[str, Any]
Named = Sequence[tuple[str, Row]]


def check_new(community: Community, rows: Named) -> list[tuple[str, Row]]:
    """Return rows with typed cells, in their order.

    Raises
    ------
    Refused   with every complaint: cells, references, corrections and reasons
    """
    if not rows:
        return []
    context = context_of(community)
    typed: list[tuple[str, Row]] = []
    wrong: list[Complaint] = []
    for table, row in rows:
        cells, found = _typed(TABLES[table], row, context)
        typed.append((table, cells))
        wrong += found
    if not wrong:
        wrong = [complaint for table, row in typed for complaint in _between(community, table, row, typed)]
    if wrong:
        raise Refused(wrong)
    return typed


def _typed(table: Table, row: Row, context: Context) -> tuple[Row, list[Complaint]]:
    """Return a row in the types of its table, and what is wrong with its cells."""
    given = {name: table.schema[name] for name in row}
    frame = pl.DataFrame([row], schema=given)
    read, found = accept(table, frame, context)
    return read.row(0, named=True), list(complaints(found, table.name))


def _between(community: Community, table: str, row: Row, batch: Named) -> Iterator[Complaint]:
    """Yield what no cell shows alone: references, corrections and reasons."""
    for column in TABLES[table].refs:
        yield from _references(community, table, column, row, batch)
    if row["corrects"] is not None:
        yield from _correction(community, table, row)
    elif row["void"]:
        yield Complaint("facts.void_alone", Place(table, column="void"))
    if row["because"] is not None:
        yield from _reason(community, table, row, batch)


def _references(community: Community, table: str, column: Column, row: Row, batch: Named) -> Iterator[Complaint]:
    cell = row[column.name]
    named = set(cell or ()) if column.item else {cell} - {None}
    if not named:
        return
    target = TABLES[(column.item or column).target]
    here = {str(other[target.identity]) for name, other in batch if name == target.name}
    missing = named - here
    if missing:
        there = MODELS[target.name].rows.of(community).filter(**{f"{target.identity}__in": missing})
        missing -= set(there.values_list(target.identity, flat=True))
    for key in sorted(missing):
        yield Complaint("facts.reference", Place(table, column=column.name), {"seen": key, "expected": target.name})


def _correction(community: Community, table: str, row: Row) -> Iterator[Complaint]:
    rows = MODELS[table].rows.of(community)
    params: Mapping[str, str] = {"seen": row["corrects"], "expected": table}
    recorded = rows.filter(fact=row["corrects"]).values_list("recorded_at", flat=True).first()
    if recorded is None:
        yield Complaint("facts.corrects.missing", Place(table, column="corrects"), params)
    elif recorded > row["recorded_at"]:
        yield Complaint("facts.corrects.early", Place(table, column="recorded_at"), params)
    if rows.filter(corrects=row["corrects"]).exists():
        yield Complaint("facts.corrects.twice", Place(table, column="corrects"), params)


def _reason(community: Community, table: str, row: Row, batch: Named) -> Iterator[Complaint]:
    """`because` may name a decision, which no row holds; a fact that it names was known earlier."""
    named = JournalEntry.rows.of(community).filter(fact=row["because"]).values_list("kind", flat=True).first()
    known = [other["recorded_at"] for _, other in batch if other["fact"] == row["because"]]
    if named is not None:
        known += MODELS[named].rows.of(community).filter(fact=row["because"]).values_list("recorded_at", flat=True)
    if known and known[0] >= row["recorded_at"]:
        yield Complaint("facts.because.later", Place(table, column="because"), {"seen": row["because"]})
