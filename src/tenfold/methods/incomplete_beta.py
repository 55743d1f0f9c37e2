"""The regularised incomplete beta function and its inverse, in plain Python.

scipy has both, but importing it takes longer than all else that `tenfold today` does.
"""

from functools import lru_cache
from math import exp, lgamma, log, log1p

ALMOST = 1e-15  # relative: a few times what a double tells apart
TERMS = 100_000  # of the fraction; it needs about as many as the root of the larger parameter
NOTHING = 1e-300  # stands for a divisor of 0
CLOSE = 1e-12  # relative: the last step of Newton, which doubles the digits that are right
NEAR = 1e-17  # absolute: a quantile below this is written as 0 anywhere
STEPS = 200
KEPT = 100_000  # quantiles: the same few counts come again for each member at each instant


def beta_reached(alpha: float, beta: float, x: float) -> float:
    """Return I_x(α, β), the share of a Beta(α, β) distribution that lies below x.

    α, β   above 0; x is cut to 0 … 1

    >>> round(beta_reached(2, 3, 0.5), 6)  # 1 − (1 − x)⁴ − 4x(1 − x)³
    0.6875

    Source: DLMF 8.17.4 and 8.17.22; continued fraction evaluated as in Thompson & Barnett 1986.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x <= (alpha + 1) / (alpha + beta + 2):
        return _below(alpha, beta, x)
    return 1.0 - _below(beta, alpha, 1.0 - x)


@lru_cache(maxsize=KEPT)
def beta_quantile(alpha: float, beta: float, level: float) -> float:
    """Return the x below which a share `level` of Beta(α, β) lies.

    α, β    above 0; level inside 0 … 1
    returns x to within 10⁻¹²; where α or β is so small that the quantile is below 10⁻¹⁷, about 0

    >>> round(beta_quantile(6, 1, 0.1), 6)  # 0.1^(1/6)
    0.681292

    Source: Newton's method on I_x(α, β), kept inside a bracket by bisection.
    """
    low, high = 0.0, 1.0
    x = alpha / (alpha + beta)
    for _ in range(STEPS):
        excess = beta_reached(alpha, beta, x) - level
        low, high = (low, x) if excess > 0 else (x, high)
        slope = exp(_log_density(alpha, beta, x)) / x / (1.0 - x)
        closer = x - excess / slope if slope else low
        if not low < closer < high:
            closer = (low + high) / 2
        if abs(closer - x) <= CLOSE * x or high - low <= NEAR:
            return closer
        x = closer
    return x


def _log_density(alpha: float, beta: float, x: float) -> float:
    """Return ln(x^α · (1 − x)^β ÷ B(α, β))."""
    return lgamma(alpha + beta) - lgamma(alpha) - lgamma(beta) + alpha * log(x) + beta * log1p(-x)


def _below(alpha: float, beta: float, x: float) -> float:
    """Return I_x(α, β) by its continued fraction, which converges fast for x below the mean."""
    return exp(_log_density(alpha, beta, x)) / alpha / _fraction(alpha, beta, x)


def _fraction(alpha: float, beta: float, x: float) -> float:
    """Return 1 + d₁/(1 + d₂/(1 + …)): value and its divisors step by step (modified Lentz)."""
    value, above, below = 1.0, 1.0, 0.0
    for number in range(1, TERMS):
        part = _part(alpha, beta, x, number)
        below = 1.0 / (1.0 + part * below or NOTHING)
        above = 1.0 + part / above or NOTHING
        change = above * below
        value *= change
        if abs(change - 1.0) <= ALMOST:
            break
    return value


def _part(alpha: float, beta: float, x: float, number: int) -> float:
    """Return the coefficient d of the continued fraction."""
    m, odd = divmod(number, 2)
    if odd:
        return -(alpha + m) * (alpha + beta + m) * x / (alpha + 2 * m) / (alpha + 2 * m + 1)
    return m * (beta - m) * x / (alpha + 2 * m - 1) / (alpha + 2 * m)
