"""Numbers that mean nothing where they stand are refused with their place, and what takes their place is said."""

from decimal import Decimal

import pytest

from tenfold.facts.cells import accept, cast
from tenfold.facts.declaration import SERIES, TABLES, Bounds, read_bounds, read_type

from .facts_sample import CONTEXT, text_frame

POSITIVE = {
    "rounds": ("target", "pre_money", "price"),
    "opportunities": ("amount",),
    "cash_movements": ("amount",),
    "holdings": ("units",),
    "vesting_grants": ("units", "months", "step_months"),
    "valuations": ("amount",),
    "exchange_rates": ("rate",),
    "pools": ("amount",),
    "payouts": ("amount",),
    "rights": ("principal",),
}
NOT_NEGATIVE = {
    "rounds": ("minimum_close",),
    "holdings": ("price", "cost"),
    "vesting_grants": ("cliff_months",),
    "contributions": ("quantity", "fair_value"),
    "commitments": ("worth", "points", "weight"),
    "risks": ("low", "mode", "high"),
    "incidents": ("loss",),
    "rights": ("rate", "multiple"),
    "interactions": ("minutes",),
    "mentions": ("count",),
    "publications": ("reached",),
    "signatures": ("originals",),
}
STEP = {"int": "1", "money": "0.01", "dec": "0.000000000000000001"}


def each(listed: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(table, column) for table, columns in listed.items() for column in columns]


def wrong(table: str, **cells: str) -> list[tuple[str, str]]:
    """Column and complaint of every complaint about the cells given."""
    row = {"fact": "f", "occurred_at": "2026-01-01", "currency": "CNY"} | cells
    known = {name: cell for name, cell in row.items() if name in (*TABLES[table].columns, *TABLES[table].schema)}
    _, found = cast(TABLES[table], text_frame([known]), CONTEXT)
    return [(column, id) for column, id in found.select("column", "id").rows() if column in cells]


@pytest.mark.parametrize(("table", "column"), each(POSITIVE))
def test_what_is_nothing_without_an_amount_has_one(table: str, column: str) -> None:
    step = STEP[TABLES[table].columns[column].kind]
    id = "payment" if table in ("cash_movements", "payouts") else "above_zero"
    refused = [(column, f"facts.cell.{id}")]
    assert wrong(table, **{column: f"-{step}"}) == refused
    assert wrong(table, **{column: "0"}) == refused
    assert wrong(table, **{column: step}) == []


@pytest.mark.parametrize(("table", "column"), each(NOT_NEGATIVE))
def test_what_may_be_nothing_is_never_less(table: str, column: str) -> None:
    step = STEP[TABLES[table].columns[column].kind]
    assert wrong(table, **{column: f"-{step}"}) == [(column, "facts.cell.not_negative")]
    assert wrong(table, **{column: "0"}) == []
    assert wrong(table, **{column: step}) == []


@pytest.mark.parametrize("column", ["value", "amount"])
@pytest.mark.parametrize("series", sorted(SERIES))
def test_what_stands_in_a_series_is_never_less_than_nothing(series: str, column: str) -> None:
    below = {"value": "-0.1", "amount": "-0.01"}[column]
    assert wrong("figures", series=series, **{column: below}) == [(column, "facts.cell.not_negative")]
    assert wrong("figures", series=series, **{column: "0"}) == []
    assert wrong("figures", series="net_burn", **{column: below}) == []  # less is burnt than earned


def test_a_contribution_counts_less_than_a_hundred_billion_of_its_kind() -> None:
    assert wrong("contributions", quantity="99999999999.999999999999999999") == []
    assert wrong("contributions", quantity="100000000000") == [("quantity", "facts.cell.too_much")]


def test_minor_units_and_typed_frames_have_the_same_bounds() -> None:
    _, found = cast(TABLES["payouts"], text_frame([{"fact": "f", "amount_minor": "0", "currency": "CNY"}]), CONTEXT)
    assert ("amount", "facts.cell.payment", "0") in found.select("column", "id", "seen").rows()
    typed = TABLES["contributions"].empty().clear(1).with_columns(quantity=Decimal("-0.5"))
    _, found = accept(TABLES["contributions"], typed, CONTEXT)
    assert ("quantity", "facts.cell.not_negative") in found.select("column", "id").rows()


def test_money_that_goes_back_has_purposes_of_its_own() -> None:
    purposes = TABLES["cash_movements"].columns["purpose"].values
    assert {"repayment", "clawback", "refund"} <= set(purposes)


def test_bounds_are_declared_with_the_type() -> None:
    assert read_type("x", "money(>0)!").bounds == Bounds(above=0)
    assert read_type("x", "dec(>=0,<100)").bounds == read_bounds(">=0,<100") == Bounds(least=0, below=100)
    assert read_type("x", "int").bounds is None
    with pytest.raises(ValueError, match="<="):
        read_type("x", "dec(<=1)")
