"""Culture: what the community holds dear, celebrates, and is known for.

Reads rules    charter section ``culture``
Reads facts    events, attendances, recognitions, survey_answers, publications, mentions, referrals
Measures       cul.*
Decides        rituals due, thanks owed, surveys due, spread
"""
