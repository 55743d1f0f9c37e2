"""A history is what each instant would have said by itself, corrections and late knowledge included."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from types import SimpleNamespace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.engine.reduce import BigTables
from tenfold.facts.declaration import TABLES
from tenfold.mechanisms import interaction
from tenfold.mechanisms.interaction.measures.contact import decays
from tenfold.mechanisms.interaction.measures.steps import chain

SPECS = {spec.id: spec for spec in interaction.SPECS}
START = datetime(2026, 1, 5, tzinfo=UTC)
HOURS = st.integers(0, 24 * 28)
INSTANT = pl.Datetime("us", "UTC")


def ends_at(instants: list[tuple[datetime, datetime]]) -> pl.DataFrame:
    schema = {"end": pl.Int32, "as_of": INSTANT, "known_at": INSTANT, "today": pl.Date}
    rows = [(number, as_of, known_at, as_of.date()) for number, (as_of, known_at) in enumerate(instants)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def talks_of(rows: list[tuple[int, int, int | None, bool, str]]) -> pl.DataFrame:
    """Rows of `interactions` as the engine holds them: occurred, recorded, corrected hours after the start."""
    made = []
    for number, (occurred, recorded, corrected, substantive, direction) in enumerate(rows):
        at = START + timedelta(hours=occurred)
        known = at + timedelta(hours=recorded)
        gone = known + timedelta(hours=corrected) if corrected is not None else None
        flags = ["decision"] if substantive else []
        made.append((f"i{number}", f"m{number % 2}", direction, "call", flags, at, known, gone, at.date(), None))
    columns = (
        "fact",
        "member",
        "direction",
        "channel",
        "flags",
        "occurred_at",
        "recorded_at",
        "corrected_at",
        "on",
        "precision",
    )
    types = (
        pl.String,
        pl.String,
        pl.String,
        pl.String,
        pl.List(pl.String),
        INSTANT,
        INSTANT,
        INSTANT,
        pl.Date,
        pl.String,
    )
    known = pl.DataFrame(made, schema=dict(zip(columns, types, strict=True)), orient="row")
    return pl.concat([TABLES["interactions"].empty(), known], how="diagonal")  # every column that the engine prepares


# As much of a charter as contacts need.
RULES = SimpleNamespace(
    interaction=SimpleNamespace(channel_weight={"call": 3, "broadcast": 0}, substantive_if_any=("decision",))
)


class Reading:
    """Facts that know one result."""

    def __init__(self, result: pl.DataFrame) -> None:
        self.result = result

    def read(self, id: str) -> pl.DataFrame:
        return self.result


def rhythm_at(talks: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    return view_at("interaction.rhythm", talks, ends).sort("end", "member")


def record_at(talks: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    return view_at("interaction.record", talks, ends)


@cache
def big_tables() -> BigTables:
    """One engine for all histories, as a warm one has: it loads a table again when that is another."""
    return BigTables(SPECS)


def view_at(id: str, talks: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    steps = SPECS["interaction.steps"]
    result = big_tables().run(steps, {"interactions": talks}, {"ends": ends, **steps.compute.frames(RULES, ends)})
    return SPECS[id].compute(Reading(result), RULES, ends)


rows = st.lists(
    st.tuples(
        HOURS, st.integers(0, 400), st.none() | st.integers(0, 400), st.booleans(), st.sampled_from(["out", "in"])
    ),
    max_size=20,
)


@settings(max_examples=examples(15), deadline=None)
@given(rows=rows, known_later=st.integers(-600, 600))
def test_every_instant_of_a_history_says_what_it_would_say_alone(rows, known_later) -> None:
    talks = talks_of(rows)
    grid = [(START + timedelta(days=7 * week),) * 2 for week in range(4)]
    last = START + timedelta(days=27, hours=8)
    ends = ends_at([*grid, (last, last + timedelta(hours=known_later))])
    alone = pl.concat(rhythm_at(talks, ends.filter(end=end)) for end in ends["end"])
    assert rhythm_at(talks, ends).equals(alone)


@settings(max_examples=examples(20), deadline=None)
@given(rows=rows)
def test_an_instant_alone_counts_what_was_true_and_known(rows) -> None:
    talks = talks_of(rows)
    at = START + timedelta(days=15)
    counts = (pl.col("occurred_at") <= at) & (pl.col("recorded_at") <= at)
    here = talks.filter(counts, pl.col("corrected_at").is_null() | (pl.col("corrected_at") > at))
    real = pl.col("flags").list.len() > 0
    expected = here.group_by("member").agg(
        n=real.sum().cast(pl.Int64),
        first_on=pl.col("on").filter(real).min(),
        last_on=pl.col("on").filter(real).max(),
        last_in_on=pl.col("on").filter(pl.col("direction") == "in").max(),
    )
    expected = expected.filter((pl.col("n") > 0) | pl.col("last_in_on").is_not_null()).sort("member")
    assert rhythm_at(talks, ends_at([(at, at)])).drop("end").equals(expected)


def test_an_instant_that_knows_less_than_those_before_it_stands_apart() -> None:
    early, late = START, START + timedelta(days=7)
    links = chain(ends_at([(early, early), (late, late), (late, early)]))
    assert links.grid["end"].to_list() == [0, 1]
    assert links.apart["end"].to_list() == [2]


def test_an_instant_that_knows_more_continues_the_grid() -> None:
    early, late = START, START + timedelta(days=7)
    links = chain(ends_at([(early, early), (late, late + timedelta(days=400))]))
    assert links.steps == [0, 1]
    assert links.apart.is_empty()


def test_a_weight_halves_every_half_life_and_ends_at_nothing() -> None:
    weights = decays(45, Decimal(4))
    assert (weights[0], weights[45], weights[90]) == (4_000_000_000, 2_000_000_000, 1_000_000_000)
    assert weights[-1] == 1
    assert list(weights) == sorted(weights, reverse=True)


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 3, 9)])
def test_a_row_known_exactly_at_an_instant_counts_there(day: date) -> None:
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    hours = int((at - START).total_seconds() // 3600)
    talks = talks_of([(hours, 0, None, True, "in")])
    ends = ends_at([(at - timedelta(days=7),) * 2, (at, at), (at + timedelta(days=7),) * 2])
    assert rhythm_at(talks, ends)["end"].to_list() == [1, 2]


@settings(max_examples=examples(15), deadline=None)
@given(rows=rows, known_later=st.integers(-600, 600))
def test_the_record_of_contacts_is_at_every_instant_what_was_known_then(rows, known_later) -> None:
    talks = talks_of(rows)
    last = START + timedelta(days=27, hours=8)
    grid = [(START + timedelta(days=7 * week),) * 2 for week in range(4)]
    ends = ends_at([*grid, (last, last + timedelta(hours=known_later))])
    record = record_at(talks, ends)
    for end, at, known in ends.select("end", "as_of", "known_at").iter_rows():
        here = talks.filter(
            (pl.col("occurred_at") <= at) & (pl.col("recorded_at") <= known),
            pl.col("corrected_at").is_null() | (pl.col("corrected_at") > known),
        )
        real, inbound = pl.col("flags").list.len() > 0, pl.col("direction") == "in"
        expected = here.select(begun=pl.col("on").min(), substantive=real.any(), inbound=inbound.any())
        seen = record.filter(end=end).drop("end")
        assert seen.equals(expected.drop_nulls("begun")), end
