"""Interaction: who is owed a conversation, how strong each tie is, and whether questions are answered.

Reads rules    charter section ``interaction``; of ``screening`` gates and needs, of ``value`` segments, of ``insight``
               how many days ahead a gate comes up
Reads facts    interactions, memberships, affiliations, needs
Views          view.contact; interaction.rhythm, interaction.clocks
Measures       rel.*, com.*
Decides        touches due, touches better held back, cooling relations, questions unanswered, what to ask in
               passing
"""

from tenfold.mechanisms.interaction.decisions import DECISIONS
from tenfold.mechanisms.interaction.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
