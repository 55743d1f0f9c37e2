from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import daycount

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
COUNTS = ["act/365f", "act/360", "30/360 bond", "30e/360", "30/360 us", "act/act isda", "act/act afb"]


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


def test_actual_actual_in_three_readings(case):
    published = case("M15")
    for row, text in zip(published["inputs"], published["expected"], strict=True):
        start, end = days(row["start"], row["end"])
        if "reference" in row:
            found = daycount.icma_year_fraction(start, end, tuple(days(*row["reference"])))
        else:
            found = daycount.exact_year_fraction(start, end, row["convention"].lower())
        assert float(found) == pytest.approx(float(text), abs=1e-10), row


@pytest.mark.parametrize(("name", "count"), [("us", "30/360 us"), ("eurobond", "30e/360")])
def test_thirty_day_months(case, name, count):
    published = case("M17")
    for (start, end), expect in zip(published["inputs"][name], published["expected"][name], strict=True):
        assert daycount.days_30_360(*days(start, end), count) == expect, (start, end)


def test_the_three_readings_of_the_end_of_february():
    start, end = days("2006-02-28", "2006-03-03")
    assert [daycount.days_30_360(start, end, count) for count in ("30/360 us", "30/360 bond", "30e/360")] == [3, 5, 5]


def test_the_year_fractions_of_the_spreadsheet(case):
    published = case("M19")
    start, end = days(published["inputs"]["start"], published["inputs"]["end"])
    names = {"act/act by calendar year": "act/act isda", "act/365F": "act/365f"}
    for name, text in published["expected"].items():
        assert daycount.year_fraction(start, end, names.get(name, name.lower())) == pytest.approx(
            float(text), abs=5e-9
        ), name


def test_accrued_interest_by_day_count(case):
    published = case("M33")
    for row, text in zip(published["inputs"], published["expected"], strict=True):
        start, end = days(row["issue"], row["settlement"])
        assert daycount.accrued_interest(row["par"], row["rate"], start, end) == pytest.approx(float(text), abs=1e-6)


def test_published_rolls_of_dates(case):
    published = case("M21")
    holidays = set(days(*published["inputs"]["holidays_2015"]))

    def working(day):
        return day.weekday() < 5 and day not in holidays

    names = {
        "Following": "following",
        "ModifiedFollowing": "modified_following",
        "Preceding": "preceding",
        "ModifiedPreceding": "modified_preceding",
        "Unadjusted": "unadjusted",
        "Nearest": "nearest",
    }
    for row, expect in zip(published["inputs"]["rows"], published["expected"], strict=True):
        start = date.fromisoformat(row["start"])
        if row["unit"] == "Days":
            found = daycount.advance_days(start, row["period"], working)
        else:
            found = daycount.advance_months(
                start, row["period"], names[row["convention"]], working, end_of_month=row["end_of_month"]
            )
        assert found.isoformat() == expect, row


def test_months_are_added_from_the_root_date_and_clamped(case):
    published = case("C05")
    for (text, count, unit), expect in zip(published["inputs"], published["expected"], strict=True):
        start = date.fromisoformat(text)
        found = (
            daycount.add_months(start, count * {"MONTHS": 1, "YEARS": 12}[unit])
            if unit != "DAYS"
            else date.fromordinal(start.toordinal() + count)
        )
        assert found.isoformat() == expect


@pytest.mark.parametrize("count", COUNTS)
@given(start=DAYS, end=DAYS)
def test_turning_a_period_round_turns_the_sign(count, start, end):
    assert daycount.exact_year_fraction(start, end, count) == -daycount.exact_year_fraction(end, start, count)


@given(DAYS, DAYS, DAYS)
def test_isda_parts_add_up(one, two, three):
    first, middle, last = sorted((one, two, three))
    parts = daycount.exact_year_fraction(first, middle, "act/act isda") + daycount.exact_year_fraction(
        middle, last, "act/act isda"
    )
    assert parts == daycount.exact_year_fraction(first, last, "act/act isda")


@given(DAYS, st.sampled_from(["following", "modified_following", "preceding", "modified_preceding", "nearest"]))
def test_a_rolled_date_is_a_working_day_and_modified_stays_in_its_month(day, convention):
    def working(day):
        return day.weekday() < 5

    rolled = daycount.roll(day, convention, working)
    assert working(rolled)
    assert not convention.startswith("modified") or rolled.month == day.month
