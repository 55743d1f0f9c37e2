"""Recency, frequency, money: scores 1 to 5 by fifths of the members, or by the bins that the charter names."""

from collections.abc import Sequence

from tenfold.methods.agreement import mid_ranks

CLASSES = 5


def fifths(values: Sequence[float], *, low_is_good: bool = False, classes: int = CLASSES) -> list[int]:
    """Score by mid-rank: 1 + ⌊classes·(rank − ½) ÷ n⌋, best = `classes`; equal values get equal scores.

    >>> fifths([10, 20, 30, 40, 50])
    [1, 2, 3, 4, 5]
    """
    ranks = mid_ranks([-value for value in values] if low_is_good else values)
    return [min(classes, 1 + int(classes * (rank - 0.5) / len(values))) for rank in ranks]


def by_bins(value: float, bins: Sequence[tuple[float | None, int]], *, low_is_good: bool = False) -> int:
    """Score by bins in order: the first whose bound the value reaches (≥ bound, or ≤ for low is good; None = any).

    >>> by_bins(20, [(30, 4), (20, 3), (0, 1)])
    3
    """
    for bound, score in bins:
        if bound is None or (value <= bound if low_is_good else value >= bound):
            return score
    raise ValueError(value)
