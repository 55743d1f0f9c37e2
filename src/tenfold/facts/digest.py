"""The digest of the facts: one number for what a community knows, whatever the file, order, thread or engine.

Per table: the count, and the sum of the first 60 bits of SHA-256 over each row's canonical text. The digest is SHA-256
over the lines `table count sum`, sorted (FACTS.md §4). A cell that holds U+001F itself is escaped, so that no two
different rows have one text.
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.cells import filled_columns
from tenfold.facts.declaration import INSTANT, TABLES, Column, Table
from tenfold.facts.store import FactStore
from tenfold.facts.stream import Stream

if TYPE_CHECKING:
    import duckdb

PIECE = 250_000  # rows that one thread has in memory as text at a time
THREADS = 2  # an engine reads one stream with one thread, however many it has
_PLACE = "$place"
_SEPARATOR, _ESCAPE = "\x1f", "\x1a"
# 60 bits are 15 hexadecimal digits.
_SUM = "SELECT sum(CAST(('0x' || substr(sha256({text}), 1, 15)) AS BIGINT)::HUGEINT) FROM facts"


def digest(store: FactStore) -> str:
    """Return the digest of all facts as 64 hex digits; tables without rows do not count."""
    lines = [f"{name} {count} {total}" for name, (count, total) in sums(store.tables).items()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def counts(store: FactStore) -> dict[str, int]:
    """Return the number of rows of every table that has some."""
    return {name: rows.height for name, rows in store.tables.items() if rows.height}


def sums(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[int, int]]:
    """Return count and sum of row hashes of every table that has rows; long tables piece by piece."""
    import duckdb

    with duckdb.connect() as connection, ThreadPoolExecutor(THREADS) as pool:
        return {name: (rows.height, _sum(connection, pool, name, rows)) for name, rows in tables.items() if rows.height}


def _sum(connection: "duckdb.DuckDBPyConnection", pool: ThreadPoolExecutor, name: str, rows: pl.DataFrame) -> int:
    """Add up the row hashes of one table. Columns that hold nothing are the same text in every row."""
    filled = filled_columns(rows)
    cells = rows.select(pl.int_range(pl.len()).alias(_PLACE), *filled)
    instants = [column for column, dtype in cells.schema.items() if dtype == INSTANT]

    def one(piece: pl.DataFrame) -> int:
        text = _canonical(TABLES[name], filled, _marked(piece))
        with connection.cursor() as own:
            own.register("facts", Stream(piece.with_columns(pl.col(instants).dt.replace_time_zone(None))))
            return int(own.execute(_SUM.format(text=text)).fetchall()[0][0])

    return sum(pool.map(one, cells.iter_slices(PIECE)))


def _marked(rows: pl.DataFrame) -> set[str]:
    """Return the text columns that hold the separator (or what escapes it): rare, and they alone need escaping."""
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    lists = [name for name, dtype in rows.schema.items() if dtype == pl.List(pl.String)]
    marks = [_SEPARATOR, _ESCAPE]
    held = {name for name in texts if rows[name].str.contains_any(marks).any()}
    return held | {name for name in lists if rows[name].explode().drop_nulls().unique().str.contains_any(marks).any()}


def _canonical(table: Table, filled: set[str], marked: set[str]) -> str:
    """Return SQL for a row's canonical text.

    Columns in the order of the declaration joined by U+001F; instants in UTC with microseconds, decimals without
    trailing zeros, lists joined by `;`, yes/no, money in minor units, empty = missing.
    """
    cells = (
        f"coalesce({_cell(column, column.stored in marked)}, '')" if column.stored in filled else "''"
        for column in table.columns.values()
    )
    return f"concat_ws(chr({ord(_SEPARATOR)}), {', '.join(cells)})"


def _cell(column: Column, marked: bool) -> str:
    name = f'"{column.stored}"'
    forms = {
        "dec": f"rtrim(rtrim(CAST({name} AS VARCHAR), '0'), '.')",
        "bool": f"CASE WHEN {name} THEN 'yes' WHEN NOT {name} THEN 'no' END",
        "date": f"strftime({name}, '%Y-%m-%d')",
        "instant": f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ')",
        "list": f"array_to_string({name}, ';')",
    }
    text = forms.get(column.kind, name if column.textual else f"CAST({name} AS VARCHAR)")
    if not marked:
        return text
    escape, separator = f"chr({ord(_ESCAPE)})", f"chr({ord(_SEPARATOR)})"
    return f"replace(replace({text}, {escape}, {escape} || {escape}), {separator}, {escape} || '-')"
