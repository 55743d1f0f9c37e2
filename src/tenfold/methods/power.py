"""Voting power in weighted voting: who can turn a decision. Exact fractions, up to 20 voters.

A coalition wins when its weight reaches the quota; a member is critical in it when it would not win without that
member.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import comb

VOTERS_MAX = 20


def _critical(weights: Sequence[int], quota: int, mask: int) -> list[int]:
    weight = sum(w for index, w in enumerate(weights) if mask >> index & 1)
    if weight < quota:
        return []
    return [index for index, w in enumerate(weights) if mask >> index & 1 and weight - w < quota]


def _add_up(
    weights: Sequence[int], quota: int, worth: Callable[[int, list[int]], Fraction | int], *, minimal: bool = False
) -> list[Fraction]:
    """Add `worth(size of the coalition, its critical members)` to each critical member of every winning coalition."""
    if len(weights) > VOTERS_MAX:
        raise ValueError(len(weights))
    values = [Fraction(0)] * len(weights)
    for mask in range(1, 1 << len(weights)):
        critical = _critical(weights, quota, mask)
        if critical and (not minimal or len(critical) == mask.bit_count()):
            for index in critical:
                values[index] += worth(mask.bit_count(), critical)
    return values


def _normalised(values: list[Fraction]) -> list[Fraction]:
    whole = sum(values)
    return [value / whole for value in values] if whole else values


def shapley_shubik(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Share of all orders of joining in which a voter turns the coalition from losing to winning.

    >>> [str(value) for value in shapley_shubik([50, 49, 1], 51)]
    ['2/3', '1/6', '1/6']
    """
    n = len(weights)
    return _add_up(weights, quota, lambda size, _: Fraction(1, n * comb(n - 1, size - 1)))


def banzhaf(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Normalised Banzhaf index: a voter's critical positions over everybody's.

    >>> [str(value) for value in banzhaf([50, 49, 1], 52)]
    ['1/2', '1/2', '0']
    """
    return _normalised(_add_up(weights, quota, lambda _size, _critical: 1))


def johnston(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Johnston index: a critical position counts 1 ÷ number of critical members of that coalition (1978)."""
    return _normalised(_add_up(weights, quota, lambda _, critical: Fraction(1, len(critical))))


def deegan_packel(weights: Sequence[int], quota: int) -> list[Fraction]:
    """Deegan–Packel index: minimal winning coalitions alone count, each shared equally by its members (1978)."""
    return _normalised(_add_up(weights, quota, lambda size, _: Fraction(1, size), minimal=True))
