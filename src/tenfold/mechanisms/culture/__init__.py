"""Culture: what the community holds dear, celebrates, and is known for.

Reads rules    charter section ``culture``
Reads facts    events, attendances, recognitions, survey_answers, publications, mentions, referrals
Measures       cul.*
Decides        rituals due, thanks owed, surveys due, spread
"""

import polars as pl

from tenfold.mechanisms.culture.measures import SPECS
from tenfold.terms.decision import Decision
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

__all__ = ["SPECS", "decide"]


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return no decision: this mechanism has no measures yet."""
    return []
