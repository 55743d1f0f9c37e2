"""Screening: whom the community still needs, who may enter, and what changes if we say no.

Reads rules    charter section ``screening``; of ``adjustment`` entry and size, of ``value`` the offers
Reads facts    needs, capabilities, gate_checks, ratings, memberships, parties, commitments
Measures       scr.*, view.capability, screening.brings
Decides        gate_result, score, set_gain, admit, decline, fairness, promise_offer, first_promise, insufficient
"""

from tenfold.mechanisms.screening.decisions import DECISIONS
from tenfold.mechanisms.screening.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
