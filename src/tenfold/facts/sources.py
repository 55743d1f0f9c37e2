"""Where facts come from: a folder, its workbook, a database, memory. Each hands over rows, table by table, as Arrow.

`assemble` makes one community's facts of all that sources hand over: all or nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from tenfold.facts.cells import ROW, accept
from tenfold.facts.check import FILE, check
from tenfold.facts.complaints import Complaints
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES
from tenfold.facts.order import ordered
from tenfold.facts.store import FactStore


class Arrow(Protocol):
    """Columns that any library of Arrow takes without a copy: a frame of Polars is one, and a table of PyArrow."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a stream of record batches."""
        ...


@dataclass(frozen=True)
class Part:
    """Rows of one table in its types; `_row` and `_file` beside them say where each stands, where that is known."""

    table: str
    rows: Arrow

    @property
    def frame(self) -> pl.DataFrame:
        """The rows as a frame."""
        return self.rows if isinstance(self.rows, pl.DataFrame) else pl.DataFrame(self.rows)


class Source(Protocol):
    """Something that holds facts."""

    def parts(self, context: Context, complaints: Complaints) -> Iterator[Part]:
        """Yield its rows, cells read and checked; what is wrong with a cell is complained of, and its part left out."""
        ...


@dataclass(frozen=True)
class InMemory:
    """Rows in memory: table → columns, those left out are missing."""

    tables: Mapping[str, Arrow]

    def parts(self, context: Context, complaints: Complaints) -> Iterator[Part]:
        """Yield each table, its cells checked as those of a file that has types."""
        for name, rows in self.tables.items():
            read, found = accept(TABLES[name], Part(name, rows).frame, context)
            complaints.take(found, name)
            yield Part(name, read)


def assemble(sources: Iterable[Source], context: Context) -> FactStore:
    """Return the facts that sources hold together, in the order in which Tenfold writes them.

    Raises
    ------
    Refused   with at most 100 complaints and a count of the rest: of cells; where there is none, of what stands between
              rows (`facts.check`)
    """
    tables = _tables(sources, context)
    complaints = Complaints()
    check(tables, complaints)
    complaints.settle()
    return _store(tables)


def joined(sources: Iterable[Source], context: Context) -> FactStore:
    """Return what `assemble` would, of sources whose rows were checked together when they were written down."""
    return _store(_tables(sources, context))


def _tables(sources: Iterable[Source], context: Context) -> dict[str, pl.DataFrame]:
    """Return the rows of all declared tables; raises `Refused` where cells cannot be read."""
    complaints = Complaints()
    parts = [part for source in sources for part in source.parts(context, complaints)]
    complaints.settle()
    found: dict[str, pl.DataFrame] = {}
    for name, table in TABLES.items():
        frames = [part.frame for part in parts if part.table == name]
        nowhere = table.empty().with_columns(pl.lit(0, dtype=pl.Int64).alias(ROW), pl.lit("").alias(FILE))
        match frames:
            case []:
                found[name] = nowhere
            case [frame]:
                found[name] = frame
            case _:
                found[name] = pl.concat(frames, how="diagonal")
    return found


def _store(tables: Mapping[str, pl.DataFrame]) -> FactStore:
    return FactStore(ordered({name: rows.select(TABLES[name].schema.keys()) for name, rows in tables.items()}))
