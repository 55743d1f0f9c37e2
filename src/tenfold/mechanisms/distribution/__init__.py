"""Distribution: who earned what, to the last minor unit, and why.

Reads rules    charter section ``distribution``
Reads facts    contributions, attestations, memberships, sanctions, appeals, pools, payouts, exchange_rates
Measures       dis.*, view.credit
Decides        payouts, the next act of a pool, fairness, reductions; what caps and floors leave is shown
"""

from tenfold.mechanisms.distribution import credit, measures, pools, shares
from tenfold.mechanisms.distribution.decisions import decide

SPECS = (
    credit.credit,
    *pools.SPECS,
    *shares.SPECS,
    measures.points,
    measures.entitlement,
    measures.gini,
    measures.jain,
    measures.ratio_spread,
)
__all__ = ["SPECS", "decide"]
