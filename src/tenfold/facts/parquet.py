"""Facts in Parquet: taken in their types, without a detour through text."""

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.context import Context
from tenfold.facts.declaration import DECIMAL, INSTANT, Column, Table
from tenfold.facts.problems import refusing
from tenfold.terms.errors import Complaint, Place, Refused

if TYPE_CHECKING:
    from pyarrow.parquet import ColumnChunkMetaData


def read_parquet(table: Table, path: Path, name: str, context: Context) -> pl.DataFrame:
    """Read a Parquet file in the table's types; narrower types are widened, instants without a zone are local time.

    Raises
    ------
    Refused   for an unreadable file, unknown or missing columns, or a column of another type
    """
    with refusing("facts.parquet.unreadable", name):
        rows = _filled(path)
    by_stored = {column.stored: column for column in table.columns.values()}
    found = [
        Complaint("facts.file.column", Place(name, None, written), {"seen": written, "expected": ", ".join(by_stored)})
        for written in rows.columns
        if written not in by_stored
    ]
    found += [
        Complaint("facts.file.missing", Place(name, None, column.stored), {"expected": column.stored})
        for column in by_stored.values()
        if column.required and column.stored not in rows.columns and column.name not in ("recorded_at", "recorded_by")
    ]
    typed = {}
    for column in by_stored.values():
        if column.stored in rows.columns:
            values = _typed(column, rows[column.stored], context)
            if values is None:
                params = {"seen": str(rows.schema[column.stored]), "expected": str(column.dtype)}
                found.append(Complaint("facts.parquet.type", Place(name, None, column.stored), params))
            else:
                typed[column.stored] = values
    if found:
        raise Refused(found)
    return pl.DataFrame(typed)


def _filled(path: Path) -> pl.DataFrame:
    """Read a file; columns of which its statistics say that they hold nothing come as such, unread."""
    schema = pl.read_parquet_schema(path)
    empty = _empty(path)
    rows = pl.read_parquet(
        path, columns=[name for name in schema if name not in empty], glob=False, hive_partitioning=False
    )
    return rows.with_columns(pl.lit(None, dtype=schema[name]).alias(name) for name in schema if name in empty)


def _empty(path: Path) -> set[str]:
    """Return the columns without a value in any row group; a column whose statistics say nothing is not among them."""
    from pyarrow.parquet import read_metadata

    told = read_metadata(path)
    groups = [told.row_group(number) for number in range(told.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    held = {chunk.path_in_schema for chunk in chunks if not _nothing(chunk)}
    return {chunk.path_in_schema for chunk in chunks} - held


def _nothing(chunk: "ColumnChunkMetaData") -> bool:
    found = chunk.statistics
    return found is not None and found.has_null_count and found.null_count == chunk.num_values


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
