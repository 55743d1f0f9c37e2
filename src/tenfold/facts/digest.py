"""The digest of the facts: one number for what a community knows, whatever the file, order, thread or engine.

Per table: the count, and the sum of the first 60 bits of SHA-256 over each row's canonical text. The digest is SHA-256
over the lines `table count sum`, sorted (FACTS.md §4).
"""

import hashlib
from collections.abc import Mapping

import polars as pl

from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.store import FactStore

SEPARATOR = "\x1f"
_ESCAPE = "\x1a"  # only where a cell itself holds the separator, so that no two rows have one text
_ROWS_AT_ONCE = 200_000
_SUM = "SELECT sum(CAST(('0x' || substr(sha256(text), 1, 15)) AS BIGINT)::HUGEINT) FROM texts"


def digest(store: FactStore) -> str:
    """Return the digest of all facts as 64 hex digits; tables without rows do not count."""
    lines = [f"{name} {count} {total}" for name, (count, total) in sums(store.tables).items()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def counts(store: FactStore) -> dict[str, int]:
    """Return the number of rows of every table that has some."""
    return {name: rows.height for name, rows in store.tables.items() if rows.height}


def sums(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[int, int]]:
    """Return count and sum of row hashes of every table that has rows."""
    import duckdb

    found = {}
    with duckdb.connect() as connection:
        for name, rows in tables.items():
            total = 0
            for chunk in rows.iter_slices(_ROWS_AT_ONCE):
                connection.register("texts", canonical(TABLES[name], chunk).to_frame("text").to_arrow())
                total += int(connection.sql(_SUM).fetchall()[0][0])
            if rows.height:
                found[name] = (rows.height, total)
    return found


def canonical(table: Table, rows: pl.DataFrame) -> pl.Series:
    """Return each row's canonical text.

    Columns in the order of the declaration joined by U+001F; instants in UTC with microseconds, decimals without
    trailing zeros, lists joined by `;`, yes/no, money in minor units, empty = missing.
    """
    cells = [_cell(column).fill_null("") for column in table.columns.values()]
    return rows.select(pl.concat_str(cells, separator=SEPARATOR)).to_series()


def _cell(column: Column) -> pl.Expr:
    value = pl.col(column.stored)
    if column.kind == "dec":
        return value.cast(pl.String).str.strip_chars_end("0").str.strip_suffix(".")
    if column.kind == "bool":
        return pl.when(value).then(pl.lit("yes")).when(value.not_()).then(pl.lit("no"))
    if column.kind == "date":
        return value.dt.strftime("%Y-%m-%d")
    if column.kind == "instant":
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if column.kind == "list":
        return _escaped(value.list.join(";"))
    return _escaped(value) if column.textual else value.cast(pl.String)


def _escaped(text: pl.Expr) -> pl.Expr:
    doubled = text.str.replace_all(_ESCAPE, _ESCAPE * 2, literal=True)
    return doubled.str.replace_all(SEPARATOR, f"{_ESCAPE}-", literal=True)
