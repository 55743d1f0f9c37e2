"""Where formulas stop to work: every method is right there, or refuses."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import cashflows, claims, linkage, mixing, power, proportions, purchases
from tenfold.methods.cashflows import irr, xirr
from tenfold.methods.daycount import icma_year_fraction
from tenfold.methods.forecast import GRID_CELLS, forecast
from tenfold.methods.intervals import fisher_exact
from tenfold.methods.loans import schedule_in_units

START = date(2026, 1, 1)


def test_a_loss_of_days_is_a_rate_of_nearly_minus_all_a_year():
    (rate,) = xirr([(START, -100.0), (START + timedelta(11), 71.0)])
    assert rate == pytest.approx(0.71 ** (365 / 11) - 1, abs=1e-12)
    assert round(rate, 7) == -0.9999884


@given(st.integers(1, 40), st.floats(0.6, 1.1))
def test_two_flows_have_the_rate_that_their_ratio_says(days, ratio):
    expected = ratio ** (365 / days) - 1
    found = xirr([(START, -1000.0), (START + timedelta(days), 1000.0 * ratio)])
    if cashflows.LOWEST < expected < cashflows.HIGHEST:
        assert found == pytest.approx([expected], rel=1e-9, abs=1e-9)
    else:
        assert found == []


def test_flows_of_one_day_have_no_rate():
    assert xirr([(START, -100.0), (START, 100.0)]) == []
    assert xirr([(START, -100.0), (START, 110.0)]) == []


def test_flows_of_one_day_are_one_flow():
    day = START + timedelta(365)
    assert xirr([(START, -60.0), (START, -40.0), (day, 50.0), (day, 60.0)]) == pytest.approx([0.1], abs=1e-12)
    assert xirr([(START, -60.0), (START, 60.0), (day, 50.0)]) == []


@pytest.mark.parametrize("rate", [0.1, 0.0, -0.3, 2.5])
def test_a_present_value_that_touches_nothing_has_one_rate(rate):
    growth = 1 + rate
    assert irr([-100.0, 200 * growth, -100 * growth**2]) == pytest.approx([rate], abs=1e-6)


def test_two_rates_as_close_as_a_hundredth_are_both_found():
    assert irr([-100.0, 100 * (1.10 + 1.11), -100 * 1.10 * 1.11]) == pytest.approx([0.10, 0.11], abs=1e-7)


def test_a_present_value_that_stays_above_nothing_has_no_rate():
    assert irr([100.0, -200.0, 101.0]) == []


@given(st.integers(0, 3000), st.integers(0, 500), st.integers(1, 60))
def test_no_instalment_repays_more_than_is_owed(present, permille, periods):
    from decimal import Decimal

    rows = schedule_in_units(present, Decimal(permille) / 1000, periods)
    assert all(row.principal >= 0 for row in rows)
    assert all(row.total >= 0 for row in rows)
    assert sum(row.principal for row in rows) == present
    assert rows[-1].balance == 0


def test_trust_without_anybody_trusted_beforehand_starts_at_everybody_alike():
    opinions = [("a", "b", 1.0), ("b", "c", 1.0), ("c", "a", 1.0)]
    assert mixing.eigentrust(opinions, {}) == pytest.approx({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3})
    assert mixing.eigentrust(opinions, {"a": 0.0}) == pytest.approx(mixing.eigentrust(opinions, {}))
    assert mixing.eigentrust([], {}) == {}
    told = mixing.eigentrust([("a", "b", 2.0)], {})
    assert told["b"] > told["a"]
    assert sum(told.values()) == pytest.approx(1.0)


def test_mid_p_holds_for_many_cases():
    low, high = proportions.mid_p(550, 1100)
    jeffreys = proportions.jeffreys(550, 1100)
    assert (low, high) == pytest.approx(jeffreys, abs=1e-4)
    assert low + high == pytest.approx(1.0, abs=1e-12)


@given(st.integers(1, 40), st.data())
def test_the_tails_of_mid_p_hold_what_they_should(n, data):
    from math import comb

    x = data.draw(st.integers(0, n))
    low, high = proportions.mid_p(x, n, level=0.9)

    def above(p: float) -> float:
        return sum(comb(n, k) * p**k * (1 - p) ** (n - k) * (0.5 if k == x else 1.0) for k in range(x, n + 1))

    assert x == 0 or above(low) == pytest.approx(0.05, abs=1e-9)
    assert x == n or above(high) == pytest.approx(0.95, abs=1e-9)


def test_a_coupon_period_shorter_than_a_month_is_refused():
    week = (date(2026, 3, 2), date(2026, 3, 9))
    with pytest.raises(ValueError, match="2026"):
        icma_year_fraction(date(2026, 3, 2), date(2026, 3, 9), week)
    with pytest.raises(ValueError, match="2026"):
        icma_year_fraction(date(2026, 2, 1), date(2026, 3, 9), week)
    month = (date(2026, 3, 1), date(2026, 4, 1))
    assert icma_year_fraction(*month, month) == Fraction(1, 12)


@pytest.mark.parametrize(("times", "expected"), [(2000, 1.0), (-2000, 0.0)])
def test_a_match_of_very_many_agreements_is_sure(times, expected):
    seen = [linkage.outcome(0.9, 0.1, agrees=times > 0)] * abs(times)
    assert linkage.match_probability(0.5, seen) == expected


@given(st.floats(0.001, 0.999), st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)), max_size=8))
def test_a_match_probability_is_the_odds_over_one_more(prior, seen):
    odds = 2 ** linkage.match_weight(prior, seen)
    assert linkage.match_probability(prior, seen) == pytest.approx(odds / (1 + odds), rel=1e-12)


def published(p: purchases.BgNbd, t: float) -> float:
    from scipy.special import hyp2f1

    shrink = (p.alpha / (p.alpha + t)) ** p.r * hyp2f1(p.r, p.b, p.a + p.b - 1, t / (p.alpha + t))
    return float((p.a + p.b - 1) / (p.a - 1) * (1 - shrink))


@pytest.mark.parametrize("a", [0.5, 0.793, 1.3, 3.0])
def test_expected_purchases_are_the_published_formula_where_that_says_something(a):
    p = purchases.BgNbd(0.243, 4.414, a, 2.426)
    assert purchases.expected_purchases(p, 39.0) == pytest.approx(published(p, 39.0), rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1.0, 2.426), (0.4, 0.6)])
def test_expected_purchases_pass_smoothly_where_it_says_nothing(a, b):
    here = purchases.expected_purchases(purchases.BgNbd(0.243, 4.414, a, b), 39.0)
    beside = [published(purchases.BgNbd(0.243, 4.414, a + step, b), 39.0) for step in (-1e-4, 1e-4)]
    assert here == pytest.approx(sum(beside) / 2, rel=1e-6)
    assert purchases.expected_purchases(purchases.BgNbd(0.243, 4.414, a, b), 0.0) == 0.0


def test_more_purchases_are_expected_as_published_and_at_one_as_beside_it():
    from scipy.special import hyp2f1

    x, t_x, age, t = 2, 30.43, 38.86, 39.0

    def direct(a: float) -> float:
        r, alpha, b = 0.243, 4.414, 2.426
        at = alpha + age
        shrink = (at / (at + t)) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, t / (at + t))
        dead = a / (b + x - 1) * (at / (alpha + t_x)) ** (r + x)
        return float((a + b + x - 1) / (a - 1) * (1 - shrink) / (1 + dead))

    def found(a: float) -> float:
        return purchases.expected_more(purchases.BgNbd(0.243, 4.414, a, 2.426), x, t_x, age, t)

    assert found(0.793) == pytest.approx(direct(0.793), rel=1e-9)
    assert found(1.0) == pytest.approx((direct(1 - 1e-4) + direct(1 + 1e-4)) / 2, rel=1e-6)


def test_a_forecast_of_amounts_without_a_common_step_is_bounded_and_says_what_it_floors():
    deals = [(10**12 + 7919 * index * index, 0.5) for index in range(40)]
    found = forecast(0, deals)
    assert len(found.amounts) <= GRID_CELLS + 1
    assert 0 < found.floored_by < len(deals) * (sum(amount for amount, _ in deals) / GRID_CELLS + 1)
    exact = sum(amount * p for amount, p in deals)
    assert exact - found.floored_by <= found.mean() <= exact


def test_an_exact_test_of_ten_thousand_cases_ends():
    both, one = fisher_exact(((2600, 2400), (2500, 2500)))
    assert 0 < one < both < 1
    assert both == pytest.approx(0.0477, abs=5e-4)  # chi-squared with continuity, 1 degree: 3.92


@given(st.lists(st.integers(0, 6), min_size=4, max_size=4))
def test_an_exact_test_counts_every_table_of_the_same_margins(cells):
    from math import comb

    a, b, c, d = cells
    row, column, n = a + b, a + c, sum(cells)
    ways = {x: comb(column, x) * comb(n - column, row - x) for x in range(row + 1) if row - x <= n - column}
    two = sum(way for way in ways.values() if way <= ways[a])
    assert fisher_exact(((a, b), (c, d)))[0] == pytest.approx(two / comb(n, row), rel=1e-12)


def test_a_thousand_claims_are_shared_by_the_egalitarian_rule():
    owed = [1000 + 7 * index for index in range(1000)]
    estate = sum(owed) * 3 // 4
    awards = claims.constrained_egalitarian(estate, owed)
    assert sum(awards) == estate
    assert all(Fraction(claim, 2) <= award <= claim for award, claim in zip(awards, owed, strict=True))
    free = {award for award, claim in zip(awards, owed, strict=True) if Fraction(claim, 2) < award < claim}
    assert len(free) == 1


@given(st.integers(0, 60), st.lists(st.integers(0, 20), min_size=1, max_size=5))
def test_random_arrival_is_the_mean_over_all_orders(estate, owed):
    estate = min(estate, sum(owed))
    total = [Fraction(0)] * len(owed)
    orders = list(permutations(range(len(owed))))
    for order in orders:
        left = estate
        for index in order:
            paid = min(owed[index], left)
            total[index] += paid
            left -= paid
    assert claims.random_arrival(estate, owed) == [paid / len(orders) for paid in total]


def test_sixteen_claims_arrive_in_every_order_and_seventeen_are_refused():
    owed = [100 + index for index in range(16)]
    assert sum(claims.random_arrival(900, owed)) == 900
    with pytest.raises(ValueError, match="17"):
        claims.random_arrival(900, [*owed, 1])


def by_coalitions(weights: list[int], quota: int) -> dict[str, list[Fraction]]:
    """Every index from its definition, coalition by coalition."""
    n = len(weights)
    swings, johnston, deegan = ([Fraction(0)] * n for _ in range(3))
    for size in range(1, n + 1):
        for members in combinations(range(n), size):
            total = sum(weights[index] for index in members)
            critical = [index for index in members if total >= quota > total - weights[index]]
            for index in critical:
                swings[index] += 1
                johnston[index] += Fraction(1, len(critical))
                deegan[index] += Fraction(1, size) if len(critical) == size else 0
    return {
        name: [value / sum(values) if sum(values) else value for value in values]
        for name, values in (("banzhaf", swings), ("johnston", johnston), ("deegan_packel", deegan))
    }


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(1, 30))
def test_power_is_what_each_coalition_says(weights, quota):
    for name, expected in by_coalitions(weights, quota).items():
        assert getattr(power, name)(weights, quota) == expected, name
    orders = list(permutations(range(len(weights))))
    pivots = [Fraction(0)] * len(weights)
    for order in orders:
        total = 0
        for index in order:
            if total < quota <= total + weights[index]:
                pivots[index] += Fraction(1, len(orders))
            total += weights[index]
    assert power.shapley_shubik(weights, quota) == pivots


def test_twenty_voters_have_their_power_and_twenty_one_are_refused():
    equal = [Fraction(1, 20)] * 20
    for index in (power.shapley_shubik, power.banzhaf, power.johnston, power.deegan_packel):
        assert index([1] * 20, 11) == equal
        with pytest.raises(ValueError, match="21"):
            index([1] * 21, 11)
    huge = 10**30
    assert power.shapley_shubik([50 * huge, 49 * huge, huge], 51 * huge) == power.shapley_shubik([50, 49, 1], 51)
