"""Distribution: who earned what, to the last minor unit, and why.

Reads rules    charter section ``distribution``
Reads facts    contributions, attestations, memberships, sanctions, appeals, group_links, role_terms, decision_acts,
               parties, pools, payouts, exchange_rates, figures, holdings, incidents, cash_movements
Measures       dis.*, view.credit
Decides        payouts, the next act of a pool, what was approved or paid and is not what the rules give, tiers of a
               waterfall and its lock-up, fairness, reductions, what a bad leaver may have to give back,
               what earns nothing and why
"""

from tenfold.mechanisms.distribution import cascade, credit, judged, measures, payouts, pools, shares, waiting
from tenfold.mechanisms.distribution.decisions import DECISIONS

SPECS = (
    credit.accepted_credit,
    credit.credit,
    *pools.SPECS,
    *judged.SPECS,
    *shares.SPECS,
    *payouts.SPECS,
    *waiting.SPECS,
    cascade.cascade,
    measures.points,
    measures.entitlement,
    measures.difference,
    measures.gini,
    measures.jain,
    measures.ratio_spread,
)
__all__ = ["DECISIONS", "SPECS"]
