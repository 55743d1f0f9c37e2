"""An index out of dimensions, honest about its weights: fixed goalposts, geometric mean, a band over weightings."""

from collections.abc import Iterator, Sequence
from math import exp, log, prod

STEPS = 100  # grid step 0.01: 5,151 weightings of three dimensions
CONCENTRATION = 4


def normalise(value: float, low: float, high: float) -> float:
    """Place a value between two fixed goalposts on 0 … 100, cut at the ends; high may lie below low.

    >>> normalise(0.725, 0.5, 0.95)
    50.0
    """
    return round(100 * min(1.0, max(0.0, (value - low) / (high - low))), 12)


def arithmetic(values: Sequence[float]) -> float:
    """Mean inside a dimension: strengths make up for weaknesses."""
    return sum(values) / len(values)


def geometric(values: Sequence[float | None]) -> float | None:
    """Geometric mean across dimensions: imbalance costs; 0 if one is 0, None if one is missing.

    >>> round(geometric([58.5, 55.7, 61.7]), 1)
    58.6
    """
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known:
        return None
    return 0.0 if min(known) <= 0 else exp(sum(log(value) for value in known) / len(known))


def weight_band(
    values: Sequence[float], *, level: float = 0.90, concentration: int = CONCENTRATION, steps: int = STEPS
) -> tuple[float, float]:
    """Return the band of the index over all weightings, without draws.

    Every weight vector on the simplex grid of step 1/steps counts with its Dirichlet(c, …, c) density ∝ Π w^(c − 1);
    the ends are the smallest index values whose cumulative weight reaches (1 ∓ level) ÷ 2.

    values   dimensions > 0 (the index is 0 with any dimension at 0)

    >>> [round(end, 1) for end in weight_band([58.5, 55.7, 61.7])]
    [57.5, 59.7]

    Source: OECD/JRC Handbook 2008, uncertainty of weights; DOMAIN 4.
    """
    if min(values) <= 0:
        return 0.0, 0.0
    logs = [log(value) for value in values]
    rows = sorted(
        (sum(part * value for part, value in zip(parts, logs, strict=True)), prod(parts) ** (concentration - 1))
        for parts in _compositions(steps, len(values))
    )
    whole, reached, ends = sum(weight for _, weight in rows), 0, list[float]()
    for value, weight in rows:
        reached += weight
        while len(ends) < 2 and reached >= whole * (1 + (2 * len(ends) - 1) * level) / 2:
            ends.append(exp(value / steps))
    return ends[0], ends[1]


def _compositions(whole: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield all tuples of `parts` integers ≥ 0 that sum to `whole`."""
    if parts == 1:
        yield (whole,)
        return
    for first in range(whole + 1):
        for rest in _compositions(whole - first, parts - 1):
            yield (first, *rest)
