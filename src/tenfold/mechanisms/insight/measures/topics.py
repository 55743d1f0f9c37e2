"""What members care about: topics of their talks, fading with time, and what they said when asked."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.relations import visible
from tenfold.terms.days import age_of
from tenfold.terms.measure import Facts, Select, reduction, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

PERIOD = 30  # days whose talks fade together [C]
HALF_LIVES = 4  # after which a talk says next to nothing about preferences [C]
WINDOW = {"insight_window": {"window_days": "int64"}}
AFFINITY: dict[str, Any] = {
    "end": pl.Int32,
    "member": pl.String,
    "topic": pl.String,
    "affinity": pl.Float64,
    "explicit": pl.Boolean,
    "n": pl.Float64,
}


def _window(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    days = [HALF_LIVES * rules.insight.preferences.half_life.days]
    return {"insight_window": pl.DataFrame({"window_days": days}, schema={"window_days": pl.Int64})}


@reduction(
    "insight.topics",
    reads=("interactions",),
    params=WINDOW,
    frames=_window,
    facts=(Select("interactions"),),
    subject="member",
)
def topics(tables: "Tables") -> "ibis.Table":
    """Return how often each topic came up: end, member, topic, period (age in 30 days, whole), n."""
    rows = tables["interactions"].filter(lambda t: t.topic.length() > 0)
    found = visible(rows, tables["ends"]).cross_join(tables["insight_window"])
    aged = found.mutate(age=age_of(found))
    recent = aged.filter(aged.age < aged.window_days)
    each = recent.select("end", "member", period=(recent.age // PERIOD).cast("int64"), topic=recent.topic.unnest())
    return each.group_by("end", "member", "topic", "period").aggregate(n=each.count())


@view(
    "insight.affinity",
    subject="member",
    reads=("insight.topics", "interview_answers", "view.member"),
    whole=("insight.topics",),
    facts=(Select("interview_answers", subject="party"),),
    source="MaxDiff (B − W) ÷ n; shrinkage to the community [L]",
)
def affinity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how much each member cares about each topic: member, topic, affinity, explicit, n.

    Inferred: (u + m·pop) ÷ (n + m), u the member's faded talks about the topic, n all of them, pop the community's
    share of the topic, m = `prior_strength`. Explicit: (best − worst) ÷ times asked, −1 … 1. What was asked goes first
    where the charter says so: a member who was asked has explicit rows alone.
    """
    plan = rules.insight.preferences
    half_life = plan.half_life.days
    fade = [0.5 ** ((period + 0.5) * PERIOD / half_life) for period in range(HALF_LIVES * half_life // PERIOD + 2)]
    weights = pl.DataFrame({"period": range(len(fade)), "fade": fade}, schema={"period": pl.Int64, "fade": pl.Float64})
    rows = facts.read("insight.topics").join(weights, on="period").sort("end", "member", "topic", "period")
    said = rows.group_by("end", "member", "topic", maintain_order=True).agg(u=(pl.col("n") * pl.col("fade")).sum())
    shares = said.with_columns(
        n=pl.col("u").sum().over("end", "member"),
        pop=pl.col("u").sum().over("end", "topic") / pl.col("u").sum().over("end"),
    )
    strength = float(plan.prior_strength)
    inferred = shares.with_columns(
        affinity=(pl.col("u") + strength * pl.col("pop")) / (pl.col("n") + strength), explicit=pl.lit(value=False)
    ).select(*AFFINITY)
    explicit = _asked(facts)
    if plan.explicit_over_inferred:
        inferred = inferred.join(explicit, on=["end", "member"], how="anti")
    members = facts.read("view.member").select("end", member="party").unique()
    both = pl.concat([inferred, explicit]).join(members, on=["end", "member"], how="semi")
    return both.sort("end", "member", "explicit", "affinity", "topic", descending=[False, False, True, True, False])


def _asked(facts: Facts) -> pl.DataFrame:
    """Return explicit rows: every item that was named best or worst, or was asked about beside them."""
    answers = facts.rows("interview_answers").filter(pl.col("best").is_not_null() | pl.col("worst").is_not_null())
    asked = answers.group_by("end", "party").agg(times=pl.len())
    signs = [("best", 1), ("worst", -1)]
    named = [answers.select("end", "party", topic=column, sign=pl.lit(sign)) for column, sign in signs]
    sums = pl.concat(named).drop_nulls("topic").group_by("end", "party", "topic").agg(pl.col("sign").sum())
    rows = sums.join(asked, on=["end", "party"])
    return rows.select(
        "end",
        "topic",
        member="party",
        affinity=pl.col("sign") / pl.col("times"),
        explicit=pl.lit(value=True),
        n=pl.col("times").cast(pl.Float64),
    ).select(*AFFINITY)


SPECS = (topics, affinity)
