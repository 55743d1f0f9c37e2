"""Choosing a committee of k from approval ballots. Scores are exact fractions; ties give every winning committee.

A ballot is a set of candidates, named 0 … m − 1, and may carry a weight. Committees are sorted tuples in rising order.
A Thiele rule gives a voter with r approved members f(1) + … + f(r):

av 1 each · pav 1/r · slav 1/(2r − 1) · geom2 1/2^r · cc 1 for the first alone. sav shares one point among all that the
voter approves. Sequential rules add (or take out) one candidate at a time and follow every tie.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal, TypeVar

from tenfold.methods.ordered import Ordered

Score = TypeVar("Score", bound=Ordered)

Committee = tuple[int, ...]
Thiele = Literal["av", "pav", "slav", "geom2", "cc"]

COMMITTEES_MAX = 200_000

_MARGINAL: dict[Thiele, Callable[[int], Fraction]] = {
    "av": lambda _: Fraction(1),
    "pav": lambda r: Fraction(1, r),
    "slav": lambda r: Fraction(1, 2 * r - 1),
    "geom2": lambda r: Fraction(1, 2**r),
    "cc": lambda r: Fraction(int(r == 1)),
}


@dataclass(frozen=True, slots=True)
class Ballot:
    """The candidates that one voter approves, and how much the voter counts."""

    approved: frozenset[int]
    weight: Fraction = Fraction(1)


def _committees(candidates: int, size: int) -> list[Committee]:
    found = list(combinations(range(candidates), size))
    if len(found) > COMMITTEES_MAX:
        raise ValueError(len(found))
    return found


def thiele_score(ballots: Sequence[Ballot], committee: Iterable[int], rule: Thiele) -> Fraction:
    """Add up the satisfaction of all voters with a committee."""
    members, marginal = set(committee), _MARGINAL[rule]
    return sum(
        (ballot.weight * marginal(r) for ballot in ballots for r in range(1, len(ballot.approved & members) + 1)),
        Fraction(0),
    )


def _best(candidates: int, size: int, score: Callable[[Committee], Score]) -> list[Committee]:
    scored = [(score(committee), committee) for committee in _committees(candidates, size)]
    most = max(value for value, _ in scored)
    return [committee for value, committee in scored if value == most]


def thiele(ballots: Sequence[Ballot], candidates: int, size: int, rule: Thiele) -> list[Committee]:
    """Find the committees with the highest Thiele score, among all of them.

    >>> thiele([Ballot(frozenset({0, 1})), Ballot(frozenset({0, 1})), Ballot(frozenset({2}))], 3, 2, "cc")
    [(0, 2), (1, 2)]

    Source: Thiele 1895; Lackner & Skowron 2023.
    """
    return _best(candidates, size, lambda committee: thiele_score(ballots, committee, rule))


def satisfaction(ballots: Sequence[Ballot], candidates: int, size: int) -> list[Committee]:
    """Satisfaction approval voting: one point a voter, shared by all approved candidates (Brams & Kilgour 2014)."""
    points = [
        sum((ballot.weight / len(ballot.approved) for ballot in ballots if candidate in ballot.approved), Fraction(0))
        for candidate in range(candidates)
    ]
    return _best(candidates, size, lambda committee: sum(points[member] for member in committee))


def lexicographic_cc(ballots: Sequence[Ballot], candidates: int, size: int) -> list[Committee]:
    """Most voters with at least one approved member; then most with two; and so on."""

    def counts(committee: Committee) -> tuple[Fraction, ...]:
        held = [len(ballot.approved & set(committee)) for ballot in ballots]
        return tuple(
            sum((b.weight for b, r in zip(ballots, held, strict=True) if r >= level), Fraction(0))
            for level in range(1, size + 1)
        )

    return _best(candidates, size, counts)


def minimax(ballots: Sequence[Ballot], candidates: int, size: int) -> list[Committee]:
    """Smallest largest Hamming distance between a ballot and the committee (Brams, Kilgour & Sanver 2007)."""
    return _best(candidates, size, lambda committee: -max(_distances(ballots, committee), default=0))


def lexicographic_minimax(ballots: Sequence[Ballot], candidates: int, size: int) -> list[Committee]:
    """Minimax; then the second largest distance, and so on."""
    return _best(
        candidates, size, lambda committee: tuple(-d for d in sorted(_distances(ballots, committee), reverse=True))
    )


def _distances(ballots: Sequence[Ballot], committee: Committee) -> list[int]:
    return [len(ballot.approved ^ set(committee)) for ballot in ballots]


def sequential_thiele(ballots: Sequence[Ballot], candidates: int, size: int, rule: Thiele) -> list[Committee]:
    """Add the candidate that raises the Thiele score most, one after another; every tie is followed."""

    def step(members: frozenset[int]) -> set[frozenset[int]]:
        return _leading({members | {c} for c in range(candidates) if c not in members}, ballots, rule)

    return _follow({frozenset()}, size, step)


def reverse_sequential_thiele(ballots: Sequence[Ballot], candidates: int, size: int, rule: Thiele) -> list[Committee]:
    """Start with everybody and take out the candidate whose loss costs least, one after another."""

    def step(members: frozenset[int]) -> set[frozenset[int]]:
        return _leading({members - {c} for c in members}, ballots, rule)

    return _follow({frozenset(range(candidates))}, candidates - size, step)


def _leading(options: set[frozenset[int]], ballots: Sequence[Ballot], rule: Thiele) -> set[frozenset[int]]:
    scored = {option: thiele_score(ballots, option, rule) for option in options}
    most = max(scored.values())
    return {option for option, score in scored.items() if score == most}


def _follow(
    start: set[frozenset[int]], steps: int, step: Callable[[frozenset[int]], Collection[frozenset[int]]]
) -> list[Committee]:
    now = start
    for _ in range(steps):
        now = {after for members in now for after in step(members)}
    return sorted(tuple(sorted(members)) for members in now)


def sequential_phragmen(ballots: Sequence[Ballot], candidates: int, size: int) -> list[Committee]:
    """Voters' purses fill evenly in time; a candidate is bought, for one unit, by all supporters once they can afford
    it.

    load(c) = (1 + Σ weight·load of supporters) ÷ Σ weight; the smallest goes next and its supporters take that load.

    Source: Phragmén 1894; Brill et al. 2017.
    """
    states = {(frozenset[int](), tuple(Fraction(0) for _ in ballots))}
    for _ in range(size):
        states = {after for members, loads in states for after in _buy(ballots, candidates, members, loads)}
    return sorted({tuple(sorted(members)) for members, _ in states})


def _buy(
    ballots: Sequence[Ballot], candidates: int, members: frozenset[int], loads: tuple[Fraction, ...]
) -> set[tuple[frozenset[int], tuple[Fraction, ...]]]:
    after: dict[int, Fraction] = {}
    for candidate in range(candidates):
        supporters = [(b.weight, load) for b, load in zip(ballots, loads, strict=True) if candidate in b.approved]
        if candidate not in members and supporters:
            whole = sum((weight for weight, _ in supporters), Fraction(0))
            after[candidate] = (1 + sum(weight * load for weight, load in supporters)) / whole
    if not after:  # nobody supports those who are left: all of them tie
        return {(members | {c}, loads) for c in range(candidates) if c not in members}
    least = min(after.values())
    return {
        (
            members | {candidate},
            tuple(load_after if candidate in b.approved else load for b, load in zip(ballots, loads, strict=True)),
        )
        for candidate, load_after in after.items()
        if load_after == least
    }
