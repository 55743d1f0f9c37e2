"""Deals: where each one is said to be, where its evidence puts it, and whether anybody still talks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.rates import converted
from tenfold.facts.relations import visible
from tenfold.facts.views import folded
from tenfold.mechanisms.goals.measures.behind import deal_facts
from tenfold.terms.measure import Facts, reduction, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

ENDED = ("declined", "lapsed")
DEAL = ["end", "opportunity"]
PADDING = 12  # digits of the seconds since 1970 that put facts in order of time as text


@reduction("goals.inbound", reads=("interactions", "opportunities", "parties"), subject="party")
def inbound(tables: "Mapping[str, ibis.Table]") -> "ibis.Table":
    """Return the last inbound contact of every party of a deal: member, end, last_on, last (seconds and fact id).

    Records merged into others are kept too, for they may be merged into a deal's party.
    """
    merged_away = tables["parties"].filter(tables["parties"].merged_into.notnull())
    parties = tables["opportunities"].select(member="party").union(merged_away.select(member="party")).distinct()
    talks = tables["interactions"]
    talks = talks.filter(talks.direction == "in").semi_join(parties, "member")
    seen = visible(talks.select("member", "fact", "occurred_at", "recorded_at", "corrected_at", "on"), tables["ends"])
    # Without a zone: whole seconds of zoned instants need an extension of DuckDB that is not always there.
    seconds = seen.occurred_at.cast("timestamp").truncate("s").epoch_seconds()
    stamp = seconds.cast("int64").cast("string").lpad(PADDING, "0")
    seen = seen.mutate(stamp=stamp + seen.fact)
    return seen.group_by("end", "member").aggregate(last_on=seen.on.max(), last=seen.stamp.max())


def rank_of(rules: Rules) -> dict[str, int]:
    """Return stage → rank in the funnel, 0 for the first."""
    return {stage.id: rank for rank, stage in enumerate(rules.goals.funnel.stages)}


def judged(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `version`: the place in `rules.versions` of the one in force when a row occurred; the oldest judges older."""
    starts = pl.DataFrame(
        {"start": [start for start, _ in rules.versions], "version": range(len(rules.versions))},
        schema={"start": pl.Datetime("us", "UTC"), "version": pl.Int32},
    ).sort("start")
    return (
        rows.with_columns(pl.int_range(pl.len()).alias("row"))
        .sort("occurred_at", "row")
        .join_asof(starts, left_on="occurred_at", right_on="start", strategy="backward")
        .sort("row")
        .with_columns(pl.col("version").fill_null(0))
        .drop("row", "start")
    )


def _demands(rules: Rules) -> pl.DataFrame:
    """Return version, stage, kind: every kind of document that a stage and those before it ask for."""
    rows = [
        (number, stage.id, kind)
        for number, (_, version) in enumerate(rules.versions)
        for rank, stage in enumerate(version.goals.funnel.stages)
        for kind in sorted({kind for one in version.goals.funnel.stages[: rank + 1] for kind in one.evidence})
    ]
    return pl.DataFrame(rows, schema={"version": pl.Int32, "stage": pl.String, "kind": pl.String}, orient="row")


def path(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return every row of every deal in order of time, with what its evidence proves.

    Adds `nth` (0 for a deal's first row), `rank` (place of the stage in the funnel now in force, null for ended deals)
    and `proven`: the documents of the deal's rows so far hold each kind that the stage and those before it demand,
    judged by the charter in force when the row occurred.
    """
    rows = folded(facts.rows("opportunities"), facts.read("view.same"))
    rows = rows.sort("end", "opportunity", "occurred_at", "recorded_at", "fact")
    rows = judged(rows, rules).with_columns(nth=pl.int_range(pl.len()).over(DEAL))
    kinds = facts.now("documents", ("kind",)).select("end", "document", "kind")
    shown = (
        rows.select(*DEAL, "nth", document="evidence")
        .explode("document")
        .join(kinds, on=["end", "document"])
        .group_by([*DEAL, "kind"])
        .agg(since=pl.col("nth").min())
    )
    lacking = (
        rows.select(*DEAL, "nth", "version", "stage")
        .join(_demands(rules), on=["version", "stage"])
        .join(shown, on=[*DEAL, "kind"], how="left")
        .filter(pl.col("since").is_null() | (pl.col("since") > pl.col("nth")))
        .select(*DEAL, "nth", lacking=True)
        .unique()
    )
    ranks = rank_of(rules)
    return (
        rows.join(lacking, on=[*DEAL, "nth"], how="left", maintain_order="left")
        .with_columns(rank=pl.col("stage").replace_strict(ranks, default=None, return_dtype=pl.Int32))
        .with_columns(proven=pl.col("rank").is_not_null() & pl.col("lacking").is_null())
        .drop("lacking")
    )


def _deal_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    everyone = facts.read("view.deal")["opportunity"].unique().to_list()
    return deal_facts(facts, rules, everyone if subject is None else [subject])


@view(
    "view.deal",
    subject="opportunity",
    reads=(
        "goals.inbound",
        "interaction.record",
        "interaction.first_contacts",
        "opportunities",
        "documents",
        "view.same",
        "exchange_rates",
        "view.clock",
    ),
    facts=_deal_facts,
    covers=("interaction.record", "interaction.first_contacts"),
    source="DOMAIN 2.1",
)
def deal(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return one row per deal: where it is said to be, where its evidence puts it, whether it is alive.

    opportunity, round, party, currency, source, introduced_by, p, fact   of the current row
    amount_minor                            in the charter's currency at the row's date; null without a rate
    claimed, claimed_rank                   the current row's stage; the rank is null for declined and lapsed
    stage, rank, entered_on, stage_fact     the last stage that the evidence supports, since when; null when none is
    furthest                                the highest rank ever supported
    first_on                                when the deal first appeared
    last_inbound_on, last_inbound, silent   last inbound contact of the party, its fact, clock days since
    said_received                           said to be at the funnel's last stage, whatever the evidence
    open                                    neither declined, lapsed nor received
    active                                  open and heard from within `stale_after`; where nobody's inbound contact is
                                            recorded at all, open and not older than that
    claim_ahead                             open and said to be further than its evidence puts it
    """
    rows = path(facts, rules)
    by = rows.group_by(DEAL, maintain_order=True)
    now = by.last().with_columns(claimed="stage", claimed_rank="rank").drop("stage", "rank")
    first = by.agg(first_on=pl.col("on").first())
    now = converted(now, facts, rules).with_columns(amount_minor="home_minor")
    frame = (
        now.join(_supported(rows), on=DEAL, how="left", maintain_order="left")
        .join(first, on=DEAL, how="left", maintain_order="left")
        .join(_silence(facts), left_on=["end", "party"], right_on=["end", "member"], how="left", maintain_order="left")
    )
    record = facts.read("interaction.record").filter("inbound").select("end", "begun")
    frame = frame.join(record, on="end", how="left", maintain_order="left")
    return _alive(frame, facts, rules)


def _supported(rows: pl.DataFrame) -> pl.DataFrame:
    """Return per deal the last proven stage, the row at which it was entered, and the furthest rank ever proven."""
    proven = rows.filter("proven").sort(*DEAL, "nth")
    moved = (pl.col("stage") != pl.col("stage").shift(1)).fill_null(value=True).over(DEAL)
    return (
        proven.with_columns(spell=moved.cast(pl.Int32).cum_sum().over(DEAL))
        .with_columns(entered_on=pl.col("on").first().over([*DEAL, "spell"]))
        .with_columns(stage_fact=pl.col("fact").first().over([*DEAL, "spell"]))
        .group_by(DEAL, maintain_order=True)
        .agg(
            pl.col("stage", "rank", "entered_on", "stage_fact").last(),
            furthest=pl.col("rank").max(),
        )
    )


def _silence(facts: Facts) -> pl.DataFrame:
    talks = folded(facts.read("goals.inbound").rename({"member": "party"}), facts.read("view.same"))
    last = talks.sort("end", "party", "last").group_by("end", "party", maintain_order=True).last()
    return last.select("end", member="party", last_inbound_on="last_on", last_inbound=pl.col("last").str.slice(PADDING))


def _alive(frame: pl.DataFrame, facts: Facts, rules: Rules) -> pl.DataFrame:
    last_rank = len(rules.goals.funnel.stages) - 1
    stale: Any = rules.goals.funnel.stale_after
    not_over = ~pl.col("claimed").is_in(ENDED) & (pl.col("rank").is_null() | (pl.col("rank") < last_rank))
    # Who was never heard from is silent; where nobody's inbound contact is recorded, since the deal appeared.
    unheard = pl.col("begun").is_null() & (pl.col("clock_now") - pl.col("clock_first") <= stale.days)
    alive = (pl.col("silent") <= stale.days).fill_null(unheard).fill_null(value=False)
    return (
        _clocks(frame, facts, now="today", then="last_inbound_on", first="first_on")
        .with_columns(silent=pl.col("clock_now") - pl.col("clock_then"), open=not_over)
        .with_columns(said_received=(pl.col("claimed_rank") == last_rank).fill_null(value=False))
        .with_columns(claim_ahead=pl.col("open") & (pl.col("claimed_rank") > pl.col("rank").fill_null(-1)))
        .with_columns(active=pl.col("open") & alive)
        .select(
            "opportunity", "round", "party", "amount_minor", "currency", "source", "introduced_by", "p", "fact",
            "claimed", "claimed_rank", "stage", "rank", "entered_on", "stage_fact", "furthest", "first_on",
            "last_inbound_on", "last_inbound", "silent", "said_received", "open", "active",
            "claim_ahead", "end",
        )
    )  # fmt: skip


def _clocks(frame: pl.DataFrame, facts: Facts, **days: str) -> pl.DataFrame:
    """Add `clock_NAME`, the running number of the clock day that a column holds, for each NAME=COLUMN."""
    clock = facts.read("view.clock").select("date", "clock")
    for name, column in days.items():
        known = clock.rename({"date": column, "clock": f"clock_{name}"})
        frame = frame.join(known, on=column, how="left", maintain_order="left")
    return frame


SPECS = (inbound, deal)
