"""Present values and rates of return of dated or evenly spaced cash flows.

A rate is per year unless said. Every sign change of the present value between −99.99 % and 10,000 % is looked for: one
rate is the rate, several are all shown, none is “insufficient”. A solver's silence is no proof.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from tenfold.methods.daycount import year_fraction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOWEST, HIGHEST = -0.9999, 100.0
GRID = 4001

DatedFlows = Sequence[tuple[date, float]]
Years = Callable[[date, date], float]


def _act_365(start: date, end: date) -> float:
    return year_fraction(start, end, "act/365f")


def npv(rate: float, values: Sequence[float], *, first_at: int = 0) -> float:
    """Net present value of evenly spaced flows, the first discounted by `first_at` periods.

    0 (here): the first flow is today's. 1: the spreadsheet function, which discounts even the first by a whole period.

    >>> round(npv(0.1, [-10000, 3000, 4200, 6800], first_at=1), 2)
    1188.44
    """
    return float(sum(value / (1 + rate) ** (index + first_at) for index, value in enumerate(values)))


def xnpv(rate: float, flows: DatedFlows, *, at: date | None = None, years: Years = _act_365) -> float:
    """Net present value of dated flows at a date (the first flow's unless named): Σ value ÷ (1 + rate)^years."""
    base = at or min(day for day, _ in flows)
    worth: float = sum(value / (1 + rate) ** years(base, day) for day, value in flows)
    return worth


def xirr(flows: DatedFlows, *, years: Years = _act_365) -> list[float]:
    """Return every rate at which the dated flows are worth nothing, rising; [] when there is none in the range.

    Σ value ÷ (1 + r)^t = 0 with t in years from the first date, act/365 fixed unless another count is given.

    >>> [round(rate, 6) for rate in xirr([(date(2025, 1, 1), -100.0), (date(2026, 1, 1), 110.0)])]
    [0.1]
    """
    base = min((day for day, _ in flows), default=date.min)
    return roots([(years(base, day), value) for day, value in flows])


def irr(values: Sequence[float]) -> list[float]:
    """Return every rate per period at which evenly spaced flows are worth nothing, rising; [] when there is none.

    >>> [round(rate, 9) for rate in irr([-1600, 10000, -10000])]
    [0.25, 4.0]
    """
    return roots([(float(index), value) for index, value in enumerate(values)])


def roots(flows: Sequence[tuple[float, float]]) -> list[float]:
    """Find all rates r in −0.9999 … 100 with Σ value ÷ (1 + r)^t = 0 for (t, value).

    In u = ln(1 + r) the present value is a sum of exponentials. Its sign is read on an even grid of u; between nodes
    where its size has an inner minimum without a sign change the minimum itself is looked at, so that two close rates
    are not missed. Brackets are halved to the last bit.
    """
    import numpy as np

    if not flows or min(v for _, v in flows) >= 0 or max(v for _, v in flows) <= 0:
        return []
    times, values = (np.array(column, dtype=np.float64) for column in zip(*flows, strict=True))
    times = times - times.min()

    def worth(u: float) -> float:
        shift = times.max() if u < 0 else 0.0  # keeps the largest power at 1, the sign unchanged
        return float(values @ np.exp(-u * (times - shift)))

    nodes = np.linspace(np.log1p(LOWEST), np.log1p(HIGHEST), GRID)
    shifts = np.where(nodes < 0, times.max(), 0.0)
    level = np.exp(-nodes[:, None] * (times[None, :] - shifts[:, None])) @ values
    found = [float(nodes[index]) for index in np.flatnonzero(level == 0)]
    for low, high in _brackets(worth, nodes, level):
        found.append(_halve(worth, low, high))
    return sorted(float(np.expm1(u)) for u in found)


def _brackets(
    worth: Callable[[float], float], nodes: "NDArray[np.float64]", level: "NDArray[np.float64]"
) -> list[tuple[float, float]]:
    import numpy as np

    at = np.flatnonzero(level[:-1] * level[1:] < 0)
    pairs = [(float(nodes[index]), float(nodes[index + 1])) for index in at]
    size, sign = np.abs(level), np.sign(level)
    dips = (size[1:-1] < size[:-2]) & (size[1:-1] <= size[2:]) & (sign[:-2] == sign[1:-1]) & (sign[1:-1] == sign[2:])
    for index in np.flatnonzero(dips) + 1:
        low, high = float(nodes[index - 1]), float(nodes[index + 1])
        side = float(sign[index])
        lowest = _smallest(worth, side, low, high)
        if side * worth(lowest) < 0:
            pairs += [(low, lowest), (lowest, high)]
    return pairs


def _smallest(function: Callable[[float], float], side: float, low: float, high: float) -> float:
    """Golden-section search for the minimum of side·function, which has one dip here."""
    ratio = (5**0.5 - 1) / 2
    for _ in range(80):
        one, two = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, two) if side * function(one) < side * function(two) else (one, high)
    return (low + high) / 2


def _halve(function: Callable[[float], float], low: float, high: float) -> float:
    rising = function(low) < 0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if (function(middle) < 0) == rising else (low, middle)
    return (low + high) / 2


def mirr(values: Sequence[float], finance_rate: float, reinvest_rate: float) -> float | None:
    """Modified rate of return: payments discounted at one rate, receipts reinvested at another.

    (future value of receipts ÷ present value of payments)^(1/(n − 1)) − 1; None unless both occur.

    >>> round(mirr([-100, 60, 60], 0.1, 0.1), 6)
    0.122497
    """
    n = len(values)
    out = -npv(finance_rate, [min(value, 0) for value in values])
    back = npv(reinvest_rate, [max(value, 0) for value in values]) * (1 + reinvest_rate) ** (n - 1)
    return float((back / out) ** (1 / (n - 1)) - 1) if out > 0 and back > 0 else None
