"""An act that one could do today, what it is worth, and what the day's list is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.mechanisms.insight.measures.acts import chance
from tenfold.mechanisms.insight.rules import NextBestAction
from tenfold.terms.decision import MeasureRef
from tenfold.terms.draft import Closing, Fact, Grounds

RULE = "/insight/next_best_action"
COVERAGE = "scr.coverage"
REACHES_OUT = ("touch", "cooling", "deal", "deal_silent")  # acts that count towards fatigue


@dataclass(frozen=True, slots=True)
class Action:
    """Something that one could do now: about whom, since which fact, for what it counts and what would remove it.

    due        the day until which it can be done in time, where it has one
    said       the sentence that tells it, where that is not the kind's own
    settings   the places of the charter that its own gain comes from
    """

    kind: str
    subject: str
    since: str
    measures: tuple[MeasureRef, ...]
    facts: tuple[str, ...]
    closes: Closing
    proposes: Fact
    gain: float | None = None
    params: tuple[tuple[str, str], ...] = ()
    due: date | None = None
    said: str = ""
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worth:
    """P(success), what the key results gain then, and the deal that it comes from, if any.

    measures, settings   the numbers and the places of the charter that the gain is made of
    """

    chance: float
    gain: float
    effect: Mapping[str, Any] | None = None
    measures: tuple[MeasureRef, ...] = ()
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day(Grounds):
    """The board at the cycle's own end, as the day's list needs it."""

    @property
    def plan(self) -> NextBestAction:
        """What the charter says about the day's list."""
        plan: NextBestAction = self.rules.insight.next_best_action
        return plan

    @cached_property
    def effects(self) -> Mapping[str, Mapping[str, Any]]:
        """Party → its open deal that changes the round most."""
        rows = self.facts.read("goals.effect").filter(pl.col("now").is_not_null())
        ordered = rows.with_columns(gain=pl.col("wired") - pl.col("now")).sort("gain", "opportunity")
        return {row["party"]: row for row in ordered.iter_rows(named=True)}

    @cached_property
    def lost(self) -> Mapping[str, float]:
        """Member → what the community would lose with it."""
        rows = self.facts.read("risk.key_person").filter(pl.col("value").is_not_null())
        return dict(rows.select("subject", "value").iter_rows())

    @cached_property
    def contacts(self) -> Mapping[str, str]:
        """Member → fact of its last substantive contact."""
        return dict(self.facts.read("interaction.last_substantive").select("member", "fact").iter_rows())

    @cached_property
    def memberships(self) -> Mapping[str, str]:
        """Member → fact of its membership."""
        rows = self.facts.read("view.member").sort("party", "class").unique("party", keep="first", maintain_order=True)
        return dict(rows.select("party", "fact").iter_rows())

    @cached_property
    def tired(self) -> Mapping[str, float]:
        """Party → share of the fatigue cap that is used up, at most 1."""
        cap = self.rules.interaction.fatigue_cap.contacts
        rows = self.facts.read("rel.reached_out").select("subject", "value")
        return {member: min(1.0, n / cap) for member, n in rows.iter_rows()}

    @cached_property
    def coverage_weight(self) -> float:
        """The share of the stage's key results that is need coverage."""
        whole = sum(float(result.weight) for result in self.key_results)
        own = sum(float(result.weight) for result in self.key_results if result.metric == COVERAGE)
        return own / whole if whole else 0.0

    @property
    def key_results(self) -> Sequence[Any]:
        """The key results of the current stage."""
        plan = self.rules.goals.stages.get(self.rules.community.current_stage)
        return plan.key_results if plan is not None else ()

    @property
    def weights(self) -> tuple[str, ...]:
        """The places of the charter that `coverage_weight` is made of: which results are coverage, what each weighs."""
        at = f"/goals/stages/{self.rules.community.current_stage}/key_results"
        own = [n for n, result in enumerate(self.key_results) if result.metric == COVERAGE]
        weights = [f"{at}/{n}/weight" for n, _ in enumerate(self.key_results)]
        return (*(f"{at}/{n}/metric" for n in own), *weights)

    def worth(self, action: Action) -> Worth:
        """Return how likely the act succeeds and what the key results then gain.

        With an open deal: P(it closes) × the act's own chance, and P of the round's goal with it less P today. Else
        the need coverage that would be lost, by its share of the key results, and at least a little for any relation.
        """
        own = self.chance(action.kind)
        plain = self._plain(action, own)
        effect = self.effects.get(action.subject) if action.gain is None else None
        if effect is None:
            return plain
        goal = "fund.p_minimum" if effect["goal"] == "minimum_close" else "fund.p_target"
        parts = (MeasureRef("fund.p_close", effect["opportunity"]), MeasureRef(goal, effect["round"]))
        deal = Worth(own * effect["p"], effect["wired"] - effect["now"], effect, parts)
        return deal if deal.chance * deal.gain >= plain.chance * plain.gain else plain

    def _plain(self, action: Action, own: float) -> Worth:
        if action.gain is not None:
            return Worth(own, action.gain, settings=action.settings)
        lost, least = self.coverage_weight * self.lost.get(action.subject, 0.0), float(self.plan.least_gain)
        if lost > least:
            key_person = MeasureRef("risk.key_person", action.subject)
            return Worth(own, lost, measures=(key_person,), settings=self.weights)
        return Worth(own, least, settings=(f"{RULE}/least_gain",))

    @cached_property
    def record(self) -> Mapping[str, tuple[int, int]]:
        """Kind of act → how often it was carried out and how often it was put aside."""
        done, put = (self._counts(id) for id in ("ins.acts_done", "ins.acts_dismissed"))
        return {kind: (done[kind], put[kind]) for kind in done}

    def _counts(self, id: str) -> Mapping[str, int]:
        return {kind: int(n) for kind, n in self.facts.read(id).select("subject", "value").iter_rows()}

    def chance(self, kind: str) -> float:
        """Return P(success) of a kind of act, as `ins.act_chance` shows it."""
        return chance(self.plan, kind, *self.record[kind])

    def can_wait(self, action: Action) -> bool:
        """Whether an act may be left for later: on a statutory holiday all that does not fall due within it (R18)."""
        calendar = self.rules.calendar
        if not calendar.is_holiday(self.today):
            return False
        if action.due is None or action.due < self.today:
            return True
        return calendar.clock(action.due) > calendar.clock(self.today)

    def score(self, action: Action) -> float:
        """Return P × gain ÷ hours, less the share of the fatigue cap that is used up."""
        worth, minutes = self.worth(action), self.plan.effort.of(action.kind).minutes
        return float(60 * worth.chance * worth.gain * (1 - self.fatigue(action)) / minutes)

    def fatigue(self, action: Action) -> float:
        """Return the share of the fatigue cap that is used up with whom the act reaches out to."""
        return self.tired.get(action.subject, 0.0) if action.kind in REACHES_OUT else 0.0
