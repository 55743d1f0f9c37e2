"""Adjustment: how the community changes its people, its stage and its own rules.

Reads rules    charter section ``adjustment``
Reads facts    memberships, role_terms, proposals, votes, gate_outcomes, charter_versions, incidents
Measures       adj.*
Decides        proposals to enter, leave and take roles, results of votes, what a changed rule would do
"""

import polars as pl

from tenfold.mechanisms.adjustment.measures import SPECS
from tenfold.terms.decision import Decision
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

__all__ = ["SPECS", "decide"]


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return no decision: this mechanism has no measures yet."""
    return []
