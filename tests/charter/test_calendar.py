"""The working calendar (DOMAIN R18) and the Chinese years that ship with it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.charter.calendar import calendar_of, known_calendars, year_file
from tenfold.terms.durations import Duration, add

CN = calendar_of("CN")
NONE = calendar_of(None)
DAYS = st.dates(date(2018, 6, 1), date(2028, 6, 1))
YEARS = range(2019, 2027)


def test_the_worked_example_of_r18_is_stale_on_6_march():
    inbound, stale_after = date(2026, 2, 10), 14
    silent = {day: CN.clock(day) - CN.clock(inbound) for day in (date(2026, 3, 5), date(2026, 3, 6))}
    assert silent == {date(2026, 3, 5): 14, date(2026, 3, 6): 15}
    assert CN.add(inbound, Duration(stale_after, "d")) == date(2026, 3, 5)


def test_nine_days_of_spring_festival_2026_do_not_count():
    assert sum(CN.is_holiday(date(2026, 2, 15) + timedelta(days=n)) for n in range(9)) == 9
    assert not CN.is_holiday(date(2026, 2, 14))
    assert not CN.is_holiday(date(2026, 2, 24))


def test_weekends_count_in_the_clock_and_not_as_working_days():
    saturday = date(2026, 11, 21)
    assert CN.clock(saturday) - CN.clock(date(2026, 11, 20)) == 1
    assert CN.working(saturday) == CN.working(date(2026, 11, 20))


def test_a_make_up_saturday_is_a_working_day():
    assert CN.is_working(date(2026, 2, 28))
    assert not CN.is_working(date(2026, 3, 7))


def test_two_working_days_from_the_last_day_before_a_festival_end_after_it():
    assert CN.add(date(2026, 9, 30), Duration(2, "wd")) == date(2026, 10, 9)  # Thursday 1 to Wednesday 7 off
    assert CN.add(date(2026, 10, 30), Duration(2, "wd")) == date(2026, 11, 3)  # Friday to Tuesday


def test_a_holiday_that_joins_the_weekend_leaves_the_weekend_a_weekend():
    assert CN.is_holiday(date(2019, 4, 5))
    assert not CN.is_holiday(date(2019, 4, 6))
    assert not CN.is_working(date(2019, 4, 6))


def test_notices_that_amend_a_year_are_in_it():
    assert CN.is_holiday(date(2020, 1, 31))
    assert not CN.is_working(date(2020, 2, 1))  # the extension cancelled this make-up day
    assert CN.is_holiday(date(2019, 5, 4))


def test_a_year_that_nobody_published_is_provisional_and_has_no_holidays():
    assert CN.provisional(2027)
    assert not CN.provisional(2026)
    assert not CN.is_holiday(date(2027, 10, 1))


def test_without_a_calendar_every_day_counts_and_weekends_are_no_working_days():
    assert NONE.clock(date(2026, 3, 5)) - NONE.clock(date(2026, 2, 10)) == 23
    assert not NONE.is_working(date(2026, 2, 14))
    assert NONE.is_working(date(2026, 2, 16))
    assert not NONE.provisional(2099)


def test_months_and_years_skip_no_holiday():
    assert CN.add(date(2026, 1, 31), Duration(1, "m")) == date(2026, 2, 28)


@pytest.mark.parametrize("year", YEARS)
def test_every_year_names_its_notice_and_has_eleven_or_thirteen_statutory_holidays(year):
    file = year_file("CN", year)
    assert all(
        source["number"].startswith("国办发明电") and date.fromisoformat(source["dated"]) for source in file["sources"]
    )
    off = [day for day in CN.holidays if day.year == year]
    worked = [day for day in CN.shifted if day.year == year]
    assert all(day.weekday() >= 5 for day in worked)
    assert not set(off) & set(worked)
    # What a notice moves, it gives back: weekdays off less weekend days worked are the statutory days. In 2020 the
    # extension added a Friday and cancelled a worked Saturday; since 2025 the law gives 13 days.
    statutory = len([day for day in off if day.weekday() < 5]) - len(worked)
    assert statutory == {2020: 13, 2025: 13, 2026: 13}.get(year, 11)


def test_the_known_calendars_are_listed_and_others_are_refused():
    assert known_calendars() == ("CN",)
    with pytest.raises(KeyError):
        calendar_of("XX")
    with pytest.raises(KeyError):
        year_file("CN", 2003)


@given(DAYS, st.integers(0, 700))
def test_running_numbers_count_the_days_between(day, later):
    until = day + timedelta(days=later)
    between = [day + timedelta(days=n) for n in range(1, later + 1)]
    assert CN.clock(until) - CN.clock(day) == sum(not CN.is_holiday(each) for each in between)
    assert CN.working(until) - CN.working(day) == sum(CN.is_working(each) for each in between)


@given(DAYS, st.integers(0, 300), st.sampled_from(["d", "wd"]))
def test_the_due_day_is_the_first_on_which_the_clock_is_complete(day, count, unit):
    number = CN.clock if unit == "d" else CN.working
    due = CN.add(day, Duration(count, unit))
    assert number(due) - number(day) == count
    assert count == 0 or number(due - timedelta(days=1)) - number(day) == count - 1


@given(DAYS, st.integers(0, 300))
def test_without_a_calendar_days_are_plain_days(day, count):
    assert NONE.add(day, Duration(count, "d")) == add(day, Duration(count, "d"))


def test_the_table_holds_the_running_numbers():
    table = CN.table(date(2026, 12, 30), date(2027, 1, 2))
    assert table.columns == ["date", "clock", "working", "provisional"]
    assert table["provisional"].to_list() == [False, False, True, True]
    assert table["clock"].to_list() == CN.clock_days(table["date"])
    assert table["working"].to_list() == CN.working_days(table["date"])
