"""The working calendar: which days count in the clocks of cadence, staleness, response and grace (DOMAIN R18).

`Nd` counts clock days: every day but the statutory holidays of the charter's `calendar`; weekends count. `Nwd` counts
working days: weekends and holidays out, make-up days in. Without a calendar every day counts and weekends are no
working days. A year that nobody published yet has no holidays and is provisional.

A calendar is a folder of `calendars/`, one JSON file a year with its sources. Where a notice says that a holiday
"joins the weekend", only the holiday itself is one: the weekend stays a weekend and counts in the clock.
"""

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.terms.durations import Duration, add

if TYPE_CHECKING:
    import polars as pl

FOLDER = Path(__file__).parent / "calendars"
SATURDAY = 5
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Holidays and make-up days of one calendar; implements `tenfold.terms.rules.Calendar`.

    name        the folder of `calendars/`, or None for no calendar
    holidays    every statutory holiday, sorted
    shifted     make-up days (a weekend day that is worked), sorted
    published   the years with a file
    """

    name: str | None
    holidays: tuple[date, ...] = ()
    shifted: tuple[date, ...] = ()
    published: frozenset[int] = frozenset()

    def is_holiday(self, day: date) -> bool:
        """Whether `day` is a statutory holiday (clock days skip it)."""
        return _count(self.holidays, day) > _count(self.holidays, day - _ONE)

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day: weekends and holidays out, make-up days in."""
        return self.working(day) > self.working(day - _ONE)

    def provisional(self, year: int) -> bool:
        """Whether no data was published for `year`; never where the charter names no calendar."""
        return self.name is not None and year not in self.published

    def clock(self, day: date) -> int:
        """Return the running number of clock days up to and with `day`; differences are clock days between."""
        return day.toordinal() - _count(self.holidays, day)

    def working(self, day: date) -> int:
        """Return the running number of working days up to and with `day`; differences are working days between."""
        weeks, rest = divmod(day.toordinal(), 7)  # day 1 of the proleptic calendar is a Monday
        weekdays = 5 * weeks + min(rest, 5)
        return weekdays - _count(_weekdays_of(self.holidays), day) + _count(self.shifted, day)

    def clock_days(self, days: Iterable[date]) -> list[int]:
        """Return `clock` of each day."""
        return [self.clock(day) for day in days]

    def working_days(self, days: Iterable[date]) -> list[int]:
        """Return `working` of each day."""
        return [self.working(day) for day in days]

    def table(self, first: date, last: date) -> "pl.DataFrame":
        """Return `view.clock` from `first` to `last`: date, clock, working (Int32), provisional (Boolean)."""
        import polars as pl

        def among(days: Iterable[date]) -> pl.Expr:
            return day.is_in(pl.Series(days, dtype=pl.Date).implode())

        day, year = pl.col("date"), pl.col("date").dt.year()
        weekday = day.dt.weekday() <= SATURDAY
        awaited = year.is_in(sorted(self.published)).not_() if self.name else pl.lit(value=False)
        return pl.select(date=pl.date_range(first, last)).select(
            "date",
            clock=(self.clock(first - _ONE) + among(self.holidays).not_().cum_sum()).cast(pl.Int32),
            working=(
                self.working(first - _ONE) + ((weekday & among(self.holidays).not_()) | among(self.shifted)).cum_sum()
            ).cast(pl.Int32),
            provisional=awaited,
        )

    def add(self, day: date, duration: Duration) -> date:
        """Return the day on which `duration` from `day` is complete, by the clock of its unit.

        Late is what lies more than `duration` after `day` by the same clock: a contact of 2026-02-10 with 14d is
        complete on 2026-03-05 and stale on 2026-03-06, for nine days of Spring Festival do not count. A question of
        Friday with 2wd is due on Tuesday. Months and years skip nothing.
        """
        if duration.unit not in {"d", "wd"}:
            return add(day, duration)
        count = self.working if duration.unit == "wd" else self.clock
        due = count(day) + duration.count
        while count(day) < due:
            day += timedelta(days=max(1, due - count(day)))
        return day


def _count(days: tuple[date, ...], day: date) -> int:
    return bisect_right(days, day)


@cache
def _weekdays_of(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(day for day in days if day.weekday() < SATURDAY)


def known_calendars() -> tuple[str, ...]:
    """Return the names that a charter may write in `charter.calendar`, sorted."""
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


def year_file(name: str, year: int) -> dict[str, Any]:
    """Return one year as published: sources, holidays (from, to, names), make_up_days. KeyError when there is none."""
    path = FOLDER / name / f"{year}.json"
    if not path.is_file():
        raise KeyError(f"{name}/{year}")
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


@cache
def calendar_of(name: str | None) -> WorkingCalendar:
    """Return the calendar of that name; None is the calendar in which every day counts. KeyError for an unknown one."""
    if name is None:
        return WorkingCalendar(None)
    if name not in known_calendars():
        raise KeyError(name)
    files = [year_file(name, year) for year in sorted(int(path.stem) for path in (FOLDER / name).glob("*.json"))]
    return WorkingCalendar(
        name,
        tuple(sorted(day for file in files for span in file["holidays"] for day in _span(span["from"], span["to"]))),
        tuple(sorted(date.fromisoformat(day) for file in files for day in file["make_up_days"])),
        frozenset(file["year"] for file in files),
    )


def _span(first: str, last: str) -> list[date]:
    start = date.fromisoformat(first)
    return [start + timedelta(days=n) for n in range((date.fromisoformat(last) - start).days + 1)]
