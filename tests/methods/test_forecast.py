import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from tests.night import examples

from tenfold.methods import forecast

DEALS = st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), max_size=8)
LEVELS = (0.05, 0.1, 0.5, 0.9, 0.95)


def round_of(worked):
    given_ = worked["forecast_exact"]["input"]
    return given_["wired_million"], [(deal["amount_million"], float(deal["p"])) for deal in given_["open"]]


def test_the_exact_forecast_of_the_worked_example(worked):
    result, expect = forecast.forecast(*round_of(worked)), worked["forecast_exact"]["expect"]
    assert round(result.mean(), 2) == expect["expected"]
    assert [result.quantile(q) for q in (0.1, 0.5, 0.9)] == [expect["p10"], expect["p50"], expect["p90"]]
    for amount in (60, 62, 80):
        assert round(result.at_least(amount), 4) == expect[f"p_at_least_{amount}"]


def test_the_correlated_forecast_of_the_worked_example(worked):
    rho = float(worked["forecast_correlated"]["input"]["rho"])
    result, expect = forecast.forecast_correlated(*round_of(worked), rho), worked["forecast_correlated"]["expect"]
    assert round(result.mean(), 2) == expect["expected"]
    assert [result.quantile(q) for q in (0.1, 0.5, 0.9)] == [expect["p10"], expect["p50"], expect["p90"]]
    assert round(result.at_least(80), 3) == expect["p_at_least_80"]


@given(DEALS, st.tuples(st.integers(1, 40), st.floats(0, 1)))
def test_adding_a_deal_never_lowers_a_quantile(deals, more):
    before, after = forecast.forecast(10, deals), forecast.forecast(10, [*deals, more])
    assert all(after.quantile(q) >= before.quantile(q) for q in LEVELS)


@given(DEALS.filter(bool), st.floats(0, 1))
def test_raising_one_chance_never_lowers_the_mean(deals, chance):
    amount, before = deals[0]
    raised = [(amount, max(before, chance)), *deals[1:]]
    assert forecast.forecast(0, raised).mean() >= forecast.forecast(0, deals).mean() - 1e-9


@given(DEALS, st.floats(0, 0.9))
def test_correlation_keeps_the_mean_and_the_sum_of_chances(deals, rho):
    alone, together = forecast.forecast(5, deals), forecast.forecast_correlated(5, deals, rho)
    assert together.probabilities.sum() == pytest.approx(1)
    assert together.mean() == pytest.approx(alone.mean(), abs=1e-3)


def test_no_open_deal_leaves_what_is_wired():
    assert forecast.forecast(36, []).quantile(0.1) == 36
    assert forecast.forecast_correlated(36, [], 0.2).quantile(0.9) == 36


@settings(max_examples=examples(20))
@given(st.lists(st.tuples(st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=150))
def test_the_grid_path_gives_the_exact_chances_when_amounts_lie_on_the_grid(deals):
    exact = forecast.forecast(0, deals)
    grid = forecast.forecast(0, deals, exact_sums=1)
    assert grid.floored_by == 0
    assert all(grid.at_least(x) == pytest.approx(exact.at_least(x), abs=1e-9) for x in (1, 10, 50, 500))


def test_flooring_says_how_much_it_may_miss():
    deals = [(1_234_567 * (i + 1) + i * i, 0.5) for i in range(12)]
    exact, grid = forecast.forecast(0, deals), forecast.forecast(0, deals, step=100_000, exact_sums=10)
    assert 0 < grid.floored_by < 12 * 100_000
    for level in LEVELS:
        assert grid.quantile(level) <= exact.quantile(level) <= grid.quantile(level) + grid.floored_by


def test_the_factor_grid_is_fine_enough_when_doubled():
    deals = [(1 + i % 7, 0.1 + 0.8 * (i % 11) / 11) for i in range(100)]
    coarse, fine = (forecast.forecast_correlated(0, deals, 0.2, nodes=n) for n in (41, 81))
    assert np.abs(np.cumsum(coarse.probabilities) - np.cumsum(fine.probabilities)).max() < 1e-4


def test_losses_add_their_means_on_the_grid():
    losses = [(0.2, 1.0, 3.0, 11.0), (0.5, 2.0, 2.0, 2.0)]
    chances = forecast.loss_distribution(losses, 0.01)
    assert chances.sum() == pytest.approx(1)
    assert 0.01 * np.arange(len(chances)) @ chances == pytest.approx(0.2 * 4 + 0.5 * 2, abs=0.01)
    assert forecast.grid_quantile(chances, 0.01, 0.4) == pytest.approx(0.0)


@pytest.mark.parametrize("rho", [0.0, 0.2, 0.95])
def test_the_chance_of_a_deal_over_the_common_factor_is_that_of_scipys_normal(rho):
    factor = np.linspace(-6, 6, 41)
    weights = np.exp(-factor * factor / 2)
    for p in (0.0, 1e-12, 0.01, 0.3, 0.5, 0.99, 1 - 1e-12, 1.0):
        given = ndtr((ndtri(p) - np.sqrt(rho) * factor) / np.sqrt(1 - rho))
        won = forecast.forecast_correlated(0, [(1, p)], rho).at_least(1)
        assert won == pytest.approx(weights @ given / weights.sum(), rel=1e-12, abs=1e-15)
