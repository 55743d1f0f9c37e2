"""Which segment each member belongs to, and who stayed."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from tenfold.methods.survival import kaplan_meier
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

OTHER, ALUMNI = "other", "alumni"
HOLDS_AT = 0.5  # capability level that counts as having it [C]
ENDED = ("declined", "lapsed")
INSIDE = ("probation", "active", "suspended")
OUTSIDE = ("alumni", "exiting")
GONE = ("declined", "withdrawn")
YEAR = 365
MEMBERS_MIN = 10
PERSON = ["end", "member"]


def tickets(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, member, ticket_minor: Σ of a party's deals signed or received, else its largest open amount.

    Null where a rate is missing: no condition on a ticket holds then.
    """
    stages = rules.goals.funnel.stages
    named = {stage.id: rank for rank, stage in enumerate(stages)}
    signed = named.get("signed", max(0, len(stages) - 2))
    deals = facts.read("view.deal").filter(~pl.col("claimed").is_in(ENDED)).rename({"party": "member"})
    done = pl.col("rank") >= signed
    amount = pl.col("amount_minor")
    return (
        deals.with_columns(done=done.fill_null(value=False))
        .group_by(PERSON, maintain_order=True)
        .agg(
            unknown=amount.is_null().any(),
            firm=amount.filter("done").sum(),
            any_firm=pl.col("done").any(),
            largest=amount.filter(pl.col("open")).max(),
        )
        .select(
            *PERSON,
            known=~pl.col("unknown"),
            ticket_minor=pl.when("any_firm").then("firm").otherwise("largest"),
        )
    )


def _people(facts: Facts) -> pl.DataFrame:
    """Return end, member, class, standing: members, parties of open deals with the class they apply for, alumni."""
    inside = facts.read("view.member").select("end", "class", member="party", standing=pl.lit("member"))
    now = facts.now("memberships", ("state",)).rename({"party": "member"})
    was = now.filter(pl.col("state").is_in(OUTSIDE)).select("end", "class", "member", standing=pl.lit(ALUMNI))
    applying = now.filter(~pl.col("state").is_in((*INSIDE, *OUTSIDE, *GONE))).select("end", "class", "member")
    talking = facts.read("view.deal").filter("open").select("end", member="party").unique()
    dealing = talking.join(applying, on=PERSON, how="left").select("end", "class", "member", standing=pl.lit("party"))
    columns = ["end", "member", "class", "standing"]
    rows = inside.select(columns)
    for more in (dealing, was):
        rows = pl.concat([rows, more.select(columns).join(rows, on=PERSON, how="anti")])
    return rows.unique().sort(columns)


def _matches(match: Any, rules: Rules, able: Mapping[str, pl.DataFrame], people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of people who meet every given part of a segment's match."""
    rows = people
    if match.class_ is not None:
        rows = rows.filter(pl.col("class") == match.class_)
    if match.capability is not None:
        rows = rows.join(able[match.capability], on=PERSON, how="semi") if match.capability in able else rows.head(0)
    if match.ticket_at_least is not None:
        rows = rows.filter(pl.col("ticket_minor") >= match.ticket_at_least.minor(rules.currencies))
    if match.ticket_below is not None:
        rows = rows.filter(pl.col("ticket_minor") < match.ticket_below.minor(rules.currencies))
    return rows


@view(
    "view.segment",
    subject="member",
    reads=("view.member", "view.deal", "view.capability", "memberships"),
    facts=(Select("memberships", subject="party"),),
    whole=("view.deal",),
    source="charter; 0.5 [C]",
)
def segment(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return member, segment, matched, class, ticket_minor, standing, end: the first segment whose match holds.

    standing   member; party (of an open deal, no member); alumni (its segment is `alumni`, `matched` the one it was in)
    A party without deals has a ticket of 0. No match: `other`.
    """
    known = tickets(facts, rules)
    people = (
        _people(facts)
        .join(known, on=PERSON, how="left", maintain_order="left")
        .with_columns(
            ticket_minor=pl.when(pl.col("known").is_null() | (pl.col("known") & pl.col("ticket_minor").is_null()))
            .then(0)
            .when("known")
            .then("ticket_minor")
        )
    )
    levels = facts.read("view.capability").filter(pl.col("level") >= HOLDS_AT)
    able = {
        need: rows.select("end", member="party")
        for (need,), rows in levels.sort("need").group_by("need", maintain_order=True)
    }
    columns = [*PERSON, "class", "place"]
    found = [
        _matches(one.match, rules, {str(need): rows for need, rows in able.items()}, people).select(
            *PERSON, "class", place=pl.lit(place, dtype=pl.Int32)
        )
        for place, one in enumerate(rules.value.segments)
    ]
    empty = people.head(0).select(*PERSON, "class", place=pl.lit(0, dtype=pl.Int32))
    first = pl.concat([empty, *found]).sort(columns, nulls_last=True).group_by(PERSON, maintain_order=True).first()
    names = {place: one.id for place, one in enumerate(rules.value.segments)}
    one_each = people.group_by(PERSON, maintain_order=True).first()
    matched = pl.col("place").replace_strict(names, default=OTHER, return_dtype=pl.String)
    return (
        one_each.join(first, on=PERSON, how="left", suffix="_first", maintain_order="left")
        .with_columns(matched=matched, **{"class": pl.coalesce("class_first", "class")})
        .with_columns(segment=pl.when(pl.col("standing") == ALUMNI).then(pl.lit(ALUMNI)).otherwise("matched"))
        .select("member", "segment", "matched", "class", "ticket_minor", "standing", "end")
    )


@measure(
    "val.retention",
    unit="ratio",
    direction="up",
    subject="segment",
    reads=("memberships", "view.segment"),
    whole=("view.segment",),
    facts=(Select("memberships"),),
    minimum="10 members",
    source="Kaplan & Meier 1958",
    pointer="/value/segments",
)
def retention(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the share of members still members twelve months after admission, by Kaplan–Meier.

    Insufficient too while nobody has been followed for twelve months.
    """
    spells = _spells(facts)
    where = facts.read("view.segment").select("end", party="member", segment="matched")
    rows = spells.join(where, on=["end", "party"]).sort("end", "segment", "party", "days")
    lists = rows.group_by("end", "segment", maintain_order=True).agg("days", "left", people=pl.col("party").n_unique())
    known = {(end, name): rest for end, name, *rest in lists.iter_rows()}
    result = []
    for end in ends["end"]:
        for one in rules.value.segments:
            days, left, people = known.get((end, one.id), ([], [], 0))
            enough = people >= MEMBERS_MIN and max(days) >= YEAR
            result.append((one.id, end, kaplan_meier(days, left).at(YEAR) if enough else None, people))
    schema = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(result, schema=schema, orient="row")


def _spells(facts: Facts) -> pl.DataFrame:
    """Return end, party, days, left: every stay of a member in a class, until it left or today."""
    key = ["end", "party", "class"]
    rows = facts.rows("memberships").sort(*key, "occurred_at", "recorded_at", "fact")
    inside = pl.col("state").is_in(INSIDE)
    moved = (inside != inside.shift(1)).fill_null(value=True).over(key)
    turns = rows.with_columns(inside=inside).filter(moved).with_columns(until=pl.col("on").shift(-1).over(key))
    days = (pl.coalesce("until", "today") - pl.col("on")).dt.total_days()
    return turns.filter("inside").select("end", "party", days=days, left=pl.col("until").is_not_null())


SPECS = (segment, retention)
