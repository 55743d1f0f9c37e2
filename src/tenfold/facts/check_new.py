"""New rows checked against what is there, without reading all of it again: the same rules, the same complaints.

What is there says only what new rows can touch: the rows that they name, those that carry the same ids, and what the
numbers of a column come to. Those rows stand before the new ones, and both go through the check of a whole community.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Protocol

import polars as pl

from tenfold.facts.cells import accept
from tenfold.facts.check import FILE, KNOWN, SUMMED, check
from tenfold.facts.complaints import Complaints
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, Table
from tenfold.facts.store import FactStore

TOLD = ("fact", "recorded_at", "corrects", "void", "origin", "origin_key")
Frames = Mapping[str, pl.DataFrame]


class Known(Protocol):
    """Facts that were checked before, as far as new rows ask for them: rows as `told` says."""

    def facts(self, ids: Collection[str]) -> Frames:
        """Return the rows with these fact ids, by table."""
        ...

    def rows(self, table: str, column: str, values: Collection[str]) -> pl.DataFrame:
        """Return the rows of a table with one of these values in a column of ids."""
        ...

    def total(self, table: str, column: str) -> int:
        """Return what the sizes of a column's numbers come to."""
        ...


class InMemory:
    """Facts in memory, as what new rows are measured by."""

    def __init__(self, store: FactStore) -> None:
        self._tables = store.tables

    def facts(self, ids: Collection[str]) -> Frames:
        """Return the rows with these fact ids, by table."""
        return {name: self.rows(name, "fact", ids) for name, rows in self._tables.items() if rows.height}

    def rows(self, table: str, column: str, values: Collection[str]) -> pl.DataFrame:
        """Return the rows of a table with one of these values in a column of ids."""
        return self._tables[table].filter(pl.col(column).is_in(sorted(values))).select(told(TABLES[table]))

    def total(self, table: str, column: str) -> int:
        """Return what the sizes of a column's numbers come to."""
        return int(self._tables[table][column].cast(pl.Int128).abs().sum())


def told(table: Table) -> tuple[str, ...]:
    """Return the columns of a table by which rows that come later are measured."""
    return tuple(dict.fromkeys((*TOLD, table.identity)))


def check_new(rows: Frames, known: Known, context: Context) -> dict[str, pl.DataFrame]:
    """Return new rows as they may be added to what is there, in their order.

    rows   table → rows in its types; columns left out are missing

    Raises
    ------
    Refused   with every complaint: of cells; where there is none, of references, corrections, keys and reasons
    """
    complaints = Complaints()
    new: dict[str, pl.DataFrame] = {}
    for name, some in rows.items():
        new[name], found = accept(TABLES[name], some, context)
        complaints.take(found, name)
    complaints.settle()
    around = _around(new, known)
    check({name: _together(table, around.get(name, []), new.get(name)) for name, table in TABLES.items()}, complaints)
    complaints.settle()
    return new


def _together(table: Table, around: Collection[pl.DataFrame], new: pl.DataFrame | None) -> pl.DataFrame:
    """Return the rows around new ones of a table, each once, and after them the new ones."""
    some = [rows for rows in around if rows.height]
    there = _standing(table, some) if some else _nothing(table.name)
    return there if new is None else pl.concat([there, new.with_columns(pl.lit(table.name).alias(FILE))])


def _standing(table: Table, around: Collection[pl.DataFrame]) -> pl.DataFrame:
    rows = pl.concat([table.empty(), *around], how="diagonal").unique("fact", keep="first", maintain_order=True)
    return rows.with_columns(pl.lit(KNOWN).alias(FILE))


@cache
def _nothing(table: str) -> pl.DataFrame:
    """Return a table without rows, made once: an act concerns few tables, and every act asks for all of them."""
    return _standing(TABLES[table], [])


def _around(new: Frames, known: Known) -> dict[str, list[pl.DataFrame]]:
    """Return, by table, the rows that new rows name or stand beside."""
    found: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    ids = {id for rows in new.values() for name in ("fact", "corrects", "because") for id in _cells(rows, name)}
    for name, rows in known.facts(ids).items():
        found[name].append(rows)
    for target, keys in _named(new).items():
        found[target].append(known.rows(target, TABLES[target].identity, keys))
    for name, rows in new.items():
        found[name] += [*_beside(TABLES[name], rows, known), _sums(TABLES[name], rows, known)]
    return found


def _named(new: Frames) -> dict[str, set[str]]:
    """Return the keys that references of new rows name, by table."""
    named: dict[str, set[str]] = {}
    for name, rows in new.items():
        for column in TABLES[name].refs:
            keys = _cells(rows, column.name)
            if keys:
                named.setdefault((column.item or column).target, set()).update(keys)
    return named


def _beside(table: Table, rows: pl.DataFrame, known: Known) -> Iterator[pl.DataFrame]:
    """Yield rows that correct the same, or carry the same key or origin, and the corrections of those."""
    yield known.rows(table.name, "corrects", _cells(rows, "corrects"))
    for column in ("origin_key", table.key if not table.by else None):
        values = _cells(rows, column) if column else set()
        if column and values:
            same = known.rows(table.name, column, values)
            yield same
            yield known.rows(table.name, "corrects", _cells(same, "fact"))


def _sums(table: Table, rows: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Return one row that stands for the numbers of all that are there; none where the new rows bring no number."""
    summed = [column.stored for column in table.columns.values() if column.kind in SUMMED]
    sums = {name: known.total(table.name, name) for name in summed if rows[name].count()}
    if not sums:
        return table.empty()
    return pl.DataFrame([{"fact": KNOWN} | sums], {"fact": pl.String} | {name: table.schema[name] for name in sums})


def _cells(rows: pl.DataFrame, column: str) -> set[str]:
    cells = rows[column].drop_nulls()
    return set(cells.explode().drop_nulls() if cells.dtype == pl.List else cells)
