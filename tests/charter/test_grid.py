"""The observation grid (DOMAIN R16)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.charter.grid import LENGTH, instants
from tenfold.terms.durations import Duration

WEEK, MONTH, DAY = Duration(7, "d"), Duration(1, "m"), Duration(1, "d")
NOW = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
ZONES = st.sampled_from(
    ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Pacific/Apia"]
)


def test_mondays_in_shanghai_start_at_16_utc_on_sunday():
    assert instants(WEEK, "monday", "Asia/Shanghai", NOW, 2) == (
        datetime(2026, 10, 25, 16, tzinfo=UTC),
        datetime(2026, 11, 1, 16, tzinfo=UTC),
    )


def test_an_instant_at_as_of_is_on_the_grid_and_one_microsecond_earlier_is_not():
    at = datetime(2026, 11, 1, 16, tzinfo=UTC)
    assert instants(WEEK, "monday", "Asia/Shanghai", at, 1) == (at,)
    assert instants(WEEK, "monday", "Asia/Shanghai", at - timedelta(microseconds=1), 1) == (at - timedelta(days=7),)


def test_months_start_on_the_first():
    assert [f"{at:%Y-%m-%d %H}" for at in instants(MONTH, None, "UTC", NOW, 3)] == [
        "2026-09-01 00",
        "2026-10-01 00",
        "2026-11-01 00",
    ]


def test_quarters_start_in_january_april_july_and_october():
    assert [at.month for at in instants(Duration(3, "m"), None, "UTC", NOW, 4)] == [1, 4, 7, 10]


def test_summer_time_moves_the_instant_and_not_the_local_midnight():
    days = instants(DAY, None, "Europe/Berlin", datetime(2026, 3, 31, tzinfo=UTC), 3)
    assert [at.hour for at in days] == [23, 22, 22]
    assert {at.astimezone(ZoneInfo("Europe/Berlin")).hour for at in days} == {0}


def test_a_midnight_that_summer_time_skips_is_the_first_instant_of_its_day():
    (at,) = instants(DAY, None, "America/Sao_Paulo", datetime(2018, 11, 4, 12, tzinfo=UTC), 1)
    assert at.astimezone(ZoneInfo("America/Sao_Paulo")).strftime("%d %H:%M") == "04 01:00"
    before = (at - timedelta(microseconds=1)).astimezone(ZoneInfo("America/Sao_Paulo"))
    assert before.day == 3


def test_a_midnight_that_comes_twice_is_taken_once_the_first_time():
    (at,) = instants(DAY, None, "America/Havana", datetime(2026, 11, 1, 12, tzinfo=UTC), 1)
    assert at == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_a_day_that_a_zone_skipped_gives_no_second_instant():
    days = instants(DAY, None, "Pacific/Apia", datetime(2012, 1, 2, tzinfo=UTC), 5)
    assert len(set(days)) == 5
    assert "30" not in {f"{at.astimezone(ZoneInfo('Pacific/Apia')):%d}" for at in days}


@pytest.mark.parametrize("every", [Duration(5, "wd"), Duration(0, "d")])
def test_working_days_and_no_days_are_no_grid(every):
    with pytest.raises(ValueError, match=str(every)):
        instants(every, None, "UTC", NOW)


def test_the_grid_ends_where_the_calendar_begins():
    assert len(instants(Duration(99999, "d"), None, "UTC", NOW, 50)) == 8
    assert len(instants(Duration(999, "y"), None, "UTC", NOW, 50)) == 2


@given(MOMENTS, ZONES, st.sampled_from([(WEEK, "monday"), (MONTH, None), (DAY, None), (Duration(10, "d"), None)]))
def test_the_grid_is_ascending_complete_and_never_ahead_of_as_of(as_of, zone, observe):
    grid = instants(*observe, zone, as_of)
    assert len(grid) == LENGTH
    assert list(grid) == sorted(set(grid))
    assert grid[-1] <= as_of
    assert all(at.tzinfo is UTC for at in grid)


@given(MOMENTS, st.integers(0, 40), ZONES)
def test_an_instant_once_on_the_grid_stays_on_it(as_of, days, zone):
    later = instants(WEEK, "sunday", zone, as_of + timedelta(days=days), LENGTH)
    assert set(instants(WEEK, "sunday", zone, as_of, 50)) <= set(later)
