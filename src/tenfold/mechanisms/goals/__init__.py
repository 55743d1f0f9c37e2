"""Goals: what this stage is for, how far it has come, and what the open deals will bring.

Reads rules    charter section ``goals``
Reads facts    rounds, opportunities, documents, cash_movements, holdings, memberships, referrals, mentions
Measures       okr.*, gate.ready, fund.*, brand.*
Decides        key result and stage status, forecast, gate proposal
"""
