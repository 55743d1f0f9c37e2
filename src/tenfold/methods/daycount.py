"""Days between dates as parts of a year, and dates that fall on working days.

The agreement names the count; `act/365f` is the default and no end-of-month rule applies unless named.
"""

from calendar import isleap, monthrange
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

Count = Literal["act/365f", "act/360", "30/360 bond", "30e/360", "30/360 us", "act/act isda", "act/act afb"]
Roll = Literal["following", "modified_following", "preceding", "modified_preceding", "nearest", "unadjusted"]
Working = Callable[[date], bool]


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, clamped to the last day of that month.

    >>> add_months(date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_month_end(day: date) -> bool:
    """Whether `day` is the last of its month."""
    return day.day == monthrange(day.year, day.month)[1]


def days_30_360(start: date, end: date, count: Literal["30/360 bond", "30e/360", "30/360 us"]) -> int:
    """Days of 30-day months. Bond: a start on the 31st is the 30th, and then an end on the 31st is the 30th too.

    30e/360: both ends on the 31st become the 30th. Us: besides bond, a start on the last day of February is the 30th,
    and so is an end on it if the start is.

    >>> [days_30_360(date(2006, 2, 28), date(2006, 3, 3), count) for count in ("30/360 us", "30e/360")]
    [3, 5]
    """
    first, last = start.day, end.day
    if count == "30/360 us" and start.month == 2 and is_month_end(start):
        if end.month == 2 and is_month_end(end):
            last = 30
        first = 30
    first = min(first, 30)
    if last == 31 and (count == "30e/360" or first == 30):
        last = 30
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def exact_year_fraction(start: date, end: date, count: Count = "act/365f") -> Fraction:
    """Return the part of a year from start to end as an exact fraction; negative when end is earlier.

    act/365f, act/360: days over that many · 30/…: `days_30_360` ÷ 360 · act/act isda: days in each calendar year over
    its own length · act/act afb: whole years back from the end, the rest over 366 if it holds a 29 February else 365.
    """
    if end < start:
        return -exact_year_fraction(end, start, count)
    if count == "act/365f":
        return Fraction((end - start).days, 365)
    if count == "act/360":
        return Fraction((end - start).days, 360)
    if count == "act/act isda":
        return _isda(start, end)
    if count == "act/act afb":
        return _afb(start, end)
    return Fraction(days_30_360(start, end, count), 360)


def year_fraction(start: date, end: date, count: Count = "act/365f") -> float:
    """Return `exact_year_fraction` as a float.

    >>> round(year_fraction(date(1999, 7, 1), date(2000, 7, 1), "act/act isda"), 10)
    1.0013773486
    """
    return float(exact_year_fraction(start, end, count))


def _isda(start: date, end: date) -> Fraction:
    total = Fraction(0)
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), min(end, date(year + 1, 1, 1))
        total += Fraction(max((last - first).days, 0), 366 if isleap(year) else 365)
    return total


def _afb(start: date, end: date) -> Fraction:
    years = 0
    while add_months(end, -12 * (years + 1)) >= start:
        years += 1
    rest = add_months(end, -12 * years)
    leap_days = [date(year, 2, 29) for year in range(start.year, rest.year + 1) if isleap(year)]
    return years + Fraction((rest - start).days, 366 if any(start <= day < rest for day in leap_days) else 365)


def icma_year_fraction(start: date, end: date, reference: tuple[date, date]) -> Fraction:
    """Actual/actual by the reference coupon period: days over (days of the period × periods a year).

    A start before the period, or an end after it, is counted in the periods before or after of the same length.

    ValueError where the period is shorter than a month: how many weeks a year has is no convention of this count.

    >>> str(icma_year_fraction(date(2003, 11, 1), date(2004, 5, 1), (date(2003, 11, 1), date(2004, 5, 1))))
    '1/2'
    """
    first, last = reference
    months = round((last - first).days * 12 / 365.25)
    if months < 1:
        raise ValueError(reference)
    if start < first:
        before = (add_months(first, -months), first)
        return icma_year_fraction(start, min(end, first), before) + (
            icma_year_fraction(first, end, reference) if end > first else 0
        )
    if end > last:
        after = (last, add_months(last, months))
        return icma_year_fraction(max(start, last), end, after) + (
            icma_year_fraction(start, last, reference) if start < last else 0
        )
    return Fraction((end - start).days * months, (last - first).days * 12)


def accrued_interest(par: float, rate: float, start: date, end: date, count: Count = "30/360 us") -> float:
    """Return par × rate × the part of a year from start to end."""
    return par * rate * year_fraction(start, end, count)


def roll(day: date, convention: Roll, working: Working) -> date:
    """Move a date that is no working day. Modified: turn round rather than leave the month; nearest: later wins a tie.

    >>> roll(date(2015, 2, 28), "modified_following", lambda day: day.weekday() < 5)
    datetime.date(2015, 2, 27)
    """
    if convention == "unadjusted" or working(day):
        return day
    if convention == "nearest":
        reach = 1
        while not working(day + timedelta(reach)) and not working(day - timedelta(reach)):
            reach += 1
        return day + timedelta(reach if working(day + timedelta(reach)) else -reach)
    forward = convention in ("following", "modified_following")
    moved = _next(day, 1 if forward else -1, working)
    if convention.startswith("modified") and moved.month != day.month:
        return _next(day, -1 if forward else 1, working)
    return moved


def _next(day: date, step: int, working: Working) -> date:
    moved = day + timedelta(step)
    while not working(moved):
        moved += timedelta(step)
    return moved


def advance_days(day: date, days: int, working: Working) -> date:
    """Return the day `days` working days later (earlier when negative)."""
    for _ in range(abs(days)):
        day = _next(day, 1 if days > 0 else -1, working)
    return day


def advance_months(day: date, months: int, convention: Roll, working: Working, *, end_of_month: bool = False) -> date:
    """Add months, then roll. With the end-of-month rule the last (working) day of a month stays the last one.

    >>> advance_months(date(2015, 1, 31), 1, "following", lambda day: day.weekday() < 5)
    datetime.date(2015, 3, 2)
    """
    moved = add_months(day, months)
    if end_of_month:
        last = moved.replace(day=monthrange(moved.year, moved.month)[1])
        if convention == "unadjusted":
            return last if is_month_end(day) else moved
        if _next(day, 1, working).month != day.month:
            return roll(last, "preceding", working)
    return roll(moved, convention, working)
