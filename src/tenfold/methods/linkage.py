"""Are two records one party? Fellegi–Sunter weights in base-2 logarithms."""

from collections.abc import Iterable
from math import log2

Outcome = tuple[float, float]  # probability of what was seen among matches (m) and among non-matches (u)


def outcome(m: float, u: float, *, agrees: bool) -> Outcome:
    """Return the probabilities of an agreement (m, u) or of a disagreement (1 − m, 1 − u)."""
    return (m, u) if agrees else (1 - m, 1 - u)


def weight(seen: Outcome) -> float:
    """log₂(m ÷ u) of one comparison.

    >>> round(weight(outcome(0.95, 1 / 12, agrees=True)), 2), round(weight(outcome(0.95, 1 / 12, agrees=False)), 2)
    (3.51, -4.2)
    """
    m, u = seen
    return log2(m / u)


def match_weight(prior: float, seen: Iterable[Outcome]) -> float:
    """log₂(λ ÷ (1 − λ)) + Σ log₂(m ÷ u), λ the prior chance that two random records are one party.

    For names u is the frequency of that very name: the same agreement on a rare name is worth far more.

    Source: Fellegi & Sunter 1969.
    """
    return log2(prior / (1 - prior)) + sum(weight(one) for one in seen)


def match_probability(prior: float, seen: Iterable[Outcome]) -> float:
    """2^W ÷ (1 + 2^W), for weights of any size.

    >>> match_probability(0.5, [])
    0.5
    """
    total = match_weight(prior, seen)
    odds: float = 2 ** -abs(total)  # at most 1, so that no weight is too large
    likelier = 1 / (1 + odds)
    return likelier if total >= 0 else odds * likelier
