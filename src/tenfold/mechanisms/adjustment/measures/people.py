"""Who carries the community, how that changed, and whether it fits the stage to come."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.views import grouped
from tenfold.terms.days import age_of, days_between
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

COMMUNITY = "community"
YEAR, QUARTER = 365, 90
CORE_MIN = 3
MEMBER_STATES = ("probation", "active", "suspended")
RATIO: dict[str, Any] = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}


@reduction("adjustment.gave", reads=("credit.accepted",), subject="party", alone=True)
def gave(tables: "Tables") -> "ibis.Table":
    """Return accepted contributions: party, end, recent (last 90 days), past (the 90 days that ended a year ago)."""
    import ibis

    rows = tables["credit.accepted"]
    rows = rows.filter(ibis.coalesce(rows.accepted, False))
    aged = rows.select("party", "end", age=age_of(rows))
    aged = aged.filter(aged.age < YEAR + QUARTER)
    return aged.group_by("party", "end").aggregate(
        recent=(aged.age < QUARTER).cast("int64").sum(), past=(aged.age >= YEAR).cast("int64").sum()
    )


def past_members(facts: Facts) -> pl.DataFrame:
    """Return end, party: who was a member a year before each end, as known there."""
    old = days_between("on", "today") >= YEAR
    rows = facts.rows("memberships", ("party", "class", "state"))
    rows = rows.filter(old).sort("end", "party", "class", "occurred_at", "recorded_at", "fact")
    last = rows.unique(["end", "party", "class"], keep="last", maintain_order=True)
    return last.filter(pl.col("state").is_in(MEMBER_STATES)).select("end", "party").unique()


def cores(facts: Facts, people: pl.DataFrame, window: str) -> dict[int, set[str]]:
    """Return end → the fewest of `people` with at least half of the contributions and contacts of a window."""
    spoke = facts.read("interaction.sums").select("end", "recent", "past", party="member")
    gave = facts.read("adjustment.gave").select("end", "recent", "past", "party")
    counts = pl.concat([spoke, gave.select(spoke.columns)]).select("end", "party", count=window)
    done = counts.group_by("end", "party").agg(pl.col("count").sum()).filter(pl.col("count") > 0)
    ranked = done.join(people, on=["end", "party"], how="semi").sort(
        "end", "count", "party", descending=[False, True, False]
    )
    before = pl.col("count").cum_sum().over("end") - pl.col("count")
    core = ranked.filter(2 * before < pl.col("count").sum().over("end"))
    return {end: set(parties) for end, parties in core.group_by("end").agg("party").iter_rows()}


@measure(
    "adj.core_turnover",
    unit="ratio",
    direction="none",
    reads=("interaction.sums", "adjustment.gave", "view.member", "memberships"),
    facts=(Select("memberships"),),
    minimum="a core of 3, now and a year ago",
    source="[C]",
    parts={"same": "count", "either": "count"},
)
def core_turnover(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """1 − Jaccard of the core now and a year ago; `n` = size of the core now.

    The core is the fewest members who made half of the accepted contributions and substantive contacts of 90 days.
    """
    now = cores(facts, facts.read("view.member").select("end", "party").unique(), "recent")
    past = cores(facts, past_members(facts), "past")
    rows: list[tuple[str, int, float | None, int, int, int]] = []
    for end in ends["end"]:
        here, then = now.get(end, set()), past.get(end, set())
        known = min(len(here), len(then)) >= CORE_MIN
        value = 1 - len(here & then) / len(here | then) if known else None
        rows.append((COMMUNITY, end, value, len(here), len(here & then), len(here | then)))
    return pl.DataFrame(rows, schema=RATIO | {"same": pl.Int64, "either": pl.Int64}, orient="row")


def next_stage(rules: Rules) -> str | None:
    """Return the stage after the current one."""
    stages = list(rules.community.stages)
    place = stages.index(rules.community.current_stage) + 1
    return stages[place] if place < len(stages) else None


def stage_needs(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, need, capability, weight, covered of the needs that the register names for the next stage.

    A need without a weight has the charter's (1 for one that the charter does not list). Members cover it, a connected
    group with one voice.
    """
    weights = {need.id: int(need.weight) for need in rules.screening.needs}
    listed = pl.col("capability").replace_strict(weights, default=1, return_dtype=pl.Int64)
    rows = facts.now("needs").filter(
        pl.col("stage") == pl.lit(next_stage(rules), dtype=pl.String), pl.col("state") != "dropped"
    )
    wanted = rows.select("end", "need", "capability", "fact", weight=pl.coalesce("weight", listed))
    members = facts.read("view.member").select("end", "party").unique()
    held = facts.read("view.capability").join(members, on=["end", "party"], how="semi")
    voices = grouped(held, facts.read("view.group")).group_by("end", "group", "need").agg(pl.col("level").max())
    covered = (
        voices.sort("end", "need", "group")
        .group_by("end", capability="need", maintain_order=True)
        .agg(covered=1 - (1 - pl.col("level")).product())
    )
    joined = wanted.join(covered, on=["end", "capability"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("covered").fill_null(0.0)).sort("end", "need")


@measure(
    "adj.next_stage_fit",
    unit="ratio",
    direction="up",
    reads=("view.capability", "view.member", "view.group", "needs"),
    facts=(Select("needs"),),
    minimum="a next stage with needs",
    source="DOMAIN §2.8",
    pointer="/community/stages",
    parts={"covered": "points", "weight": "points"},
)
def next_stage_fit(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Need coverage as scr.coverage has it, over the needs of the next stage; `n` = how many there are."""
    rows = stage_needs(facts, rules)
    points, whole = (pl.col("weight") * pl.col("covered")).sum(), pl.col("weight").sum()
    value = pl.when(whole > 0).then(points / whole)
    found = rows.group_by("end").agg(n=pl.len(), value=value, covered=points, weight=whole)
    return ends.select("end").join(found, on="end", how="left").with_columns(subject=pl.lit(COMMUNITY))


SPECS = (gave, core_turnover, next_stage_fit)
