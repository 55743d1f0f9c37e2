"""The views of room `facts`: connected groups, the clock, and who is a member."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl

from tenfold.facts.links import CONFIRM, PAIR, ROLES, connecting, current_links
from tenfold.facts.standing import Court, Rows, appeals_of, standing
from tenfold.terms.measure import Facts, Select, view
from tenfold.terms.rules import Rules

MEMBER_STATES = ("probation", "active", "suspended")
CLOCK_FROM = date(1990, 1, 1)
CLOCK_YEARS_AHEAD = 30
APPEALS: dict[str, Any] = {
    "end": pl.Int32,
    **dict.fromkeys(("key", "sanction", "party", "state", "fact", "filed_fact", "refused"), pl.String),
    **dict.fromkeys(("on", "filed_on", "deadline"), pl.Date),
    **dict.fromkeys(("panel", "panel_size", "version"), pl.Int64),
}
SANCTIONS: dict[str, Any] = {
    "end": pl.Int32,
    **dict.fromkeys(("key", "party", "state", "fact", "commitment"), pl.String),
    **dict.fromkeys(("standing", "stayed", "announced", "undecided"), pl.Boolean),
    **dict.fromkeys(("level", "version"), pl.Int64),
    "on": pl.Date,
    "at": pl.Datetime("us", "UTC"),
}


def components(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return each key's group: the smallest key of its connected component (union–find with path halving)."""
    root: dict[str, str] = {}

    def find(key: str) -> str:
        while root[key] != key:
            root[key] = root[root[key]]
            key = root[key]
        return key

    for a, b in pairs:
        root.setdefault(a, a)
        root.setdefault(b, b)
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return {key: find(key) for key in sorted(root)}


def standing_for(into: Mapping[str, str]) -> dict[str, str]:
    """Return which record stands for each merged one: the last of its chain; for a circle, the smallest key in it.

    into   record → the one that it was merged into. Each record is walked over once, however long the chains are.

    >>> standing_for({"a": "b", "b": "c", "y": "z", "z": "y"})
    {'a': 'c', 'b': 'c', 'y': 'y', 'z': 'y'}
    """
    found: dict[str, str] = {}
    for record in into:
        way: dict[str, None] = {}
        here = record
        while here not in found and here not in way and here in into:
            way[here] = None
            here = into[here]
        last = found.get(here, here)
        if here in way:  # a circle
            steps = list(way)
            last = min(steps[steps.index(here) :])
        found |= dict.fromkeys(way, last)
    return dict(sorted(found.items()))


def _merging(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    """Return the facts that merge records into a party, or all that merge any."""
    rows = facts.read("view.same")
    return {"parties": (rows if subject is None else rows.filter(pl.col("target") == subject)).select("fact")}


@view("view.same", subject="party", reads=("parties",), facts=_merging, records=True, source="DOMAIN §12b")
def same(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return party, merged_into, target, fact, end: each merged record, the one that stands for it, what merges it.

    A record that was never merged stands for itself and has no row.
    """
    ever = pl.col("merged_into").is_not_null().any().over("party")
    rows = facts.now("parties", ("merged_into",), only=ever).filter(pl.col("merged_into").is_not_null())
    rows = rows.select("end", "party", "fact", "merged_into").sort("end", "party")
    frames = [_standing(merged) for merged in rows.partition_by("end", maintain_order=True)]
    return pl.concat([rows.clear().with_columns(target="merged_into"), *frames])


def _standing(merged: pl.DataFrame) -> pl.DataFrame:
    targets = standing_for(dict(merged.select("party", "merged_into").iter_rows()))
    target = pl.Series("target", [targets[party] for party in merged["party"]], dtype=pl.String)
    return merged.with_columns(target)


@view(
    "view.link",
    subject="party",
    reads=("group_links", "role_terms", "decision_acts"),
    facts=(
        Select("group_links"),
        Select("role_terms", keep={"role": ROLES}),
        Select("decision_acts", keep={"act": (CONFIRM,)}),
    ),
    source="DOMAIN R11, §14.4",
)
def link(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the links that count, and those that wait for somebody in the compliance role: see `current_links`.

    party, other, relation, share, until, fact, office, act, end, today
    """
    links = facts.rows("group_links")
    names = [*links["fact"], *links["because"].drop_nulls()]
    about = pl.col("decision").is_in(names) | pl.col("because").is_in(links["fact"].implode())
    acts = facts.rows("decision_acts", ("decision", "act", "by", "because"), about)
    terms = facts.rows("role_terms", ("party", "role", "until"), pl.col("role").is_in(ROLES))
    found = current_links(links, terms, acts, rules.charter.timezone, ["end"])
    return found.select(*PAIR, "share", "until", "fact", "office", "act", "end", "today")


@view(
    "view.group",
    subject="party",
    reads=("view.link", "view.same"),
    whole=("view.same",),
    source="DOMAIN R11; owns from 0.25 [C]",
)
def group(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return `party`, `group`, `end` of parties linked by control, concert, dependence, ownership or nominee.

    The group's key is the smallest party key in it. A party that is not listed is its own group. Two records merged by
    `merged_into` are one party and so share a group.
    """
    pairs = connections(facts).select("end", "party", "other").sort("end", "party", "other")
    frames = [
        pl.DataFrame(
            {"party": list(found), "group": list(found.values()), "end": end}, schema_overrides={"end": pl.Int32}
        )
        for (end,), rows in pairs.group_by("end", maintain_order=True)
        if (found := components(rows.select("party", "other").iter_rows()))
    ]
    empty = pl.DataFrame(schema={"party": pl.String, "group": pl.String, "end": pl.Int32})
    return pl.concat([empty, *frames])


def connections(facts: Facts) -> pl.DataFrame:
    """Return end, party, other, table, fact: what now makes two parties one group, merged records too."""
    links = facts.read("view.link").filter(
        pl.col("office").is_not_null(),
        pl.col("until").is_null() | (pl.col("until") >= pl.col("today")),
        connecting(),
    )
    linked = links.select("end", "party", "other", pl.lit("group_links").alias("table"), "fact")
    same = facts.read("view.same").select("end", "party", pl.lit("parties").alias("table"), "fact", other="merged_into")
    return pl.concat([linked, same.select(linked.columns)])


def grouped(frame: pl.DataFrame, groups: pl.DataFrame, party: str = "party") -> pl.DataFrame:
    """Add the column `group` to a frame with `end` and a party column: its connected group, or the party itself."""
    lookup = groups.rename({"party": party})
    return frame.join(lookup, on=["end", party], how="left", maintain_order="left").with_columns(
        pl.col("group").fill_null(pl.col(party))
    )


@view("view.clock", subject="date", source="DOMAIN R18", endless=True)
def clock(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return `date`, `clock`, `working` (running numbers), `provisional`; the same at every end, so without `end`."""
    last = ends["today"].max()
    year = last.year if isinstance(last, date) else CLOCK_FROM.year
    return rules.calendar.table(CLOCK_FROM, date(year + CLOCK_YEARS_AHEAD, 12, 31))


@view(
    "view.member",
    subject="party",
    reads=("memberships", "view.same"),
    facts=(Select("memberships", subject="party"),),
    source="DOMAIN §12b",
)
def member(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return who is a member in which class: party, class, state, tier, admitted_at, admitted_on, fact, end.

    A member's current membership is probation, active or suspended; `admitted_at` is the first such row since the last
    row of another state. A party merged into another is that other, and appears once per class.
    """
    history = folded(facts.rows("memberships"), facts.read("view.same")).sort(
        "end", "party", "class", "occurred_at", "fact"
    )
    inside = pl.col("state").is_in(MEMBER_STATES)
    key = ["end", "party", "class"]
    spell = (~inside).cast(pl.Int32).cum_sum().over(key)
    spells = history.with_columns(inside=inside, spell=spell)
    last = spells.group_by(key, maintain_order=True).last().filter("inside")
    first = (
        spells.filter("inside")
        .group_by([*key, "spell"], maintain_order=True)
        .agg(admitted_at=pl.col("occurred_at").first(), admitted_on=pl.col("on").first())
    )
    return last.join(first, on=[*key, "spell"], how="left", maintain_order="left").select(
        "party", "class", "state", "tier", "admitted_at", "admitted_on", "fact", "end"
    )


def folded(rows: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose `party` is the record that stands for it; `same` is what `view.same` says."""
    standing = same.select("end", "party", "target")
    joined = rows.join(standing, on=["end", "party"], how="left", maintain_order="left")
    return joined.with_columns(party=pl.coalesce("target", "party")).drop("target")


def courts(facts: Facts, rules: Rules, ends: pl.DataFrame) -> Iterator[tuple[int, date, Court, Rows, Rows]]:
    """Yield each end with its day, its court, and the rows of sanctions and appeals; merged records are one party."""
    same = facts.read("view.same")
    tables = [folded(facts.rows(name), same) for name in ("sanctions", "appeals")]
    groups = facts.read("view.group")
    for end, today in ends.select("end", "today").iter_rows():
        here: list[Rows] = [frame.filter(pl.col("end") == end).to_dicts() for frame in tables]
        tied = dict(groups.filter(pl.col("end") == end).select("party", "group").iter_rows())
        yield end, today, Court(rules, tied), here[0], here[1]


TRIED = ("sanctions", "appeals", "view.same", "view.group")
TRIED_ON = (Select("sanctions"), Select("appeals"))


@view("view.appeal", subject="appeal", reads=TRIED, whole=TRIED, facts=TRIED_ON, source="DOMAIN §2.5, §14.5")
def appeal(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return every appeal against a sanction, and why it restores nothing where it does not: end and `Appeal`."""
    found = [
        {"end": end} | asdict(one)
        for end, _, court, sanctions, appeals in courts(facts, rules, ends)
        for one in appeals_of(court, sanctions, appeals)
    ]
    return pl.DataFrame(found, schema=APPEALS)


@view("view.sanction", subject="sanction", reads=TRIED, whole=TRIED, facts=TRIED_ON, source="DOMAIN §2.5, §14.4")
def sanction(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return every sanction as it stands today: end and `Sanction`."""
    found = [
        {"end": end} | asdict(one)
        for end, today, court, sanctions, appeals in courts(facts, rules, ends)
        for one in standing(court, sanctions, appeals_of(court, sanctions, appeals), today)
    ]
    return pl.DataFrame(found, schema=SANCTIONS)


@view(
    "view.consent",
    subject="party",
    reads=("consents", "view.same"),
    facts=(Select("consents", subject="party"),),
    source="DOMAIN §2.9",
)
def consent(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each party last said of each purpose and still holds: end, party, purpose, granted, fact."""
    key = ["end", "party", "purpose"]
    rows = folded(facts.rows("consents"), facts.read("view.same")).sort(*key, "occurred_at", "recorded_at", "fact")
    last = rows.unique(key, keep="last", maintain_order=True)
    holds = pl.col("until").is_null() | (pl.col("until") >= pl.col("today"))
    return last.filter(holds).select("end", "party", "purpose", "granted", "fact")


SPECS = (same, link, group, clock, member, appeal, sanction, consent)
