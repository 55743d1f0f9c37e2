"""Facts in memory: one frame per declared table, and where each row came from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from tenfold.facts.declaration import TABLES
from tenfold.terms.errors import Place


@dataclass(frozen=True)
class Part:
    """Rows of one table that came from one file: `rows` are their record numbers (header = 1)."""

    file: str
    rows: pl.Series


@dataclass(frozen=True)
class FactStore:
    """All facts of a community.

    tables    every declared table, with every declared column in the declaration's order and type
    sources   table → the files its rows came from, in the order of its rows; empty where nobody asked a reader
    """

    tables: Mapping[str, pl.DataFrame]
    sources: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> "FactStore":
        """Build a store from some typed tables; the others are empty."""
        return cls({name: tables[name] if name in tables else table.empty() for name, table in TABLES.items()})

    def place(self, table: str, index: int, column: str | None = None) -> Place:
        """Return where the row at `index` of a table came from."""
        for part in self.sources.get(table, ()):
            if index < part.rows.len():
                return Place(part.file, int(part.rows[index]), column)
            index -= part.rows.len()
        return Place(table, None, column)

    def restricted(self, ids: Mapping[str, Collection[str]]) -> "FactStore":
        """Return the store with the rows named by table and fact id, and no other."""
        kept = {
            name: rows.filter(pl.col("fact").is_in(sorted(ids.get(name, ())))) for name, rows in self.tables.items()
        }
        return FactStore(kept)

    @property
    def count(self) -> int:
        """Number of rows in all tables."""
        return sum(rows.height for rows in self.tables.values())
