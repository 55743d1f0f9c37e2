from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import vesting
from tenfold.methods.daycount import add_months


def test_the_grant_of_the_worked_example(worked):
    given_ = worked["vesting"]["input"]
    found = [
        vesting.vested(given_["units"], at, given_["months"], cliff_months=given_["cliff_months"])
        for at in given_["at_month"]
    ]
    assert found == worked["vesting"]["expect"]["vested"]


def test_six_allocation_types_of_the_open_format(case):
    published = case("C03")
    quantity, count = published["inputs"]["quantity"], published["inputs"]["instalments"]
    for name, expect in published["expected"].items():
        if name == "FRACTIONAL":
            assert expect == [quantity / count] * count
        else:
            assert vesting.instalments(quantity, count, name) == expect, name


def test_a_captured_schedule_in_plain_dates(case):
    published = case("C07")
    inputs, expect = published["inputs"], published["expected"]
    first, initial = date.fromisoformat(expect["first"][0]), expect["first"][1]
    monthly = vesting.instalments(inputs["grant"] - initial, inputs["months"], "CUMULATIVE_ROUND_DOWN")
    rows = [(first, initial), *((add_months(first, m), units) for m, units in enumerate(monthly, start=1))]
    assert {units for _, units in rows[1:]} == {expect["monthly"]["quantity"]}
    assert rows[1][0].isoformat() == expect["monthly"]["first"]
    assert rows[-1][0].isoformat() == expect["monthly"]["last"]
    for day, units in expect["vested_after"]:
        assert sum(part for at, part in rows if at.isoformat() <= day) == units


@given(st.integers(0, 10**7), st.integers(1, 60), st.integers(0, 60), st.integers(1, 12))
def test_steps_add_up_to_the_grant_and_never_go_back(units, months, cliff, step):
    series = [vesting.vested(units, at, months, cliff_months=cliff, step_months=step) for at in range(140)]
    assert all(a <= b for a, b in pairwise(series))
    assert all(units_ == 0 for units_ in series[:cliff])
    assert max(series) <= units
    if months % step == 0:
        assert series[-1] == units


@pytest.mark.parametrize("allocation", ["CUMULATIVE_ROUNDING", "CUMULATIVE_ROUND_DOWN", "FRONT_LOADED", "BACK_LOADED"])
@given(quantity=st.integers(0, 10**6), count=st.integers(1, 60))
def test_instalments_add_up_and_differ_by_one_at_most(allocation, quantity, count):
    parts = vesting.instalments(quantity, count, allocation)
    assert sum(parts) == quantity
    assert max(parts) - min(parts) <= 1
