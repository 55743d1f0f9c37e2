"""Value: what each segment came for, what it was promised, and what it got.

Reads rules    charter section ``value``; of ``goals`` the funnel, of ``culture`` k
Reads facts    commitments, commitment_steps, survey_answers, memberships, contributions
Views          view.segment, value.job_answers
Measures       val.*
Decides        undelivered, fit_gap, pulse_due, balance
"""

from tenfold.mechanisms.value.decisions import DECISIONS
from tenfold.mechanisms.value.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
