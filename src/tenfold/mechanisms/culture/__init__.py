"""Culture: what the community holds dear, celebrates, and is known for.

Reads rules    charter section ``culture``
Reads facts    events, attendances, votes, recognitions, payouts, survey_answers, publications, referrals, memberships,
               opportunities
Measures       cul.*, culture.rituals, culture.brought
Decides        ritual_due, thanks_owed, recognition, survey_due, insufficient, report_due, more_than_brand, spread,
               brand_levels, new_candidate, qualified
"""

from tenfold.mechanisms.culture.decisions import DECISIONS
from tenfold.mechanisms.culture.measures import SPECS

__all__ = ["DECISIONS", "SPECS"]
