"""Days as pages say them: with the weekday when they are near, with the year when they are not."""

from datetime import date, datetime

from tenfold.report.words import say
from tenfold.terms.days import local_day, local_time
from tenfold.terms.rules import Calendar

NEAR = 6  # days on either side within which a weekday tells more than a year


def day_said(language: str, day: date, today: date) -> str:
    """Return a local day in words: Thu 29 Oct, 10月29日 周四; from a week away on with its year."""
    id = "day.near" if abs((day - today).days) <= NEAR else "day.far"
    words = {
        "weekday": say(language, f"screen.weekday.{day.weekday()}"),
        "month": say(language, f"screen.month.{day.month}"),
        "day": day.day,
        "year": day.year,
    }
    return say(language, id, words)


def calendar_notes(language: str, calendar: Calendar, today: date) -> list[str]:
    """Return what the working calendar has to say about a day's list: a holiday, a year that nobody published yet."""
    notes = []
    if calendar.is_holiday(today):
        notes.append(say(language, "report.calendar.holiday"))
    if calendar.provisional(today.year):
        notes.append(say(language, "report.calendar.provisional", {"year": today.year}))
    return notes


def instant_said(language: str, at: datetime, zone: str, today: date) -> str:
    """Return an instant in words, by the clock of a zone."""
    local = local_time(at, zone)
    return say(language, "day.time", {"day": day_said(language, local_day(at, zone), today), "time": f"{local:%H:%M}"})
