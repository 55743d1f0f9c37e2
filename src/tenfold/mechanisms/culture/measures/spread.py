"""How the community spreads: who was brought by members, and how many each cohort brings."""

from typing import Any

import polars as pl

from tenfold.methods.intervals import poisson
from tenfold.terms.days import days_between, in_last
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

COMMUNITY = "community"
YEAR = 365
COHORT_MIN = 10
RATED = "rated"
COLUMNS = ("end", "party", "on", "occurred_at", "source", "fact")
SPREAD: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "because": pl.List(pl.String),
    "came": pl.Int64,
}


def qualified(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, party, on, occurred_at, source, introducer, fact: when each party was first qualified (rule 8).

    With an opportunity in the funnel, or rated as a candidate, whichever was earlier.
    """
    stages = [stage.id for stage in rules.goals.funnel.stages]
    deals = facts.rows("opportunities").filter(pl.col("stage").is_in(stages))
    rated = facts.rows("memberships").filter(pl.col("state") == RATED)
    both = [deals.select(*COLUMNS, introducer="introduced_by"), rated.select(*COLUMNS, introducer="sponsor")]
    ordered = pl.concat(both).sort("end", "party", "occurred_at", "fact")
    return ordered.group_by("end", "party", maintain_order=True).first()


def windows(rules: Rules) -> pl.DataFrame:
    """Return start, window_days: how long a referral is credited, by the version in force when it was made."""
    rows = [(start, version.culture.brand.referral_window.days) for start, version in rules.versions]
    schema: dict[str, Any] = {"start": pl.Datetime("us", "UTC"), "window_days": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("start")


def credited(rows: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Add `window_days` to referrals; the oldest version judges anything older."""
    limits = windows(rules)
    found = rows.sort("occurred_at", "fact").join_asof(limits, left_on="occurred_at", right_on="start")
    return found.with_columns(pl.col("window_days").fill_null(limits["window_days"][0])).drop("start")


@view(
    "culture.origins",
    subject="community",
    reads=("referrals", "memberships", "opportunities"),
    facts=(Select("referrals"), Select("memberships"), Select("opportunities")),
    source="[C]",
)
def origins(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the ends at which it is on record of anybody by what way it came: a referral, or a source."""
    told = [facts.rows(table, ("source",)).drop_nulls("source") for table in ("memberships", "opportunities")]
    every = [facts.rows("referrals", ("party",)), *told]
    return pl.concat([rows.select("end") for rows in every]).unique().sort("end")


@view(
    "culture.brought",
    subject="community",
    reads=("referrals", "memberships", "opportunities"),
    facts=(Select("referrals"), Select("memberships"), Select("opportunities")),
    source="DOMAIN §2.10",
)
def brought(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return who was first qualified through whom: end, party, referrer, on (day qualified), fact, because.

    By a referral at most `referral_window` before (the first one that counts), else by the sponsor or introducer of a
    row whose source is referral. `because` is the referral, else the row itself.
    """
    first = qualified(facts, rules)
    made = credited(facts.rows("referrals", ("referrer", "party")), rules)
    made = made.select("end", "party", "referrer", "window_days", referred_on="on", referral="fact")
    age = days_between("referred_on", "on")
    paired = (
        first.join(made, on=["end", "party"])
        .filter(age >= 0, age <= pl.col("window_days"))
        .sort("end", "party", "referred_on", "referral")
        .group_by("end", "party", maintain_order=True)
        .first()
        .select("end", "party", "referrer", "on", "fact", because="referral")
    )
    named = first.filter(pl.col("source") == "referral", pl.col("introducer").is_not_null())
    others = named.join(paired, on=["end", "party"], how="anti")
    rest = others.select("end", "party", "on", "fact", referrer="introducer", because="fact")
    return pl.concat([paired, rest.select(paired.columns)]).sort("end", "on", "party")


@measure(
    "cul.r_referral",
    unit="number",
    direction="up",
    reads=("culture.brought", "culture.origins", "view.member"),
    minimum="10 members in the cohort; of somebody, by what way it came",
    source="K-factor; Garwood 1936",
    pointer="/culture/brand/referral_window",
    parts={"came": "count"},
    quotient=("came", "n"),
)
def r_referral(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Parties first qualified through a member of the cohort, since its admission ÷ the cohort; Poisson 90 %.

    The cohort was admitted at most 365 days and at least one `referral_window` ago. `n` = its size. Below 1 the spread
    dies out by itself.
    """
    window = rules.culture.brand.referral_window.days
    joined = facts.read("view.member").join(ends.select("end", "today"), on="end")
    first = joined.group_by("end", "today", "party").agg(pl.col("admitted_on").min())
    age = days_between("admitted_on", "today")
    cohort = first.filter(age >= window, in_last(YEAR, "admitted_on")).select("end", "admitted_on", referrer="party")
    came = facts.read("culture.brought").join(cohort, on=["end", "referrer"])
    came = came.filter(pl.col("on") >= pl.col("admitted_on")).sort("end", "on", "party")
    counts = came.group_by("end").agg(came=pl.len(), because=pl.col("because").tail(8))
    sizes = cohort.group_by("end").agg(n=pl.len())
    told = facts.read("culture.origins")
    known = ends.select("end").join(sizes.join(told, on="end", how="semi"), on="end", how="left")
    known = known.join(counts, on="end", how="left")
    rows = [_rate(*row) for row in known.select("end", "n", "came", "because").iter_rows()]
    return pl.DataFrame(rows, schema=SPREAD, orient="row")


def _rate(end: int, size: int | None, came: int | None, because: list[str] | None) -> tuple[object, ...]:
    if size is None or size < COHORT_MIN:
        return COMMUNITY, end, None, None, None, size or 0, because, came
    rate = poisson(came or 0, size)
    return COMMUNITY, end, rate.value, rate.low, rate.high, size, because, came or 0


SPECS = (origins, brought, r_referral)
