"""Dates as people write them: 2026.9.3, 3 Sep 2026, 03/09/2026 (in the order of its column), 2026年9月, Q3 2026, 46268.

The result is text in the forms that facts take: `2026-09-03`, `2026-09`, `2026-Q3`, `2026`, `<2026-09-03`, each
perhaps with a time. What is relative (上周, yesterday), a span, or has no year is not guessed.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

Order = Literal["ymd", "dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("ymd", "dmy", "mdy")
FIRST, LAST = 1900, 2199  # years that a community speaks of
CENTURY = 70  # two figures below it are of this century
SERIAL_ZERO = date(1899, 12, 30)  # the day 0 of spreadsheets, their leap day of 1900 included
SERIALS = range(20_000, 80_000)  # 1954 to 2119
LONGEST = 40
MONTHS = Path(__file__).with_name("months.json")

_TIME = re.compile(
    r"(?:[ t,]+|(?<=[日号]))(?:(?P<half>上午|下午|晚上|中午|凌晨|早上)\s*)?(?P<hour>\d{1,2})[:时点h](?P<minute>\d{2})?"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?分?\s*(?P<meridiem>am|pm|a\.m\.|p\.m\.)?"
    r"\s*(?P<zone>z|(?:utc|gmt)(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2})?$"
)
_WEEKDAY = re.compile(
    r"[(,]?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*\)?,?|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)"
    r"(?:day|sday|nesday|rsday|urday)?\b[.,]*"
)
_RELATIVE = re.compile(
    r"今天|今日|昨天|昨日|前天|明天|后天|[上本下这][个]?[周月年]|最近|刚刚|近期|月初|月底$|年底$|尽快|待定|[天日周月年节][前后]"
    r"|today|yesterday|tomorrow|last |next |this |ago|recently|soon|asap|tbd|tbc|eod|eow|eom|eoy"
)
_PARTS = re.compile(r"^(\d{1,4})\s*[-/. ,]\s*(\d{1,2})\s*[-/. ,]\s*(\d{1,4})\.?$")
_CHINESE_DAY = re.compile(r"^(?:(\d{2}|\d{4})年)?(\d{1,2})月(\d{1,2})[日号]?$")
_CHINESE_MONTH = re.compile(r"^(\d{2}|\d{4})年(\d{1,2})月(?:份|初|底|末|中旬|上旬|下旬|中)?$")
_CHINESE_YEAR = re.compile(r"^(\d{4})年度?$")
_QUARTER = re.compile(
    r"^(?:(\d{4})[-/年 ]*(?:q|第)?([1-4一二三四])(?:季度|季)|(\d{4})[-/年 ]*q([1-4])"
    r"|q([1-4])[-/ ']*(\d{4}|\d{2})|([1-4])q[-/ ']*(\d{4}|\d{2}))$"
)
_DAY_NAME = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th|\.)?[-/ .]*(?:de |of )?([^\W\d]{3,10})\.?(?:[-/ .,']*(?:de )?(\d{4}|\d{2}))?$"
)
_NAME_DAY = re.compile(r"^([^\W\d]{3,10})\.?[-/ .]*(\d{1,2})(?:st|nd|rd|th)?(?:[-/ .,']+(\d{4}|\d{2}))?$")
_NAME_YEAR = re.compile(r"^([^\W\d]{3,10})\.?[-/ .,']*(\d{4})$")
_YEAR_NAME_DAY = re.compile(r"^(\d{4})[-/ .]*([^\W\d]{3,10})\.?[-/ .]*(\d{1,2})$")
_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_MONTH_LAST = re.compile(r"^(\d{1,2})[-/.](\d{4})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SPAN = re.compile(
    r"[~至到–—]|[日号月]\s*-\s*\d|\d\s+(?:to|until|through|bis)\s+\d|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s*-\s*\d"
)
_NUMERALS = str.maketrans("〇零一二三四五六七八九", "00123456789")
Why = Literal["relative", "span", "no_year", "impossible", "no_date"]


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a text is no date."""

    why: Why


@dataclass(frozen=True, slots=True)
class Parts:
    """A date in figures whose order the figures do not say, and what follows it."""

    numbers: tuple[str, str, str]
    separator: str
    time: str


def read(text: str, order: Order = "ymd", near: date | None = None) -> str | Unread:
    """Read one date.

    Parameters
    ----------
    order
        The order of day, month and year of the column, for dates in figures that do not show it themselves.
    near
        A date without a year is the one nearest to this day; without it, it is not read.

    >>> read("2026.9.3"), read("03/04/2026", "dmy"), read("Sep 3, 2026"), read("Q3 2026"), read("2026年9月")
    ('2026-09-03', '2026-04-03', '2026-09-03', '2026-Q3', '2026-09')
    """
    folded = plain(text)
    if not folded or len(folded) > LONGEST:
        return Unread("no_date")
    if folded.startswith("<"):
        inner = read(folded[1:], order, near)
        return f"<{inner[:10]}" if isinstance(inner, str) else inner
    bare, time = _without_time(folded)
    found = _read(bare, order, near)
    if isinstance(found, Unread):
        return Unread("relative") if found.why == "no_date" and _RELATIVE.search(text.casefold()) else found
    return f"{found}{time}" if time and len(found) == len("2026-09-03") else found


def plain(text: str) -> str:
    """Return a text with plain figures, small letters, and no day of the week."""
    folded = unicodedata.normalize("NFKC", text).casefold().strip().replace("‑", "-")
    return re.sub(r"\s+", " ", _WEEKDAY.sub(" ", folded)).strip(" ,")


def parts(text: str) -> Parts | None:
    """Return the figures of a date such as 03/04/2026, before any order is laid on them; None for other forms."""
    bare, time = _without_time(plain(text))
    found = _PARTS.match(bare)
    if found is None:
        return None
    numbers = (found[1], found[2], found[3])
    separator = next(mark for mark in bare if not mark.isdigit() and mark != " ") if not _spaced(bare) else " "
    return Parts(numbers, separator, time)


def _spaced(text: str) -> bool:
    return all(mark.isdigit() or mark == " " for mark in text)


def orders(text: str) -> dict[Order, str]:
    """Return what a date in figures means under each order under which it is a day; empty for other forms."""
    found = parts(text)
    if found is None:
        return {}
    readings = {order: _ordered(found.numbers, found.separator, order) for order in ORDERS}
    return {order: day for order, day in readings.items() if isinstance(day, str)}


def _read(text: str, order: Order, near: date | None) -> str | Unread:
    figures = _PARTS.match(text)
    if figures:
        found = parts(text)
        return _ordered(found.numbers, found.separator, order) if found else Unread("no_date")
    if _SPAN.search(text):
        return Unread("span")
    for form in (_numeric, _chinese, _quarter, _named):
        result = form(text, near)
        if result is not None:
            return result
    return Unread("no_date")


def _ordered(numbers: tuple[str, str, str], separator: str, order: Order) -> str | Unread:
    """Lay an order on three figures; a figure of four is the year wherever it stands."""
    first, second, third = numbers
    if len(first) > 2:
        return _day(first, second, third) if len(first) == 4 and len(third) <= 2 else Unread("no_date")
    if len(third) == 3:
        return Unread("no_date")
    if len(third) == 4 or order != "ymd":
        by_dots = separator == "." and len(third) == 4  # 03.09.2026 has its day in front everywhere
        if order == "mdy" and not by_dots:
            return _day(third, first, second)
        if order == "dmy" or by_dots:
            return _day(third, second, first)
        return Unread("impossible")  # the year stands last: not in the order year, month, day
    return _day(first, second, third)


def _day(year: str, month: str, day: str) -> str | Unread:
    if len(year) not in (2, 4):
        return Unread("impossible")
    number = _year(year)
    try:
        found = date(number, int(month), int(day))
    except ValueError:
        return Unread("impossible")
    return found.isoformat() if FIRST <= number <= LAST else Unread("impossible")


def _year(text: str) -> int:
    number = int(text)
    if len(text) > 2:
        return number
    return 2000 + number if number < CENTURY else 1900 + number


def _numeric(text: str, near: date | None) -> str | Unread | None:
    """Read 20260903, 2026-09, 2026, a spreadsheet's number of a day, and 9/3 where a year is at hand."""
    if compact := _COMPACT.match(text):
        return _day(*compact.groups())
    if month := _MONTH.match(text):
        return _month(month[1], month[2])
    if month := _MONTH_LAST.match(text):
        return _month(month[2], month[1])
    if re.fullmatch(r"\d{4}", text):
        return text if FIRST <= int(text) <= LAST else Unread("impossible")
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _serial(text)
    if re.fullmatch(r"\d{1,2}[-/.]\d{1,2}", text):
        return Unread("no_year")
    return None


def _serial(text: str) -> str | Unread:
    whole, _, rest = text.partition(".")
    if int(whole) not in SERIALS:
        return Unread("no_date")
    day = (SERIAL_ZERO + timedelta(days=int(whole))).isoformat()
    seconds = round(float(f"0.{rest or 0}") * 86_400)
    if not 0 < seconds < 86_400:
        return day
    return f"{day}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _month(year: str, month: str) -> str | Unread:
    number = _year(year)
    return f"{number}-{int(month):02}" if 1 <= int(month) <= 12 and FIRST <= number <= LAST else Unread("impossible")


def _chinese(text: str, near: date | None) -> str | Unread | None:
    compact = text.replace(" ", "")
    if "年" in compact or "月" in compact:
        compact = _figures(compact)
    if day := _CHINESE_DAY.match(compact):
        return _day(*day.groups()) if day[1] else _nearest(int(day[2]), int(day[3]), near)
    if month := _CHINESE_MONTH.match(compact):
        return _month(month[1], month[2])
    if year := _CHINESE_YEAR.match(compact):
        return year[1]
    return None


def _figures(text: str) -> str:
    """Write Chinese numerals of a date as figures: 二〇二六年十一月三日 → 2026年11月3日."""
    tens = re.sub(r"([一二三])?十([一二三四五六七八九])?", _tens, text)
    return tens.translate(_NUMERALS) if "季" not in text else text


def _tens(found: re.Match[str]) -> str:
    return f"{found[1] or '一'}{found[2] or '〇'}"


def _quarter(text: str, near: date | None) -> str | Unread | None:
    found = _QUARTER.match(text.replace(" ", ""))
    if found is None:
        return None
    given = [group for group in found.groups() if group is not None]
    year, number = sorted((part.translate(_NUMERALS) for part in given), key=len, reverse=True)
    return f"{_year(year)}-Q{number}"


def _named(text: str, near: date | None) -> str | Unread | None:
    """Read dates with the name of a month."""
    for pattern, places in (
        (_DAY_NAME, (3, 2, 1)),
        (_NAME_YEAR, (2, 1, 0)),
        (_NAME_DAY, (3, 1, 2)),
        (_YEAR_NAME_DAY, (1, 2, 3)),
    ):
        found = pattern.match(text)
        month = _months().get(found[places[1]]) if found else None
        if found is None or month is None:
            continue
        if not places[2]:
            return _month(found[places[0]], str(month))
        if found[places[0]] is None:
            return _nearest(month, int(found[places[2]]), near)
        return _day(found[places[0]], str(month), found[places[2]])
    return None


@cache
def _months() -> Mapping[str, int]:
    content = json.loads(MONTHS.read_text(encoding="utf-8"))
    return {name: int(number) for number, names in content.items() for name in names}


def _nearest(month: int, day: int, near: date | None) -> str | Unread:
    """Return the day of a month without a year that lies nearest to `near`."""
    if near is None:
        return Unread("no_year")
    days = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return min(days, key=lambda one: abs(one - near)).isoformat() if days else Unread("impossible")


def _without_time(text: str) -> tuple[str, str]:
    """Part a date from the time behind it; the time as `T10:15:00`, perhaps with a zone."""
    found = _TIME.search(text)
    if found is None or not text[: found.start()].strip():
        return text, ""
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    late = found["half"] in ("下午", "晚上") or (found["meridiem"] or "").startswith("p")
    early = found["half"] == "凌晨" or (found["meridiem"] or "").startswith("a")
    if late and hour < 12:
        hour += 12
    if early and hour == 12:
        hour = 0
    zone = _zone(found["zone"])
    if hour > 23 or minute > 59 or second > 59 or not _is_zone(zone):
        return text, ""
    fraction = f".{found['fraction']:0<6}" if found["fraction"] else ""
    return text[: found.start()].strip(), f"T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"


def _is_zone(zone: str) -> bool:
    """Whether there is such a zone: none lies more than fourteen hours from Greenwich."""
    return zone in ("", "Z") or (zone[1:] <= "14:00" and zone[4:] <= "59")


def _zone(text: str | None) -> str:
    """Return a zone as ISO 8601 writes it: of `z`, `gmt`, `gmt+8`, `utc+05:30` and `+0800`."""
    bare = (text or "").lstrip("zutcgm").replace(":", "")
    if not bare:
        return "Z" if text else ""
    hours, minutes = (bare[1:-2], bare[-2:]) if len(bare) > 3 else (bare[1:], "00")
    return f"{bare[0]}{hours:0>2}:{minutes}"
