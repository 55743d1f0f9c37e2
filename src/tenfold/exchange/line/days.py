"""Days as people say them, from a local day: some lie behind it (a talk), some ahead (a promise)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from tenfold.charter.calendar import WorkingCalendar
from tenfold.methods.daycount import add_months
from tenfold.terms.days import days_later
from tenfold.terms.durations import Duration

WEEK = 7
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Days:
    """Finds days seen from `today`; `ahead` says whether one that is not dated lies ahead."""

    today: date
    calendar: WorkingCalendar
    ahead: bool

    def after(self, days: int) -> date:
        """Return the day so many days later (earlier where negative)."""
        return days_later(self.today, days)

    def working(self, days: int) -> date:
        """Return the day on which so many working days are over."""
        return self.calendar.add(self.today, Duration(days, "wd"))

    def weekday(self, number: int, week: int | None = None) -> date:
        """Return a weekday (Monday is 0): of the week so many weeks from this one, else the nearest on its side."""
        monday = self.after(-self.today.weekday())
        if week is not None:
            return days_later(monday, WEEK * week + number)
        if self.ahead:
            return self.after((number - self.today.weekday()) % WEEK)
        return self.after(-((self.today.weekday() - number) % WEEK))

    def week_end(self, week: int) -> date:
        """Return the Friday of a week."""
        return self.weekday(FRIDAY, week)

    def month_end(self) -> date:
        """Return the last day of this month."""
        return self.today.replace(day=monthrange(self.today.year, self.today.month)[1])

    def year_end(self) -> date:
        """Return the last day of this year."""
        return date(self.today.year, 12, 31)

    def dated(self, day: int, month: int | None = None, year: int | None = None, months: int = 0) -> date | None:
        """Return a day by its number, with the month and the year that lie nearest on its side where none is said.

        months   so many months from this one; None for a day that no month has
        """
        try:
            if year is not None and month is not None:
                return date(year, month, day)
            if months:
                return add_months(self.today.replace(day=1), months).replace(day=day)
            if month is not None:
                return self._nearest([date(self.today.year + step, month, day) for step in (-1, 0, 1)])
            first = self.today.replace(day=1)
            return self._nearest([add_months(first, step).replace(day=day) for step in (-1, 0, 1)])
        except ValueError:
            return None

    def _nearest(self, days: list[date]) -> date:
        if self.ahead:
            return min(day for day in days if day >= self.today)
        return max(day for day in days if day <= self.today)
