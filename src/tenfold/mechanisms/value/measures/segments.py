"""Which segment each member belongs to, and who stayed."""

from typing import Any

import polars as pl

from tenfold.facts.views import folded
from tenfold.methods.survival import kaplan_meier
from tenfold.terms.days import days_between
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
    columns = ["end", "member", "class", "standing"]
    rows = facts.read("view.member").select("end", pl.lit("member").alias("standing"), "class", member="party")
    now = facts.now("memberships", ("state",), only=(~pl.col("state").is_in(INSIDE)).any().over("party"))
    now = folded(now, facts.read("view.same")).rename({"party": "member"})
    was = now.filter(pl.col("state").is_in(OUTSIDE)).select("end", "class", "member", standing=pl.lit(ALUMNI))
    applying = now.filter(~pl.col("state").is_in((*INSIDE, *OUTSIDE, *GONE))).select("end", "class", "member")
    talking = facts.read("view.deal").filter("open").select("end", member="party").unique(maintain_order=True)
    dealing = talking.join(applying, on=PERSON, how="left").select("end", "class", "member", standing=pl.lit("party"))
    parts = [rows.select(columns)]
    for more in (dealing, was):
        if not more.is_empty():
            known = [part.select(PERSON) for part in parts]
            parts.append(more.select(columns).join(pl.concat(known), on=PERSON, how="anti").unique().sort(columns))
    return pl.concat(parts)


def _holds(match: Any, rules: Rules) -> pl.Expr:
    """Return whether every given part of a segment's match holds for a row of people."""
    tests: list[pl.Expr] = []
    if match.class_ is not None:
        tests.append(pl.col("class") == match.class_)
    if match.capability is not None:
        tests.append(pl.col(f"able:{match.capability}"))
    if match.ticket_at_least is not None:
        tests.append(pl.col("ticket_minor") >= match.ticket_at_least.minor(rules.currencies))
    if match.ticket_below is not None:
        tests.append(pl.col("ticket_minor") < match.ticket_below.minor(rules.currencies))
    return pl.all_horizontal(pl.lit(value=True), *tests).fill_null(value=False)


def _with_abilities(people: pl.DataFrame, facts: Facts, rules: Rules) -> pl.DataFrame:
    """Add a column `able:NEED` for each capability that a segment asks for."""
    asked = sorted({one.match.capability for one in rules.value.segments if one.match.capability is not None})
    levels = facts.read("view.capability").filter(pl.col("level") >= HOLDS_AT)
    for need in asked:
        held = levels.filter(pl.col("need") == need).select("end", member="party", able=pl.lit(value=True))
        flag = pl.col("able").fill_null(value=False).alias(f"able:{need}")
        people = people.join(held, on=PERSON, how="left", maintain_order="left").with_columns(flag).drop("able")
    return people


@view(
    "view.segment",
    subject="member",
    reads=("view.member", "view.deal", "view.capability", "memberships", "view.same"),
    facts=(Select("memberships", subject="party"),),
    whole=("view.deal",),
    source="charter; 0.5 [C]",
)
def segment(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return member, segment, matched, class, ticket_minor, standing, end: the first segment whose match holds.

    standing   member; party (of an open deal, no member); alumni (its segment is `alumni`, `matched` the one it was in)
    A party without deals has a ticket of 0. No match: `other`.
    """
    # A member without deals has a ticket of 0; one whose deals lack a rate has none.
    ticket = pl.when(pl.col("known").fill_null(value=True)).then(pl.col("ticket_minor").fill_null(0))
    people = _people(facts).join(tickets(facts, rules), on=PERSON, how="left", maintain_order="left")
    people = _with_abilities(people.with_columns(ticket_minor=ticket), facts, rules)
    names = [one.id for one in rules.value.segments]
    place = pl.coalesce(
        *(pl.when(_holds(one.match, rules)).then(number) for number, one in enumerate(rules.value.segments)), len(names)
    )
    placed = people.with_columns(place=place.cast(pl.Int32))
    if placed.select(PERSON).is_duplicated().any():  # several classes: the one of the first segment
        placed = placed.sort("place", maintain_order=True).unique(PERSON, keep="first", maintain_order=True)
    matched = pl.col("place").replace_strict(dict(enumerate([*names, OTHER])), return_dtype=pl.String)
    gone = pl.col("standing") == ALUMNI
    return placed.with_columns(matched=matched).select(
        "member",
        "matched",
        "class",
        "ticket_minor",
        "standing",
        "end",
        segment=pl.when(gone).then(pl.lit(ALUMNI)).otherwise("matched"),
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
    parts={"left": "count"},
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
            gone = sum(1 for day, ended in zip(days, left, strict=True) if ended and day <= YEAR)
            result.append((one.id, end, kaplan_meier(days, left).at(YEAR) if enough else None, people, gone))
    schema = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64, "left": pl.Int64}
    return pl.DataFrame(result, schema=schema, orient="row")


def _spells(facts: Facts) -> pl.DataFrame:
    """Return end, party, days, left: every stay of a member in a class, until it left or today."""
    key = ["end", "party", "class"]
    rows = facts.rows("memberships").sort(*key, "occurred_at", "recorded_at", "fact")
    inside = pl.col("state").is_in(INSIDE)
    moved = (inside != inside.shift(1)).fill_null(value=True).over(key)
    turns = rows.with_columns(inside=inside).filter(moved).with_columns(until=pl.col("on").shift(-1).over(key))
    days = days_between("on", pl.coalesce("until", "today"))
    return turns.filter("inside").select("end", "party", days=days, left=pl.col("until").is_not_null())


SPECS = (segment, retention)
