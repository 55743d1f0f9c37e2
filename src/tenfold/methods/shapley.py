"""What each contributed to a joint outcome: Shapley values, exact up to 20 players, sampled beyond.

A game is a table of 2ⁿ values: entry m is the worth of the coalition whose members are the one-bits of m; entry 0 is 0.
φᵢ = Σ over coalitions S without i of |S|!(n − |S| − 1)!/n! · (v(S ∪ i) − v(S)); Σφ = v(all).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT_PLAYERS = 20


def game_table(players: str | Sequence[str], worth: Mapping[str, int | Fraction]) -> list[Fraction]:
    """Build the table from named coalitions, such as {"U": 20, "OU": 60}; the letters in any order, others worth 0.

    >>> [int(value) for value in game_table("AB", {"A": 1, "BA": 5})]
    [0, 1, 0, 5]
    """
    at = {player: 1 << index for index, player in enumerate(players)}
    table = [Fraction(0)] * (1 << len(players))
    for coalition, value in worth.items():
        table[sum(at[player] for player in coalition)] = Fraction(value)
    return table


def shapley_exact(table: Sequence[int | Fraction]) -> list[Fraction]:
    """Return exact Shapley values of a game with up to about a dozen players, as fractions.

    >>> [str(value) for value in shapley_exact([0, 0, 20, 60, 0, 10, 50, 120])]
    ['95/3', '185/3', '80/3']

    Source: Shapley 1953.
    """
    n = len(table).bit_length() - 1
    _check_size(len(table), n)
    share = [Fraction(1, n * comb(n - 1, size)) for size in range(n)]
    values = [Fraction(0)] * n
    for mask in range(len(table) - 1):
        chance = share[mask.bit_count()]
        for index in range(n):
            if not mask >> index & 1:
                values[index] += chance * (table[mask | 1 << index] - table[mask])
    return values


def shapley_array(table: "Floats") -> "Floats":
    """Return Shapley values from a float table of 2ⁿ entries, n ≤ 20, without a loop over coalitions.

    With weights a(S) of coalitions with i and b(S) of those without, φᵢ = Σ_{S∋i} (a + b)·v − Σ_S b·v: one weighted
    table, folded in half from the last player down, gives the first sum of every player in two passes altogether.

    table     shape (2ⁿ,), table[0] = 0; returns shape (n,)

    >>> import numpy as np
    >>> shapley_array(np.array([0.0, 1.0, 2.0, 5.0])).tolist()
    [2.0, 3.0]
    """
    import numpy as np

    n = len(table).bit_length() - 1
    _check_size(len(table), n)
    size = np.bitwise_count(np.arange(len(table), dtype=np.uint32))
    joined = np.array([0.0, *(1 / (n * comb(n - 1, s - 1)) for s in range(1, n + 1))])
    without = np.array([*(1 / (n * comb(n - 1, s)) for s in range(n)), 0.0])
    base = float((without[size] * table).sum())
    folded = (joined + without)[size] * table
    values = np.zeros(n)
    for index in reversed(range(n)):
        low, high = folded[: 1 << index], folded[1 << index :]
        values[index] = high.sum() - base
        folded = low + high
    return values


def _check_size(entries: int, players: int) -> None:
    if entries != 1 << players or not 0 < players <= EXACT_PLAYERS:
        raise ValueError(entries)


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Estimates with the half-width of their 95 % interval, shape (n,) each, and the orders drawn."""

    values: "Floats"
    half_widths: "Floats"
    orders: int


def shapley_sampled(
    worth_along: "Callable[[NDArray[np.intp]], Floats]", players: int, *, orders: int, seed: int
) -> Sampled:
    """Estimate Shapley values from random orders of joining, each followed by its reverse (antithetic pairs).

    worth_along   order → worth of its growing coalitions, shape (n,): v of the first, the first two, …
    orders        number of orders, rounded up to pairs; seed named in the decision
    returns       Sampled; Σ values = v(all) exactly as every order adds up to it

    Source: Castro, Gómez & Tejada 2009.
    """
    import numpy as np

    random = np.random.Generator(np.random.PCG64(seed))
    pairs = max(1, -(-orders // 2))
    total, squares = np.zeros(players), np.zeros(players)
    for _ in range(pairs):
        order = np.argsort(random.random(players), kind="stable")
        mean = np.zeros(players)
        for way in (order, order[::-1]):
            mean[way] += np.diff(worth_along(way), prepend=0.0) / 2
        total += mean
        squares += mean * mean
    values = total / pairs
    variance = np.clip(squares / pairs - values * values, 0, None) * pairs / max(pairs - 1, 1)
    return Sampled(values, 1.96 * np.sqrt(variance / pairs), 2 * pairs)


def coverage_along(weights: "Floats", levels: "Floats") -> "Callable[[NDArray[np.intp]], Floats]":
    """Return the worth of growing coalitions in the coverage game Σ wₖ(1 − Π(1 − cₘₖ)), for `shapley_sampled`."""
    import numpy as np

    left = np.ascontiguousarray(1 - levels)
    whole = float(weights.sum())

    def worth(order: "NDArray[np.intp]") -> "Floats":
        return np.asarray(whole - np.cumprod(left[order], axis=0) @ weights)

    return worth


def airport(costs: Sequence[int | Fraction]) -> list[Fraction]:
    """Share the cost of one facility that must serve the largest user: each step is paid by all who need it.

    The Shapley value in closed form: Σ over steps (cₖ − cₖ₋₁) ÷ number of users with cost ≥ cₖ.

    >>> [str(cost) for cost in airport([8, 11, 13, 18])]
    ['2', '3', '4', '9']

    Source: Littlechild & Owen 1973.
    """
    order = sorted(range(len(costs)), key=lambda index: costs[index])
    shares, paid, before = [Fraction(0)] * len(costs), Fraction(0), Fraction(0)
    for rank, index in enumerate(order):
        paid += (Fraction(costs[index]) - before) / (len(costs) - rank)
        before = Fraction(costs[index])
        shares[index] = paid
    return shares
