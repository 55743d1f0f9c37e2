"""Adjustment: how the community changes its people, its stage and its own rules.

Reads rules    charter sections ``adjustment`` and ``community``; of ``screening`` the needs, of ``distribution`` the
               exclusion of related parties, of ``incentives`` who may vote
Reads facts    memberships, role_terms, proposals, votes, holdings, charter_versions, incidents, sanctions, needs
Measures       adj.*
Decides        entry, probation_over, size, next_stage; exit and what it hands on; role_vacant, term_ending,
               act_without_office; vote_open, vote_result, vote_flawed, charter_change
"""

from tenfold.mechanisms.adjustment.decisions import DECISIONS
from tenfold.mechanisms.adjustment.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
