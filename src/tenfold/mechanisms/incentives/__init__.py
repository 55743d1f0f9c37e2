"""Incentives: who kept their word, in both directions, and what follows, one step at a time.

Reads rules    charter section ``incentives``
Reads facts    commitments, commitment_steps, sanctions, appeals, vesting_grants, incidents, agreements
Measures       inc.*, view.promise
Decides        rewards earned, ladder steps, holdback releases, vesting
"""
