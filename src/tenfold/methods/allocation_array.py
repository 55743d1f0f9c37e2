"""The split of `allocation` over arrays, for millions of holders."""

from typing import TYPE_CHECKING

from tenfold.methods.allocation import largest_remainder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHT_SUM_MAX = 2**62  # beyond these two bounds the remainder no longer fits a wrapping int64
TOTAL_MAX = 2**51


def split_array(total: int, weights: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Split by largest remainder over an int64 array: the same answer as `largest_remainder`, for millions of holders.

    The quotient is guessed in floating point; the remainder w·total − q·W is taken in wrapping 64-bit integers, exact
    while W < 2⁶² and total < 2⁵¹, and corrects the guess to the exact floor. Beyond these bounds Python integers are
    used. Ties go to the lower index, so callers pass holders in key order.

    weights   shape (n,), ≥ 0
    returns   shape (n,), Σ = total (zeros when all weights are zero)

    >>> import numpy as np
    >>> split_array(100, np.array([1, 1, 1])).tolist()
    [34, 33, 33]
    """
    import numpy as np

    whole = _exact_sum(weights)
    if whole == 0:
        return np.zeros(len(weights), dtype=np.int64)
    if whole >= WEIGHT_SUM_MAX or total >= TOTAL_MAX:
        shares = largest_remainder(total, dict(enumerate(weights.tolist())))
        return np.array([shares[index] for index in range(len(weights))], dtype=np.int64)
    quotient = (weights * (total / whole)).astype(np.int64)
    remainder = weights * np.int64(total)
    remainder -= quotient * np.int64(whole)
    while remainder.min() < 0 or remainder.max() >= whole:
        wrong = (remainder < 0).astype(np.int64) - (remainder >= whole)
        quotient -= wrong
        remainder += wrong * np.int64(whole)
    return _give_largest(quotient, remainder, total - int(quotient.sum()))


def _give_largest(quotient: "NDArray[np.int64]", remainder: "NDArray[np.int64]", units: int) -> "NDArray[np.int64]":
    import numpy as np

    if units == 0:
        return quotient
    quotient += _largest(remainder, units, np.ones(1, dtype=np.bool_))
    return quotient


def _exact_sum(weights: "NDArray[np.int64]") -> int:
    if len(weights) and int(weights.min()) < 0:
        raise ValueError("negative weight")
    if len(weights) and int(weights.max()) < 2**62 // len(weights):
        return int(weights.sum())
    high, low = weights >> 31, weights & (2**31 - 1)  # two halves cannot overflow where the plain sum might
    return (int(high.sum()) << 31) + int(low.sum())


class CarrySplit:
    """Split one payout after another over the same holders with residual carry, exact for ever.

    The carry of each holder is kept as an integer numerator over the sum of weights, so that nothing is rounded between
    payouts. The same answers as `allocation.residual_carry` with constant weights, for many holders.

    weights   shape (n,), int64 ≥ 0 in key order; Σ above 0 and below 2⁶⁰, payouts below 2⁵¹ (ValueError)
    carry     shape (n,), numerators over `whole`: what earlier payouts still owe (+) or overpaid (−)

    >>> import numpy as np
    >>> split = CarrySplit(np.array([1, 1, 1]))
    >>> [split.pay(100).tolist() for _ in range(3)]
    [[34, 33, 33], [33, 34, 33], [33, 33, 34]]
    """

    def __init__(self, weights: "NDArray[np.int64]") -> None:
        import numpy as np

        self.whole = _exact_sum(weights)
        if not 0 < self.whole < WEIGHT_SUM_MAX // 4:
            raise ValueError(self.whole)
        self.weights = weights
        self.carry = np.zeros(len(weights), dtype=np.int64)
        self._taking = weights > 0

    def pay(self, total: int) -> "NDArray[np.int64]":
        """Return the units of one payout, shape (n,), Σ = total; the carry is kept for the next."""
        import numpy as np

        if not 0 <= total < TOTAL_MAX:
            raise ValueError(total)
        paid = (self.weights * (total / self.whole) + self.carry / self.whole).astype(np.int64)
        rest = self.weights * np.int64(total)
        rest -= paid * np.int64(self.whole)
        rest += self.carry
        while (rest.min() < 0 and bool(((rest < 0) & (paid > 0)).any())) or rest.max() >= self.whole:
            wrong = ((rest < 0) & (paid > 0)).astype(np.int64) - (rest >= self.whole)
            paid -= wrong
            rest += wrong * np.int64(self.whole)
        missing = total - int(paid.sum())
        if missing:
            step = np.int64(1 if missing > 0 else -1)
            moved = _largest(rest, missing, self._taking) if missing > 0 else _largest(-rest, -missing, paid > 0)
            paid += step * moved
            rest -= step * moved * np.int64(self.whole)
        self.carry = rest
        return paid


def _largest(scores: "NDArray[np.int64]", count: int, allowed: "NDArray[np.bool_]") -> "NDArray[np.bool_]":
    """Mark the `count` largest allowed scores, ties to the lower index."""
    import numpy as np

    held = scores if bool(allowed.all()) else np.where(allowed, scores, np.iinfo(np.int64).min)
    threshold = np.partition(held, len(held) - count)[len(held) - count]
    up = held > threshold
    ties = np.flatnonzero((held == threshold) & allowed)
    up[ties[: count - int(up.sum())]] = True
    return np.asarray(up)
