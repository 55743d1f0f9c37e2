"""Insight: what the facts teach, for which purpose, and what to do next.

Reads rules    charter section ``insight``; of ``community`` and ``goals`` the stage and its key results, of
               ``interaction`` the fatigue cap, of ``risk`` indicators and required agreements
Reads facts    parties, affiliations, agreements, opportunities, interview_answers, interactions, decision_acts,
               recognitions, payouts, pools, role_terms, alert_acts
Measures       ins.*, insight.pairs, insight.resolved, insight.affinity
Decides        duplicate, incomplete, preference, calibration, insufficient, next_best_action
"""

from tenfold.mechanisms.insight.decisions import DECISIONS
from tenfold.mechanisms.insight.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
