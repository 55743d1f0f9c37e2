"""The community as a whole: who carries it, who takes part, how fast a need is met."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.views import folded
from tenfold.mechanisms.interaction.measures.contact import RECENT_DAYS
from tenfold.mechanisms.interaction.measures.people import members
from tenfold.methods.survival import kaplan_meier
from tenfold.terms.days import age_of, days_between, in_last
from tenfold.terms.measure import Facts, Select, measure, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

    Tables = Mapping[str, ibis.Table]

KEY = ["end", "subject"]
COMMUNITY = pl.lit("community")
YEAR_DAYS = 365
CONTRIBUTIONS = 10
LEVEL_MEMBERS = 20
LEVELS = {"exploring": 1, "participating": 4, "contributing": 7, "leading": 10}
ASKS = 5
NEEDS = 3
NEEDS_DAYS = 730
MEMBER_STATES = ("probation", "active", "suspended")


@reduction("interaction.credits", reads=("credit.accepted",), subject="party", alone=True)
def credits(tables: "Tables") -> "ibis.Table":
    """Return accepted contributions: party, end, year (last 365 days), recent (last 90), before (the 90 before).

    `gave_on` is the day of the party's first contribution, accepted or not: from then on it is known that it gives.
    """
    import ibis

    rows = tables["credit.accepted"]
    aged = rows.select("party", "end", "on", counts=ibis.coalesce(rows.accepted, False), age=age_of(rows))
    recent = aged.counts & (aged.age < RECENT_DAYS)
    before = aged.counts & (aged.age >= RECENT_DAYS) & (aged.age < 2 * RECENT_DAYS)
    return aged.group_by("party", "end").aggregate(
        year=(aged.counts & (aged.age < YEAR_DAYS)).cast("int64").sum(),
        recent=recent.cast("int64").sum(),
        before=before.cast("int64").sum(),
        gave_on=aged.on.min(),
    )


def fewest_with_half(counts: pl.DataFrame) -> pl.DataFrame:
    """Return end, n, value: how few of the largest `count`s of an end make half of its sum; null below 10.

    `made` is what those few come to. Doubled integers, for half of an odd sum is no integer.
    """
    ranked = counts.sort("end", "count", descending=[False, True]).with_columns(
        reached=pl.col("count").cum_sum().over("end"), whole=pl.col("count").sum().over("end")
    )
    short = pl.col("reached") * 2 < pl.col("whole")
    made = pl.col("reached").filter(~short).min()
    found = ranked.group_by("end").agg(n=pl.col("whole").first(), fewest=short.sum() + 1, made=made)
    return found.select("end", "n", "made", value=pl.when(pl.col("n") >= CONTRIBUTIONS).then("fewest"))


def _of_community(ends: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return one community row per end, with what `found` (end, n, value and its parts) knows."""
    joined = ends.select("end").join(found, on="end", how="left", maintain_order="left")
    return joined.with_columns(subject=COMMUNITY, n=pl.col("n").fill_null(0))


@measure(
    "com.caf",
    unit="count",
    direction="up",
    reads=("interaction.credits",),
    minimum="10 contributions",
    source="CHAOSS contributor absence factor",
    parts={"made": "count"},
)
def caf(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Smallest number of parties who made at least half of the accepted contributions of the last 365 days."""
    counts = facts.read("interaction.credits").select("end", count="year")
    return _of_community(ends, fewest_with_half(counts))


@measure(
    "com.org_diversity",
    unit="count",
    direction="up",
    reads=("interaction.credits", "affiliations"),
    facts=(Select("affiliations"),),
    minimum="10 contributions",
    source="CHAOSS elephant factor",
    parts={"made": "count"},
)
def org_diversity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Smallest number of organisations whose people made at least half of the accepted contributions, 365 days.

    A party counts for the organisation it is affiliated with (the first key of several), else for itself.
    """
    current = pl.col("until").is_null() | (pl.col("until") >= pl.col("today"))
    belongs = facts.now("affiliations").filter(current).group_by("end", "party").agg(pl.col("organisation").min())
    rows = facts.read("interaction.credits").join(belongs, on=["end", "party"], how="left")
    owner = pl.coalesce("organisation", "party")
    return _of_community(ends, fewest_with_half(rows.group_by("end", owner=owner).agg(count=pl.col("year").sum())))


def recorded(facts: Facts) -> pl.DataFrame:
    """Return end, since: the day from which the community has contacts or contributions on record.

    No row where it has neither: then nobody is known to do nothing.
    """
    met = facts.read("interaction.record").select("end", since="begun")
    gave = facts.read("interaction.credits").select("end", since="gave_on")
    return pl.concat([met, gave]).group_by("end").agg(pl.col("since").min())


def _active(facts: Facts, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, subject of members with a substantive contact or an accepted contribution in 90 days."""
    history = facts.read("interaction.rhythm").join(ends.select("end", "today"), on="end")
    spoke = history.filter(in_last(RECENT_DAYS, "last_on"))
    gave = facts.read("interaction.credits").filter(pl.col("recent") > 0)
    some = pl.concat([spoke.select("end", subject="member"), gave.select("end", subject="party")]).unique()
    return members(facts).join(some, on=KEY, how="semi")


@measure(
    "com.active_members",
    unit="count",
    direction="up",
    reads=("interaction.rhythm", "interaction.record", "interaction.credits", "view.member"),
    minimum="contacts or contributions on record",
    source="DOMAIN §15",
    parts={"every": "count"},
)
def active_members(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Members with at least one substantive contact or accepted contribution in the last 90 days.

    Insufficient in a community that records neither contacts nor contributions.
    """
    counts = _active(facts, ends).group_by("end").agg(value=pl.len().cast(pl.Int64))
    every = members(facts).group_by("end").agg(every=pl.len())
    found = _counted(ends, counts).join(recorded(facts), on="end", how="semi", maintain_order="left")
    return found.join(every, on="end", how="left", maintain_order="left").with_columns(pl.col("every").fill_null(0))


def _counted(ends: pl.DataFrame, counts: pl.DataFrame) -> pl.DataFrame:
    joined = ends.select("end").join(counts, on="end", how="left", maintain_order="left")
    return joined.select("end", subject=COMMUNITY, value=pl.col("value").fill_null(0))


def _newest(facts: Facts, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, party, admitted_at of the members admitted in the last 90 days."""
    first = facts.read("view.member").group_by("end", "party").agg(pl.col("admitted_on", "admitted_at").min())
    return first.join(ends.select("end", "today"), on="end").filter(in_last(RECENT_DAYS, "admitted_on"))


def _new_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> dict[str, pl.DataFrame]:
    """Return what the members admitted lately have been, under any record of theirs."""
    same, newest = facts.read("view.same"), _newest(facts, ends)
    rows = folded(facts.rows("memberships", ("party",)), same)
    return {
        "memberships": rows.join(newest, on=["end", "party"], how="semi").select("fact"),
        "parties": same.join(newest, left_on=["end", "target"], right_on=["end", "party"], how="semi").select("fact"),
    }


@measure(
    "com.new",
    unit="count",
    direction="none",
    reads=("view.member",),
    facts=_new_facts,
    covers=("view.member",),
    minimum="0",
    source="CHAOSS new contributors",
)
def new(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Members admitted in the last 90 days; somebody in several classes counts from the first."""
    return _counted(ends, _newest(facts, ends).group_by("end").agg(value=pl.len().cast(pl.Int64)))


@measure(
    "com.inactive",
    unit="count",
    direction="down",
    reads=("com.active_members", "view.member"),
    minimum="contacts or contributions on record",
    source="CHAOSS inactive contributors",
    parts={"every": "count", "active": "count"},
)
def inactive(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Members without any activity in the last 90 days."""
    active = facts.read("com.active_members").select("end", active="value")
    every = members(facts).group_by("end").agg(every=pl.len())
    rows = active.join(every, on="end", how="left").with_columns(pl.col("every").fill_null(0))
    return rows.select("end", "every", "active", subject=COMMUNITY, value=pl.col("every") - pl.col("active"))


def _past_members(facts: Facts) -> pl.DataFrame:
    """Return end, subject: who was a member 90 days before each end, as known there."""
    old = days_between("on", "today") >= RECENT_DAYS
    rows = facts.rows("memberships").filter(old).sort("end", "party", "class", "occurred_at", "recorded_at", "fact")
    last = rows.unique(["end", "party", "class"], keep="last", maintain_order=True)
    return last.filter(pl.col("state").is_in(MEMBER_STATES)).select("end", subject="party").unique()


def levels(people: pl.DataFrame, contacts: pl.DataFrame, contributions: pl.DataFrame, window: str) -> pl.DataFrame:
    """Return end, subject, level, n, done: each person's quartile by mid-rank of its activity; null below 20 people.

    The share of people below, ties counted half, puts somebody into exploring (< ¼), participating (< ½), contributing
    (< ¾) or leading. Who did nothing explores, however many do as little.
    """
    spoke = contacts.select("end", pl.col(window).alias("spoke"), subject="member")
    gave = contributions.select("end", pl.col(window).alias("gave"), subject="party")
    rows = people.join(spoke, on=KEY, how="left").join(gave, on=KEY, how="left").sort(KEY)
    rows = rows.with_columns(done=pl.col("spoke").fill_null(0) + pl.col("gave").fill_null(0), n=pl.len().over("end"))
    place = (2 * pl.col("done").rank("average").over("end") - 1) / (2 * pl.col("n"))
    quarter = pl.when(pl.col("done") == 0).then(0).otherwise((place * 4).floor().clip(0, 3)).cast(pl.Int32)
    level = quarter.replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String)
    return rows.select(*KEY, "n", "done", level=pl.when(pl.col("n") >= LEVEL_MEMBERS).then(level))


@measure(
    "com.level",
    unit="code",
    direction="none",
    subject="member",
    reads=("interaction.sums", "interaction.record", "interaction.credits", "view.member"),
    whole=("interaction.sums", "interaction.record", "interaction.credits", "view.member"),
    minimum="20 members; contacts or contributions on record",
    source="Orbit model; quartiles [C]",
    parts={"done": "count"},
)
def level(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Each member's level of activity in the last 90 days. A gauge of the community: only the four totals are shown."""
    found = levels(members(facts), facts.read("interaction.sums"), facts.read("interaction.credits"), "recent")
    known = found.join(recorded(facts), on="end", how="left", maintain_order="left")
    return known.select("end", "subject", "n", "done", value=pl.when(pl.col("since").is_not_null()).then("level"))


@measure(
    "com.gravity",
    unit="number",
    direction="up",
    reads=("com.level", "interaction.sums", "interaction.record", "interaction.credits", "memberships"),
    facts=(Select("memberships"),),
    minimum="20 members and contacts or contributions on record, now and 90 days ago",
    source="Orbit model",
    parts={"now": "number", "past": "number"},
)
def gravity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Change over 90 days of Σ weight² · members at the level ÷ members, weights 1, 4, 7, 10."""
    now = _pull(facts.read("com.level").select("end", level="value"), "now")
    contacts, contributions = facts.read("interaction.sums"), facts.read("interaction.credits")
    past = levels(_past_members(facts), contacts, contributions, "before")
    long = recorded(facts).join(ends.select("end", "today"), on="end")
    long = long.filter(days_between("since", "today") >= RECENT_DAYS)  # else nobody could have done anything before
    both = now.join(_pull(past, "past"), on="end").join(long, on="end", how="semi")
    return _of_community(ends, both.select("end", "n", "now", "past", value=pl.col("now") - pl.col("past")))


def _pull(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    squares = {level: weight * weight for level, weight in LEVELS.items()}
    weight = pl.col("level").replace_strict(squares, default=None, return_dtype=pl.Int64)
    known = (
        rows.with_columns(weight=weight)
        .group_by("end")
        .agg(
            pl.when(pl.col("weight").is_not_null().all()).then(pl.col("weight").mean()).first().alias(name), n=pl.len()
        )
    )
    return known if name == "now" else known.drop("n")


def _spells(facts: Facts, only_asks: bool) -> pl.DataFrame:
    """Return one row per need that was opened: end, opened_on, days until it was filled or seen last, filled."""
    rows = facts.rows("needs").sort("end", "need", "occurred_at", "recorded_at", "fact")
    key = ["end", "need"]
    opened = rows.filter(pl.col("state") == "open").group_by(key).agg(opened_on=pl.col("on").first())
    last = rows.group_by(key, maintain_order=True).last().select(*key, "state", "on", "owner", "today")
    spells = last.join(opened, on=key)
    if only_asks:
        spells = spells.filter(pl.col("owner").is_not_null())
    seen = pl.when(pl.col("state") == "open").then("today").otherwise("on")
    return spells.select(
        "end",
        "today",
        "opened_on",
        days=days_between("opened_on", seen).clip(lower_bound=0),
        filled=pl.col("state") == "filled",
    ).sort("end", "days", "filled")


def _within(spells: pl.DataFrame, days: int) -> pl.DataFrame:
    return spells.filter(in_last(days, "opened_on"))


def _median(rows: pl.DataFrame, at_least: int) -> pl.DataFrame:
    """Return end, n, value, met: the Kaplan–Meier median of `days`; open and dropped needs are censored."""
    found = [
        (
            end,
            part.height,
            kaplan_meier(part["days"].to_list(), part["filled"].to_list()).quantile(),
            part["filled"].sum(),
        )
        for (end,), part in rows.group_by("end", maintain_order=True)
        if part.height >= at_least
    ]
    schema = {"end": pl.Int32, "n": pl.Int64, "value": pl.Float64, "met": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row")


@measure(
    "com.exchange",
    unit="ratio",
    direction="up",
    reads=("needs",),
    facts=(Select("needs"),),
    minimum="5 asks in 365 days",
    source="DOMAIN §2.2",
    ways=("share", "days"),
    parts={"met": "count"},
)
def exchange(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Asks of members met ÷ asks opened in the last 365 days; `community/days` is the median days until one is met."""
    asks = _within(_spells(facts, only_asks=True), YEAR_DAYS)
    shares = asks.group_by("end").agg(n=pl.len(), share=pl.col("filled").mean(), met=pl.col("filled").sum())
    enough = pl.when(pl.col("n") >= ASKS).then("share")
    met = _of_community(ends, shares.select("end", "n", "met", value=enough))
    met = met.with_columns(unit=pl.lit("ratio"), way=pl.lit("share"))
    days = _of_community(ends, _median(asks, ASKS))
    days = days.with_columns(subject=COMMUNITY + "/days", unit=pl.lit("days"), way=pl.lit("days"))
    return pl.concat([met, days], how="diagonal_relaxed")


@measure(
    "com.collab_speed",
    unit="days",
    direction="down",
    reads=("needs",),
    facts=(Select("needs"),),
    minimum="3 needs in 730 days",
    source="benefits 2 and 5, DOMAIN §3",
    parts={"met": "count"},
)
def collab_speed(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Median days from a need opened to filled, all owners, last 730 days; what is open or dropped is censored."""
    return _of_community(ends, _median(_within(_spells(facts, only_asks=False), NEEDS_DAYS), NEEDS))
