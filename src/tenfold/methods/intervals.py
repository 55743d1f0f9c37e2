"""Intervals for small numbers: proportions with a prior, counts, rates, ratios, net promoter score, exact tests.

Default level 0.90, two-sided, equal tails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, exp, log, sqrt
from statistics import NormalDist

from tenfold.methods.incomplete_beta import beta_quantile

LEVEL = 0.90


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its band."""

    value: float
    low: float
    high: float


def z_score(level: float = LEVEL) -> float:
    """Return the standard normal quantile of a two-sided level: 0.90 → 1.6449, 0.95 → 1.9600."""
    return NormalDist().inv_cdf((1 + level) / 2)


def beta_posterior(
    successes: float, failures: float, *, prior_mean: float = 0.5, prior_strength: float = 2.0, level: float = LEVEL
) -> Interval:
    """Estimate a proportion from few cases: posterior mean with an interval that holds `level` of the posterior.

    Beta(α, β) with α = m·p₀ + successes, β = m·(1 − p₀) + failures; mean α ÷ (α + β); ends the quantiles
    (1 ∓ level) ÷ 2. At 0 of n the interval begins at 0 and ends at the quantile `level`; at n of n it begins at the
    quantile 1 − level and ends at 1. Without a single case the prior stands.

    successes, failures   ≥ 0, may be weighted sums
    prior_mean p₀ in (0, 1), prior_strength m > 0 in pseudo-cases

    >>> round(beta_posterior(3, 6, prior_mean=0.45, prior_strength=10).value, 4)
    0.3947
    >>> round(beta_posterior(5, 0).low, 4)  # Beta(6, 1): 0.1^(1/6)
    0.6813

    Source: Beta-binomial model; interval after Brown, Cai & DasGupta 2001, one-sided at the ends.
    """
    alpha = prior_strength * prior_mean + successes
    beta = prior_strength * (1 - prior_mean) + failures
    below, above = _tails(successes, failures, level)
    low = beta_quantile(alpha, beta, below) if below else 0.0
    high = beta_quantile(alpha, beta, 1 - above) if above else 1.0
    return Interval(alpha / (alpha + beta), low, high)


def _tails(successes: float, failures: float, level: float) -> tuple[float, float]:
    """Return how much of the posterior lies below and above its interval; together always 1 − level."""
    if successes == 0 < failures:
        return 0.0, 1 - level
    if failures == 0 < successes:
        return 1 - level, 0.0
    return (1 - level) / 2, (1 - level) / 2


def net_promoter(promoters: int, passives: int, detractors: int, *, level: float = LEVEL) -> Interval | None:
    """Return promoters − detractors as a share of all (−1 … 1) with a normal interval; None without answers.

    Mean of +1, 0, −1; variance p + d − (p − d)²; standard error √(variance ÷ n). Ends are cut at −1 and 1.
    Where all answers are of one class the variance is 0 and would claim certainty: the band is then that of the share
    of this class (`beta_posterior`), whose rest may be of the class farthest away.

    >>> nps = net_promoter(18, 9, 5)
    >>> round(100 * nps.value, 1), round(100 * (nps.high - nps.value), 1)
    (40.6, 21.6)
    >>> round(net_promoter(5, 0, 0).low, 4)  # 2 × 0.6813 − 1
    0.3626

    Source: Reichheld 2003; variance of a trinomial; one class: MEASURES (settled 2026-11-29).
    """
    n = promoters + passives + detractors
    if n == 0:
        return None
    if n in (promoters, passives, detractors):
        return _of_one_class(promoters, passives, beta_posterior(n, 0, level=level).low)
    up, down = promoters / n, detractors / n
    score = up - down
    half = z_score(level) * sqrt((up + down - score * score) / n)
    return Interval(score, max(-1.0, score - half), min(1.0, score + half))


def _of_one_class(promoters: int, passives: int, share: float) -> Interval:
    """Return the score of answers all alike, of which the class has at least `share` of all who could answer."""
    if promoters:
        return Interval(1.0, 2 * share - 1, 1.0)
    if passives:
        return Interval(0.0, share - 1, 1 - share)
    return Interval(-1.0, -1.0, 1 - 2 * share)


def poisson(count: int, exposure: float = 1.0, *, level: float = LEVEL) -> Interval:
    """Return a rate, count ÷ exposure, with the exact (Garwood) interval; at a count of 0 the lower end is 0.

    low = χ²(tail; 2k) ÷ 2, high = χ²(1 − tail; 2k + 2) ÷ 2, each ÷ exposure.

    >>> [round(end, 3) for end in (poisson(0).low, poisson(0).high)]
    [0.0, 2.996]

    Source: Garwood 1936.
    """
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return Interval(count / exposure, low / exposure, float(gammaincinv(count + 1, 1 - tail)) / exposure)


def risk_ratio(hits: int, n: int, base_hits: int, base_n: int, *, level: float = LEVEL) -> Interval | None:
    """Compare two proportions by their ratio with a log-normal interval; None when a side has no hit or no case.

    RR = (a ÷ n₁) ÷ (b ÷ n₂); s.e. of ln RR = √(1/a − 1/n₁ + 1/b − 1/n₂).

    >>> round(risk_ratio(6, 10, 3, 10).value, 1)
    2.0

    Source: Katz et al. 1978.
    """
    if not (hits and base_hits and n and base_n):
        return None
    ratio = (hits / n) / (base_hits / base_n)
    half = z_score(level) * sqrt(1 / hits - 1 / n + 1 / base_hits - 1 / base_n)
    return Interval(ratio, exp(log(ratio) - half), exp(log(ratio) + half))


def proportion_difference(
    hits: int, n: int, base_hits: int, base_n: int, *, level: float = LEVEL, nodes: int = 200
) -> Interval | None:
    """Difference of two proportions under Beta(1, 1) priors, by quadrature; None without cases on both sides.

    The mean is exact; the ends are quantiles of P₁ − P₂, whose distribution is ∫ F₁(x + p) f₂(p) dp. Gauss–Legendre on
    the part where F₁ is neither 0 nor 1, so that no kink lies inside: what is held is `level` to within 10⁻⁶.

    Source: Beta-binomial model; DOMAIN 2.3 (uplift).
    """
    if not (n and base_n):
        return None
    import numpy as np
    from scipy.special import betainc, betaincinv, betaln, xlog1py, xlogy

    first, second = (hits + 1, n - hits + 1), (base_hits + 1, base_n - base_hits + 1)
    begin, end = betaincinv(*second, 1e-12), betaincinv(*second, 1 - 1e-12)
    at, weights = np.polynomial.legendre.leggauss(nodes)

    def reached(x: float) -> float:
        low, high = max(begin, -x), min(end, 1 - x)
        surely = 1.0 - float(betainc(*second, np.clip(1 - x, 0, 1)))
        if low >= high:
            return surely
        p = low + (high - low) * (at + 1) / 2
        density = np.exp(xlogy(base_hits, p) + xlog1py(base_n - base_hits, -p) - betaln(*second))
        reaching = betainc(*first, np.clip(x + p, 0, 1)) * density
        return surely + float((high - low) / 2 * (weights @ reaching))

    tail = (1 - level) / 2
    value = first[0] / sum(first) - second[0] / sum(second)
    return Interval(value, _bisect(reached, tail), _bisect(reached, 1 - tail))


def _bisect(rising: Callable[[float], float], level: float) -> float:
    low, high = -1.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < level else (low, middle)
    return (low + high) / 2


def fisher_exact(table: tuple[tuple[int, int], tuple[int, int]]) -> tuple[float, float]:
    """Test a 2×2 table without approximation: (two-sided p, one-sided p in the direction seen).

    With fixed margins the first cell is hypergeometric. Two-sided = Σ of all tables no more likely than the one seen;
    one-sided = the tail that holds the cell, the smaller of both. Exact integers until the last division; each table is
    made from its neighbour, so that the work is one step a table.

    >>> [round(p, 4) for p in fisher_exact(((3, 1), (1, 3)))]
    [0.4857, 0.2429]

    Source: Fisher 1935.
    """
    (a, b), (c, d) = table
    row, column, n = a + b, a + c, a + b + c + d
    first, last = max(0, row + column - n), min(row, column)
    ways = {first: comb(column, first) * comb(n - column, row - first)}
    for x in range(first, last):
        more, fewer = (column - x) * (row - x), (x + 1) * (n - column - row + x + 1)
        ways[x + 1] = ways[x] * more // fewer
    whole = comb(n, row)
    two = sum(way for way in ways.values() if way <= ways[a])
    below = sum(way for x, way in ways.items() if x <= a)
    above = sum(way for x, way in ways.items() if x >= a)
    return two / whole, min(below, above) / whole


def impact_ratio(groups: list[tuple[int, int]]) -> float | None:
    """Return the smallest ÷ the largest selection rate over groups of (selected, decided); None without a rate above 0.

    >>> impact_ratio([(48, 80), (12, 40)])
    0.5

    Source: US EEOC Uniform Guidelines 1978 (four-fifths rule: look below 0.80).
    """
    rates = [selected / decided for selected, decided in groups if decided]
    best = max(rates, default=0.0)
    return min(rates) / best if best else None
