"""Distribution: who earned what, to the last minor unit, and why.

Reads rules    charter section ``distribution``
Reads facts    contributions, attestations, memberships, sanctions, appeals, group_links, role_terms, decision_acts,
               parties, pools, payouts, exchange_rates, figures, holdings
Measures       dis.*, view.credit
Decides        payouts, the next act of a pool, tiers of a waterfall and its lock-up, fairness, reductions,
               what a bad leaver may have to give back
"""

from tenfold.mechanisms.distribution import cascade, credit, judged, measures, pools, shares
from tenfold.mechanisms.distribution.decisions import decide

SPECS = (
    credit.accepted_credit,
    credit.credit,
    *pools.SPECS,
    *judged.SPECS,
    *shares.SPECS,
    cascade.cascade,
    measures.points,
    measures.entitlement,
    measures.gini,
    measures.jain,
    measures.ratio_spread,
)
__all__ = ["SPECS", "decide"]
