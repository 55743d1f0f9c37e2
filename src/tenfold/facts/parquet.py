"""Facts in Parquet: taken in their types, without a detour through text."""

from datetime import date
from pathlib import Path

import polars as pl

from tenfold.facts.complaints import refusing
from tenfold.facts.context import Context
from tenfold.facts.declaration import DECIMAL, INSTANT, Column, Table
from tenfold.facts.times import BOUNDS, DATE_EXPECTED, DAYS, INSTANT_EXPECTED
from tenfold.terms.errors import LISTED_AT_MOST, Complaint, Place, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.money import INT64


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
        Complaint("facts.file.column", Place(name, None, written), {"seen": written, "expected": Listed(by_stored)})
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
            cells = read.to_series().rechunk()
            far = _impossible(column, cells, name)
            found += far
            values = cells if far else _typed(column, cells, context)
            if values is None:
                params = {"seen": str(schema[column.stored]), "expected": str(column.dtype)}
                found.append(Complaint("facts.parquet.type", Place(name, None, column.stored), params))
            elif lost := _skipped(column, cells, values, name):
                found += lost
            elif column.required or values.null_count() < values.len():
                typed[column.stored] = values
    if found:
        raise Refused(found)
    with refusing("facts.parquet.unreadable", name):
        return pl.DataFrame(typed)


def _impossible(column: Column, cells: pl.Series, name: str) -> list[Complaint]:
    """Complain of times beyond what a fact may be dated: converting or showing them would stop the program."""
    match cells.dtype:
        case pl.Datetime() as dtype:
            unit = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[dtype.time_unit]
            first, last = (max(int(bound.timestamp()) * unit, -INT64) for bound in BOUNDS)
            expected = INSTANT_EXPECTED
        case pl.Date():
            first, last = ((day - date(1970, 1, 1)).days for day in DAYS)
            expected = DATE_EXPECTED
        case _:
            return []
    numbers = cells.to_physical()
    return _unread(column, numbers, ~numbers.is_between(first, last), name, expected)


def _skipped(column: Column, cells: pl.Series, values: pl.Series, name: str) -> list[Complaint]:
    """Complain of local times that the clocks of the charter's zone never showed."""
    if column.kind != "instant" or values.null_count() == cells.null_count():
        return []
    return _unread(column, cells, values.is_null() & cells.is_not_null(), name, INSTANT_EXPECTED)


def _unread(column: Column, cells: pl.Series, bad: pl.Series, name: str, expected: str) -> list[Complaint]:
    id = "facts.cell.instant" if column.kind == "instant" else "facts.cell.date"
    rows = bad.fill_null(value=False).arg_true().head(LISTED_AT_MOST)
    return [
        Complaint(id, Place(name, row + 1, column.stored), {"seen": str(cells[row]), "expected": expected})
        for row in rows
    ]


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
        if have.time_zone:
            return values.dt.convert_time_zone("UTC").cast(INSTANT)
        local = values.dt.replace_time_zone(context.timezone, ambiguous="earliest", non_existent="null")
        return local.dt.convert_time_zone("UTC").cast(INSTANT)
    if not exact:
        return None
    cast = values.cast(want, strict=False)
    return cast if cast.null_count() == values.null_count() else None
