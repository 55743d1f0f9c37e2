"""The charter section `interaction`: cadence, channels, decay, what makes a contact substantive."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from tenfold.terms.clauses import Clause, Problem, sums_to
from tenfold.terms.durations import Duration
from tenfold.terms.scalars import Gap, Guide, HalfLife, Id, NonNegative, Period, Points, Positive, WorkingPeriod

Flag = Literal[
    "question_asked",
    "question_answered",
    "complaint",
    "decision",
    "commitment_made",
    "new_information",
    "feedback_recorded",
    "review_given",
    "follow_up_promised",
]


class FatigueCap(Clause):
    """At most so many contacts from our side in a span."""

    contacts: Positive = 6
    per: Period = Duration(30, "d")


class RespondWithin(Clause):
    """How soon a question and a complaint are answered."""

    question: WorkingPeriod | None = None
    complaint: WorkingPeriod | None = None


class StrengthWeights(Clause):
    """The four parts of the strength of a tie, in points of 100."""

    intensity: Points = 40
    reciprocity: Points = 25
    quality: Points = 20
    duration: Points = 15

    def problems(self) -> Iterator[Problem]:
        """Refuse weights that do not add up to 100."""
        yield from sums_to(self.model_dump(), 100)


class InteractionRules(Clause):
    """Rules of mechanism 4, interaction."""

    half_life: HalfLife = Duration(45, "d")
    channel_weight: dict[Id, NonNegative] = Field(default_factory=dict)
    cadence: dict[Id, Gap] = Field(default_factory=dict)
    one_to_one_per_year: dict[Id, Annotated[int, Field(strict=True, ge=0, le=366)]] = Field(default_factory=dict)
    fatigue_cap: FatigueCap = Field(default_factory=FatigueCap)
    respond_within: RespondWithin = Field(default_factory=RespondWithin)
    substantive_if_any: tuple[Flag, ...] = ()
    strength_weights: StrengthWeights = Field(default_factory=StrengthWeights)
    interview_guides: tuple[Guide, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Refuse a broadcast that counts as a relation."""
        if self.channel_weight.get("broadcast"):
            seen = str(self.channel_weight["broadcast"])
            yield Problem("broadcast", ("channel_weight", "broadcast"), {"seen": seen})
