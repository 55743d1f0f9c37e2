"""The observation grid: the instants at which counted observations are taken (DOMAIN R16).

`observe: {every: 7d, weekday: monday}` means 00:00 local time of every Monday, `{every: 1m}` 00:00 of the first of each
month. The grid depends on the charter alone, never on when somebody looked: weeks and other spans of days are counted
from Monday 1 January of year 1, months from January of year 0, so `{every: 14d, weekday: monday}` always means the same
Mondays and `{every: 3m}` January, April, July and October.
"""

from datetime import date, datetime
from typing import Literal

from tenfold.terms.days import days_later, first_instant, local_day
from tenfold.terms.durations import Duration

LENGTH = 104
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def instants(
    every: Duration, weekday: Weekday | None, timezone: str, as_of: datetime, count: int = LENGTH
) -> tuple[datetime, ...]:
    """Return the last `count` instants of the grid at or before `as_of`, oldest first, in UTC.

    A midnight that daylight saving skips is the first instant of that day; one that it repeats is the first of the two.

    Raises
    ------
    ValueError   `every` is no length of the grid: working days, or no days at all
    """
    found: list[datetime] = []
    day: date | None = _latest(local_day(as_of, timezone), every, weekday)
    while len(found) < count and day is not None:
        instant = first_instant(day, timezone)
        if instant <= as_of and instant not in found[-1:]:  # a day that the zone skipped falls on the next one's start
            found.append(instant)
        day = _before(day, every)
    return tuple(reversed(found))


def _latest(day: date, every: Duration, weekday: Weekday | None) -> date:
    if every.count < 1 or every.unit == "wd":
        raise ValueError(str(every))
    months = every.months
    if months is None:
        offset = WEEKDAYS.index(weekday) if weekday else 0
        return days_later(day, -((day.toordinal() - 1 - offset) % every.count))
    index = day.year * 12 + day.month - 1
    return _first_of(index - index % months)


def _before(day: date, every: Duration) -> date | None:
    months = every.months
    if months is None:
        return days_later(day, -every.count) if day.toordinal() > every.count else None
    index = day.year * 12 + day.month - 1 - months
    return _first_of(index) if index >= 12 else None


def _first_of(index: int) -> date:
    year, month = divmod(index, 12)
    return date(year, month + 1, 1)
