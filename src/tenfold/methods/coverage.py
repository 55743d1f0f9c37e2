"""What a set of members covers together: needs × capabilities.

f(S) = Σₖ wₖ·(1 − Π_{m∈S}(1 − cₘₖ)): each member covers what the others left open. Monotone and submodular, so the
greedy choice reaches at least 1 − 1/e of the best (Nemhauser, Wolsey & Fisher 1978). Levels are 0 … 1, shape
(members, needs); weights shape (needs,).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HOLDS_AT = 0.5  # level from which a member counts as a holder of a capability
EXACT_MEMBERS = 18
SHORTLIST = 40  # candidates kept per choice still to make


def covered(levels: "Floats") -> "Floats":
    """Return the covered part of each need, 1 − Π(1 − c), shape (needs,); zeros without members."""
    import numpy as np

    return np.asarray(1 - np.prod(1 - levels, axis=0))


def value(weights: "Floats", levels: "Floats") -> float:
    """Return f(S), the need points that the rows of `levels` cover together.

    >>> import numpy as np
    >>> round(value(np.array([3.0, 2.0]), np.array([[0.9, 0.0], [0.5, 0.5]])), 2)
    3.85
    """
    return float(covered(levels) @ weights)


def gains(
    weights: "Floats",
    present: "Floats",
    candidates: "Floats",
    *,
    penalty: float = 0.0,
    redundancy: "Floats | None" = None,
) -> "Floats":
    """Return what each candidate would add to the members present, less a penalty for overlap.

    f(S ∪ x) − f(S) − penalty · Σₖ wₖ·[holdersₖ ≥ redundancyₖ and cₓₖ ≥ ½], a holder having c ≥ ½.

    present     shape (members, needs), may be empty; candidates shape (n, needs)
    redundancy  holders wanted per need, default 1
    returns     shape (n,), need points; without the penalty never negative

    Source: DOMAIN 2.2 and MEASURES scr.coverage_gain.
    """
    import numpy as np

    wanted = np.ones(len(weights)) if redundancy is None else redundancy
    crowded = (present >= HOLDS_AT).sum(axis=0) >= wanted
    added = candidates @ (weights * np.prod(1 - present, axis=0))
    return np.asarray(added - penalty * ((candidates >= HOLDS_AT) @ (weights * crowded)) if penalty else added)


def greedy(
    weights: "Floats",
    candidates: "Floats",
    count: int,
    *,
    present: "Floats | None" = None,
    penalty: float = 0.0,
    redundancy: "Floats | None" = None,
) -> list[tuple[int, float]]:
    """Choose up to `count` candidates one after another, each time the largest gain; ties to the lower index.

    Gains never increase from step to step, so after one pass over everybody a shortlist of the best is re-scored until
    its best falls below the best bound outside it. Stops early when nothing is gained.

    returns   (index, gain) in order of choice

    >>> import numpy as np
    >>> [index for index, gain in greedy(np.array([3.0, 2.0]), np.array([[0.9, 0.0], [0.8, 0.1], [0.0, 0.9]]), 2)]
    [0, 2]
    """
    import numpy as np

    team = np.zeros((0, len(weights))) if present is None else present
    size = min(len(candidates), SHORTLIST * count)
    rules: dict[str, Any] = {"penalty": penalty, "redundancy": redundancy}
    free = np.ones(len(candidates), dtype=np.bool_)
    shortlist, rows, outside = _shortlist(weights, team, candidates, free, size, rules)
    chosen: list[tuple[int, float]] = []
    for _ in range(min(count, len(candidates))):
        scores = np.where(free[shortlist], gains(weights, team, rows, **rules), -np.inf)
        if scores.max(initial=-np.inf) <= outside:
            shortlist, rows, outside = _shortlist(weights, team, candidates, free, size, rules)
            scores = np.where(free[shortlist], gains(weights, team, rows, **rules), -np.inf)
        at = int(np.argmax(scores))
        if scores[at] <= 0:
            break
        chosen.append((int(shortlist[at]), float(scores[at])))
        free[shortlist[at]] = False
        team = np.vstack([team, rows[at]])
    return chosen


def _shortlist(
    weights: "Floats",
    team: "Floats",
    candidates: "Floats",
    free: "NDArray[np.bool_]",
    size: int,
    rules: "dict[str, Any]",
) -> "tuple[NDArray[np.intp], Floats, float]":
    """Score everybody once; return the best `size` in index order, their rows, and the best score outside them."""
    import numpy as np

    if size >= len(candidates):
        return np.arange(len(candidates)), candidates, float("-inf")
    scores = np.where(free, gains(weights, team, candidates, **rules), -np.inf)
    order = np.argpartition(-scores, size)
    best = np.sort(order[:size])
    return best, candidates[best], float(scores[order[size:]].max())


def best_set(
    weights: "Floats", candidates: "Floats", count: int, *, pair_bonus: Sequence[tuple[int, int, float]] = ()
) -> tuple[tuple[int, ...], float]:
    """Return the best set of `count` candidates by enumeration of all 2ⁿ, n ≤ 18 (ValueError beyond).

    A pair bonus (i, j, points) adds points when both are chosen; it breaks submodularity, so greedy has no bound then.
    Ties to the set with lower indices first.

    >>> import numpy as np
    >>> best_set(np.array([3.0, 2.0]), np.array([[0.9, 0.0], [0.8, 0.1], [0.0, 0.9]]), 2)[0]
    (0, 2)
    """
    import numpy as np

    n = len(candidates)
    if n > EXACT_MEMBERS:
        raise ValueError(n)
    values = np.zeros(1 << n)
    for weight, levels in zip(weights, candidates.T, strict=True):
        left = np.ones(1)
        for level in levels:
            left = np.concatenate([left, left * (1 - level)])
        values += weight * (1 - left)
    masks = np.arange(1 << n)
    for one, two, points in pair_bonus:
        values += points * ((masks >> one) & (masks >> two) & 1)
    size = sum((masks >> index) & 1 for index in range(n))
    allowed = np.flatnonzero(size == min(count, n))
    most = values[allowed].max()
    sets = [
        tuple(index for index in range(n) if mask >> index & 1) for mask in allowed[values[allowed] >= most - 1e-12]
    ]
    return min(sets), float(most)


def redundancy(levels: "Floats") -> list[float | None]:
    """Return for each need what stays covered when its most important member leaves (N − 1), as a share of now.

    fₖ without the member of the largest level ÷ fₖ: removing that one is the worst case. None where nothing is covered.

    >>> import numpy as np
    >>> redundancy(np.array([[0.5, 0.0], [0.5, 0.0]]))
    [0.6666666666666666, None]
    """
    import numpy as np

    if len(levels) == 0:
        return [None] * levels.shape[1]
    now = covered(levels)
    without = covered(np.sort(levels, axis=0)[:-1])
    return [float(after / before) if before > 0 else None for before, after in zip(now, without, strict=True)]
