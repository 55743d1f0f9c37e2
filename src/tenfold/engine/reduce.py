"""Runs reductions: Ibis expressions over the big tables, compiled once, executed by DuckDB in the process."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.engine.queries import compiled
from tenfold.engine.registry import registry
from tenfold.facts.relations import narrow
from tenfold.facts.stream import Stream
from tenfold.terms.measure import Reducer, Spec

if TYPE_CHECKING:
    import duckdb
    import ibis

ENDS = {"end": "int32", "as_of": "timestamp('UTC', 6)", "known_at": "timestamp('UTC', 6)", "today": "date"}
# Without extensions: instants are compared as they are stored, in UTC, and nothing is fetched from anywhere.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "800MB",
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
}
PLAIN = {"String": "string", "Int64": "int64", "Int32": "int32", "Boolean": "boolean", "Date": "date"}
PIECE = 1_000_000  # rows handed to DuckDB at a time
HELD_UP_TO = 1_000_000  # rows × ends below a relation up to which it is made once for all that read it
ON_DISK_FROM = 3_000_000  # rows of all tables from which DuckDB keeps them, compressed, in a file of its own
Frames = Mapping[str, pl.DataFrame]
_QUERIES: dict[tuple[str, object], str] = {}


def ibis_type(dtype: pl.DataType) -> str:
    """Return the Ibis type of a Polars dtype of the fact schema."""
    match dtype:
        case pl.List():
            inner = dtype.inner
            return f"array<{ibis_type(inner() if isinstance(inner, type) else inner)}>"
        case pl.Decimal():
            return f"decimal({dtype.precision}, {dtype.scale})"
        case pl.Datetime():
            return "timestamp('UTC', 6)"
        case _:
            return PLAIN[str(dtype)]


class BigTables:
    """The big tables in one DuckDB connection, and the reductions over them."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._specs = specs
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._loaded: dict[str, pl.DataFrame] = {}
        self._kinds: dict[str, dict[str, str]] = {}  # table → the types that the engine gives to its columns
        self._held: dict[str, tuple[list[pl.DataFrame], Frames]] = {}  # relation → what it was made of

    def _open(self, tables: Mapping[str, pl.DataFrame]) -> "duckdb.DuckDBPyConnection":
        """Return the connection, opened at the first reduction."""
        if self._connection is None:
            import duckdb

            if sum(rows.height for rows in tables.values()) >= ON_DISK_FROM:
                self._folder = TemporaryDirectory(prefix="tenfold-")
            path = Path(self._folder.name) / "facts.duckdb" if self._folder else ":memory:"
            self._connection = duckdb.connect(path, config=CONFIG)
        return self._connection

    def close(self) -> None:
        """Close the connection and remove its file, if it has one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._loaded.clear()
            self._held.clear()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def run(self, spec: Spec, tables: Frames, frames: Frames) -> pl.DataFrame:
        """Return the reduction's rows over prepared tables; `frames` holds its parameter tables and `ends`."""
        query = self._query(spec, tables)
        connection = self._open(tables)
        for table in tables_of(spec, self._specs):
            self._load(connection, table, tables[table])
        for name, frame in frames.items():
            connection.register(name, Stream(frame))
        for id in spec.reads:
            if id in self._specs:
                self._relate(connection, self._specs[id], tables, frames)
        result = _answer(connection, query)
        for name in frames:
            connection.unregister(name)
        return _settle(result)

    def _relate(self, connection: "duckdb.DuckDBPyConnection", spec: Spec, tables: Frames, frames: Frames) -> None:
        """Give a relation its name in the engine: its rows where they are few, for several reductions read them."""
        below = [tables[name] for name in tables_of(spec, self._specs)]
        if sum(rows.height for rows in below) * frames["ends"].height > HELD_UP_TO:
            self._held.pop(spec.id, None)
            connection.execute(f'CREATE OR REPLACE TEMP VIEW "seen_{spec.id}" AS {self._query(spec, tables)}')
            connection.execute(f'CREATE OR REPLACE TEMP VIEW "{spec.id}" AS SELECT * FROM "seen_{spec.id}"')
            return
        own = {"ends", *(name for reducer in parameters_of(spec, self._specs) for name in reducer.params)}
        made_of = {name: frame for name, frame in frames.items() if name in own}
        before, given = self._held.get(spec.id, ([], {}))
        same = len(before) == len(below) and all(old is new for old, new in zip(before, below, strict=True))
        if same and all(given[name].equals(frame) for name, frame in made_of.items()):
            return
        connection.execute(f'CREATE OR REPLACE TEMP TABLE "held_{spec.id}" AS {self._query(spec, tables)}')
        connection.execute(f'CREATE OR REPLACE TEMP VIEW "{spec.id}" AS SELECT * FROM "held_{spec.id}"')
        self._held[spec.id] = (below, made_of)

    def _query(self, spec: Spec, tables: Frames) -> str:
        """Return the query of a reduction or a relation; compiling costs more than running it on a few rows."""
        if spec.id in compiled() and self._specs is registry().specs:
            return compiled()[spec.id]
        key = (spec.id, spec.compute.expression if isinstance(spec.compute, Reducer) else None)
        if key not in _QUERIES:
            needed = {name: tables[name].clear() for name in tables_of(spec, self._specs)}
            _QUERIES[key] = sql(build(spec, self._specs, schemas_of(needed), named=True))
        return _QUERIES[key]

    def _load(self, connection: "duckdb.DuckDBPyConnection", table: str, rows: pl.DataFrame) -> None:
        """Hold a table: its columns that have values in a table of their own, the others as missing beside them."""
        if self._loaded.get(table) is rows:
            return
        missing = rows.null_count().row(0, named=True)
        if table not in self._kinds:
            self._kinds[table] = _kinds(connection, narrow(table, rows.clear()))
        kinds = self._kinds[table]
        held = [name for name in kinds if missing[name] < rows.height] or list(kinds)
        for first in range(0, rows.height or 1, PIECE):
            piece = narrow(table, rows[first : first + PIECE]).select(held)
            connection.register("incoming", Stream(piece))
            how = f'INSERT INTO "held_{table}"' if first else f'CREATE OR REPLACE TABLE "held_{table}" AS'
            connection.execute(f"{how} SELECT * FROM incoming")
            connection.unregister("incoming")
        cells = (f'"{name}"' if name in held else f'CAST(NULL AS {kinds[name]}) AS "{name}"' for name in kinds)
        connection.execute(f'CREATE OR REPLACE VIEW "{table}" AS SELECT {", ".join(cells)} FROM "held_{table}"')
        self._loaded[table] = rows


def _answer(connection: "duckdb.DuckDBPyConnection", query: str) -> pl.DataFrame:
    """Return a query's rows.

    A statement is planned once. A relation (`connection.sql`) is planned when it is made and again when it is read, and
    on a few rows planning is most of what a query costs: so the rows go through a table, which costs next to nothing to
    plan.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {query}")
    rows = pl.DataFrame(Stream(connection.sql("FROM answer")))
    connection.execute("DROP TABLE answer")
    return rows


def _kinds(connection: "duckdb.DuckDBPyConnection", rows: pl.DataFrame) -> dict[str, str]:
    """Return the types that the engine gives to the columns of a frame."""
    connection.register("incoming", Stream(rows))
    described = connection.sql("DESCRIBE incoming").fetchall()
    connection.unregister("incoming")
    return {name: kind for name, kind, *_ in described}


def _settle(frame: pl.DataFrame) -> pl.DataFrame:
    """Give sums, which engines return as wide decimals, as 64-bit integers, and instants in UTC by its one name.

    Facts never add up to more (`facts.check`); what mistyped exchange rates make of them may, and is not known then.
    """
    wide = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Decimal) and dtype.scale == 0]
    instants = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    return frame.with_columns(
        pl.col(wide).cast(pl.Int64, strict=False),
        pl.col(instants).cast(pl.Datetime("us", "UTC")),
        pl.col("end").cast(pl.Int32),
    )


def tables_of(spec: Spec, specs: Mapping[str, Spec]) -> list[str]:
    """Return the fact tables below a reduction, through the relations it builds on."""
    found: list[str] = []
    for id in spec.reads:
        below = tables_of(specs[id], specs) if id in specs else [id]
        found += [name for name in below if name not in found]
    return found


def parameters_of(spec: Spec, specs: Mapping[str, Spec]) -> list[Reducer]:
    """Return the reducers whose parameter tables a reduction needs: its own and those of its relations."""
    own = [spec.compute] if isinstance(spec.compute, Reducer) else []
    return own + [reducer for id in spec.reads if id in specs for reducer in parameters_of(specs[id], specs)]


def schemas_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, Mapping[str, Any]]:
    """Return the columns of prepared tables as reductions see them."""
    return {name: dict(narrow(name, rows).schema) for name, rows in tables.items()}


def build(
    spec: Spec, specs: Mapping[str, Spec], schemas: Mapping[str, Mapping[str, Any]], *, named: bool = False
) -> "ibis.Table":
    """Return the Ibis expression of a reduction over unbound tables.

    named   its relations are tables of their own, by name; else they are built in
    """
    import ibis

    def make(current: Spec) -> "ibis.Table":
        tables = {"ends": ibis.table(ENDS, name="ends")}
        params = current.compute.params if isinstance(current.compute, Reducer) else {}
        tables |= {name: ibis.table(columns, name=name) for name, columns in params.items()}
        for id in current.reads:
            if id in specs:
                tables[id] = ibis.table(make(specs[id]).schema(), name=id) if named else make(specs[id])
            else:
                columns = {name: ibis_type(dtype) for name, dtype in schemas[id].items()}
                tables[id] = ibis.table(columns, name=id)
        result: ibis.Table = current.compute(tables)
        return result

    return make(spec)


def sql(expression: "ibis.Table") -> str:
    """Return the DuckDB query of an expression."""
    import ibis

    return str(ibis.to_sql(expression, dialect="duckdb"))
