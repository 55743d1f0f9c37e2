"""How strong a relation is: intensity, reciprocity, quality and duration of contacts, each 0 … 1.

Contact weights are whole 10⁻⁹, so that sums over millions of contacts are exact and alike on every machine.
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache
from math import exp, log

UNIT = 10**9
KAPPA = 3.0
FULL_MONTHS = 24


@cache
def decay_table(half_life_days: int, days: int) -> tuple[int, ...]:
    """Return 2^(−age ÷ half-life) for ages of 0 … days − 1 whole days, as integers of 10⁻⁹ made with decimals.

    >>> decay_table(45, 46)[45]
    500000000
    """
    with localcontext() as context:
        context.prec = 40
        step = (Decimal(2).ln() / half_life_days).copy_negate()
        return tuple(int((UNIT * (step * age).exp()).to_integral_value()) for age in range(days))


def contact_weight(channel_weight: Decimal, age_days: int, half_life_days: int) -> int:
    """Return channel weight × decay as an integer of 10⁻⁹; a channel of weight 0 (a broadcast) adds nothing."""
    return int((channel_weight * decay_table(half_life_days, age_days + 1)[age_days]).to_integral_value())


def intensity(out: float, into: float, *, kappa: float = KAPPA) -> float:
    """1 − exp(−(out + in) ÷ κ), out and in the summed contact weights of both directions; never falls with a contact.

    >>> round(intensity(4.3549, 2.7211), 4)
    0.9055
    """
    return 1 - exp(-(out + into) / kappa)


def reciprocity(out: float, into: float) -> float | None:
    """Smaller ÷ larger of both directions: 1 when alike, 0 when one-sided; None without any weight (Squartini 2013)."""
    return min(out, into) / max(out, into) if out or into else None


def duration(months: float) -> float:
    """min(1, ln(1 + months) ÷ ln 25): full after two years.

    >>> duration(24)
    1.0
    """
    return min(1.0, log(1 + months) / log(1 + FULL_MONTHS))


def strength(parts: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """Σ weight·part ÷ Σ weight of (intensity, reciprocity, quality, duration); None if a part is unknown: not 0."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts) or not sum(weights):
        return None
    return sum(weight * part for weight, part in zip(weights, known, strict=True)) / sum(weights)
