"""Insight: what the facts teach, for which purpose, and what to do next.

Reads rules    charter section ``insight``
Reads facts    parties, consents, decision_acts, interview_answers, and the series of forecasts
Measures       ins.*
Decides        duplicates, preferences, next best actions, calibration
"""

import polars as pl

from tenfold.terms.decision import Decision
from tenfold.terms.measure import Facts, Spec
from tenfold.terms.rules import Rules

SPECS: tuple[Spec, ...] = ()


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return no decision: this mechanism has no measures yet."""
    return []
