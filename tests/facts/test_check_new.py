"""New rows are checked against what is there with the complaints of a whole check, and nothing else is read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from tenfold.facts.cells import accept
from tenfold.facts.check import check
from tenfold.facts.check_new import InMemory, check_new
from tenfold.facts.complaints import Complaints
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, TOTAL
from tenfold.facts.store import FactStore
from tenfold.terms.days import TICK
from tenfold.terms.errors import Refused
from tenfold.terms.money import Currencies

CONTEXT = Context(currencies=Currencies({}))
THEN, NOW = datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
HALF = TOTAL // 20  # a payment; twenty of them are too much
Rows = Mapping[str, list[dict[str, Any]]]


def row(fact: str, at: datetime = NOW, **cells: Any) -> dict[str, Any]:
    return {"fact": fact, "occurred_at": at, "recorded_at": at, "recorded_by": "us"} | cells


def party(fact: str, key: str, **cells: Any) -> dict[str, Any]:
    return row(fact, party=key, type="person", name=key, **cells)


def talk(fact: str, **cells: Any) -> dict[str, Any]:
    return row(fact, **{"member": "lin", "direction": "out", "channel": "call"} | cells)


def promise(fact: str, key: str, **cells: Any) -> dict[str, Any]:
    return row(fact, **{"commitment": key, "party": "lin", "source_kind": "own", "what": "x"} | cells)


def paid(fact: str, amount: int) -> dict[str, Any]:
    money = {"payer": "us", "payee": "lin", "purpose": "operating", "currency": "CNY"}
    return row(fact, amount_minor=amount, **money)


def frames(rows: Rows) -> dict[str, pl.DataFrame]:
    found = {}
    for name, listed in rows.items():
        filled = {cell: dtype for cell, dtype in TABLES[name].schema.items() if any(cell in one for one in listed)}
        found[name] = pl.DataFrame([{cell: one.get(cell) for cell in filled} for one in listed], filled)
    return found


def typed(rows: Rows) -> dict[str, pl.DataFrame]:
    return {name: accept(TABLES[name], frame, CONTEXT)[0] for name, frame in frames(rows).items()}


THERE: Rows = {
    "parties": [party("p1", "us"), party("p2", "lin"), party("p3", "old")],
    "interactions": [
        talk("t1", at=THEN, origin="sheet", origin_key="1"),
        talk("t2", origin="sheet", origin_key="2"),
        talk("t3", corrects="t2", origin="sheet", origin_key="2", at=NOW + TICK),
        talk("t4", at=NOW, origin="sheet", origin_key="4"),
        talk("t5", corrects="t4", void=True, at=NOW + TICK),
    ],
    "commitments": [promise("c1", "one"), promise("c2", "two"), promise("c3", "two", corrects="c2", at=NOW + TICK)],
    "cash_movements": [paid(f"m{number}", HALF) for number in range(18)],
}
STORE = FactStore.of(typed(THERE))


def said(complaints: Refused | None) -> set[tuple[str, str, str]]:
    listed = () if complaints is None else complaints.complaints
    return {(one.id, str(one.place), str(one.params.get("seen"))) for one in listed}


def whole(new: Rows) -> set[tuple[str, str, str]]:
    """What the check of everything says, new rows after those that are there."""
    tables = {name: pl.concat([STORE.tables[name], rows]) for name, rows in typed(new).items()}
    complaints = Complaints()
    check({**STORE.tables, **tables}, complaints)
    try:
        complaints.settle()
    except Refused as refused:
        return said(refused)
    return set()


def alone(new: Rows) -> set[tuple[str, str, str]]:
    try:
        check_new(frames(new), InMemory(STORE), CONTEXT)
    except Refused as refused:
        return said(refused)
    return set()


@pytest.mark.parametrize(
    ("new", "id"),
    [
        ({"interactions": [talk("n1")]}, None),
        ({"interactions": [talk("n1", member="nobody")]}, "facts.reference"),
        ({"interactions": [talk("n1", member="new")], "parties": [party("n2", "new")]}, None),
        ({"interactions": [talk("n1", replies_to="t1")]}, None),
        ({"interactions": [talk("n1", replies_to="t9")]}, "facts.reference"),
        ({"interactions": [talk("t1")]}, "facts.double"),
        ({"interactions": [talk("p1")]}, "facts.double"),
        ({"interactions": [talk("n1"), talk("n1")]}, "facts.double"),
        ({"interactions": [talk("n1", corrects="t1")]}, None),
        ({"interactions": [talk("n1", corrects="t9")]}, "facts.corrects.missing"),
        ({"interactions": [talk("n1", corrects="p1")]}, "facts.corrects.missing"),
        ({"interactions": [talk("n1", corrects="t2")]}, "facts.corrects.twice"),
        ({"interactions": [talk("n1", corrects="t1"), talk("n2", corrects="t1")]}, "facts.corrects.twice"),
        ({"interactions": [talk("n1", at=THEN, corrects="t1")]}, None),
        ({"interactions": [talk("n1", at=THEN - TICK, corrects="t1")]}, "facts.corrects.early"),
        ({"interactions": [talk("n1", corrects="n2"), talk("n2", corrects="n1")]}, "facts.corrects.circle"),
        ({"interactions": [talk("n1", void=True)]}, "facts.void_alone"),
        ({"interactions": [talk("n1", because="t1")]}, None),
        ({"interactions": [talk("n1", because="p1")]}, "facts.because.later"),
        ({"interactions": [talk("n1", because="p1", at=NOW + TICK)]}, None),
        ({"interactions": [talk("n1", because="insight.next_best_action:lin")]}, None),
        ({"commitments": [promise("n1", "three")]}, None),
        ({"commitments": [promise("n1", "one")]}, "facts.key.twice"),
        ({"commitments": [promise("n1", "one", corrects="c1")]}, None),
        ({"commitments": [promise("n1", "two")]}, "facts.key.twice"),
        ({"commitments": [promise("n1", "two", corrects="c3", at=NOW + TICK)]}, None),
        ({"commitments": [promise("n1", "four"), promise("n2", "four")]}, "facts.key.twice"),
        ({"interactions": [talk("n1", origin="sheet", origin_key="1")]}, "facts.origin.twice"),
        ({"interactions": [talk("n1", origin="other", origin_key="1")]}, None),
        ({"interactions": [talk("n1", origin="sheet", origin_key="2")]}, "facts.origin.twice"),
        ({"interactions": [talk("n1", origin="sheet", origin_key="4")]}, None),
        ({"interactions": [talk("n1", origin="sheet", origin_key="1", corrects="t1")]}, None),
        ({"cash_movements": [paid("n1", HALF)]}, None),
        ({"cash_movements": [paid("n1", HALF), paid("n2", HALF - 1)]}, None),
        ({"cash_movements": [paid("n1", HALF), paid("n2", HALF)]}, "facts.total"),
    ],
)
def test_new_rows_have_the_complaints_of_a_whole_check(new: Rows, id: str | None) -> None:
    found = alone(new)
    assert {complaint for complaint, _, _ in found} == ({id} if id else set())
    assert found == whole(new)


def test_a_cell_that_cannot_be_is_said_before_anything_between_rows() -> None:
    new = {"interactions": [talk("n1", member="nobody", channel=None)]}
    assert {id for id, _, _ in alone(new)} == {"facts.cell.required"}


def test_rows_come_back_in_their_order_with_all_columns() -> None:
    checked = check_new(frames({"interactions": [talk("n2"), talk("n1")]}), InMemory(STORE), CONTEXT)
    assert checked["interactions"]["fact"].to_list() == ["n2", "n1"]
    assert checked["interactions"].schema == TABLES["interactions"].schema


def test_nothing_is_read_but_what_new_rows_name() -> None:
    asked: list[tuple[str, str, int]] = []

    class Watched(InMemory):
        def rows(self, table: str, column: str, values: Any) -> pl.DataFrame:
            asked.append((table, column, len(values)))
            return super().rows(table, column, values)

    check_new(frames({"interactions": [talk("n1", at=NOW + timedelta(days=1))]}), Watched(STORE), CONTEXT)
    assert ("parties", "party", 1) in asked
    assert all(size <= 1 for _, _, size in asked)
