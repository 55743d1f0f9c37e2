import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import cashflows
from tenfold.methods.daycount import year_fraction


def dated(rows):
    return [(date.fromisoformat(day), float(value)) for day, value in rows]


def test_the_spreadsheet_example_of_dated_flows(case):
    published = case("M01")
    for given_, text, tolerance in zip(published["inputs"], published["expected"], (1e-8, 1e-6), strict=True):
        assert cashflows.xirr(dated(given_["flows"])) == pytest.approx([float(text)], abs=tolerance)
    same_sign = [(day, abs(value)) for day, value in dated(published["inputs"][0]["flows"])]
    assert cashflows.xirr(same_sign) == []


def test_sixty_contributions_and_one_redemption(case):
    published = case("M03")
    expect = published["expected"]
    assert cashflows.xirr(dated(published["inputs"]["flows"])) == pytest.approx(
        [float(expect if isinstance(expect, str) else expect["xirr"])], abs=1e-8
    )


def test_thirty_random_flows_have_their_published_rate_among_the_roots(case):
    published = case("M04")
    sets = json.loads(published["data"]["M04_flows.json"])
    for name, text in published["expected"].items():
        flows = dated(sets[name])
        found = cashflows.xirr(flows)
        assert any(rate == pytest.approx(float(text), rel=1e-6) for rate in found), (name, found)
        assert all(abs(cashflows.xnpv(rate, flows)) < 1e-3 for rate in found if rate > -0.5)


def test_several_rates_are_all_found_and_a_solvers_silence_is_no_proof(case):
    published = case("M06")
    sets, expect = json.loads(published["data"]["M06_flows.json"]), published["expected"]
    for name, texts in expect["two_rates"].items():
        found = cashflows.xirr(dated(sets[name]))
        assert found == pytest.approx(sorted(float(text) for text in texts), abs=1e-6), name
    for name, (low, high) in expect["source_says_none_but_a_rate_exists_between"].items():
        assert any(low < rate < high for rate in cashflows.xirr(dated(sets[name]))), name
    for name, (low, _) in expect["third_rate_between"].items():
        assert low > cashflows.HIGHEST > max(cashflows.xirr(dated(sets[name])))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("act/365F", "act/365f"),
        ("act/360", "act/360"),
        ("30/360 SIA", "30/360 us"),
        ("30/360 ISDA", "30/360 bond"),
        ("30E/360", "30e/360"),
        ("act/act ISDA", "act/act isda"),
    ],
)
def test_the_same_flows_under_six_day_counts(case, name, count):
    published = case("M08")
    found = cashflows.xirr(
        dated(published["inputs"]["flows"]), years=lambda start, end: year_fraction(start, end, count)
    )
    assert found == pytest.approx([float(published["expected"][name])], abs=1e-9)


def test_yearly_returns_even_negative_ones(case):
    published = case("M09")
    for values, text in zip(published["inputs"], published["expected"], strict=True):
        assert cashflows.irr(values) == pytest.approx([float(text)], abs=5e-7)


def test_the_strip_mine_has_two_rates_and_both_are_shown(case):
    published = case("M11")
    for values, expect in zip(published["inputs"], published["expected"], strict=True):
        assert cashflows.irr(values) == pytest.approx([float(text) for text in expect["irr"]], abs=1e-12)
    assert round(cashflows.npv(0.1, published["inputs"][0])) == int(published["expected"][0]["npv_at_10pct"])


def test_flows_that_change_sign_may_have_no_rate_at_all(case):
    published = case("M12")
    assert cashflows.irr(published["inputs"]) == []
    assert round(cashflows.npv(0.1, published["inputs"])) == int(published["expected"]["npv_at_10pct"])


def test_the_first_flow_lies_now_unless_the_spreadsheet_form_is_asked_for(case):
    published = case("M13")
    inputs, expect = published["inputs"], published["expected"]
    a = inputs["a"]
    assert round(cashflows.npv(a["rate"], a["values"], first_at=1), 2) == float(expect["a"])
    assert round(cashflows.npv(a["rate"], a["values"]), 2) == 1307.29
    for name in ("b", "c"):
        row = inputs[name]
        assert round(cashflows.npv(row["rate"], [row["initial"], *row["values"]]), 2) == float(expect[name])
    assert round(cashflows.xnpv(inputs["xnpv"]["rate"], dated(inputs["xnpv"]["flows"])), 2) == float(expect["xnpv"])


def test_modified_rates_of_return(case):
    published = case("M14")
    for arguments, expect in zip(published["inputs"]["mirr"], published["expected"]["mirr"], strict=True):
        found = cashflows.mirr(*arguments)
        assert found is None if expect is None else found == pytest.approx(float(expect), abs=1e-9)


@given(st.floats(-0.9, 5), st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_an_investment_with_later_returns_has_the_one_rate_it_was_built_from(rate, returns):
    cost = sum(value / (1 + rate) ** (t + 1) for t, value in enumerate(returns))
    assert cashflows.irr([-cost, *returns]) == pytest.approx([rate], abs=1e-9)


def test_two_rates_between_two_grid_points_are_found():
    low, high = 0.1000, 0.1002  # (x − 1/1.1)(x − 1/1.1002) opened out
    x, y = 1 / (1 + low), 1 / (1 + high)
    assert cashflows.irr([x * y, -(x + y), 1.0]) == pytest.approx([low, high], abs=1e-6)
