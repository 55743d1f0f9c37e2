"""Facts in memory: one frame per declared table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tenfold.facts.declaration import TABLES

PIECES_AT_MOST = 64  # of a table that grows by a row at a time; beyond it they are made one


@dataclass(frozen=True)
class FactStore:
    """All facts of a community: every declared table, its columns in the declaration's order and types."""

    tables: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, tables: Mapping[str, pl.DataFrame]) -> "FactStore":
        """Build a store from some typed tables; the others are empty."""
        return cls({name: tables[name] if name in tables else table.empty() for name, table in TABLES.items()})

    def with_rows(self, rows: Mapping[str, pl.DataFrame]) -> "FactStore":
        """Return the store with more rows of some tables, in the order in which they would have been read."""
        from tenfold.facts.order import ordered

        more = {name: _joined(self.tables[name], some) for name, some in rows.items() if some.height}
        return FactStore({**self.tables, **ordered(more)})

    def restricted(self, ids: Mapping[str, Collection[str]]) -> "FactStore":
        """Return the store with the rows named by table and fact id, and no other than the withdrawals of these."""
        kept = {}
        for name, rows in self.tables.items():
            wanted = sorted(ids.get(name, ()))
            kept[name] = _named(rows, wanted) if wanted else rows.clear()
        return FactStore(kept)

    @property
    def count(self) -> int:
        """Number of rows in all tables."""
        return sum(rows.height for rows in self.tables.values())


def _named(rows: pl.DataFrame, wanted: Sequence[str]) -> pl.DataFrame:
    withdrawn = pl.col("void") & pl.col("corrects").is_in(wanted)
    return rows.filter(pl.col("fact").is_in(wanted) | withdrawn.fill_null(value=False))


def _joined(rows: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    together = pl.concat([rows, more])
    return together.rechunk() if together.n_chunks() > PIECES_AT_MOST else together
