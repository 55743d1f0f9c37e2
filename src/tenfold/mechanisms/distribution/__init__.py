"""Distribution: who earned what, to the last minor unit, and why.

Reads rules    charter section ``distribution``
Reads facts    contributions, attestations, memberships, sanctions, pools, payouts
Measures       dis.*, view.credit
Decides        payouts, entitlements, statements, what caps and floors leave
"""
