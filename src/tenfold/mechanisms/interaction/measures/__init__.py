"""The measures, views and reductions of mechanism 4."""

from tenfold.mechanisms.interaction.measures import answers, community, contact, fatigue, rhythm, steps, strength
from tenfold.terms.measure import Spec

SPECS: tuple[Spec, ...] = (
    contact.contact,
    contact.sums,
    contact.ties,
    steps.steps,
    steps.rhythm,
    strength.last_ten,
    strength.intensity,
    strength.reciprocity,
    strength.quality,
    strength.duration,
    strength.strength,
    answers.questions,
    answers.clocks,
    answers.response_km,
    answers.qa,
    answers.ttfr,
    rhythm.last_substantive,
    rhythm.overdue,
    rhythm.p_active,
    rhythm.dormant_share,
    fatigue.reached_out,
    community.credits,
    community.activity,
    community.caf,
    community.org_diversity,
    community.active_members,
    community.new,
    community.inactive,
    community.level,
    community.gravity,
    community.exchange,
    community.collab_speed,
)
