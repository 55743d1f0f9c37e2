"""No row says what cannot be: every declared share, order and date, on its boundary and one step to each side."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from tests import small

from tenfold.engine.community import CLOCK, Community
from tenfold.facts.cells import accept, cast
from tenfold.facts.declaration import TABLES, Bounds, Column, read_bounds
from tenfold.terms.errors import Refused

from .facts_sample import CONTEXT, text_frame

DATED = {"fact": "f", "occurred_at": "2026-01-10"}
STEP = {"int": Decimal(1), "dec": Decimal("0.000000000000000001"), "money": Decimal("0.01")}
SHARES = [
    (table.name, c.name) for table in TABLES.values() for c in table.columns.values() if c.bounds and c.bounds.most == 1
]
ORDERS = [(table.name, *pair) for table in TABLES.values() for pair in table.orders]
PAST = [table.name for table in TABLES.values() if table.past]
NOW = replace(CONTEXT, now=datetime(2026, 11, 29, 9, tzinfo=UTC))  # 17:00 in Shanghai


def wrong(table: str, cells: Mapping[str, str], context: Any = CONTEXT) -> list[str]:
    """The complaints about limits that a row earns; that it lacks required cells is not asked."""
    _, found = cast(TABLES[table], text_frame([DATED | cells]), context)
    return [id for id in found["id"] if id != "facts.cell.required"]


@pytest.mark.parametrize(("table", "name"), SHARES)
def test_a_share_is_at_most_the_whole(table: str, name: str) -> None:
    assert wrong(table, {name: "1"}) == []
    assert wrong(table, {name: "1.000000000000000001"}) == ["facts.cell.most"]
    assert wrong(table, {name: "0"}) == []
    assert wrong(table, {name: "-0.000000000000000001"}) == ["facts.cell.not_negative"]


def _cells(column: Column, step: int) -> dict[str, str]:
    """A cell of a column, so many steps above the tenth of January, or above ten."""
    match column.kind:
        case "date" | "instant":
            return {column.name: f"2026-01-{10 + step:02}"}
        case "money":
            return {column.name: f"{10 + step * STEP['money']}", "currency": "CNY"}
        case _:
            return {column.name: f"{10 + step * STEP[column.kind]:f}"}


@pytest.mark.parametrize(("table", "low", "high"), ORDERS)
def test_the_first_of_a_pair_never_exceeds_the_second(table: str, low: str, high: str) -> None:
    first, second = TABLES[table].columns[low], TABLES[table].columns[high]
    recorded = {"recorded_at": "2026-01-31"}
    for step, expected in ((1, 0), (0, 0), (-1, 1)):
        found = wrong(table, recorded | _cells(first, 0) | _cells(second, step))
        assert len(found) == expected, step
        assert all(id.startswith("facts.cell.order") for id in found)


@pytest.mark.parametrize("table", PAST)
def test_what_has_happened_is_known_on_that_day_or_later(table: str) -> None:
    known = {"recorded_at": "2026-01-10T00:00"}
    assert wrong(table, known | {"occurred_at": "2026-01-09"}) == []
    assert wrong(table, known | {"occurred_at": "2026-01-10T23:59"}) == []  # a day has no finer order
    assert wrong(table, known | {"occurred_at": "2026-01-11T00:00"}) == ["facts.cell.foreseen"]


def test_what_is_agreed_may_lie_ahead() -> None:
    assert wrong("memberships", {"occurred_at": "2027-01-01", "recorded_at": "2026-11-29"}, NOW) == []
    assert wrong("agreements", {"expires_at": "2062-01-01"}, NOW) == []


@pytest.mark.parametrize("table", sorted(TABLES))
def test_nothing_is_known_after_today(table: str) -> None:
    assert wrong(table, {"occurred_at": "2026-11-29T23:59"}, NOW) == []
    assert wrong(table, {"occurred_at": "2026-11-30"}, NOW) == ["facts.cell.ahead"]
    assert wrong(table, {"recorded_at": "2026-11-29T23:59"}, NOW) == []
    assert wrong(table, {"recorded_at": "2062-01-01"}, NOW) == ["facts.cell.ahead"]
    assert wrong(table, {"occurred_at": "2026-11-30"}) == []  # without a clock nobody can say


@pytest.mark.parametrize(
    ("table", "name"),
    [
        (table.name, c.name)
        for table in TABLES.values()
        for c in table.columns.values()
        if c.kind in ("date", "instant")
    ],
)
def test_a_year_before_1970_is_mistyped(table: str, name: str) -> None:
    early = {name: "1926-05-01"} | ({"recorded_at": "2026-01-10"} if name == "occurred_at" else {})
    assert "facts.cell.early" in wrong(table, early)
    assert "facts.cell.early" in wrong(table, early | {name: "1969-12-31"})
    assert "facts.cell.early" not in wrong(table, early | {name: "1970-01-01"})


def test_what_is_older_is_said_to_be_before() -> None:
    assert wrong("affiliations", {"occurred_at": "<1970-01-01", "recorded_at": "2026-01-10"}) == []


def test_typed_rows_keep_their_limits_too() -> None:
    rows = pl.DataFrame(
        {"fact": ["a", "b"], "risk": ["a", "b"], "probability": ["1", "1.5"]}
        | {"occurred_at": [datetime(2026, 1, 1, tzinfo=UTC)] * 2, "low_minor": [3, 1], "mode_minor": [2, 2]}
    ).with_columns(pl.col("probability").cast(pl.Decimal(38, 18)), currency=pl.lit("CNY"))
    _, found = accept(TABLES["risks"], rows, CONTEXT)
    told = [row for row in found.select("row", "column", "seen", "expected").rows() if row[1] in ("low", "probability")]
    assert told == [(1, "low", "3", "mode 2"), (2, "probability", "1.5", "1")]


def test_a_bound_is_declared_by_its_sign() -> None:
    assert read_bounds("0..1") == Bounds(least=0, most=1)
    with pytest.raises(ValueError):
        read_bounds("0..")


def test_one_mistyped_year_is_refused_and_moves_no_clock(tmp_path: Any) -> None:
    folder = small.write(tmp_path)
    (folder / CLOCK).write_text("2026-11-29T09:00:00+08:00\n", "utf-8")
    before = Community.load(folder).moment()
    path = folder / "facts/interactions.csv"
    talks = path.read_text("utf-8")
    head, row, *_ = talks.splitlines()
    again = dict(zip(head.split(","), row.split(","), strict=True)) | {"fact": "mistyped"}
    for year, id in (("2062", "facts.cell.ahead"), ("1926", "facts.cell.early")):
        again |= {name: f"{year}-05-01" for name in ("occurred_at", "recorded_at") if name in again}
        path.write_text(talks + ",".join(again.values()) + "\n", "utf-8")
        with pytest.raises(Refused) as error:
            Community.load(folder)
        assert {one.id for one in error.value.complaints} == {id}
    path.write_text(talks, "utf-8")
    assert Community.load(folder).moment() == before
    assert before.known_at <= before.as_of + timedelta(days=1)
