"""Estimates with few numbers: three-point estimates of time and loss, Altman's scores, grades of goals."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

Zone = Literal["distress", "grey", "safe"]

Z2_CUT_OFFS = (1.10, 2.60)  # non-manufacturers, Altman 2000; 1.23/2.90 belong to another score
EMERGING_MARKETS = 3.25


def pert(low: float, mode: float, high: float) -> tuple[float, float]:
    """Mean and variance of a three-point estimate: (low + 4·mode + high) ÷ 6 and ((high − low) ÷ 6)².

    >>> pert(1, 3, 11)[0]
    4.0
    """
    return (low + 4 * mode + high) / 6, ((high - low) / 6) ** 2


def path_probability(activities: Sequence[tuple[float, float, float]], due: float) -> tuple[float, float, float]:
    """Chance that a chain of activities ends by `due`, by the normal approximation: (mean, variance, probability).

    A chain without spread ends by `due` or not: probability 0 or 1.

    Source: Taylor, Introduction to Management Science (PERT).
    """
    means, variances = zip(*(pert(*activity) for activity in activities), strict=True)
    mean, variance = sum(means), sum(variances)
    if not variance:
        return mean, variance, float(mean <= due)
    return mean, variance, NormalDist(mean, sqrt(variance)).cdf(due)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The figures of one balance sheet and year, in one currency."""

    total_assets: float
    current_assets: float
    current_liabilities: float
    total_liabilities: float
    retained_earnings: float
    ebit: float


def altman_z2_of_ratios(x1: float, x2: float, x3: float, x4: float, *, constant: float = 0.0) -> float:
    """Z″ = 6.56·X₁ + 3.26·X₂ + 6.72·X₃ + 1.05·X₄, plus a constant (3.25 for emerging markets) only if asked for.

    >>> round(altman_z2_of_ratios(0.1, 0.2, 0.1, 0.65), 4)
    2.6625

    Source: Altman, Hartzell & Peck 1995.
    """
    return constant + 6.56 * x1 + 3.26 * x2 + 6.72 * x3 + 1.05 * x4


def altman_z2(accounts: Accounts, book_equity: float, *, constant: float = 0.0) -> float | None:
    """Z″ of a non-manufacturer: working capital, retained earnings, EBIT over assets; book equity over liabilities.

    None without assets or liabilities.
    """
    a = accounts
    if not a.total_assets or not a.total_liabilities:
        return None
    x1 = (a.current_assets - a.current_liabilities) / a.total_assets
    x2, x3 = a.retained_earnings / a.total_assets, a.ebit / a.total_assets
    return altman_z2_of_ratios(x1, x2, x3, book_equity / a.total_liabilities, constant=constant)


def altman_z(accounts: Accounts, revenue: float, market_value: float) -> float | None:
    """Z of a listed manufacturer: 1.2·X₁ + 1.4·X₂ + 3.3·X₃ + 0.6·X₄ + 1.0·X₅ (Altman 1968); None as in `altman_z2`."""
    a = accounts
    if not a.total_assets or not a.total_liabilities:
        return None
    working = (a.current_assets - a.current_liabilities) / a.total_assets
    earned = 1.4 * a.retained_earnings / a.total_assets + 3.3 * a.ebit / a.total_assets
    return 1.2 * working + earned + 0.6 * market_value / a.total_liabilities + revenue / a.total_assets


def zone(score: float, cut_offs: tuple[float, float] = Z2_CUT_OFFS) -> Zone:
    """Name the zone of a score: below the first cut-off distress, above the second safe, else grey.

    >>> zone(2.7), zone(2.7, (1.23, 2.90))
    ('safe', 'grey')
    """
    low, high = cut_offs
    return "distress" if score < low else "safe" if score > high else "grey"


def grade(scores: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """Weighted mean of the scores that have a value; None when results worth more than half of the weight have none.

    >>> round(grade([0, 1, 1], [1, 1, 1]), 3)
    0.667
    """
    known = [(score, weight) for score, weight in zip(scores, weights, strict=True) if score is not None]
    weight = sum(part for _, part in known)
    return sum(score * part for score, part in known) / weight if weight and 2 * weight >= sum(weights) else None


def attained(value: float, baseline: float, target: float) -> float:
    """Return how far a key result has come: (value − baseline) ÷ (target − baseline) cut to 0 … 1; lower may be better.

    A target equal to its baseline is attained at once when the value equals it, else 0.

    >>> attained(80, 100, 60)
    0.5
    """
    if target == baseline:
        return float(value == target)
    return min(1.0, max(0.0, (value - baseline) / (target - baseline)))
