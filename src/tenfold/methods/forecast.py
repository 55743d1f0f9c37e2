"""The distribution of a sum of independent or correlated all-or-nothing amounts, without random draws.

Amounts are whole units (minor units of money). Up to `EXACT_SUMS` different sums the distribution is exact; beyond,
amounts are floored to a grid and the result says by how much a sum may be too low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import erfc, gcd, inf, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

EXACT_SUMS = 100_000
GRID_CELLS = 2**20  # a grid of the amounts' common divisor is exact too, and quick up to about this length
LEAF = 64  # deals joined by shift-and-add before FFT joins pay off
SLACK = 1e-12
SQRT2 = sqrt(2)
FACTOR_RANGE = 6.0
NODES_SMALL, NODES_LARGE, NODES_LARGE_ABOVE = 41, 61, 300

Deal = tuple[int, float]


@dataclass(frozen=True, slots=True, eq=False)
class Distribution:
    """Probabilities of whole amounts.

    amounts        shape (n,), int64, rising; probabilities shape (n,), Σ = 1
    floored_by     most units by which a sum may lie above the amount shown; 0 = exact
    """

    amounts: "NDArray[np.int64]"
    probabilities: "Floats"
    floored_by: int = 0

    def mean(self) -> float:
        """Return Σ amount × probability."""
        return float(self.amounts @ self.probabilities)

    def quantile(self, level: float) -> int:
        """Return the smallest amount whose cumulative probability reaches `level`."""
        import numpy as np

        reached = np.cumsum(self.probabilities) >= level - SLACK
        return int(self.amounts[int(np.argmax(reached)) if reached.any() else -1])

    def at_least(self, amount: float) -> float:
        """Return P(sum ≥ amount)."""
        import numpy as np

        first = int(np.searchsorted(self.amounts, amount, side="left"))
        return min(1.0, float(self.probabilities[first:].sum()))


def forecast(base: int, deals: Sequence[Deal], *, step: int = 1, exact_sums: int = EXACT_SUMS) -> Distribution:
    """Return the distribution of base + Σ open deals, each won with its own probability, independently.

    Start with {base: 1}; each deal convolves {0: 1 − p, amount: p} (Poisson-binomial). Exact on integers while there
    are at most `exact_sums` different sums or the amounts have a common divisor of use; else amounts are floored to
    multiples of `step` (say 10⁻⁴ of a target), or of the smallest larger step that keeps the grid below 2²⁰ cells, and
    joined by FFT; `floored_by` says how much a sum may be too low.

    base     units that are certain; deals (amount ≥ 0, p in 0 … 1) in any order
    returns  Distribution; without open deals the base alone

    >>> forecast(36, [(14, 0.5), (8, 0.5)]).amounts.tolist()
    [36, 44, 50, 58]

    Source: Poisson-binomial distribution; DOMAIN 2.1.
    """
    import numpy as np

    ordered = sorted(deals)
    return _mixture(base, ordered, np.array([[p for _, p in ordered]]), np.ones(1), step, exact_sums)


def forecast_correlated(
    base: int,
    deals: Sequence[Deal],
    rho: float,
    *,
    step: int = 1,
    exact_sums: int = EXACT_SUMS,
    nodes: int | None = None,
) -> Distribution:
    """Return the same with one common factor: equal marginals, wider tails.

    zᵢ = √ρ·M + √(1−ρ)·εᵢ and deal i is won if zᵢ < Φ⁻¹(pᵢ). Given M the deals are independent with
    Φ((Φ⁻¹(pᵢ) − √ρ·M) ÷ √(1−ρ)); the exact distributions are averaged over M on an even grid of ±6 with normal weights
    (41 nodes up to 300 deals, 61 beyond). The textbook Gauss–Hermite rule misses the tails of many deals.

    rho      0 ≤ ρ < 1 (ValueError)

    Source: Vasicek one-factor model; DOMAIN 2.1.
    """
    import numpy as np

    if not 0 <= rho < 1:
        raise ValueError(rho)
    ordered = sorted(deals)
    count = nodes or (NODES_SMALL if len(ordered) <= NODES_LARGE_ABOVE else NODES_LARGE)
    factor = np.linspace(-FACTOR_RANGE, FACTOR_RANGE, count)
    weights = np.exp(-factor * factor / 2)
    needed = np.array([_normal_quantile(p) for _, p in ordered], dtype=np.float64)
    given = _normal_below((needed[None, :] - np.sqrt(rho) * factor[:, None]) / np.sqrt(1 - rho))
    return _mixture(base, ordered, given, weights / weights.sum(), step, exact_sums)


def _normal_quantile(p: float) -> float:
    """Return Φ⁻¹(p), without end where p is 0 or 1 (Wichura 1988, as `statistics` has it)."""
    if 0 < p < 1:
        return NormalDist().inv_cdf(p)
    return inf if p >= 1 else -inf


def _normal_below(z: "Floats") -> "Floats":
    """Return Φ(z), element by element; scipy would take longer to import than this takes for a thousand deals."""
    import numpy as np

    found = np.fromiter((erfc(-one / SQRT2) / 2 for one in z.flat), np.float64, z.size)
    return found.reshape(z.shape)


def _mixture(
    base: int, deals: Sequence[Deal], given: "Floats", weights: "Floats", step: int, exact_sums: int
) -> Distribution:
    """Average the distributions of `given` (nodes × deals) with `weights`; exact if the sums allow."""
    import numpy as np

    amounts = [amount for amount, _ in deals]
    common = gcd(*amounts) or 1
    if 2 ** len(deals) > exact_sums and sum(amounts) // common < GRID_CELLS:
        return _mixed_on_grid(base, amounts, given, weights, common)
    support = _support(amounts, exact_sums)
    if support is None:
        return _mixed_on_grid(base, amounts, given, weights, step)
    sums = [np.zeros(1, dtype=np.int64), *support]
    chances = np.ones((len(weights), 1))
    for index, (before, after) in enumerate(pairwise(sums)):
        win = given[:, index : index + 1]
        grown = np.zeros((len(weights), len(after)))
        grown[:, np.searchsorted(after, before)] = chances * (1 - win)
        grown[:, np.searchsorted(after, before + deals[index][0])] += chances * win
        chances = grown
    return Distribution(sums[-1] + base, weights @ chances)


def _mixed_on_grid(base: int, amounts: Sequence[int], given: "Floats", weights: "Floats", step: int) -> Distribution:
    import numpy as np

    step = max(step, -(-sum(amounts) // GRID_CELLS))
    sizes = [amount // step for amount in amounts]
    mixed = sum(weight * _on_grid(sizes, row) for weight, row in zip(weights, given, strict=True))
    held = np.asarray(mixed) / np.sum(mixed)
    floored_by = sum(amount % step for amount in amounts)
    return Distribution(base + step * np.arange(len(held), dtype=np.int64), held, floored_by)


def _support(amounts: Sequence[int], most: int) -> "list[NDArray[np.int64]] | None":
    """Return the different sums after each deal, or None when they become more than `most`."""
    import numpy as np

    steps: list[NDArray[np.int64]] = []
    sums = np.zeros(1, dtype=np.int64)
    for amount in amounts:
        sums = np.union1d(sums, sums + amount)
        if len(sums) > most:
            return None
        steps.append(sums)
    return steps


def _on_grid(sizes: Sequence[int], chances: "Floats") -> "Floats":
    """Convolve deals of `sizes` grid steps: shift and add in leaves of 64, then join neighbours by FFT."""
    import numpy as np

    parts = []
    for first in range(0, len(sizes), LEAF):
        leaf = np.ones(1)
        for size, win in zip(sizes[first : first + LEAF], chances[first : first + LEAF], strict=True):
            grown = np.zeros(len(leaf) + size)
            grown[: len(leaf)] = leaf * (1 - win)
            grown[size:] += leaf * win
            leaf = grown
        parts.append(leaf)
    while len(parts) > 1:
        joined = [_join(one, two) for one, two in zip(parts[::2], parts[1::2], strict=False)]
        parts = joined + parts[len(joined) * 2 :]
    return parts[0] if parts else np.ones(1)


def _join(one: "Floats", two: "Floats") -> "Floats":
    import numpy as np
    from scipy import fft

    length = len(one) + len(two) - 1
    padded = fft.next_fast_len(length, real=True)
    product = fft.irfft(fft.rfft(one, padded) * fft.rfft(two, padded), padded)[:length]
    return np.asarray(np.clip(product, 0, None))


Loss = tuple[float, float, float, float]


def loss_distribution(losses: Sequence[Loss], step: float) -> "Floats":
    """Return the distribution of Σ Bernoulli(p) × PERT(low, mode, high), independent, on a grid of `step`.

    PERT is Beta(1 + 4(m − l)/(h − l), 1 + 4(h − m)/(h − l)) on [l, h]; the mass of (k − ½, k + ½] steps is put on k.
    A width of 0 is a fixed loss.

    losses   (p, low, mode, high), 0 ≤ p ≤ 1 and 0 ≤ low ≤ mode ≤ high, in the unit of step
    returns  shape (n,): probability of a total of k·step; see `grid_quantile`

    Raises
    ------
    ValueError   a loss out of order: its Beta would be none, and what is read off it no number

    Source: PERT-beta; DOMAIN 2.7.
    """
    import numpy as np

    for p, low, mode, high in losses:
        if not (0 <= p <= 1 and 0 <= low <= mode <= high < inf):
            raise ValueError(f"{p}: {low} ≤ {mode} ≤ {high}")
    total = np.ones(1)
    for p, low, mode, high in losses:
        part = _pert_on_grid(low, mode, high, step) * p
        part[0] += 1 - p
        total = _join(total, part)
    return np.asarray(total / total.sum())


def _pert_on_grid(low: float, mode: float, high: float, step: float) -> "Floats":
    import numpy as np
    from scipy.special import betainc

    top = round(high / step)
    if high <= low:
        return np.asarray(np.eye(1, top + 1, top)[0])
    edges = np.clip(((np.arange(top + 1) + 0.5) * step - low) / (high - low), 0, 1)
    edges[-1] = 1.0
    cumulative = betainc(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), edges)
    return np.diff(cumulative, prepend=0.0)


def grid_quantile(probabilities: "Floats", step: float, level: float) -> float:
    """Return the smallest k·step whose cumulative probability reaches `level`.

    >>> import numpy as np
    >>> grid_quantile(np.array([0.5, 0.3, 0.2]), 10.0, 0.8)
    10.0
    """
    import numpy as np

    return step * float(np.argmax(np.cumsum(probabilities) >= level - SLACK))
