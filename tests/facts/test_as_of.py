"""The as-of view against its definition (FACTS.md §2), row by row and without haste."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.facts.as_of import current, in_order, prepared, visible
from tenfold.facts.declaration import INSTANT, TABLES
from tenfold.facts.store import FactStore

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = "memberships"
SOME = settings(max_examples=examples(60), deadline=None)


def at(days: float) -> datetime:
    return BEGIN + timedelta(days=days)


def store(rows: Sequence[dict[str, Any]]) -> FactStore:
    frame = pl.DataFrame(list(rows), schema_overrides=TABLES[TABLE].schema) if rows else TABLES[TABLE].empty()
    return FactStore.of({TABLE: pl.concat([TABLES[TABLE].empty(), frame], how="diagonal")})


def ends(*pairs: tuple[datetime, datetime]) -> pl.DataFrame:
    schema = {"end": pl.Int32, "as_of": INSTANT, "known_at": INSTANT}
    return pl.DataFrame([(n, *pair) for n, pair in enumerate(pairs)], schema=schema, orient="row")


def row(
    fact: str, occurred: float, recorded: float, corrects: str | None = None, void: bool | None = None
) -> dict[str, Any]:
    who = fact.rstrip("0123456789")
    return {"fact": fact, "occurred_at": at(occurred), "recorded_at": at(recorded), "corrects": corrects, "void": void,
            "party": who, "class": "c", "evidence": []}  # fmt: skip


def seen(rows: Sequence[dict[str, Any]], as_of: float, known_at: float) -> list[str]:
    frame = prepared(store(rows), "UTC")[TABLE]
    return sorted(visible(frame, ends((at(as_of), at(known_at))))["fact"])


def by_definition(rows: Sequence[dict[str, Any]], as_of: datetime, known_at: datetime) -> list[dict[str, Any]]:
    known = [r for r in rows if r["recorded_at"] <= known_at]
    corrected = {r["corrects"] for r in known if r["corrects"]}
    return [r for r in known if r["fact"] not in corrected and not r["void"] and r["occurred_at"] <= as_of]


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of which some correct earlier ones, each at most once, as loading guarantees."""
    rows: list[dict[str, Any]] = []
    free: list[dict[str, Any]] = []
    for n in range(draw(st.integers(0, 14))):
        occurred, recorded = draw(st.integers(0, 8)), draw(st.integers(0, 8))
        target = draw(st.sampled_from([None, *free])) if free else None
        if target is not None:
            free.remove(target)
            recorded = max(recorded, (target["recorded_at"] - BEGIN).days)
        name = draw(st.sampled_from("ab")) + str(n)
        new = row(name, occurred, recorded, target and target["fact"], draw(st.booleans()) if target else None)
        rows.append(new)
        free.append(new)
    return rows


@SOME
@given(histories(), st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 9)), min_size=1, max_size=5))
def test_what_is_visible_is_what_the_definition_says(
    rows: list[dict[str, Any]], instants: list[tuple[int, int]]
) -> None:
    pairs = [(at(a), at(k)) for a, k in instants]
    found = visible(prepared(store(rows), "UTC")[TABLE], ends(*pairs))
    for end, (as_of, known_at) in enumerate(pairs):
        expected = sorted(r["fact"] for r in by_definition(rows, as_of, known_at))
        assert sorted(found.filter(pl.col("end") == end)["fact"]) == expected


@SOME
@given(histories(), st.permutations(range(14)), st.integers(-1, 9))
def test_what_is_current_is_the_latest_whatever_the_order_of_rows(
    rows: list[dict[str, Any]], order: list[int], day: int
) -> None:
    shuffled = [rows[n] for n in order if n < len(rows)]
    pair = (at(day), at(day))
    found = current(visible(prepared(store(shuffled), "UTC")[TABLE], ends(pair)), TABLES[TABLE].by)
    latest: dict[str, tuple[datetime, datetime, str]] = {}
    for r in by_definition(rows, *pair):
        rank = (r["occurred_at"], r["recorded_at"], r["fact"])
        latest[r["party"]] = max(latest.get(r["party"], rank), rank)
    assert dict(found.select("party", "fact").rows()) == {party: rank[2] for party, rank in latest.items()}


@SOME
@given(histories(), st.integers(0, 8), st.integers(0, 8), st.integers(0, 8))
def test_what_was_known_then_never_changes_by_what_is_learnt_later(
    rows: list[dict[str, Any]], as_of: int, known_at: int, later: int
) -> None:
    past = [r for r in rows if r["recorded_at"] <= at(known_at + later)]
    assert seen(rows, as_of, known_at) == seen(past, as_of, known_at)


@SOME
@given(histories())
def test_many_ends_at_once_are_as_single_ones(rows: list[dict[str, Any]]) -> None:
    frame = prepared(store(rows), "UTC")[TABLE]
    every = ends(*((at(day), at(day)) for day in range(9)))
    together = visible(frame, every)
    alone = pl.concat([visible(frame, end) for end in every.iter_slices(1)])
    assert together.equals(alone)


def test_a_chain_of_corrections_shows_its_newest_known_row() -> None:
    chain = [row("a1", 0, 0), row("a2", 0, 2, "a1"), row("a3", 0, 4, "a2")]
    assert [seen(chain, 9, day) for day in (0, 1, 2, 3, 4)] == [["a1"], ["a1"], ["a2"], ["a2"], ["a3"]]


def test_a_correction_into_the_future_removes_the_fact_from_today() -> None:
    moved = [row("a1", 0, 0), row("a2", 7, 2, "a1")]
    assert (seen(moved, 3, 3), seen(moved, 7, 7), seen(moved, 3, 1)) == ([], ["a2"], ["a1"])


def test_a_void_row_takes_the_fact_away_and_shows_nothing() -> None:
    voided = [row("a1", 0, 0), row("a2", 0, 2, "a1", True)]
    assert (seen(voided, 9, 1), seen(voided, 9, 2)) == (["a1"], [])


def test_a_row_has_the_local_date_of_when_it_occurred() -> None:
    late = [row("a1", 0.75, 1)]
    assert prepared(store(late), "Asia/Shanghai")[TABLE]["on"].to_list() == [date(2026, 1, 2)]
    assert prepared(store(late), "America/New_York")[TABLE]["on"].to_list() == [date(2026, 1, 1)]


def test_restricted_facts_are_those_named_and_no_others() -> None:
    kept = store([row("a1", 0, 0), row("b2", 0, 0)]).restricted({TABLE: ["b2"]})
    assert kept.tables[TABLE]["fact"].to_list() == ["b2"]
    assert kept.count == 1 and set(kept.tables) == set(TABLES)


def test_what_withdraws_a_restricted_fact_stays_with_it() -> None:
    rows = [row("a1", 0, 0), row("a2", 0, 1, "a1", True), row("b2", 0, 0), row("b3", 0, 1, "b2")]
    kept = store(rows).restricted({TABLE: ["a1", "b2"]})
    assert kept.tables[TABLE]["fact"].to_list() == ["a1", "a2", "b2"]


def test_rows_are_in_order_by_the_columns_that_are_named_one_after_the_other() -> None:
    rows = pl.DataFrame({"first": [None, 1, 1, 2], "second": [3, 1, 2, 1]})
    assert in_order(rows, ("first", "second"))
    assert not in_order(rows, ("second", "first"))
    assert not in_order(rows[[0, 2, 1, 3]], ("first", "second"))
