"""What members do together: take part, keep their rituals, thank each other."""

from datetime import date
from itertools import pairwise
from math import floor
from typing import Any

import polars as pl

from tenfold.methods.inequality import gini
from tenfold.terms.days import in_last, local_days, was_in_last
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

COMMUNITY = "community"
YEAR, QUARTER = 365, 90
THERE = ("attended", "spoke")
MEMBERS_MIN, THANKS_MIN = 5, 10
SLACK = 1.25  # of `every`: how late a ritual still counts as kept [C]
RATIO: dict[str, Any] = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}
HELD: dict[str, Any] = {
    "ritual": pl.String,
    "end": pl.Int32,
    "every_days": pl.Int64,
    "last_on": pl.Date,
    "last_fact": pl.String,
    "planned_on": pl.Date,
    "kept": pl.Int64,
    "due": pl.Int64,
}


def members(facts: Facts) -> pl.DataFrame:
    """Return end, party of every member, each once."""
    return facts.read("view.member").select("end", "party").unique().sort("end", "party")


def recent(rows: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return the rows of the last so many days."""
    return rows.filter(in_last(days))


@measure(
    "cul.participation",
    unit="ratio",
    direction="up",
    reads=("attendances", "votes", "interaction.credits", "view.member"),
    facts=(Select("attendances"), Select("votes")),
    minimum="5 members; an attendance, a vote or a contribution on record",
    source="[C]",
    parts={"there": "count"},
    quotient=("there", "n"),
)
def participation(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Members who attended, voted or made an accepted contribution in the last 90 days ÷ members.

    Insufficient where no attendance, vote or contribution is on record at all: nobody is known to have stayed away.
    """
    attendances, votes = facts.now("attendances", ("state",)), facts.now("votes")
    gifts = facts.read("interaction.credits")
    came = recent(attendances, QUARTER).filter(pl.col("state").is_in(THERE))
    voted = recent(votes, QUARTER).select("end", party="voter")
    gave = gifts.filter(pl.col("recent") > 0).select("end", "party")
    some = pl.concat([came.select("end", "party"), voted, gave]).unique()
    recorded = pl.concat([rows.select("end") for rows in (attendances, votes, gifts)]).unique()
    everyone = members(facts).join(some.with_columns(there=pl.lit(value=True)), on=["end", "party"], how="left")
    shares = everyone.group_by("end").agg(n=pl.len().cast(pl.Int64), there=pl.col("there").sum())
    joined = ends.select("end").join(shares, on="end", how="left", maintain_order="left")
    known = pl.col("end").is_in(recorded["end"].implode())
    enough = pl.when((pl.col("n") >= MEMBERS_MIN) & known).then(pl.col("there") / pl.col("n"))
    return joined.select("end", "there", subject=pl.lit(COMMUNITY), value=enough, n=pl.col("n").fill_null(0))


@view(
    "culture.rituals",
    subject="ritual",
    reads=("events",),
    facts=(Select("events", subject="ritual"),),
    source="DOMAIN §2.10; 1.25 [C]",
)
def rituals(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return each ritual of the charter: when it was last held, when it is planned, how often it was kept in a year.

    last_on, last_fact   the last time it was held; planned_on   the next planned date from today on
    due, kept            occasions of the last 365 days: one for each time it was held after another (kept when at most
                         1.25 × `every` later), one more for every 1.25 × `every` that a gap lasts longer, and those of
                         the silence up to today. Before the first time nothing is due.
    """
    rows = facts.now("events", ("ritual", "starts_at", "state")).filter(pl.col("ritual").is_not_null())
    rows = rows.with_columns(day=local_days("starts_at", rules.charter.timezone))
    found = []
    for end, today in ends.select("end", "today").iter_rows():
        here = rows.filter(pl.col("end") == end).sort("day", "fact")
        for ritual in rules.culture.rituals:
            own = here.filter(pl.col("ritual") == ritual.id)
            held = own.filter(pl.col("state") == "held", pl.col("day") <= today)
            planned = own.filter(pl.col("state") == "planned", pl.col("day") >= today)["day"].min()
            last = held.select("day", "fact").row(-1) if held.height else (None, None)
            counts = occasions(held["day"].to_list(), ritual.every.days, today)
            found.append((ritual.id, end, ritual.every.days, *last, planned, *counts))
    return pl.DataFrame(found, schema=HELD, orient="row")


def occasions(held: list[date], every_days: int, today: date) -> tuple[int, int]:
    """Return how many occasions of the last 365 days were kept, and how many were due.

    >>> occasions([date(2026, 1, 5), date(2026, 1, 12), date(2026, 2, 2)], 7, date(2026, 2, 3))
    (1, 3)
    """
    allowed = every_days * SLACK
    kept = due = 0
    for before, day in pairwise(held):
        gap = (day - before).days
        if was_in_last(YEAR, day, today) and gap > 0:
            kept += gap <= allowed
            due += max(1, floor(gap / allowed))
    if held:
        silence = (today - held[-1]).days
        due += floor(min(silence, YEAR) / allowed) if silence > allowed else 0
    return kept, due


@measure(
    "cul.ritual_kept",
    unit="ratio",
    direction="up",
    reads=("culture.rituals",),
    minimum="1 due",
    source="DOMAIN §2.10; 1.25 [C]",
    pointer="/culture/rituals",
    parts={"kept": "count"},
    quotient=("kept", "n"),
)
def ritual_kept(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Rituals held within 1.25 × `every` of the time before ÷ those due, 365 days; `n` = due."""
    sums = facts.read("culture.rituals").group_by("end").agg(pl.col("kept", "due").sum())
    joined = ends.select("end").join(sums, on="end", how="left", maintain_order="left")
    share = pl.when(pl.col("due") > 0).then(pl.col("kept") / pl.col("due"))
    return joined.select("end", "kept", subject=pl.lit(COMMUNITY), value=share, n=pl.col("due").fill_null(0))


@measure(
    "cul.recognition_equality",
    unit="ratio",
    direction="up",
    reads=("recognitions", "view.member"),
    facts=(Select("recognitions", keep={"kind": ("thanks",)}, days=QUARTER),),
    minimum="10 thanks",
    source="[C]",
    pointer="/culture/recognition",
    ways=("equality", "thanked"),
    parts={"thanked": "count", "members": "count"},
)
def recognition_equality(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """1 − Gini of the thanks that members received from others in 90 days; beside it the share thanked at least once.

    Rows `community` and `community/thanked`; `n` = thanks.
    """
    given = recent(facts.rows("recognitions", ("giver", "party", "kind")), QUARTER)
    thanks = given.filter(pl.col("kind") == "thanks", pl.col("giver") != pl.col("party"))
    counts = thanks.group_by("end", "party").agg(thanks=pl.len())
    everyone = members(facts).join(counts, on=["end", "party"], how="left").with_columns(pl.col("thanks").fill_null(0))
    by_end = {end: sorted(found) for end, found in everyone.group_by("end").agg(pl.col("thanks")).iter_rows()}
    rows: list[tuple[str, int, float | None, int, str, int, int]] = []
    for end in ends["end"]:
        received = by_end.get(end, [])
        total = sum(received)
        enough = total >= THANKS_MIN
        unequal = gini(received) if enough else None
        thanked = sum(count > 0 for count in received)
        share = thanked / len(received) if enough else None
        parts = (thanked, len(received))
        rows.append((COMMUNITY, end, None if unequal is None else 1 - unequal, total, "equality", *parts))
        rows.append((f"{COMMUNITY}/thanked", end, share, total, "thanked", *parts))
    schema = RATIO | {"way": pl.String, "thanked": pl.Int64, "members": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


SPECS = (participation, rituals, ritual_kept, recognition_equality)
