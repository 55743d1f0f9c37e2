"""Links between parties: they count once somebody in the compliance role stands behind them, in every room."""

from typing import Any

import polars as pl
import pytest

from tenfold.facts.links import current_links

ZONE = "Asia/Shanghai"
LINK: dict[str, Any] = {
    "fact": "l1", "party": "a", "other": "b", "relation": "controls", "share": None, "until": None, "because": None,
    "recorded_by": "op", "at": "2026-03-01T12:00",
}  # fmt: skip
TERM = {"fact": "t1", "party": "cora", "role": "compliance", "on": "2026-01-01", "until": "2026-06-30"}
ACT = {"fact": "d1", "decision": "l1", "act": "confirm", "by": "cora", "because": None, "at": "2026-03-02T12:00"}


def frame(rows: list[dict[str, Any]], like: dict[str, Any]) -> pl.DataFrame:
    schema = dict.fromkeys(like, pl.String) | {"end": pl.Int32}
    made = pl.DataFrame([row | {"end": 0} for row in rows], schema=schema)
    at = pl.col("at" if "at" in like else "on").str.to_datetime(strict=False, time_unit="us")
    made = made.with_columns(occurred_at=at.dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC"))
    days = [name for name in ("on", "until") if name in like]
    return made.with_columns(pl.col(days).str.to_date(), recorded_at=pl.col("occurred_at"))


def counted(links: list[dict[str, Any]], *terms: dict[str, Any], acts: tuple[dict[str, Any], ...] = ()) -> list[str]:
    rows = frame(links, LINK).with_columns(pl.col("share").cast(pl.Decimal(38, 18)))
    offices = frame([*terms] or [TERM], TERM)
    found = current_links(rows, offices, frame([*acts], ACT), ZONE, ["end"])
    return found.filter(pl.col("office").is_not_null())["fact"].to_list()


def test_the_record_of_an_operator_waits() -> None:
    assert counted([LINK]) == []


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2025-12-31T23:59", False),
        ("2026-01-01T00:00", True),
        ("2026-06-30T23:59", True),
        ("2026-07-01T00:00", False),
    ],
)
def test_compliance_records_a_link_on_a_day_of_its_term(at: str, counts: bool) -> None:
    assert counted([LINK | {"recorded_by": "cora", "at": at}]) == ["l1"] * counts
    assert counted([LINK | {"at": "2025-06-01T00:00"}], acts=(ACT | {"at": at},)) == ["l1"] * counts


@pytest.mark.parametrize(
    "act",
    [ACT, ACT | {"decision": "risk.link_unconfirmed:a@b:l1"}, ACT | {"decision": "x", "because": "l1"}],
    ids=["the row", "the decision that led to the row", "by its reason"],
)
def test_compliance_confirms_the_row_or_the_decision_behind_it(act: dict[str, Any]) -> None:
    assert counted([LINK | {"because": "risk.link_unconfirmed:a@b:l1"}], acts=(act,)) == ["l1"]


@pytest.mark.parametrize("act", [{"act": "dismiss"}, {"by": "op"}, {"decision": "l2"}, {"by": None}])
def test_nothing_else_confirms_it(act: dict[str, Any]) -> None:
    assert counted([LINK], acts=(ACT | act,)) == []


def test_who_is_operator_too_confirms_nothing() -> None:
    also = TERM | {"fact": "t2", "role": "operator"}
    assert counted([LINK | {"recorded_by": "cora"}], TERM, also, acts=(ACT,)) == []
    over = also | {"until": "2026-02-28"}
    assert counted([LINK | {"recorded_by": "cora"}], TERM, over) == ["l1"]


def test_a_term_that_was_cut_short_is_over() -> None:
    cut = TERM | {"fact": "t2", "on": "2026-02-01", "until": "2026-02-15"}
    assert counted([LINK | {"recorded_by": "cora"}], TERM, cut) == []


def test_an_operator_neither_ends_nor_changes_what_compliance_confirmed() -> None:
    confirmed = LINK | {"recorded_by": "cora"}
    ended = LINK | {"fact": "l2", "until": "2026-03-05", "at": "2026-03-05T12:00"}
    assert counted([confirmed, ended]) == ["l1"]
    assert counted([confirmed, ended | {"recorded_by": "cora"}]) == ["l2"]
