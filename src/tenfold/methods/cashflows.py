"""Present values and rates of return of dated or evenly spaced cash flows.

A rate is per year unless said. Every rate between −99.9999999 % and 10,000 % at which the present value is nothing is
looked for, also where it only touches nothing: one rate is the rate, several are all shown, none is “insufficient”. A
solver's silence is no proof. The range begins that low because a loss of a few days is a large one of a year.
"""

from collections.abc import Callable, Sequence
from datetime import date
from math import fsum
from typing import TYPE_CHECKING

from tenfold.methods.daycount import year_fraction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LOWEST, LOW, HIGHEST = -0.999999999, -0.9999, 100.0
SPARSE, DENSE = 1000, 4001  # nodes of ln(1 + rate) below LOW, where only flows of days can have a rate, and above it
TOUCH = 1e-13  # part of the sum of sizes below which a present value is nothing but rounding

DatedFlows = Sequence[tuple[date, float]]
Years = Callable[[date, date], float]
Worth = Callable[["Floats"], tuple["Floats", "Floats"]]


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
    """Find all rates r in the range above with Σ value ÷ (1 + r)^t = 0 for (t, value), rising.

    In u = ln(1 + r) the present value is a sum of exponentials. Its sign is read on a grid of u, brackets are halved
    to the last bit. Where its size has an inner minimum without a sign change the minimum itself is looked at: two
    close rates are not missed, and where it touches nothing that is one (double) rate. Flows of one moment are one
    flow; flows that are all of one moment are worth the same at every rate, and have none.
    """
    import numpy as np

    times, values = _by_moment(flows)
    if len(times) < 2 or min(values) >= 0 or max(values) <= 0:
        return []
    after, worths = np.array(times) - times[0], np.array(values)

    def worth(nodes: "Floats") -> "tuple[Floats, Floats]":
        """Return the present value at each node, and what of it may be rounding."""
        shifts = np.where(nodes < 0, after[-1], 0.0)  # keeps the largest power at 1, the sign unchanged
        powers = np.exp(-nodes[:, None] * (after[None, :] - shifts[:, None]))
        return powers @ worths, TOUCH * (powers @ np.abs(worths))

    nodes = _nodes()
    level, _ = worth(nodes)
    found = [float(nodes[index]) for index in np.flatnonzero(level == 0)]
    found += [_halve(_at(worth), low, high) for low, high in _crossings(nodes, level)]
    found += [u for low, high, side in _dips(nodes, level) for u in _in_dip(worth, side, low, high)]
    return sorted(float(np.expm1(u)) for u in found)


def _at(worth: Worth) -> Callable[[float], float]:
    import numpy as np

    return lambda u: float(worth(np.array([u]))[0][0])


def _by_moment(flows: Sequence[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Return the moments, rising, and what is paid at each; moments at which nothing is left are dropped."""
    paid: dict[float, list[float]] = {}
    for moment, value in flows:
        paid.setdefault(moment, []).append(value)
    sums = [(moment, fsum(paid[moment])) for moment in sorted(paid)]
    kept = [(moment, value) for moment, value in sums if value]
    return [moment for moment, _ in kept], [value for _, value in kept]


def _nodes() -> "Floats":
    import numpy as np

    sparse = np.linspace(np.log1p(LOWEST), np.log1p(LOW), SPARSE, endpoint=False)
    return np.concatenate([sparse, np.linspace(np.log1p(LOW), np.log1p(HIGHEST), DENSE)])


def _crossings(nodes: "Floats", level: "Floats") -> list[tuple[float, float]]:
    import numpy as np

    at = np.flatnonzero(np.sign(level[:-1]) * np.sign(level[1:]) < 0)
    return [(float(nodes[index]), float(nodes[index + 1])) for index in at]


def _dips(nodes: "Floats", level: "Floats") -> list[tuple[float, float, float]]:
    """Return (from, to, sign) around each inner minimum of the size that shows no sign change."""
    import numpy as np

    size, sign = np.abs(level), np.sign(level)
    lower = (size[1:-1] < size[:-2]) & (size[1:-1] <= size[2:])
    alike = (sign[:-2] == sign[1:-1]) & (sign[1:-1] == sign[2:]) & (sign[1:-1] != 0)
    inner = np.flatnonzero(lower & alike) + 1
    return [(float(nodes[index - 1]), float(nodes[index + 1]), float(sign[index])) for index in inner]


def _in_dip(worth: Worth, side: float, low: float, high: float) -> list[float]:
    """Return the two rates, the one double rate, or none of a dip."""
    import numpy as np

    lowest = _smallest(_at(worth), side, low, high)
    reached, rounding = (float(one[0]) for one in worth(np.array([lowest])))
    if abs(reached) <= rounding:
        return [lowest]
    if side * reached > 0:
        return []
    return [_halve(_at(worth), low, lowest), _halve(_at(worth), lowest, high)]


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
