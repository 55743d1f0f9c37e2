"""The facts of a community in memory: one typed frame per table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from tenfold.facts.declaration import TABLES


@dataclass(frozen=True)
class FactStore:
    """Checked rows by table; a table without rows is an empty frame with all its columns."""

    tables: Mapping[str, pl.DataFrame]

    def __post_init__(self) -> None:
        """Complete the tables that were not given."""
        complete = {name: self.tables.get(name, table.empty()) for name, table in TABLES.items()}
        object.__setattr__(self, "tables", complete)

    @property
    def counts(self) -> Mapping[str, int]:
        """Rows by table, empty tables left out."""
        return {name: rows.height for name, rows in sorted(self.tables.items()) if rows.height}

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return sum(self.counts.values())

    def restricted(self, ids: Mapping[str, Collection[str]]) -> "FactStore":
        """Return a store with no other rows than the named facts."""
        return FactStore(
            {name: self.tables[name].filter(pl.col("fact").is_in(sorted(facts))) for name, facts in ids.items()}
        )
