"""Indicator states with hysteresis: slow to alarm, slow to clear."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, TypeVar

Number = TypeVar("Number", int, float, Decimal)
State = Literal["green", "amber", "red"]

_RANK: tuple[State, ...] = ("green", "amber", "red")


def states(
    series: Sequence[Number | None],
    amber: Number,
    red: Number,
    *,
    band: Number,
    enter_after: int = 1,
    leave_after: int = 1,
    above: bool = True,
    start: State = "green",
) -> list[State]:
    """Turn a series into states that change only after repeated observations.

    A level is entered after `enter_after` observations in a row strictly beyond its threshold (red before amber), and
    left after `leave_after` in a row strictly inside threshold − band: from red to amber or, if amber's own inner line
    was kept as long too, to green. An observation of None is skipped: it neither counts nor breaks a run.

    above     True when high values are bad; otherwise the comparison turns round (threshold + band)
    returns   the state after each observation

    >>> states([0.35, 0.36, 0.2], 0.30, 0.40, band=0.03, enter_after=2)
    ['green', 'amber', 'green']

    Source: hysteresis of alarm management; DOMAIN 2.7.
    """
    sign = 1 if above else -1
    lines = [sign * amber, sign * red]
    beyond, inside, level, out = [0, 0], [0, 0], _RANK.index(start), list[State]()
    for value in series:
        if value is not None:
            for index, line in enumerate(lines):
                beyond[index] = beyond[index] + 1 if sign * value > line else 0
                inside[index] = inside[index] + 1 if sign * value < line - band else 0
            entered = max((index + 1 for index in (0, 1) if beyond[index] >= enter_after), default=0)
            while level > entered and inside[level - 1] >= leave_after:
                level -= 1
            level = max(level, entered)
        out.append(_RANK[level])
    return out


def to_leave(
    series: Sequence[Number | None], line: Number, *, band: Number, leave_after: int = 1, above: bool = True
) -> int:
    """Return how many more observations in a row inside `line` − band a level lacks before it is left.

    An observation of None is skipped. `above` as in `states`; the answer is at least 1 while the level stands.

    >>> to_leave([0.35, 0.26, 0.25], 0.30, band=0.03, leave_after=3)
    1
    """
    sign = 1 if above else -1
    inside = 0
    for value in reversed(series):
        if value is not None and sign * value >= sign * line - band:
            break
        inside += value is not None
    return max(1, leave_after - inside)
