"""Incentives: who kept their word, in both directions, and what follows, one step at a time.

Reads rules    charter section ``incentives``
Reads facts    commitments, commitment_steps, sanctions, appeals, vesting_grants, incidents, memberships
Measures       inc.*, view.promise
Decides        reminders, ladder steps, forgiveness, appeals that restore nothing, broken promises, capital calls in
               default, conditions of deals that slip, rewards, holdback releases, vesting
"""

from tenfold.mechanisms.incentives import measures, promise
from tenfold.mechanisms.incentives.decisions import DECISIONS

SPECS = (promise.own_promises, promise.promise, *measures.SPECS)
__all__ = ["DECISIONS", "SPECS"]
