"""Acts: how often the proposals of each kind were carried out or put aside, and how likely an act succeeds by that."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.insight.rules import KINDS, NextBestAction
from tenfold.terms.measure import Facts, Selected, measure
from tenfold.terms.rules import Rules

CARD = "insight.next_best_action:"  # how the ids of the day's cards begin; `subject/kind:since` follows
DONE, DISMISSED = "execute", "dismiss"
COUNT: dict[str, Any] = {"subject": pl.String, "end": pl.Int32, "value": pl.Int64}
CHANCE: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "n": pl.Int64,
    "strength": pl.Float64,
    "prior": pl.Float64,
    "done": pl.Int64,
    "dismissed": pl.Int64,
}


def chance(plan: NextBestAction, kind: str, done: int, dismissed: int) -> float:
    """Return P(success) of a kind of act: (m·p₀ + done) ÷ (m + done + put aside), p₀ the charter's, m its weight."""
    strength = float(plan.prior_strength)
    return (strength * float(plan.effort.of(kind).chance) + done) / (strength + done + dismissed)


def _acts(facts: Facts, act: str) -> pl.DataFrame:
    """Return the acts on cards: end, fact, kind."""
    rows = facts.rows("decision_acts", ("decision", "act"))
    own = rows.filter(pl.col("act") == act, pl.col("decision").str.starts_with(CARD))
    kind = pl.col("decision").str.split(":").list.get(1).str.split("/").list.last()
    return own.select("end", "fact", kind=kind)


def _behind(act: str) -> Selected:
    def selected(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
        kinds = KINDS if subject is None else (subject,)
        return {"decision_acts": _acts(facts, act).filter(pl.col("kind").is_in(kinds)).select("fact").unique()}

    return selected


def _counted(facts: Facts, ends: pl.DataFrame, act: str) -> pl.DataFrame:
    found = _acts(facts, act).group_by("end", "kind").agg(n=pl.len())
    counts = {(end, kind): n for end, kind, n in found.iter_rows()}
    rows = [(kind, end, counts.get((end, kind), 0)) for end in ends["end"] for kind in KINDS]
    return pl.DataFrame(rows, schema=COUNT, orient="row")


@measure(
    "ins.acts_done",
    unit="count",
    direction="up",
    subject="card",
    reads=("decision_acts",),
    facts=_behind(DONE),
    minimum="0",
    source="DOMAIN §2.9",
    pointer="/insight/next_best_action",
)
def acts_done(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how often a card of each kind was carried out, as a person recorded it."""
    return _counted(facts, ends, DONE)


@measure(
    "ins.acts_dismissed",
    unit="count",
    direction="down",
    subject="card",
    reads=("decision_acts",),
    facts=_behind(DISMISSED),
    minimum="0",
    source="DOMAIN §2.9",
    pointer="/insight/next_best_action",
)
def acts_dismissed(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how often a card of each kind was put aside."""
    return _counted(facts, ends, DISMISSED)


@measure(
    "ins.act_chance",
    unit="probability",
    direction="up",
    subject="card",
    reads=("ins.acts_done", "ins.acts_dismissed"),
    minimum="the charter's chance when no case",
    source="DOMAIN §2.9; beta-binomial",
    pointer="/insight/next_best_action/effort",
    parts={"strength": "number", "prior": "probability", "done": "count", "dismissed": "count"},
)
def act_chance(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how likely an act of each kind succeeds: the charter's chance, moved by the community's own record.

    Its formula is `chance`; `n` = carried out + put aside.
    """
    plan = rules.insight.next_best_action
    done, put = (
        {(end, kind): int(n) for end, kind, n in facts.read(id).select("end", "subject", "value").iter_rows()}
        for id in ("ins.acts_done", "ins.acts_dismissed")
    )
    rows = []
    for (end, kind), n in done.items():
        dismissed = put[end, kind]
        prior = float(plan.prior_strength), float(plan.effort.of(kind).chance)
        rows.append((kind, end, chance(plan, kind, n, dismissed), n + dismissed, *prior, n, dismissed))
    return pl.DataFrame(rows, schema=CHANCE, orient="row")


SPECS = (acts_done, acts_dismissed, act_chance)
