"""Risk: what warns, who owns it, and what the community could lose.

Reads rules    charter section ``risk``
Reads facts    risks, incidents, alert_acts, figures, agreements, signatures, rights, cash_movements, interactions
Measures       risk.*, cov.*, fin.*, agr.*, prj.*, view.indicator
Decides        indicator states, alerts, stress results, missing agreements
"""

import polars as pl

from tenfold.terms.decision import Decision
from tenfold.terms.measure import Facts, Spec
from tenfold.terms.rules import Rules

SPECS: tuple[Spec, ...] = ()


def decide(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Decision]:
    """Return no decision: this mechanism has no measures yet."""
    return []
