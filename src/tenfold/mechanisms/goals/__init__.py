"""Goals: what this stage is for, how far it has come, and what the open deals will bring.

Reads rules    charter sections ``goals``, ``community``; of ``adjustment`` the stage gates, of ``culture`` brand and k
Reads facts    rounds, opportunities, documents, interactions, cash_movements, exchange_rates, figures, holdings,
               commitments, memberships, referrals, mentions, publications, survey_answers, incidents
Measures       okr.*, gate.ready, fund.*, brand.*, view.deal, view.wired
Decides        key_result, stage, forecast, deal_effect, stale_deal, claimed_stage, stage_gate, need,
               dependence, insufficient
"""

from tenfold.mechanisms.goals.decisions import DECISIONS
from tenfold.mechanisms.goals.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
