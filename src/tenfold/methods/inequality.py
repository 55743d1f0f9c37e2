"""How unequal, how concentrated: Gini, Jain, Herfindahl–Hirschman, effective numbers, Lorenz, top shares.

Amounts are ≥ 0; a total of 0 or no amounts at all gives None. Integers stay exact until one last division.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

Amount = int | float | Fraction


def gini(amounts: Sequence[Amount], *, small_sample: bool = False) -> float | None:
    """Gini coefficient: half the mean absolute difference over the mean.

    G = 2 Σ i·x₍ᵢ₎ ÷ (n Σx) − (n + 1) ÷ n with x sorted and i from 1; 0 when all are equal, (n − 1) ÷ n when one has
    all. `small_sample` multiplies by n ÷ (n − 1) and needs n ≥ 2.

    >>> gini([0, 0, 0, 1]), gini([0, 0, 0, 1], small_sample=True)
    (0.75, 1.0)
    """
    n, total = len(amounts), sum(amounts)
    if not total or (small_sample and n < 2):
        return None
    ranked = sum(index * amount for index, amount in enumerate(sorted(amounts), start=1))
    value = (2 * ranked - (n + 1) * total) / (n * total)
    return float(value * Fraction(n, n - 1)) if small_sample else float(value)


def lorenz(amounts: Sequence[Amount]) -> list[tuple[float, float]] | None:
    """Points (share of members, share of the amount) from (0, 0) to (1, 1), poorest first.

    >>> lorenz([1, 3])
    [(0.0, 0.0), (0.5, 0.25), (1.0, 1.0)]
    """
    total, n = sum(amounts), len(amounts)
    if not total:
        return None
    return [(0.0, 0.0), *((i / n, float(part / total)) for i, part in enumerate(accumulate(sorted(amounts)), start=1))]


def jain(amounts: Sequence[Amount]) -> float | None:
    """Jain's fairness index (Σx)² ÷ (n Σx²): 1 when all are equal, 1/n when one has all.

    >>> jain([1, 1, 1, 1])
    1.0
    """
    squares = sum(amount * amount for amount in amounts)
    return float(sum(amounts) ** 2 / (len(amounts) * squares)) if squares else None


def shares(amounts: Sequence[Amount]) -> list[Fraction]:
    """Each amount ÷ the total, exact for integers; empty when the total is 0."""
    total = sum(amounts)
    return [Fraction(amount) / Fraction(total) for amount in amounts] if total else []


def herfindahl(amounts: Sequence[Amount]) -> float | None:
    """Herfindahl–Hirschman index Σ share² on the scale 0 … 1; times 10,000 for percent points.

    >>> round(10_000 * herfindahl([30, 30, 20, 20]))
    2600
    """
    parts = shares(amounts)
    return float(sum(part * part for part in parts)) if parts else None


def herfindahl_normalised(amounts: Sequence[Amount]) -> float | None:
    """Return (HHI − 1/n) ÷ (1 − 1/n): 0 when equal, 1 when one has all; None below two amounts."""
    value, n = herfindahl(amounts), len(amounts)
    return None if value is None or n < 2 else (value - 1 / n) / (1 - 1 / n)


def effective_number(amounts: Sequence[Amount]) -> float | None:
    """Effective number 1 ÷ Σ share² (inverse HHI, Laakso & Taagepera 1979), this product's convention.

    >>> effective_number([1, 1, 1, 1])
    4.0
    """
    value = herfindahl(amounts)
    return None if value is None else 1 / value


def effective_number_golosov(amounts: Sequence[Amount]) -> float | None:
    """Effective number Σ pᵢ ÷ (pᵢ + p₁² − pᵢ²), p₁ the largest share: small parts weigh less; by name only.

    >>> round(effective_number_golosov([3, 1]), 2)
    1.33

    Source: Golosov 2010, Party Politics 16(2).
    """
    parts = shares(amounts)
    if not parts:
        return None
    largest = max(parts)
    return float(sum(part / (part + largest**2 - part**2) for part in parts if part))


def top_share(amounts: Sequence[Amount], k: int = 1) -> float | None:
    """Share of the total that the k largest hold (all of it when there are fewer).

    >>> top_share([5, 3, 2])
    0.5
    """
    total = sum(amounts)
    return float(sum(sorted(amounts, reverse=True)[:k]) / total) if total else None


def absence_factor(counts: Sequence[int]) -> int:
    """Smallest number of contributors who together gave at least half; 0 without contributions.

    >>> absence_factor([1000, 500, 300, 250, 200, 125, 70, 30])
    2

    Source: CHAOSS, Contributor Absence Factor.
    """
    total, reached = sum(counts), 0
    for needed, count in enumerate(sorted(counts, reverse=True), start=1):
        reached += count
        if 2 * reached >= total:
            return needed if total else 0
    return 0
