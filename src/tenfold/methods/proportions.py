"""Published intervals of a proportion x of n, kept beside the Beta interval that the product shows.

Every function returns (low, high) inside 0 … 1; n must be above 0.
"""

from math import sqrt

from tenfold.methods.incomplete_beta import beta_quantile, beta_reached
from tenfold.methods.intervals import z_score

Ends = tuple[float, float]


def _cut(low: float, high: float) -> Ends:
    return max(0.0, low), min(1.0, high)


def wald(x: int, n: int, *, level: float = 0.95, continuity: bool = False) -> Ends:
    """Simple interval p ± z√(p(1−p)/n), with 1/2n more under continuity; misleading for small counts (0 of 20 → 0).

    >>> wald(0, 20)
    (0.0, 0.0)
    """
    p = x / n
    half = z_score(level) * sqrt(p * (1 - p) / n) + (0.5 / n if continuity else 0.0)
    return _cut(p - half, p + half)


def wilson(x: int, n: int, *, level: float = 0.95, continuity: bool = False) -> Ends:
    """Score interval: the values p₀ with |p − p₀| ≤ z√(p₀(1−p₀)/n) (Wilson 1927; continuity form Newcombe 1998).

    >>> [round(end, 4) for end in wilson(0, 20)]
    [0.0, 0.1611]
    """
    z, p = z_score(level), x / n
    if not continuity:
        middle, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return _cut((middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n))
    base, scale = 2 * n * p + z * z, 2 * (n + z * z)
    low = 0.0 if x == 0 else (base - 1 - z * sqrt(z * z - 2 - 1 / n + 4 * p * (n * (1 - p) + 1))) / scale
    high = 1.0 if x == n else (base + 1 + z * sqrt(z * z + 2 - 1 / n + 4 * p * (n * (1 - p) - 1))) / scale
    return _cut(low, high)


def agresti_coull(x: int, n: int, *, level: float = 0.95) -> Ends:
    """Wald around the Wilson centre with z² cases added (Agresti & Coull 1998).

    >>> [round(end, 4) for end in agresti_coull(18, 20)]
    [0.6868, 0.9843]
    """
    z = z_score(level)
    more = n + z * z
    centre = (x + z * z / 2) / more
    half = z * sqrt(centre * (1 - centre) / more)
    return _cut(centre - half, centre + half)


def jeffreys(x: int, n: int, *, level: float = 0.95) -> Ends:
    """Equal-tailed Beta(x + ½, n − x + ½); 0 at none, 1 at all (Brown, Cai & DasGupta 2001).

    >>> [round(end, 4) for end in jeffreys(18, 20)]
    [0.7161, 0.9786]
    """
    tail = (1 - level) / 2
    low = beta_quantile(x + 0.5, n - x + 0.5, tail) if x else 0.0
    return low, beta_quantile(x + 0.5, n - x + 0.5, 1 - tail) if x < n else 1.0


def clopper_pearson(x: int, n: int, *, level: float = 0.95) -> Ends:
    """Exact interval by the binomial tails: Beta quantiles (x, n−x+1) and (x+1, n−x) (Clopper & Pearson 1934).

    >>> [round(end, 4) for end in clopper_pearson(0, 20)]
    [0.0, 0.1684]
    """
    tail = (1 - level) / 2
    low = beta_quantile(x, n - x + 1, tail) if x else 0.0
    return low, beta_quantile(x + 1, n - x, 1 - tail) if x < n else 1.0


def mid_p(x: int, n: int, *, level: float = 0.95) -> Ends:
    """Exact interval with half the weight of the value seen in each tail (Lancaster 1961; Newcombe 1998).

    The tails are incomplete beta functions, so that any n does: P(X ≥ x) = I_p(x, n − x + 1).

    >>> [round(end, 4) for end in mid_p(0, 20)]
    [0.0, 0.1391]
    """
    tail = (1 - level) / 2

    def above(p: float) -> float:  # P(X > x) + P(X = x) / 2, rising in p
        at_least = beta_reached(x, n - x + 1, p) if x else 1.0
        more = beta_reached(x + 1, n - x, p) if x < n else 0.0
        return (at_least + more) / 2

    def solve(level_of_tail: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if above(middle) < level_of_tail else (low, middle)
        return (low + high) / 2

    return solve(tail) if x else 0.0, solve(1 - tail) if x < n else 1.0
