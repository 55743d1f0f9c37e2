"""The charter section `insight`: purposes, retention, duplicates, preferences, next actions, calibration, drafting."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tenfold.terms.clauses import Clause, Problem, not_below
from tenfold.terms.durations import Duration
from tenfold.terms.listed import Listed
from tenfold.terms.scalars import (
    AboveZero,
    Gap,
    HalfLife,
    Id,
    MeasureId,
    Percent,
    Period,
    Positive,
    Share,
    Span,
    WorkingPeriod,
    Yes,
)

Act = Literal["admit", "sanction", "pay", "rank_people"]
NEVER_BY_MACHINE: tuple[Act, ...] = ("admit", "sanction", "pay", "rank_people")


class Retention(Clause):
    """How long each kind of data is kept; the journal keeps pseudonyms for good."""

    interaction_notes: Period | None = None
    kyc: Period | None = None
    survey_raw: Period | None = None
    journal: Literal["permanent_pseudonymous"] = "permanent_pseudonymous"


class Dedupe(Clause):
    """From what probability two records are merged, or shown to a person."""

    merge_above: Share = Decimal("0.98")
    review_above: Share = Decimal("0.60")
    exact_ids: tuple[Literal["registration", "phone", "email", "account"], ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Refuse a review line above the merge line."""
        if self.review_above > self.merge_above:
            params = {"seen": str(self.review_above), "key": "merge_above", "limit": str(self.merge_above)}
            yield Problem("above", ("review_above",), params)


class Segmentation(Clause):
    """Window and bins of recency, frequency and money."""

    rfm_window: Period = Duration(12, "m")
    bins: Annotated[int, Field(strict=True, ge=2, le=10)] = 5


class Preferences(Clause):
    """How inferred preferences shrink and fade; what was asked goes before what was inferred."""

    prior_strength: AboveZero = Decimal(6)
    half_life: HalfLife = Duration(180, "d")
    explicit_over_inferred: Yes = True


class Effort(Clause):
    """What an act takes and how often it succeeds, before the community has a record of its own."""

    minutes: Positive
    chance: Share


def _effort(minutes: int, chance: str) -> Effort:
    return Effort(minutes=minutes, chance=Decimal(chance))


class Efforts(Clause):
    """The effort of every kind of act; what a charter leaves out keeps the figure here [C]."""

    deal: Effort = _effort(25, "0.90")
    condition: Effort = _effort(15, "0.80")
    question: Effort = _effort(5, "0.90")
    second_signature: Effort = _effort(10, "0.90")
    hand_over: Effort = _effort(10, "0.90")
    arrival: Effort = _effort(10, "0.90")
    thanks: Effort = _effort(5, "0.90")
    gate: Effort = _effort(15, "0.70")
    touch: Effort = _effort(20, "0.60")
    cooling: Effort = _effort(20, "0.40")
    deal_silent: Effort = _effort(20, "0.40")
    offer: Effort = _effort(30, "0.80")
    alert: Effort = _effort(30, "0.40")

    def of(self, kind: str) -> Effort:
        """Return the effort of a kind of act."""
        effort: Effort = getattr(self, kind)
        return effort


KINDS = tuple(Efforts.model_fields)


class AlertGain(Clause):
    """What an indicator back in the green is worth, as a share of the stage's key results [C]."""

    amber: Share = Decimal("0.05")
    red: Share = Decimal("0.10")

    def problems(self) -> Iterator[Problem]:
        """Refuse a red indicator that matters less than an amber one."""
        yield from not_below(self, "red", "amber")


class NextBestAction(Clause):
    """How many actions a day are proposed, what part of them explores, and what each takes and is worth."""

    max_per_operator_per_day: Positive = 8
    explore_pct: Percent = Decimal(10)
    effort: Efforts = Field(default_factory=Efforts)
    prior_strength: AboveZero = Decimal(10)
    least_gain: Share = Decimal("0.005")
    alert_gain: AlertGain = Field(default_factory=AlertGain)
    talk_after: Gap = Duration(7, "d")
    promise_ahead: Span = Duration(7, "d")
    gate_ahead: Span = Duration(30, "d")
    thanks_within: Period = Duration(90, "d")
    answer_within: WorkingPeriod = Duration(5, "wd")  # as long as money takes to another country


class Experiments(Clause):
    """How two versions are compared."""

    min_per_arm: Positive = 20
    decide: Literal["bayes"] = "bayes"
    credible: Share = Decimal("0.90")

    def problems(self) -> Iterator[Problem]:
        """Refuse a certainty that no comparison reaches, and none at all."""
        if self.credible == 0:
            yield Problem("above_zero", ("credible",), {"seen": "0"})
        if self.credible == 1:
            yield Problem("below_one", ("credible",), {"seen": "1"})


class Calibration(Clause):
    """Which forecasts are held against what happened."""

    forecasts: tuple[MeasureId, ...] = ()
    review_every: Period | None = None
    alert_if_reliability_above: Share | None = None


class Ai(Clause):
    """What a model may draft; it never decides, and people confirm everything."""

    enabled: Yes = False
    may: tuple[Literal["summarise", "extract_commitments", "draft", "translate"], ...] = ()
    may_not: tuple[Act, ...] = NEVER_BY_MACHINE
    human_confirms: Literal["all"] = "all"

    def problems(self) -> Iterator[Problem]:
        """Refuse a list of forbidden acts with one left out."""
        left_out = [act for act in NEVER_BY_MACHINE if act not in self.may_not]
        if left_out:
            yield Problem("machine_never", ("may_not",), {"missing": Listed(left_out)})


class InsightRules(Clause):
    """Rules of mechanism 9, data-driven decisions."""

    purposes: tuple[Id, ...] = ()
    retention: Retention = Field(default_factory=Retention)
    dedupe: Dedupe = Field(default_factory=Dedupe)
    segmentation: Segmentation | None = None
    preferences: Preferences = Field(default_factory=Preferences)
    next_best_action: NextBestAction = Field(default_factory=NextBestAction)
    experiments: Experiments | None = None
    calibration: Calibration = Field(default_factory=Calibration)
    ai: Ai = Field(default_factory=Ai)
