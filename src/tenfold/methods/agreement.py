"""Do raters agree, do items belong together: kappa, Krippendorff's and Cronbach's alpha.

None where nothing varies or too little was rated.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

from tenfold.methods.intervals import Interval, z_score


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement beyond chance with its band; z tests against chance alone."""

    value: float
    low: float
    high: float
    se: float
    z: float | None


def cohen_kappa(table: Sequence[Sequence[float]], *, level: float = 0.95) -> Kappa | None:
    """Two raters, one table of counts (rows: first rater): κ = (pₒ − pₑ) ÷ (1 − pₑ).

    Standard errors after Fleiss, Cohen & Everitt 1969. None for an empty table or when both use one class only.

    >>> round(cohen_kappa([[20, 5], [10, 15]]).value, 2)
    0.4

    Source: Cohen 1960.
    """
    n, k = sum(map(sum, table)), range(len(table))
    if not n:
        return None
    p = [[cell / n for cell in row] for row in table]
    rows, columns = [sum(row) for row in p], [sum(column) for column in zip(*p, strict=True)]
    chance = sum(r * c for r, c in zip(rows, columns, strict=True))
    if chance >= 1:
        return None
    kappa = (sum(p[i][i] for i in k) - chance) / (1 - chance)
    gap = 1 - kappa
    agreeing = sum(p[i][i] * (1 - (rows[i] + columns[i]) * gap) ** 2 for i in k)
    others = gap**2 * sum(p[i][j] * (columns[i] + rows[j]) ** 2 for i in k for j in k if i != j)
    se = sqrt(max(0.0, agreeing + others - (kappa - chance * gap) ** 2) / n) / (1 - chance)
    null = chance + chance**2 - sum(rows[i] * columns[i] * (rows[i] + columns[i]) for i in k)
    z = kappa * (1 - chance) / sqrt(null / n) if null > 0 else None
    half = z_score(level) * se
    return Kappa(kappa, kappa - half, kappa + half, se, z)


def fleiss_kappa(counts: Sequence[Sequence[int]]) -> tuple[float, list[float]] | None:
    """Many raters: rows are subjects, columns how many raters chose each class; every row has the same sum ≥ 2.

    returns   (κ, agreement of each subject)

    Source: Fleiss 1971.
    """
    raters = sum(counts[0]) if counts else 0
    if raters < 2 or any(sum(row) != raters for row in counts):
        return None
    each = [(sum(cell * cell for cell in row) - raters) / (raters * (raters - 1)) for row in counts]
    shares = [sum(column) / (len(counts) * raters) for column in zip(*counts, strict=True)]
    chance = sum(share * share for share in shares)
    return None if chance >= 1 else ((sum(each) / len(each) - chance) / (1 - chance), each)


def nominal(one: object, other: object) -> float:
    """Distance of two classes: 0 when equal, else 1."""
    return float(one != other)


def interval(one: float, other: float) -> float:
    """Distance of two numbers on an interval scale: the squared difference."""
    return (one - other) ** 2


def krippendorff_alpha(
    ratings: Sequence[Sequence[Hashable | None]], distance: Callable[..., float] = nominal
) -> float | None:
    """Any number of coders (rows), units (columns), gaps (None): α = 1 − observed ÷ expected disagreement.

    Units with fewer than two ratings do not count. None when nothing varies.

    >>> krippendorff_alpha([[1, 2, 3], [1, 2, 3]])
    1.0

    Source: Krippendorff 2011.
    """
    units = [[value for value in unit if value is not None] for unit in zip(*ratings, strict=True)]
    pairable = [unit for unit in units if len(unit) > 1]
    totals = Counter(value for unit in pairable for value in unit)
    n = sum(totals.values())
    observed = sum(sum(distance(a, b) for a in unit for b in unit) / (len(unit) - 1) for unit in pairable) / max(n, 1)
    expected = sum(distance(a, b) * totals[a] * totals[b] for a in totals for b in totals) / max(n * (n - 1), 1)
    return 1 - observed / expected if expected else None


def cronbach_alpha(answers: Sequence[Sequence[float | None]], *, level: float = 0.95) -> tuple[Interval, int] | None:
    """Internal consistency of k items: α = k ÷ (k − 1) · (1 − Σ item variances ÷ variance of the sums).

    Only complete rows count (their number is returned). Feldt's interval from the F distribution with n − 1 and
    (n − 1)(k − 1) degrees of freedom. None below two complete rows or items, or when the sums do not vary.

    Source: Cronbach 1951; Feldt 1965.
    """
    from scipy.special import fdtri

    rows = [[float(x) for x in row if x is not None] for row in answers if None not in row]
    n, k = len(rows), len(answers[0]) if answers else 0
    if n < 2 or k < 2:
        return None
    whole = _variance([sum(row) for row in rows])
    if not whole:
        return None
    alpha = k / (k - 1) * (1 - sum(_variance(column) for column in zip(*rows, strict=True)) / whole)
    tail = (1 - level) / 2
    ends = [1 - (1 - alpha) * float(fdtri(n - 1, (n - 1) * (k - 1), q)) for q in (1 - tail, tail)]
    return Interval(alpha, *ends), n


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def spearman(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Rank correlation: Pearson's r of mid-ranks; None below three pairs or when a side does not vary.

    >>> spearman([1, 2, 3], [10, 30, 20])
    0.5
    """
    if len(first) < 3:
        return None
    one, two = mid_ranks(first), mid_ranks(second)
    mean = (len(one) + 1) / 2
    over = sum((a - mean) * (b - mean) for a, b in zip(one, two, strict=True))
    spread = sum((a - mean) ** 2 for a in one) * sum((b - mean) ** 2 for b in two)
    return over / sqrt(spread) if spread else None


def mid_ranks(values: Sequence[float]) -> list[float]:
    """Rank from 1, equal values sharing the mean of their ranks.

    >>> mid_ranks([10, 20, 10])
    [1.5, 3.0, 1.5]
    """
    counts, before, ranks = Counter(values), 0, dict[float, float]()
    for value in sorted(counts):
        ranks[value] = before + (counts[value] + 1) / 2
        before += counts[value]
    return [ranks[value] for value in values]
