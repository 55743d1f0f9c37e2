"""Facts in Parquet: taken in their types, without a detour through text."""

from pathlib import Path

import polars as pl

from tenfold.facts.context import Context
from tenfold.facts.declaration import DECIMAL, INSTANT, Column, Table
from tenfold.facts.problems import refusing
from tenfold.terms.errors import Complaint, Place, Refused


def read_parquet(table: Table, path: Path, name: str, context: Context) -> pl.DataFrame:
    """Read a Parquet file in the table's types; narrower types are widened, instants without a zone are local time.

    Columns that hold nothing are left out, but for required ones. Each column is read by itself: all at once would take
    twice the memory.

    Raises
    ------
    Refused   for an unreadable file, unknown or missing columns, or a column of another type
    """
    with refusing("facts.parquet.unreadable", name):
        schema = pl.read_parquet_schema(path)
    by_stored = {column.stored: column for column in table.columns.values()}
    found = [
        Complaint("facts.file.column", Place(name, None, written), {"seen": written, "expected": ", ".join(by_stored)})
        for written in schema
        if written not in by_stored
    ]
    found += [
        Complaint("facts.file.missing", Place(name, None, column.stored), {"expected": column.stored})
        for column in by_stored.values()
        if column.required and column.stored not in schema and column.name not in ("recorded_at", "recorded_by")
    ]
    typed = {}
    for column in by_stored.values():
        if column.stored in schema:
            with refusing("facts.parquet.unreadable", name):
                read = pl.read_parquet(path, columns=[column.stored], glob=False, hive_partitioning=False)
            values = _typed(column, read.to_series().rechunk(), context)
            if values is None:
                params = {"seen": str(schema[column.stored]), "expected": str(column.dtype)}
                found.append(Complaint("facts.parquet.type", Place(name, None, column.stored), params))
            elif column.required or values.null_count() < values.len():
                typed[column.stored] = values
    if found:
        raise Refused(found)
    with refusing("facts.parquet.unreadable", name):
        return pl.DataFrame(typed)


def _typed(column: Column, values: pl.Series, context: Context) -> pl.Series | None:
    """Return values in the column's type if no value can change on the way."""
    have, want = values.dtype, column.dtype
    if have == want:
        return values
    if have == pl.Null:
        return values.cast(want)
    if want == pl.String and have in (pl.Categorical, pl.Enum):
        return values.cast(pl.String)
    exact = (want == pl.Int64 and have.is_integer()) or (want == DECIMAL and (have.is_integer() or have.is_decimal()))
    if isinstance(have, pl.Datetime) and want == INSTANT:
        local = values if have.time_zone else values.dt.replace_time_zone(context.timezone, ambiguous="earliest")
        return local.dt.convert_time_zone("UTC").cast(INSTANT)
    if not exact:
        return None
    cast = values.cast(want, strict=False)
    return cast if cast.null_count() == values.null_count() else None
