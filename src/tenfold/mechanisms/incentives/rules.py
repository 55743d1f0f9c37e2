"""The charter section `incentives`: promises, rewards, holdback, the ladder, forgiveness, appeals, reputation."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from tenfold.facts.standing import PEOPLE_DECIDE_FROM
from tenfold.terms.clauses import Clause, Problem, needs, needs_exactly_one, not_below
from tenfold.terms.durations import Duration
from tenfold.terms.scalars import AboveZero, HalfLife, Id, Percent, Period, Positive, Share, Span, WorkingSpan

Level = Annotated[int, Field(strict=True, ge=0, le=9)]


class CommitmentRules(Clause):
    """What every promise has: a verifier who is not the promisor, grace, excuses."""

    verifier_not_promisor: Literal[True] = True
    default_grace: WorkingSpan = Duration(7, "d")
    excused_by: tuple[Id, ...] = ()


class Reward(Clause):
    """A reward in percent of the promise's points or of its worth."""

    points_pct: Percent | None = None
    amount_pct: Percent | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a reward of neither or of both kinds."""
        yield from needs_exactly_one(self, "points_pct", "amount_pct")


class CappedReward(Reward):
    """A reward per week, up to a cap."""

    cap_pct: Percent | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a cap that the first week exceeds."""
        yield from super().problems()
        yield from not_below(self, "cap_pct", "points_pct")
        yield from not_below(self, "cap_pct", "amount_pct")


class Rewards(Clause):
    """What being on time and being early earns."""

    on_time: Reward | None = None
    early_per_week: CappedReward | None = None


class Release(Clause):
    """A part of the holdback, released after verification or an incident, plus a span."""

    after: Id
    plus: Span = Duration(0, "d")
    pct: Percent


class Holdback(Clause):
    """What is kept back, and its releases, which add up to it."""

    pct: Percent
    release: tuple[Release, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Refuse releases that do not add up to what was kept back."""
        released = sum((step.pct for step in self.release), Decimal(0))
        if released != self.pct:
            yield Problem("sum", ("release",), {"seen": str(released), "expected": str(self.pct)})


class Trigger(Clause):
    """What leads to a step: one of `due_in`, `late` (after grace), `notices` within a span, `breach`, `incident`."""

    due_in: Span | None = None
    late: Span | None = None
    notices: Positive | None = None
    within: Period | None = None
    breach: Literal["any", "material"] | None = None
    incident: Id | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse anything but one trigger; notices need their span."""
        yield from needs_exactly_one(self, "due_in", "late", "notices", "breach", "incident")
        if (self.notices is None) != (self.within is None):
            yield Problem("together", params={"keys": "notices, within"})


class Step(Clause):
    """One step of the ladder: an act, what leads to it (any of), and from level 3 who decides."""

    level: Level
    action: Id
    pct: Percent | None = None
    per_day_pct: Percent | None = None
    cap_pct: Percent | None = None
    rights: tuple[Id, ...] = ()
    max: Period | None = None
    when: tuple[Trigger, ...] = Field(min_length=1)
    decide: Id | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a sanction that no people decide or that comes before anything is late, and a cut that is two cuts."""
        if self.level >= PEOPLE_DECIDE_FROM and self.decide is None:
            yield Problem("people_decide", params={"level": self.level})
        for number, trigger in enumerate(self.when):
            if trigger.due_in is not None and self.level > 0:
                yield Problem("early_sanction", ("when", number), {"level": self.level, "seen": str(trigger.due_in)})
        if self.pct is not None and self.per_day_pct is not None:
            yield Problem("together_not", params={"keys": "pct, per_day_pct"})
        yield from needs(self, "cap_pct", "per_day_pct")
        yield from not_below(self, "cap_pct", "per_day_pct")


class Forgiveness(Clause):
    """How a clean record leads down again, and how long the record is seen."""

    one_level_after_clean: Period
    record_kept_visible: Period | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a record that is hidden while its level still stands."""
        shown, clean = self.record_kept_visible, self.one_level_after_clean
        if shown is not None and shown.days < clean.days:
            params = {"seen": str(shown), "key": "one_level_after_clean", "limit": str(clean)}
            yield Problem("below", ("record_kept_visible",), params)


class CapitalCallDefault(Clause):
    """The statutory way of a capital call: written, with grace, then a resolution."""

    notice: Literal["written"] = "written"
    grace: Period
    then: Id


class Appeals(Clause):
    """How a member appeals, to whom, and from which level the appeal stays the sanction."""

    window: Period
    panel_size: Positive
    decide_within: Period
    stays_sanction_from_level: Level


class Prior(Clause):
    """What is believed before any evidence."""

    mean: Share = Decimal("0.5")
    weight: AboveZero = Decimal(2)


class Reputation(Clause):
    """Reputation by facet, with uncertainty; it never sets pay."""

    half_life: HalfLife = Duration(365, "d")
    prior: Prior = Field(default_factory=Prior)
    facets: tuple[Literal["ability", "integrity", "benevolence"], ...] = ("ability", "integrity", "benevolence")
    used_for: tuple[Literal["screening", "roles"], ...] = ()
    never_for: tuple[Literal["distribution"]] = ("distribution",)


class AntiGaming(Clause):
    """Audits, attesters and alerts that make gaming costly."""

    audit_sample_pct: Percent = Decimal(0)
    attesters_min: Positive = 1
    same_pair_share_alert: Share | None = None
    new_member_weight_after: Span = Duration(0, "d")


class IncentivesRules(Clause):
    """Rules of mechanism 5, incentives and constraints."""

    commitment_rules: CommitmentRules = Field(default_factory=CommitmentRules)
    rewards: Rewards = Field(default_factory=Rewards)
    holdback: Holdback | None = None
    ladder: tuple[Step, ...] = ()
    forgiveness: Forgiveness | None = None
    capital_call_default: CapitalCallDefault | None = None
    appeals: Appeals | None = None
    reputation: Reputation | None = None
    anti_gaming: AntiGaming = Field(default_factory=AntiGaming)

    def problems(self) -> Iterator[Problem]:
        """Refuse a ladder whose levels or days do not rise, and sanctions without appeal."""
        for number, (below, step) in enumerate(pairwise(self.ladder), start=1):
            if step.level <= below.level:
                params = {"seen": step.level, "below": below.level}
                yield Problem("ladder_order", ("ladder", number, "level"), params)
        yield from self._earlier_than_below()
        if any(step.level > 0 for step in self.ladder) and self.appeals is None:
            yield Problem("no_appeal", ("ladder",))

    def _earlier_than_below(self) -> Iterator[Problem]:
        """Yield each step that fewer days late lead to than to a step below it."""
        below: Duration | None = None
        for number, step in enumerate(self.ladder):
            lates = [trigger.late for trigger in step.when if trigger.late is not None]
            first = min(lates, key=lambda late: late.days, default=None)
            if first is None:
                continue
            if below is not None and first.days < below.days:
                params = {"level": step.level, "seen": str(first), "below": str(below)}
                yield Problem("late_order", ("ladder", number, "when"), params)
            below = first
