"""Are forecasts honest: Brier score, its parts after Murphy, calibration error."""

from collections.abc import Sequence
from dataclasses import dataclass

DISTINCT_MAX = 20
BINS = 10

Group = tuple[float, float, float]  # mean forecast, observed frequency, number or share of cases


@dataclass(frozen=True, slots=True)
class Murphy:
    """BS = reliability − resolution + uncertainty (exact when every group holds one forecast value)."""

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    groups: tuple[Group, ...]


def brier(forecasts: Sequence[float], outcomes: Sequence[int]) -> float | None:
    """Mean squared gap between a probability and what happened (0 or 1); 0 is perfect. None without forecasts.

    >>> round(brier([0.1, 0.9, 0.8, 0.3], [0, 1, 1, 0]), 4)
    0.0375

    Source: Brier 1950.
    """
    gaps = [(p - y) ** 2 for p, y in zip(forecasts, outcomes, strict=True)]
    return sum(gaps) / len(gaps) if gaps else None


def murphy(forecasts: Sequence[float], outcomes: Sequence[int]) -> Murphy | None:
    """Decompose the Brier score by distinct forecast values up to 20 of them, else by ten equal bins of forecasts.

    reliability Σ nₖ(fₖ − oₖ)² ÷ n · resolution Σ nₖ(oₖ − o)² ÷ n · uncertainty o(1 − o). With bins the mean forecast of
    a bin stands for its forecasts, so a within-bin rest is left between the parts and the score.

    >>> [round(part, 2) for part in (murphy([0.5, 0.5], [0, 1]).reliability, murphy([0.5, 0.5], [0, 1]).uncertainty)]
    [0.0, 0.25]

    Source: Murphy 1973.
    """
    score = brier(forecasts, outcomes)
    if score is None:
        return None
    binned = len(set(forecasts)) > DISTINCT_MAX
    keyed: dict[float, list[tuple[float, int]]] = {}
    for p, y in zip(forecasts, outcomes, strict=True):
        keyed.setdefault(min(int(p * BINS), BINS - 1) if binned else p, []).append((p, y))
    groups = [
        (sum(p for p, _ in rows) / len(rows), sum(y for _, y in rows) / len(rows), float(len(rows)))
        for _, rows in sorted(keyed.items())
    ]
    parts = murphy_of_groups(groups)
    return Murphy(score, parts.reliability, parts.resolution, parts.uncertainty, tuple(groups))


def murphy_of_groups(groups: Sequence[Group]) -> Murphy:
    """Decompose a reliability table of (forecast, observed frequency, share of cases); shares are normalised."""
    whole = sum(n for _, _, n in groups)
    base = sum(o * n for _, o, n in groups) / whole
    reliability = sum(n * (f - o) ** 2 for f, o, n in groups) / whole
    resolution = sum(n * (o - base) ** 2 for _, o, n in groups) / whole
    uncertainty = base * (1 - base)
    return Murphy(reliability - resolution + uncertainty, reliability, resolution, uncertainty, tuple(groups))


def skill(parts: Murphy) -> float | None:
    """Return 1 − BS ÷ uncertainty: 0 for always forecasting the base rate; None when the outcome never varies."""
    return 1 - parts.brier / parts.uncertainty if parts.uncertainty else None


def calibration_error(
    forecasts: Sequence[float], outcomes: Sequence[int], bins: int = BINS
) -> tuple[float, float, float] | None:
    """Gap between forecast and frequency over bins of equal width: (weighted mean, root mean square, largest).

    A forecast on an inner edge belongs to the upper bin. None without forecasts.
    """
    keyed: dict[int, list[tuple[float, int]]] = {}
    for p, y in zip(forecasts, outcomes, strict=True):
        keyed.setdefault(min(int(p * bins), bins - 1), []).append((p, y))
    gaps = [(abs(sum(p - y for p, y in rows)) / len(rows), len(rows) / len(forecasts)) for rows in keyed.values()]
    if not gaps:
        return None
    mean, square = sum(gap * share for gap, share in gaps), sum(gap**2 * share for gap, share in gaps)
    return mean, square**0.5, max(gap for gap, _ in gaps)
