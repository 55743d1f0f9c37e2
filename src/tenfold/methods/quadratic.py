"""Quadratic funding: many small givers draw more matching money than one large one.

Amounts are whole units per giver (one entry per person or connected group). Roots are taken to 10⁻⁹ of a unit in
integers, so that every machine matches alike.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import TypeVar

from tenfold.methods.allocation import capped_entitlements, round_to_total
from tenfold.methods.ordered import Ordered

Key = TypeVar("Key", bound=Ordered)

_SCALE = 10**18  # of the radicand: roots to 10⁻⁹


def full_match(amounts: Sequence[int], *, subtract: bool = True) -> Fraction:
    """Return (Σ√c)² − Σc for one project, in units; without `subtract` the older form (Σ√c)².

    A single giver draws nothing.

    >>> int(full_match([1] * 9)), int(full_match([9])), int(full_match([9, 4, 1], subtract=False))
    (72, 0, 36)

    Source: Buterin, Hitzig & Weyl 2019.
    """
    roots = sum(isqrt(amount * _SCALE) for amount in amounts)
    return max(Fraction(0), Fraction(roots * roots, _SCALE) - (sum(amounts) if subtract else 0))


def match_pool(
    pool: int, projects: Mapping[Key, Sequence[int]], *, cap: Fraction = Fraction(1), subtract: bool = True
) -> dict[Key, int]:
    """Share a matching pool in proportion to the full matches; no project takes more than `cap` of the pool.

    What a cap leaves goes to the others in proportion, again and again. Σ = pool unless all are capped or matchless.

    >>> match_pool(100, {"a": [1] * 9, "b": [9]})
    {'a': 100, 'b': 0}
    """
    weights = {key: full_match(amounts, subtract=subtract) for key, amounts in projects.items()}
    return capped_pool(pool, weights, cap)


def capped_pool(pool: int, weights: Mapping[Key, int | Fraction], cap: Fraction) -> dict[Key, int]:
    """Share a pool by weights under one cap for everybody, to the unit."""
    if not any(weights.values()):
        return dict.fromkeys(sorted(weights), 0)
    caps = dict.fromkeys(weights, int(pool * cap))
    split = capped_entitlements(pool, weights, caps=caps)
    return round_to_total(split.exact, pool - split.rest, ceilings=caps)
