"""The digest of the facts, version 2: one number for what a community knows, whatever the file, order or thread.

Per table: the count, and the sum of the first 60 bits of SHA-256 over each row's canonical JSON (`canonical.py`). The
digest is SHA-256 over the lines `table count sum`, sorted (FACTS.md §4). New rows add their own count and sum and no
old row is read again; personal cells are not in it, so that an erasure changes nothing.
"""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from tenfold.facts.canonical import canonical_lines
from tenfold.facts.declaration import TABLES, Table
from tenfold.facts.store import FactStore
from tenfold.facts.stream import Stream

AT_ONCE = 250_000  # rows in memory as text at a time
BITS = 60
MANY = 100_000  # rows from which opening an engine for their hashes pays
THREADS = 2  # one writes while the other hashes
ROW_HASHES = f"SELECT sum(CAST('0x' || left(sha256(line), {BITS // 4}) AS HUGEINT)) FROM rows"  # `row_hash` of each

Sums = Mapping[str, tuple[int, int]]  # table → count and sum of its rows


def digest(store: FactStore) -> str:
    """Return the digest of all facts as 64 hex digits; tables without rows do not count."""
    return digest_of(sums(store.tables))


def digest_of(sums: Sums) -> str:
    """Return the digest of tables with these counts and sums."""
    lines = sorted(f"{name} {count} {total}" for name, (count, total) in sums.items() if count)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def counts(store: FactStore) -> dict[str, int]:
    """Return the number of rows of every table that has some."""
    return {name: rows.height for name, rows in store.tables.items() if rows.height}


def sums(tables: Mapping[str, pl.DataFrame]) -> dict[str, tuple[int, int]]:
    """Return count and sum of row hashes of every table that has rows."""
    return {name: (rows.height, _sum(TABLES[name], rows)) for name, rows in tables.items() if rows.height}


def added(before: Sums, more: Sums) -> dict[str, tuple[int, int]]:
    """Return the counts and sums of two sets of rows together."""
    names = {**before, **more}
    both = {name: (before.get(name, (0, 0)), more.get(name, (0, 0))) for name in names}
    return {name: (one[0] + other[0], one[1] + other[1]) for name, (one, other) in both.items()}


def _sum(table: Table, rows: pl.DataFrame) -> int:
    """Add up the row hashes of one table."""
    if rows.height < MANY:
        return sum(map(row_hash, canonical_lines(table, rows).to_list()))
    return _sum_of_many(table, rows)


def row_hash(line: str) -> int:
    """Return the first 60 bits of SHA-256 over a row's canonical text."""
    return int.from_bytes(hashlib.sha256(line.encode()).digest()[:8], "big") >> 64 - BITS


def _sum_of_many(table: Table, rows: pl.DataFrame) -> int:
    """Add up the row hashes of a big table, some rows at a time: written by Polars while DuckDB hashes others."""
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection, ThreadPoolExecutor(THREADS) as pool:

        def added_up(piece: pl.DataFrame) -> int:
            with connection.cursor() as own:
                own.register("rows", Stream(pl.DataFrame({"line": canonical_lines(table, piece)})))
                found = own.execute(ROW_HASHES).fetchall()
            return int(found[0][0])

        return sum(pool.map(added_up, rows.iter_slices(AT_ONCE)))
