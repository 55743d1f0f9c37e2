"""Times to an event with open cases: Kaplan–Meier, medians per group, log-rank tests.

An open case is censored at its age: it counts as at risk up to and including that time. A mean of the closed cases
alone is wrong.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

HALF = 0.5
SLACK = 1e-12  # products of fractions that equal a level exactly may miss it in the last bit


@dataclass(frozen=True, slots=True)
class Curve:
    """One row per distinct event time, rising: at risk just before, events then, S(t) after, its standard error."""

    times: tuple[float, ...]
    at_risk: tuple[int, ...]
    events: tuple[int, ...]
    survival: tuple[float, ...]
    se: tuple[float, ...]

    def quantile(self, level: float = HALF) -> float | None:
        """Return the smallest time with S(t) ≤ level, or None while the curve stays above it."""
        return next((t for t, s in zip(self.times, self.survival, strict=True) if s <= level + SLACK), None)

    def at(self, time: float) -> float:
        """Return S(time), 1 before the first event."""
        return next((s for t, s in zip(self.times[::-1], self.survival[::-1], strict=True) if t <= time), 1.0)


def kaplan_meier(times: Sequence[float], happened: Sequence[bool | int]) -> Curve:
    """Estimate survival: S(t) = Π over event times tᵢ ≤ t of 1 − dᵢ ÷ nᵢ.

    times      age at the event, or at the last look for an open case
    happened   true for the event, false for an open (right-censored) case
    returns    Curve; Greenwood's variance S² Σ dᵢ ÷ (nᵢ(nᵢ − dᵢ)), 0 where S = 0; empty without an event

    >>> kaplan_meier([4, 9, 11, 26, 30, 30, 50, 70], [1, 1, 1, 1, 1, 1, 0, 0]).quantile()
    26

    Source: Kaplan & Meier 1958.
    """
    deaths: dict[float, int] = {}
    for time, event in zip(times, happened, strict=True):
        deaths[time] = deaths.get(time, 0) + bool(event)
    left: dict[float, int] = {}
    for time in times:
        left[time] = left.get(time, 0) + 1
    rows: list[tuple[float, int, int, float, float]] = []
    at_risk, survival, greenwood = len(times), 1.0, 0.0
    for time in sorted(left):
        died = deaths[time]
        if died:
            survival *= 1 - died / at_risk
            greenwood += died / (at_risk * (at_risk - died)) if died < at_risk else 0.0
            rows.append((time, at_risk, died, survival, survival * sqrt(greenwood)))
        at_risk -= left[time]
    return Curve(*(tuple(column) for column in zip(*rows, strict=True))) if rows else Curve((), (), (), (), ())


def medians_by_group(
    groups: "NDArray[np.int64]", times: "NDArray[np.float64]", happened: "NDArray[np.bool_]"
) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
    """Kaplan–Meier median of each group in one pass over sorted rows.

    groups, times, happened   shape (n,)
    returns                   (group ids rising, medians); NaN where half of the group has not happened yet

    >>> import numpy as np
    >>> medians_by_group(np.array([1, 1, 2]), np.array([3.0, 5.0, 4.0]), np.array([True, True, False]))[1].tolist()
    [3.0, nan]
    """
    import numpy as np

    if len(groups) == 0:
        return np.array([], dtype=np.int64), np.array([], dtype=np.float64)
    order = np.lexsort((~happened, times, groups))
    group, time, event = groups[order], times[order], happened[order]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    sizes = np.diff(np.r_[starts, len(group)])
    at_risk = (np.repeat(starts + sizes, sizes) - np.arange(len(group))).astype(np.float64)
    # Tied events one after another give the same product as at once; ln 0 is replaced by −2, well below ln ½.
    steps = np.where(event, np.log1p(-1 / np.maximum(at_risk, 1.5)), 0.0)
    steps[event & (at_risk == 1)] = -2.0
    running = np.cumsum(steps)
    fallen = running - np.repeat(running[starts] - steps[starts], sizes)
    below = event & (fallen <= np.log(HALF) + 1e-9)
    medians = np.full(len(starts), np.nan)
    which = np.searchsorted(starts, np.flatnonzero(below), side="right") - 1
    first_group, first_row = np.unique(which, return_index=True)
    medians[first_group] = time[np.flatnonzero(below)[first_row]]
    return group[starts], medians


Weighting = Literal["logrank", "wilcoxon", "tarone_ware", "peto"]


def compare_two(
    first: tuple[Sequence[float], Sequence[bool | int]],
    second: tuple[Sequence[float], Sequence[bool | int]],
    weighting: Weighting = "logrank",
) -> tuple[float, float] | None:
    """Test whether two groups have one survival curve: (χ² with one degree of freedom, p); None without variance.

    At each event time the weighted gap w(d₁ − n₁d/n) and its hypergeometric variance are added; w = 1 (log-rank), n
    (Wilcoxon, Gehan–Breslow), √n (Tarone–Ware), Π over event times of 1 − d ÷ (n + 1) (Peto & Peto).

    Source: Kleinbaum & Klein, Survival Analysis, ch. 2.
    """
    from scipy.special import erfc

    both = (*first[0], *second[0]), (*first[1], *second[1])
    gap = variance = 0.0
    peto = 1.0
    for time, n, d in zip(*_table(*both), strict=True):
        peto *= 1 - d / (n + 1)
        n1 = sum(t >= time for t in first[0])
        d1 = sum(t == time and bool(e) for t, e in zip(*first, strict=True))
        weight = {"logrank": 1.0, "wilcoxon": float(n), "tarone_ware": sqrt(n), "peto": peto}[weighting]
        gap += weight * (d1 - d * n1 / n)
        if n > 1:
            variance += weight**2 * d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1)
    if variance == 0:
        return None
    chi2 = gap * gap / variance
    return chi2, float(erfc(sqrt(chi2 / 2)))


def _table(
    times: Sequence[float], happened: Sequence[bool | int]
) -> tuple[tuple[float, ...], tuple[int, ...], tuple[int, ...]]:
    curve = kaplan_meier(times, happened)
    return curve.times, curve.at_risk, curve.events
