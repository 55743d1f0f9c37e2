"""Voting power in weighted voting: who can turn a decision. Exact fractions, up to 20 voters.

A coalition wins when its weight reaches the quota; a member is critical in it when it would not win without that
member. All 2ⁿ coalitions are looked at, as one array: coalition m holds the voters whose bits are set in m.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VOTERS_MAX = 20
FITS = 2**62  # sums of weights below it are added as machine integers, others as Python's


@dataclass(frozen=True, slots=True, eq=False)
class _Coalitions:
    """All coalitions of n voters.

    size       shape (2ⁿ,): how many members each has
    critical   shape (n, 2ⁿ): whether a voter is critical in it
    """

    size: "NDArray[np.int64]"
    critical: "NDArray[np.bool_]"

    def counts(self, by: "NDArray[np.int64]") -> list[list[int]]:
        """Return for each voter how many of its critical positions lie in coalitions of `by` 0, 1, 2 …"""
        import numpy as np

        n = len(self.critical)
        return [np.bincount(by[row], minlength=n + 1).tolist() for row in self.critical]


def _coalitions(weights: Sequence[int], quota: int) -> _Coalitions:
    import numpy as np

    n = len(weights)
    if n > VOTERS_MAX:
        raise ValueError(n)
    kind = np.int64 if sum(abs(weight) for weight in weights) + abs(quota) < FITS else object
    total, size = np.zeros(1, dtype=kind), np.zeros(1, dtype=np.int64)
    for weight in weights:
        total = np.concatenate([total, total + weight])
        size = np.concatenate([size, size + 1])
    wins = np.asarray(total >= quota, dtype=np.bool_)
    critical = np.zeros((n, 1 << n), dtype=np.bool_)
    for voter in range(n):
        pairs = wins.reshape(-1, 2, 1 << voter)  # without and with the voter
        critical[voter].reshape(pairs.shape)[:, 1] = pairs[:, 1] & ~pairs[:, 0]
    return _Coalitions(size, critical)


def _normalised(values: Sequence[Fraction]) -> list[Fraction]:
    whole = sum(values)
    return [value / whole for value in values] if whole else list(values)


def shapley_shubik(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Share of all orders of joining in which a voter turns the coalition from losing to winning.

    >>> [str(value) for value in shapley_shubik([50, 49, 1], 51)]
    ['2/3', '1/6', '1/6']
    """
    n, found = len(weights), _coalitions(weights, quota)
    orders = [Fraction(0), *(Fraction(1, n * comb(n - 1, size - 1)) for size in range(1, n + 1))]
    return [_weighed(counts, orders) for counts in found.counts(found.size)]


def banzhaf(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Normalised Banzhaf index: a voter's critical positions over everybody's.

    >>> [str(value) for value in banzhaf([50, 49, 1], 52)]
    ['1/2', '1/2', '0']
    """
    found = _coalitions(weights, quota)
    return _normalised([Fraction(int(row.sum())) for row in found.critical])


def johnston(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Johnston index: a critical position counts 1 ÷ number of critical members of that coalition (1978)."""
    found = _coalitions(weights, quota)
    shared = found.critical.sum(axis=0)
    return _normalised([_weighed(counts, _shares(len(weights))) for counts in found.counts(shared)])


def deegan_packel(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Deegan–Packel index: minimal winning coalitions alone count, each shared equally by its members (1978)."""
    found = _coalitions(weights, quota)
    minimal = found.critical.sum(axis=0) == found.size
    least = _Coalitions(found.size, found.critical & minimal)
    return _normalised([_weighed(counts, _shares(len(weights))) for counts in least.counts(found.size)])


def _shares(n: int) -> list[Fraction]:
    return [Fraction(0), *(Fraction(1, size) for size in range(1, n + 1))]


def _weighed(counts: Sequence[int], worth: Sequence[Fraction]) -> Fraction:
    return sum((count * each for count, each in zip(counts, worth, strict=True)), Fraction(0))
