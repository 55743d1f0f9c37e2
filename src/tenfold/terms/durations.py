"""Durations as charters write them: 30d calendar days, 2wd working days, 6m months, 1y years."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

_FORM = re.compile(r"^(0|[1-9]\d{0,4})(d|wd|m|y)$")
DAYS_PER_MONTH = 30.4375
Unit = Literal["d", "wd", "m", "y"]


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A count of days, working days, months or years."""

    count: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read `30d`, `2wd`, `6m`, `1y`; raise ValueError for anything else."""
        match = _FORM.match(text)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), cast(Unit, match[2]))  # the pattern admits these four only

    def __str__(self) -> str:
        """Write the duration as the charter does."""
        return f"{self.count}{self.unit}"

    @property
    def months(self) -> int | None:
        """Return the length in months, or None for days."""
        return {"m": self.count, "y": 12 * self.count}.get(self.unit)

    @property
    def days(self) -> int:
        """Return the length in days; months and years by their mean length, for gauges only."""
        months = self.months
        return self.count if months is None else round(months * DAYS_PER_MONTH)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, clamped to that month's last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add(day: date, duration: Duration) -> date:
    """Return `day` plus a calendar duration (working days need the charter's calendar and are refused here)."""
    if duration.unit == "wd":
        raise ValueError(str(duration))
    months = duration.months
    return day + timedelta(days=duration.count) if months is None else add_months(day, months)
