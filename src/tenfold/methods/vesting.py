"""Vesting in whole units: nothing is lost and nothing is vested twice."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Literal

Allocation = Literal[
    "CUMULATIVE_ROUNDING",
    "CUMULATIVE_ROUND_DOWN",
    "FRONT_LOADED",
    "BACK_LOADED",
    "FRONT_LOADED_TO_SINGLE_TRANCHE",
    "BACK_LOADED_TO_SINGLE_TRANCHE",
]


def vested(units: int, elapsed_months: int, months: int, *, cliff_months: int = 0, step_months: int = 1) -> int:
    """Units vested after whole months: 0 before the cliff, then ⌊units · steps·step_months ÷ months⌋, at most units.

    The floor is of the cumulative amount, so the steps add up to the grant.

    >>> [vested(1500001, at, 48, cliff_months=12) for at in (11, 12, 13, 60)]
    [0, 375000, 406250, 1500001]
    """
    if elapsed_months < cliff_months or elapsed_months < 0:
        return 0
    counted = min(elapsed_months // step_months * step_months, months) if months else months
    return units * counted // months if months else units


def instalments(quantity: int, count: int, allocation: Allocation) -> list[int]:
    """Split a grant into `count` whole instalments by one of the types of the Open Cap Table Format; Σ = quantity.

    Cumulative: differences of the rounded (half up) or floored cumulative amount. Front or back loaded: the remainder
    one unit each at the front or back, or all in the first or last.

    >>> instalments(18, 4, "CUMULATIVE_ROUNDING")
    [5, 4, 5, 4]

    Source: Open Cap Table Format, allocation types (FRACTIONAL is quantity ÷ count).
    """
    base, rest = divmod(quantity, count)
    if allocation.startswith("CUMULATIVE"):
        up = Fraction(1, 2) if allocation == "CUMULATIVE_ROUNDING" else Fraction(0)
        reached = [(Fraction(quantity * index, count) + up).__floor__() for index in range(count + 1)]
        return [after - before for before, after in pairwise(reached)]
    one_more: dict[str, Callable[[int], int]] = {
        "FRONT_LOADED": lambda index: int(index < rest),
        "BACK_LOADED": lambda index: int(index >= count - rest),
        "FRONT_LOADED_TO_SINGLE_TRANCHE": lambda index: rest if index == 0 else 0,
        "BACK_LOADED_TO_SINGLE_TRANCHE": lambda index: rest if index == count - 1 else 0,
    }
    return [base + one_more[allocation](index) for index in range(count)]
