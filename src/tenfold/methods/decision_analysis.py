"""Ranking alternatives by several criteria: AHP weights, weighted sum, TOPSIS, PROMETHEE II, rank acceptability.

A table has one row per alternative and one column per criterion, higher is better unless `benefits` says otherwise. The
weighted sum is the product's method; the others show how far a ranking depends on the method.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

# Mean consistency index of random matrices by size. Saaty's table of 1980 is the one in force here.
RANDOM_INDEX_1980 = {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
RANDOM_INDEX_2008 = {3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49}


@dataclass(frozen=True, slots=True)
class Priorities:
    """Weights (Σ = 1), largest eigenvalue, and the consistency ratio (accept up to 0.10; None beyond the table)."""

    weights: tuple[float, ...]
    lambda_max: float
    consistency_ratio: float | None


def consistency_ratio(lambda_max: float, n: int, table: dict[int, float] | None = None) -> float | None:
    """Return (λmax − n) ÷ (n − 1) ÷ RI(n); 0 below three criteria, None above ten.

    >>> round(consistency_ratio(3.108, 3), 4), round(consistency_ratio(3.108, 3, RANDOM_INDEX_2008), 4)
    (0.0931, 0.1038)
    """
    if n < 3:
        return 0.0
    index = (RANDOM_INDEX_1980 if table is None else table).get(n)
    return None if index is None else (lambda_max - n) / (n - 1) / index


def ahp(matrix: Sequence[Sequence[float]], table: dict[int, float] | None = None) -> Priorities:
    """Turn pairwise comparisons into weights: the principal eigenvector of a positive reciprocal matrix.

    matrix   shape (n, n), aᵢⱼ = how many times i weighs j, aⱼᵢ = 1/aᵢⱼ (ValueError otherwise)

    >>> [round(weight, 4) for weight in ahp([[1, 2, 3], [1/2, 1, 2], [1/3, 1/2, 1]]).weights]
    [0.5396, 0.297, 0.1634]

    Source: Saaty 1980; random index of 1980 unless another table is named.
    """
    import numpy as np

    square = np.array(matrix, dtype=np.float64)
    if square.ndim != 2 or square.shape[0] != square.shape[1] or not np.allclose(square * square.T, 1, rtol=1e-6):
        raise ValueError("not a reciprocal matrix")
    values, vectors = np.linalg.eig(square)
    at = int(np.argmax(values.real))
    weights = np.abs(vectors[:, at].real)
    largest = float(values[at].real)
    return Priorities(
        tuple((weights / weights.sum()).tolist()), largest, consistency_ratio(largest, len(square), table)
    )


def weighted_sum(table: "ArrayLike", weights: "ArrayLike") -> "Floats":
    """Σ weight·rating ÷ Σ weight for each alternative: the score that adds up from its parts.

    >>> weighted_sum([[80, 40], [60, 60]], [3, 1]).tolist()
    [70.0, 60.0]
    """
    import numpy as np

    shares = np.asarray(weights, dtype=np.float64)
    return np.asarray(np.asarray(table, dtype=np.float64) @ shares / shares.sum())


def _signs(benefits: Sequence[bool] | None, count: int) -> "Floats":
    import numpy as np

    return np.ones(count) if benefits is None else np.where(np.array(benefits), 1.0, -1.0)


def topsis(table: "ArrayLike", weights: "ArrayLike", benefits: Sequence[bool] | None = None) -> "Floats":
    """Closeness to the ideal: distance from the worst ÷ (distance from the best + from the worst), 0 … 1.

    Columns are divided by their Euclidean length (vector normalisation) and weighted; best and worst are the column
    extremes. ½ for all when the alternatives are equal. A further alternative may reverse ranks.

    Source: Hwang & Yoon 1981.
    """
    import numpy as np

    rows, shares = np.asarray(table, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    length = np.sqrt((rows * rows).sum(axis=0))
    scaled = rows / np.where(length > 0, length, 1) * (shares / shares.sum()) * _signs(benefits, rows.shape[1])
    best = np.sqrt(((scaled - scaled.max(axis=0)) ** 2).sum(axis=1))
    worst = np.sqrt(((scaled - scaled.min(axis=0)) ** 2).sum(axis=1))
    total = best + worst
    return np.asarray(np.where(total > 0, worst / np.where(total > 0, total, 1), 0.5))


def promethee_ii(
    table: "ArrayLike",
    weights: "ArrayLike",
    benefits: Sequence[bool] | None = None,
    *,
    indifference: float = 0.0,
    strict: float = 0.0,
) -> "Floats":
    """Net outranking flow: how much an alternative is preferred to the others, less how much they are to it; Σ = 0.

    Preference on a criterion is 0 up to a difference of `indifference`, 1 above `strict`, linear between; both 0 is the
    usual criterion (any difference counts fully). Averaged over the n − 1 others.

    Source: Brans & Vincke 1985.
    """
    import numpy as np

    rows, shares = np.asarray(table, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    gap = (rows[:, None, :] - rows[None, :, :]) * _signs(benefits, rows.shape[1])
    if strict > indifference:
        preferred = np.clip((gap - indifference) / (strict - indifference), 0, 1)
    else:
        preferred = (gap > indifference).astype(np.float64)
    outranks = preferred @ (shares / shares.sum())
    return np.asarray((outranks.sum(axis=1) - outranks.sum(axis=0)) / max(len(rows) - 1, 1))


def rank_acceptability(table: "ArrayLike", top: int, *, draws: int, seed: int) -> "Floats":
    """Share of random weightings under which each alternative is among the `top` best by weighted sum.

    Weights are drawn evenly from the simplex (Dirichlet 1, …, 1) with a seed that the decision names. Ties go to the
    earlier row.

    returns   shape (alternatives,), Σ = min(top, alternatives)

    >>> rank_acceptability([[9, 9], [1, 1]], 1, draws=100, seed=1).tolist()
    [1.0, 0.0]

    Source: SMAA, Lahdelma & Salminen 2001.
    """
    import numpy as np

    rows = np.asarray(table, dtype=np.float64)
    weights = -np.log1p(-np.random.Generator(np.random.PCG64(seed)).random((draws, rows.shape[1])))
    scores = weights @ rows.T
    best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
    return np.bincount(best.ravel(), minlength=len(rows)) / draws


def best_worst_counts(
    shown: Sequence[Sequence[str]], best: Sequence[str], worst: Sequence[str]
) -> dict[str, tuple[int, int, int]]:
    """Count MaxDiff answers: alternative → (times best, times worst, best − worst), in rising order of names.

    Divide the third by the times shown to compare alternatives shown unequally often; never compare between people.

    >>> best_worst_counts([["a", "b", "c"]], ["a"], ["c"])
    {'a': (1, 0, 1), 'b': (0, 0, 0), 'c': (0, 1, -1)}

    Source: Louviere & Woodworth 1991.
    """
    names = sorted({name for row in shown for name in row})
    return {name: (best.count(name), worst.count(name), best.count(name) - worst.count(name)) for name in names}
