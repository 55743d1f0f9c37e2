"""What no row may say, though each of its cells can be read: impossible dates, and pairs in the wrong order.

Which pairs have an order and which tables tell of the past alone is declared in `schema.yaml`.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache

import polars as pl

from tenfold.facts.complaints import problems, shown
from tenfold.facts.context import Context
from tenfold.facts.declaration import Column, Table
from tenfold.terms.days import local_day, local_days

EARLIEST = date(1970, 1, 1)  # what is older is a mistyped year, or a spreadsheet's zero [C]
FIRST_LIGHT = datetime(1969, 12, 31, 10, tzinfo=UTC)  # when that day began anywhere
FIRST = {"date": EARLIEST, "instant": FIRST_LIGHT}
Written = Callable[[Column], pl.Series]
Told = tuple[Column, str, pl.Series, str | pl.Series]  # column, complaint, bad rows, what was expected


def impossible(
    table: Table, rows: pl.DataFrame, numbers: pl.Series, written: Written, context: Context
) -> Iterator[pl.DataFrame]:
    """Yield a table of complaints for everything in typed rows that cannot be.

    numbers   record numbers of the rows
    written   column → its cells as their owner wrote them
    """
    for column, id, bad, expected in _told(table, rows, written, context):
        if bad.any():
            yield problems(numbers, column.name, id, written(column), bad, expected)


def _told(table: Table, rows: pl.DataFrame, written: Written, context: Context) -> Iterator[Told]:
    yield from _early(table, rows, written)
    yield from _ahead(table, rows, written, context)
    for low, high in table.orders:
        yield from _disordered(table.columns[low], table.columns[high], rows, written, context)


def _bad(rows: pl.DataFrame, wrong: pl.Expr) -> pl.Series:
    return rows.select(wrong.fill_null(value=False)).to_series()


def _early(table: Table, rows: pl.DataFrame, written: Written) -> Iterator[Told]:
    """A date before 1970, where its owner wrote one: `recorded_at` may have been taken from `occurred_at`."""
    dated = [column for column in table.columns.values() if column.kind in FIRST]
    early = rows.select((pl.col(column.name) < _first(column.kind)).fill_null(value=False) for column in dated)
    for column in dated:
        bad = early[column.name]
        if bad.any():
            yield column, "facts.cell.early", bad & written(column).is_not_null(), EARLIEST.isoformat()


@cache
def _first(kind: str) -> pl.Expr:
    """Return the first that may be said in columns of a kind, made once, for an instant costs a query (and none is made
    at import: see `times`).
    """
    return pl.lit(FIRST[kind])


def _ahead(table: Table, rows: pl.DataFrame, written: Written, context: Context) -> Iterator[Told]:
    """What was known after today, and what is said to have happened after it was known."""
    occurred, recorded = (local_days(name, context.timezone) for name in ("occurred_at", "recorded_at"))
    known, happened = table.columns["recorded_at"], table.columns["occurred_at"]
    unsaid = written(known).is_null()
    if context.now is not None and rows["recorded_at"].max() is not None:
        today = local_day(context.now, context.timezone)
        later = _bad(rows, recorded > today)
        yield happened, "facts.cell.ahead", later & unsaid, today.isoformat()
        yield known, "facts.cell.ahead", later & ~unsaid, today.isoformat()
    if table.past:
        yield happened, "facts.cell.foreseen", _bad(rows, occurred > recorded), written(known)


def _disordered(low: Column, high: Column, rows: pl.DataFrame, written: Written, context: Context) -> Iterator[Told]:
    """A first number above the second, or a first day after the second."""
    dates = low.kind in ("date", "instant")
    mixed = dates and low.kind != high.kind
    first, second = (_day(one, context) if mixed else pl.col(one.stored) for one in (low, high))
    bad = _bad(rows, first > second)
    if bad.any():
        yield low, f"facts.cell.order_{'days' if dates else 'numbers'}", bad, f"{high.name} " + shown(written(high))


def _day(column: Column, context: Context) -> pl.Expr:
    return pl.col(column.name) if column.kind == "date" else local_days(column.name, context.timezone)
