"""What evidence says about someone, and how little it may be: beta reputation with decay."""

from collections.abc import Sequence
from dataclasses import dataclass

WEIGHT, BASE_RATE = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class Reputation:
    """Expectation 0 … 1 and uncertainty 0 … 1 (1 without evidence), with the evidence r for and s against."""

    expectation: float
    uncertainty: float
    positive: float
    negative: float

    @property
    def rating(self) -> float:
        """The same on −1 … 1."""
        return 2 * self.expectation - 1


def beta_reputation(
    positive: float, negative: float, *, weight: float = WEIGHT, base_rate: float = BASE_RATE
) -> Reputation:
    """E = (r + W·a) ÷ (r + s + W), u = W ÷ (r + s + W).

    >>> beta_reputation(7, 1).expectation
    0.8

    Source: Jøsang & Ismail 2002; uncertainty as in subjective logic.
    """
    whole = positive + negative + weight
    return Reputation((positive + weight * base_rate) / whole, weight / whole, positive, negative)


def decayed(ages: Sequence[float], half_life: float) -> float:
    """Return Σ 2^(−age ÷ half-life) over pieces of evidence, added from oldest to newest.

    >>> decayed([0, 365, 730], 365)
    1.75
    """
    return float(sum(2 ** (-age / half_life) for age in sorted(ages, reverse=True)))


def forgotten(counts: Sequence[float], kept: float) -> float:
    """Return the evidence when each period multiplies what was known by `kept`: Σ countₜ·kept^(T − t), oldest first.

    >>> forgotten([1, 1], 0.5)
    1.5
    """
    total = 0.0
    for count in counts:
        total = total * kept + count
    return total
