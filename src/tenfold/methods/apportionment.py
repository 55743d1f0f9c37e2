"""Apportionment of seats by divisor methods and the quota method, in exact arithmetic (Hamilton is in `allocation`)."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal

Method = Literal["dhondt", "saintelague", "modified_saintelague", "huntington", "adams", "dean"]

# The divisor for the next seat of a party that has s seats, squared so that Huntington's root stays exact.
_SQUARED: dict[Method, Callable[[int], Fraction]] = {
    "dhondt": lambda s: Fraction((s + 1) ** 2),
    "saintelague": lambda s: Fraction((2 * s + 1) ** 2),
    "modified_saintelague": lambda s: Fraction((2 * s + 1) ** 2) if s else Fraction(7, 5) ** 2,
    "huntington": lambda s: Fraction(s * (s + 1)),
    "adams": lambda s: Fraction(s * s),
    "dean": lambda s: Fraction(2 * s * (s + 1), 2 * s + 1) ** 2,
}


def divisor(votes: Sequence[int], seats: int, method: Method, *, threshold: Fraction = Fraction(0)) -> list[int]:
    """Apportion `seats` by highest averages: each seat goes to the largest votes ÷ d(seats so far).

    d(s): dhondt s+1 · saintelague s+½ · modified_saintelague 0.7 for the first, else s+½ · huntington √(s(s+1)) ·
    adams s · dean s(s+1)÷(s+½). Where d(0) = 0 every party with votes is served once, larger first. Ties go to the
    party named first.

    votes       per party, ≥ 0; threshold least share of all votes for a seat
    returns     seats per party in the same order; Σ = seats unless nobody has votes

    >>> divisor([9061, 7179, 5259, 3319, 1182], 26, "adams")
    [9, 7, 5, 3, 2]

    Source: Balinski & Young, Amer. Math. Monthly 82(7), 1975.
    """
    least = threshold * sum(votes)
    counted = [vote if vote >= least else 0 for vote in votes]
    won = [0] * len(votes)
    squared = _SQUARED[method]
    for _ in range(seats if any(counted) else 0):
        averages = [_average(vote, squared(have)) for vote, have in zip(counted, won, strict=True)]
        won[averages.index(max(averages))] += 1
    return won


def quota(votes: Sequence[int], seats: int) -> list[int]:
    """Apportion by the quota method: D'Hondt among parties that one more seat keeps within their upper quota.

    House-monotone and within quota at every house size. Ties go to the party named first.

    >>> quota([5117, 4400, 162, 161, 160], 100)
    [52, 44, 2, 1, 1]

    Source: Balinski & Young 1975.
    """
    whole = sum(votes)
    won = [0] * len(votes)
    for house in range(1, (seats if whole else 0) + 1):
        averages = [
            Fraction(vote, have + 1) if have * whole < house * vote else Fraction(-1)
            for vote, have in zip(votes, won, strict=True)
        ]
        won[averages.index(max(averages))] += 1
    return won


def _average(votes: int, squared: Fraction) -> tuple[int, Fraction]:
    """Order averages; a divisor of zero comes before all others."""
    if not votes:
        return -1, Fraction(0)
    return (0, votes * votes / squared) if squared else (1, Fraction(votes))
