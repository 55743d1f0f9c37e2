"""The incomplete beta function: closed forms and exact sums of fractions, then scipy, digit for digit as printed."""

import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from math import asin, comb, pi, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaincinv
from tests.night import NIGHT

from tenfold.methods.incomplete_beta import beta_quantile, beta_reached

LEVELS = (0.05, 0.1, 0.9, 0.95)
PRINTED = 6  # decimals of a share
COUNTS = 300 if NIGHT else 50
SMALL = """
import sys
from tenfold.methods.forecast import forecast, forecast_correlated
from tenfold.methods.intervals import beta_posterior, net_promoter
assert beta_posterior(3, 6).low > 0 and net_promoter(5, 0, 0).low > 0
assert forecast(1, [(2, 0.5)]).mean() == 2 and forecast_correlated(1, [(2, 0.5)], 0.2).mean() > 1
assert "scipy" not in sys.modules, "scipy"
"""
PRIORS = ((0.5, 2.0), (0.5, 1.0), (0.1, 10.0), (0.45, 10.0), (0.8, 4.0))  # mean, strength
FINE = 2**20  # parts of 1 that a double tells apart, and of which it knows the rest exactly
parameters = st.floats(0.01, 1e5)


def at_least(k: int, n: int, x: Fraction) -> Fraction:
    """P(X ≥ k) of a binomial X, exactly: I_x(k, n − k + 1) by DLMF 8.17.5."""
    return sum((comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(k, n + 1)), Fraction(0))


@pytest.mark.parametrize("x", [Fraction(1, 100), Fraction(1, 3), Fraction(1, 2), Fraction(9, 10)])
def test_a_tail_of_a_binomial_is_the_exact_sum(x: Fraction) -> None:
    for n in range(1, 26):
        for k in range(1, n + 1):
            seen = beta_reached(k, n - k + 1, float(x))
            assert seen == pytest.approx(float(at_least(k, n, x)), rel=1e-12, abs=1e-15), (k, n)


@pytest.mark.parametrize("level", LEVELS)
def test_quantiles_that_have_a_closed_form(level: float) -> None:
    """Beta(a, 1), Beta(1, b) and the arcsine distribution (Johnson, Kotz & Balakrishnan 1995, chapter 25)."""
    for shape in (0.2, 1.0, 3.0, 40.0, 2_000.0):
        assert beta_quantile(shape, 1, level) == pytest.approx(level ** (1 / shape), abs=1e-12)
        assert beta_quantile(1, shape, level) == pytest.approx(1 - (1 - level) ** (1 / shape), abs=1e-12)
    assert beta_quantile(0.5, 0.5, level) == pytest.approx(sin(pi * level / 2) ** 2, abs=1e-12)


def test_the_arcsine_distribution_at_every_hundredth() -> None:
    for hundredth in range(101):
        x = hundredth / 100
        assert beta_reached(0.5, 0.5, x) == pytest.approx(2 / pi * asin(sqrt(x)), abs=1e-14)


@pytest.mark.parametrize(("mean", "strength"), PRIORS)
def test_ends_of_a_band_are_those_of_scipy_as_printed(mean: float, strength: float) -> None:
    """Every k of n up to a bound, under flat priors and such as charters set."""
    for n in range(COUNTS + 1):
        for k in range(n + 1):
            alpha, beta = mean * strength + k, (1 - mean) * strength + n - k
            for level in LEVELS[:1] if 0 < k < n else LEVELS[1:]:
                seen, known = beta_quantile(alpha, beta, level), float(betaincinv(alpha, beta, level))
                assert abs(seen - known) < 1e-11, (alpha, beta, level)
                assert f"{seen:.{PRINTED}f}" == f"{known:.{PRINTED}f}", (alpha, beta, level)


@given(parameters, parameters, st.sampled_from(LEVELS))
def test_a_quantile_has_its_level_below_it(alpha: float, beta: float, level: float) -> None:
    x = beta_quantile(alpha, beta, level)
    assert 0 <= x <= 1
    assert beta_reached(alpha, beta, x - 1e-9) <= level + 1e-9
    assert beta_reached(alpha, beta, x + 1e-9) >= level - 1e-9


@given(parameters, parameters, st.lists(st.integers(-5, FINE + 5), min_size=2, max_size=6))
def test_what_lies_below_never_falls_and_both_sides_are_the_whole(alpha: float, beta: float, parts: list[int]) -> None:
    xs = [part / FINE for part in sorted(parts)]
    below = [beta_reached(alpha, beta, x) for x in xs]
    assert all(0 <= share <= 1 + 1e-12 for share in below)
    assert all(one <= other + 1e-9 for one, other in pairwise(below))
    for x in xs:
        assert beta_reached(alpha, beta, x) + beta_reached(beta, alpha, 1 - x) == pytest.approx(1, abs=1e-8)


def test_a_prior_that_is_nearly_certain_still_ends() -> None:
    for alpha, beta in ((1e-3, 1e-3), (1e-3, 5.0), (5.0, 1e-3), (1e6, 3.0), (1e6, 1e6), (12_345.5, 0.3)):
        ends = [beta_quantile(alpha, beta, level) for level in LEVELS]
        assert ends == sorted(ends)
        assert 0 <= ends[0] <= ends[-1] <= 1


def test_the_bands_and_the_forecast_of_a_small_community_wait_for_no_scipy() -> None:
    """Importing it takes longer than all else that `tenfold today` does."""
    assert not subprocess.run([sys.executable, "-c", SMALL], check=True, capture_output=True).stderr
