"""Columns of amounts and dates as people write them: each different cell is read once, and says why where it is not."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

import polars as pl

from tenfold.facts.maps.words import TODAY, Column, Day, Money
from tenfold.facts.written import amounts, dates
from tenfold.methods.phones import e164
from tenfold.methods.places import country_named
from tenfold.methods.registrations import is_wrong, registration

AMOUNT, TIMES, CURRENCY = "amount", "times", "currency"
# What was read, and why it was not: the complaint.
COMPLAINTS = {
    ("maps.day", "early"): "maps.day.early",
    ("maps.day", "impossible"): "maps.day.impossible",
    ("maps.day", "late"): "maps.day.late",
    ("maps.day", "no_date"): "maps.day.no_date",
    ("maps.day", "no_year"): "maps.day.no_year",
    ("maps.day", "relative"): "maps.day.relative",
    ("maps.day", "span"): "maps.day.span",
    ("maps.email", "unread"): "maps.email.unread",
    ("maps.money", "contradiction"): "maps.money.contradiction",
    ("maps.money", "inexact"): "maps.money.inexact",
    ("maps.money", "mangled"): "maps.money.mangled",
    ("maps.money", "no_amount"): "maps.money.no_amount",
    ("maps.money", "not_above"): "maps.money.not_above",
    ("maps.money", "short"): "maps.money.short",
    ("maps.money", "sign"): "maps.money.sign",
    ("maps.money", "vague"): "maps.money.vague",
    ("maps.country", "unread"): "maps.country.unread",
    ("maps.phone", "mangled"): "maps.phone.mangled",
    ("maps.phone", "unread"): "maps.phone.unread",
    ("maps.registration", "mangled"): "maps.registration.mangled",
    ("maps.registration", "digit"): "maps.registration.digit",
}
READ: Mapping[str, pl.DataType] = {"value": pl.String(), "why": pl.String()}
EMAIL = re.compile(r"^[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]{2,}$")
MANGLED = re.compile(r"^[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2}$")  # what a spreadsheet makes of a long number
_FIRST = {7: "-01", 4: "-01-01"}  # what makes the begin of a month or year of it


def read_days(day: Day, text: pl.Series, today: str, clock: pl.Series | None = None) -> pl.DataFrame:
    """Return `value` (a date in the forms of facts) and `why` (null, or the reason that there is none) of each cell.

    clock   the time of day of each, where a column of its own holds it
    """
    near = date.fromisoformat(_bound(day.near, today)) if day.near else None
    earliest, latest = (_bound(bound, today) if bound else None for bound in (day.earliest, day.latest))

    def one(cell: str) -> tuple[str | None, str | None]:
        found = dates.read(cell, day.order, near)
        if isinstance(found, dates.Unread):
            return (None, None) if amounts.plain(cell) in amounts.units()["nothing"] else (None, found.why)
        begin = begin_of(found)
        if latest and begin > latest:
            return None, "late"
        if earliest and begin < earliest:
            return None, "early"
        return found, None

    found = _each(text, one)
    if day.unread:
        found = found.with_columns(pl.lit(None, dtype=pl.String).alias("why"))
    return found if clock is None else found.with_columns(_timed(found["value"], clock).alias("value"))


def _timed(days: pl.Series, clock: pl.Series) -> pl.Series:
    """Put the time of day behind days that have none: 10:12:30, 10:12, 101230."""
    parts = clock.str.extract_groups(r"^([01]?[0-9]|2[0-3]):?([0-5][0-9])(?::?([0-5][0-9]))?")
    hour, minute, second = (parts.struct.field(name) for name in ("1", "2", "3"))
    times = pl.DataFrame({"day": days, "h": hour.str.zfill(2), "m": minute, "s": second.fill_null("00")})
    timed = times.select(pl.col("day") + "T" + pl.col("h") + ":" + pl.col("m") + ":" + pl.col("s")).to_series()
    fits = (days.str.len_bytes() == len("2026-10-31")) & hour.is_not_null()
    return timed.zip_with(fits.fill_null(value=False), days)


def _bound(bound: str, today: str) -> str:
    return today if bound == TODAY else begin_of(str(dates.read(bound)))


def begin_of(day: str) -> str:
    """Return the first day of what a date says: a month, a quarter, a year.

    >>> begin_of("2026-Q3"), begin_of("2026-09"), begin_of("2026-09-03T10:00:00"), begin_of("<2026-03-05")
    ('2026-07-01', '2026-09-01', '2026-09-03', '2026-03-05')
    """
    bare = day.removeprefix("<")
    if "Q" in bare:
        return f"{bare[:4]}-{3 * int(bare[-1]) - 2:02}-01"
    return f"{bare}{_FIRST.get(len(bare), '')}"[:10]


def read_amounts(money: Money, cells: pl.DataFrame) -> pl.DataFrame:
    """Return `value` and `why` of each amount.

    Parameters
    ----------
    cells
        Text columns `amount`, `times` (what a plain number is times) and `currency` (what the sheet says, if anything).
    """
    different = cells.drop_nulls(AMOUNT).unique()
    read = [_amount(money, *row) for row in different.select(AMOUNT, TIMES, CURRENCY).iter_rows()]
    known = pl.DataFrame(read, schema=READ, orient="row")
    told = pl.concat([different, known], how="horizontal")
    return cells.join(told, on=cells.columns, how="left", nulls_equal=True, maintain_order="left").select(
        "value", "why"
    )


def _amount(money: Money, cell: str, times: str | None, currency: str | None) -> tuple[str | None, str | None]:
    found = amounts.read(cell, money.mark)
    if isinstance(found, amounts.Unread):
        return (None, None) if found.why == "nothing" else (None, found.why)
    value = found.low if found.scaled else found.low * Decimal(times or 1)
    value = -value if money.flip else value
    why = _objection(money, found, value, currency)
    if why is not None:
        return None, why
    match money.take:
        case "known":
            return found.known, None
        case "currency":
            return found.currency or currency or money.signs.get(found.sign), None
        case "upper":
            upper = found.high if found.high is None or found.scaled else found.high * Decimal(times or 1)
            return (None if upper is None else format(upper, "f")), None
        case "amount":
            return format(value, "f"), None


def _objection(money: Money, found: amounts.Written, value: Decimal, currency: str | None) -> str | None:
    """Return why an amount that was read is not taken; None where nothing speaks against it."""
    signs = amounts.units()["signs"]
    if found.scale in amounts.units()["asked_scales"] and found.scale not in money.scales:
        return "short"
    if currency and found.currency not in (None, currency):
        return "contradiction"
    if currency and found.sign and currency not in signs[found.sign]:
        return "contradiction"
    if found.sign and not found.currency and not currency and found.sign not in money.signs:
        return "sign"
    if money.exact and found.known != "exact":
        return "inexact"
    if money.above is not None and value <= Decimal(money.above):
        return "not_above"
    return None


def read_phones(text: pl.Series, country: str | None) -> pl.DataFrame:
    """Return `value` (E.164) and `why` of each telephone number."""

    def one(cell: str) -> tuple[str | None, str | None]:
        if MANGLED.match(cell):
            return None, "mangled"
        found = e164(cell, country)
        return found, None if found else "unread"

    return _each(text, one)


def read_emails(text: pl.Series) -> pl.DataFrame:
    """Return `value` and `why` of each address of mail."""
    return _each(text, lambda cell: (cell, None) if EMAIL.match(cell) else (None, "unread"))


def read_countries(text: pl.Series) -> pl.DataFrame:
    """Return `value` (two letters, ISO 3166) and `why` of each country."""

    def one(cell: str) -> tuple[str | None, str | None]:
        found = country_named(cell)
        return found, None if found else "unread"

    return _each(text, one)


def read_registrations(text: pl.Series) -> pl.DataFrame:
    """Return `value` (without blanks, in capitals) and `why` of each registration number."""

    def one(cell: str) -> tuple[str | None, str | None]:
        if MANGLED.match(cell):
            return None, "mangled"
        return (None, "digit") if is_wrong(cell) else (registration(cell), None)

    return _each(text, one)


def _each(text: pl.Series, read: Callable[[str], tuple[str | None, str | None]]) -> pl.DataFrame:
    different = text.drop_nulls().unique()
    known = pl.DataFrame([read(cell) for cell in different.to_list()], schema=READ, orient="row")
    told = known.with_columns(different.alias("cell"))
    return text.to_frame("cell").join(told, on="cell", how="left", maintain_order="left").select("value", "why")


def beside(money: Money) -> list[str]:
    """Return the columns that an amount is read beside."""
    return [given.column for given in (money.times, money.currency) if isinstance(given, Column)]
