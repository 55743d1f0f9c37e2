"""Local days: their borders, the windows made of them, and that no code says them in another way."""

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tenfold
from tenfold.terms.days import (
    days_after,
    days_between,
    first_instant,
    in_last,
    last_instant,
    local_day,
    local_days,
    was_in_last,
)

SOURCE = Path(tenfold.__file__).parent
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Kathmandu", "Pacific/Apia")
INSTANTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("text", "shanghai", "berlin"),
    [
        ("2026-06-30T15:59:59.999999", date(2026, 6, 30), date(2026, 6, 30)),
        ("2026-06-30T16:00:00", date(2026, 7, 1), date(2026, 6, 30)),
        ("2026-06-30T21:59:59.999999", date(2026, 7, 1), date(2026, 6, 30)),
        ("2026-06-30T22:00:00", date(2026, 7, 1), date(2026, 7, 1)),
    ],
)
def test_a_day_ends_at_local_midnight(text: str, shanghai: date, berlin: date) -> None:
    at = datetime.fromisoformat(text).replace(tzinfo=UTC)
    assert (local_day(at, "Asia/Shanghai"), local_day(at, "Europe/Berlin")) == (shanghai, berlin)


@given(at=INSTANTS, zone=st.sampled_from(ZONES))
def test_every_instant_lies_between_the_borders_of_its_day(at: datetime, zone: str) -> None:
    day = local_day(at, zone)
    assert first_instant(day, zone) <= at <= last_instant(day, zone)
    assert local_day(first_instant(day, zone), zone) == day == local_day(last_instant(day, zone), zone)


@given(at=INSTANTS, zone=st.sampled_from(ZONES))
def test_a_column_of_instants_says_what_one_instant_says(at: datetime, zone: str) -> None:
    frame = pl.DataFrame({"at": [at]}, schema={"at": pl.Datetime("us", "UTC")})
    assert frame.select(local_days("at", zone)).item() == local_day(at, zone)


def test_a_day_whose_last_hour_is_repeated_ends_with_the_second() -> None:
    assert last_instant(date(2026, 10, 31), "America/Havana") == datetime(2026, 11, 1, 3, 59, 59, 999999, UTC)
    assert first_instant(date(2026, 11, 1), "America/Havana") == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_midnight_that_is_skipped_is_the_first_instant_of_its_day() -> None:
    assert first_instant(date(2018, 11, 4), "America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)


@pytest.mark.parametrize(("age", "inside"), [(-1, False), (0, True), (89, True), (90, False), (91, False)])
def test_a_window_holds_today_and_the_days_before_it_and_nothing_later(age: int, inside: bool) -> None:
    on = TODAY - timedelta(days=age)
    frame = pl.DataFrame({"on": [on], "today": [TODAY]})
    assert frame.select(in_last(90)).item() is inside
    assert was_in_last(90, on, TODAY) is inside
    assert frame.select(days_between("on", "today")).item() == age
    assert frame.select(days_after("on", age)).item() == TODAY


def test_a_missing_day_lies_in_no_window() -> None:
    frame = pl.DataFrame({"on": [None], "today": [TODAY]}, schema={"on": pl.Date, "today": pl.Date})
    assert frame.select(in_last(90)).item() is False


# Other ways to say a day or a span of days, and who may: each with the reason.
CALENDAR_DAYS = "counts in days of a calendar, which have no zone"
READS = "reads what people wrote into instants"
MINUTES = "measures minutes and seconds, no days"
ALLOWED = {
    "terms/days.py": "the one way",
    "terms/durations.py": CALENDAR_DAYS,
    "charter/calendar.py": CALENDAR_DAYS,
    "methods/daycount.py": CALENDAR_DAYS,
    "mechanisms/screening/measures/gates.py": CALENDAR_DAYS,
    "facts/times.py": READS,
    "facts/xlsx.py": READS,
    "facts/maps/fill.py": READS,
    "facts/written/dates.py": READS,
    "charter/document.py": "asks whether there is a zone of that name",
    "engine/community.py": "reads the instant that somebody asks for",
    "mechanisms/interaction/measures/steps.py": "cuts time into pieces that make a join an equality; nobody's days",
    "web/pages/health.py": MINUTES,
    "web/services/undoing.py": MINUTES,
    "web/store/keeping.py": MINUTES,
    "web/store/requests.py": "how long an address is kept, counted in hours as they pass; nobody's days",
    "web/store/work.py": MINUTES,
}


def other_ways(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that says a day otherwise than `tenfold.terms.days` does."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="date"), args=[]):
                yield node.lineno, "date()"
            case ast.Call(func=ast.Attribute(attr="convert_time_zone" | "astimezone" as name), args=[zone, *_]):
                if ast.unparse(zone) not in ("'UTC'", "UTC"):
                    yield node.lineno, name
            case ast.Call(func=ast.Attribute(attr="cast"), args=[kind, *_]) if ast.unparse(kind) == "pl.Date":
                yield node.lineno, "cast(pl.Date)"
            case ast.Call(func=ast.Attribute(attr="delta"), keywords=[ast.keyword(arg="unit"), *_]):
                yield node.lineno, "delta"
            case ast.Attribute(attr="total_days" | "total_seconds" | "offset_by" | "combine" as name):
                yield node.lineno, name
            case ast.Attribute(value=ast.Name(id="pl" | "ibis"), attr="duration" | "interval" as name):
                yield node.lineno, name
            case ast.Name(id="timedelta" | "ZoneInfo" as name):
                yield node.lineno, name


@pytest.mark.parametrize(
    "code",
    [
        "row.until.date() < today",
        "pl.col('at').dt.date()",
        "pl.col('at').dt.convert_time_zone(zone)",
        "pl.col('at').cast(pl.Date)",
        "at.astimezone(zone)",
        "at - timedelta(days=1)",
        "(pl.col('today') - pl.col('on')).dt.total_days() < 90",
        "rows.today.delta(rows.on, unit='day')",
        "rows.on > rows.today - ibis.interval(days=365)",
        "pl.col('at') + pl.duration(days=90)",
        "ZoneInfo(name)",
    ],
)
def test_the_walk_sees_each_other_way(code: str) -> None:
    assert [*other_ways(ast.parse(code))]


def test_no_code_says_a_local_day_in_another_way() -> None:
    found = {
        f"{path.relative_to(SOURCE)}:{line} {name}"
        for path in sorted(SOURCE.rglob("*.py"))
        if str(path.relative_to(SOURCE)) not in ALLOWED and not path.is_relative_to(SOURCE / "demo")
        for line, name in other_ways(ast.parse(path.read_text("utf-8")))
    }
    assert not found, "a day is said by tenfold.terms.days: " + ", ".join(sorted(found))


def test_whoever_may_say_days_otherwise_does() -> None:
    assert all([*other_ways(ast.parse((SOURCE / name).read_text("utf-8")))] for name in ALLOWED)
