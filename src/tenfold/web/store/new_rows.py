"""New rows of an act: checked against the database by the rules that hold for a file, and made ready to be written."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Sum
from django.db.models.functions import Abs

from tenfold.facts.canonical import canonical_lines
from tenfold.facts.check_new import check_new as checked
from tenfold.facts.check_new import told
from tenfold.facts.declaration import TABLES, Table
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


class InDatabase:
    """The facts of a community in the database, as what new rows are measured by."""

    def __init__(self, community: Community) -> None:
        self._community = community

    def facts(self, ids: Collection[str]) -> dict[str, pl.DataFrame]:
        """Return the rows with these fact ids, by table: the journal knows which that is."""
        entries = JournalEntry.rows.of(self._community).filter(fact__in=ids).values_list("kind", flat=True)
        return {name: self.rows(name, "fact", ids) for name in sorted(set(entries))}

    def rows(self, table: str, column: str, values: Collection[str]) -> pl.DataFrame:
        """Return the rows of a table with one of these values in a column of ids."""
        names = told(TABLES[table])
        schema = {name: TABLES[table].schema[name] for name in names}
        if not values:
            return pl.DataFrame(schema=schema)
        found = MODELS[table].rows.of(self._community).filter(**{f"{column}__in": values}).order_by("sequence")
        return pl.DataFrame([*found.values_list(*names)], schema, orient="row")

    def total(self, table: str, column: str) -> int:
        """Return what the sizes of a column's numbers come to."""
        found = MODELS[table].rows.of(self._community).aggregate(total=Sum(Abs(column)))
        return int(found["total"] or 0)


def ready(table: Table, rows: pl.DataFrame) -> list[Ready]:
    """Return the rows of a checked frame."""
    lines = canonical_lines(table, rows)
    return [Ready(table.name, row, line) for row, line in zip(rows.iter_rows(named=True), lines, strict=True)]


def check_new(community: Community, rows: Named) -> list[Ready]:
    """Return rows that may be written, in their order.

    Raises
    ------
    Refused   with every complaint that a file with these rows would bring
    """
    if not rows:
        return []
    places: dict[str, list[int]] = {}
    for place, (name, _) in enumerate(rows):
        places.setdefault(name, []).append(place)
    frames = {name: _frame(TABLES[name], [rows[place][1] for place in own]) for name, own in places.items()}
    found: dict[int, Ready] = {}
    for name, typed in checked(frames, InDatabase(community), context_of(community)).items():
        found |= dict(zip(places[name], ready(TABLES[name], typed), strict=True))
    return [found[place] for place in range(len(rows))]


def _frame(table: Table, rows: Sequence[Cells]) -> pl.DataFrame:
    """Return rows in the types of their table, with the columns that some of them fill."""
    filled = [name for name in table.schema if any(name in row for row in rows)]
    schema = {name: table.schema[name] for name in filled}
    return pl.DataFrame([{name: row.get(name) for name in filled} for row in rows], schema)
