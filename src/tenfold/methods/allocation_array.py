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
    threshold = np.partition(remainder, len(remainder) - units)[len(remainder) - units]
    up = remainder > threshold
    ties = np.flatnonzero(remainder == threshold)
    up[ties[: units - int(up.sum())]] = True
    quotient += up
    return quotient


def _exact_sum(weights: "NDArray[np.int64]") -> int:
    if len(weights) and int(weights.min()) < 0:
        raise ValueError("negative weight")
    if len(weights) and int(weights.max()) < 2**62 // len(weights):
        return int(weights.sum())
    high, low = weights >> 31, weights & (2**31 - 1)  # two halves cannot overflow where the plain sum might
    return (int(high.sum()) << 31) + int(low.sum())
