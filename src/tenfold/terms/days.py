"""Local days: the one way to say on which day something was, how long ago that is, and whether a window holds it.

A day is a date in the charter's time zone, never a day of UTC and never so many hours. A window of N days that ends
today holds the dates in (today − N, today] (MEASURES.md, rule 8): today and the N − 1 days before it.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

if TYPE_CHECKING:
    import ibis

TICK = timedelta(microseconds=1)  # the finest difference between two instants


def local_time(at: datetime, zone: str) -> datetime:
    """Return an instant as the clocks of a zone show it."""
    return at.astimezone(ZoneInfo(zone))


def local_day(at: datetime, zone: str) -> date:
    """Return the local day of an instant.

    >>> local_day(datetime(2026, 6, 30, 16, tzinfo=UTC), "Asia/Shanghai")
    datetime.date(2026, 7, 1)
    """
    return local_time(at, zone).date()


def local_times(instants: str | pl.Expr, zone: str) -> pl.Expr:
    """Return each instant of a column as the clocks of a zone show it."""
    return _column(instants).dt.convert_time_zone(zone)


def local_days(instants: str | pl.Expr, zone: str) -> pl.Expr:
    """Return the local day of each instant of a column."""
    return local_times(instants, zone).dt.date()


def first_instant(day: date, zone: str) -> datetime:
    """Return when a local day begins, in UTC.

    A midnight that daylight saving skips is the first instant of that day; one that it repeats is the first of the two.
    """
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def instant_at(day: date, at: time, zone: str) -> datetime:
    """Return when the clocks of a zone show a time on a day, in UTC; of two such instants the first."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def last_instant(day: date, zone: str) -> datetime:
    """Return the last microsecond of a local day, in UTC; an hour that is repeated belongs to its day twice."""
    return first_instant(days_later(day, 1), zone) - TICK


def days_later(day: date, count: int) -> date:
    """Return the day so many days later, or earlier where `count` is negative."""
    return day + timedelta(days=count)


def days_after(day: str | pl.Expr, count: int) -> pl.Expr:
    """Return of a column of days those so many days later."""
    return _column(day) + pl.duration(days=count)


def days_between(first: str | pl.Expr, last: str | pl.Expr) -> pl.Expr:
    """Return the whole days from a column of days to a later one; negative where it is earlier."""
    return (_column(last) - _column(first)).dt.total_days()


def in_last(days: int | pl.Expr, on: str | pl.Expr = "on", today: str | pl.Expr = "today") -> pl.Expr:
    """Return whether a day lies in the window of so many days that ends today; false where the day is missing."""
    age = days_between(on, today)
    return ((age >= 0) & (age < days)).fill_null(value=False)


def was_in_last(days: int, on: date, today: date) -> bool:
    """Say of one day what `in_last` says of a column.

    >>> was_in_last(30, date(2026, 10, 3), date(2026, 11, 1)), was_in_last(30, date(2026, 10, 2), date(2026, 11, 1))
    (True, False)
    """
    return 0 <= (today - on).days < days


def _column(one: str | pl.Expr) -> pl.Expr:
    return pl.col(one) if isinstance(one, str) else one


def age_of(rows: "ibis.Table", on: str = "on") -> "ibis.IntegerValue":
    """Return the whole days from a day to `today` of each row, in an engine."""
    return rows.today.delta(rows[on], unit="day").cast("int64")
