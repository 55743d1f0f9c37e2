"""The split with the least dissatisfaction: nucleolus and per-capita nucleolus of a game of up to ten players."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PLAYERS_MAX = 10
TIGHT = 1e-9
DENOMINATOR_MAX = 10**6


def nucleolus(table: Sequence[int | Fraction], *, per_capita: bool = False) -> list[Fraction] | None:
    """Return the split that makes the largest dissatisfaction smallest, then the next largest, and so on.

    Dissatisfaction of a coalition: v(S) − x(S), per head if asked for. Everybody gets at least v(i) (individual
    rationality; without it one has the pre-nucleolus). A chain of linear programs fixes, step by step, the coalitions
    whose dissatisfaction cannot fall further (non-zero dual value), until the split is determined.

    table     2ⁿ values as in `shapley`, n ≤ 10 (ValueError)
    returns   fractions with denominators up to 10⁶, or None when v(all) < Σ v(i): no such split exists

    >>> [str(part) for part in nucleolus([0, -1, 0, 3, 1, 4, 2, 5])]
    ['8/3', '2/3', '5/3']

    Source: Schmeidler 1969; Maschler, Peleg & Shapley 1979.
    """
    import numpy as np

    n = len(table).bit_length() - 1
    if len(table) != 1 << n or not 0 < n <= PLAYERS_MAX:
        raise ValueError(len(table))
    alone = [float(table[1 << index]) for index in range(n)]
    if sum(alone) > table[-1] + TIGHT:
        return None
    if n == 1:
        return [Fraction(table[1])]
    inside = np.array([[mask >> index & 1 for index in range(n)] for mask in range(len(table))], dtype=np.float64)
    worth = np.array([float(value) for value in table])
    heads = inside.sum(axis=1) if per_capita else np.ones(len(table))
    open_ = list(range(1, len(table) - 1))
    fixed, levels = [len(table) - 1], [0.0]
    while True:
        split, level, tight = _least(inside, worth, heads, alone, open_, (fixed, levels))
        fixed += tight
        levels += [level] * len(tight)
        open_ = [mask for mask in open_ if mask not in tight]
        if not open_ or not tight or np.linalg.matrix_rank(inside[fixed]) == n:
            return [Fraction(value).limit_denominator(DENOMINATOR_MAX) for value in split]


def _least(
    inside: "Floats",
    worth: "Floats",
    heads: "Floats",
    alone: Sequence[float],
    open_: list[int],
    held: tuple[list[int], list[float]],
) -> tuple[list[float], float, list[int]]:
    """Minimise the largest dissatisfaction of the open coalitions; return split, level and those that are tight."""
    import numpy as np
    from scipy.optimize import linprog

    fixed, levels = held
    answer = linprog(
        c=[0.0] * len(alone) + [1.0],
        A_ub=np.column_stack([-inside[open_], -heads[open_]]),
        b_ub=-worth[open_],
        A_eq=np.column_stack([inside[fixed], np.zeros(len(fixed))]),
        b_eq=worth[fixed] - heads[fixed] * np.array(levels),
        bounds=[*((own, None) for own in alone), (None, None)],
        method="highs",
    )
    duals = np.abs(answer.ineqlin.marginals)
    tight = [mask for mask, dual in zip(open_, duals, strict=True) if dual > TIGHT]
    return [float(value) for value in answer.x[:-1]], float(answer.x[-1]), tight
