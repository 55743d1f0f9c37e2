"""A corrected amount is told with the one before it: both amounts, and the days from which each counted."""

from pathlib import Path
from typing import Any

import pytest
from tests import small

from tenfold.cli.app import main
from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.engine.thread import thread

PAID = {"payer": "zhou", "payee": "shop", "currency": "CNY", "purpose": "investment", "occurred_at": "2026-03-02"}
TYPED = PAID | {"fact": "typed", "amount": "900.00", "recorded_at": "2026-03-03T09:00:00+08:00"}
LOOKED_UP = TYPED | {"fact": "looked-up", "amount": "90.00", "recorded_at": "2026-05-04T09:00:00+08:00"}
ON_PAPER = TYPED | {"fact": "on-paper", "amount": "95.00", "recorded_at": "2026-06-05T09:00:00+08:00"}
ELSEWHERE = TYPED | {"fact": "elsewhere", "payee": "lin", "recorded_at": "2026-06-05T09:00:00+08:00"}
NEVER = TYPED | {"fact": "never", "void": "yes", "recorded_at": "2026-06-05T09:00:00+08:00"}
CHAIN = [TYPED, LOOKED_UP | {"corrects": "typed"}, ON_PAPER | {"corrects": "looked-up"}]
VOID = [TYPED, NEVER | {"corrects": "typed"}]
MOVED = [TYPED, ELSEWHERE | {"corrects": "typed"}]
SHOP = "fund.dependence:shop"


def written(folder: Path, payments: list[dict[str, str]]) -> Path:
    shop = {"fact": "party-shop", "party": "shop", "type": "organisation", "name": "shop", "occurred_at": "2026-01-01"}
    given = small.rows()
    other = PAID | {"fact": "other", "payer": "lin", "amount": "10.00"}
    given |= {"parties": [*given["parties"], shop], "cash_movements": [*payments, other]}
    return small.write(folder, given=given)


def cycle(folder: Path, payments: list[dict[str, str]], known_at: str = "2026-11-02") -> Cycle:
    community = Community.load(written(folder, payments))
    zone = community.rulebook.newest.charter.timezone
    return run(community, community.moment(read_moment("2026-11-02", zone), read_moment(known_at, zone)))


def told(found: dict[str, Any]) -> list[tuple[Any, ...]]:
    corrected = found["facts"]["corrected"]
    return [(row["fact"], row["amount_minor"], row["corrected_at"], row["corrected_by"]) for row in corrected]


def test_an_explained_amount_names_what_it_replaced_with_both_days(tmp_path: Path) -> None:
    found = explain(cycle(tmp_path, CHAIN), SHOP)
    paid = [row for row in found["facts"]["rows"] if row["table"] == "cash_movements"]
    assert [(row["fact"], row["amount_minor"], row["recorded_at"]) for row in paid] == [
        ("on-paper", 9500, "2026-06-05T01:00:00Z"),
        ("other", 1000, "2026-03-01T16:00:00Z"),
    ]
    assert told(found) == [
        ("typed", 90000, "2026-05-04T01:00:00Z", "looked-up"),
        ("looked-up", 9000, "2026-06-05T01:00:00Z", "on-paper"),
    ]


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        ("2026-05-04T08:59:59+08:00", []),
        ("2026-05-04T09:00:00+08:00", ["typed"]),
        ("2026-06-05T09:00:00+08:00", ["typed", "looked-up"]),
    ],
)
def test_a_correction_is_told_from_the_moment_at_which_it_is_known(
    known_at: str, expected: list[str], tmp_path: Path
) -> None:
    found = explain(cycle(tmp_path, CHAIN, known_at), SHOP)
    assert [fact for fact, *_ in told(found)] == expected


@pytest.mark.parametrize(("payments", "by"), [(VOID, None), (MOVED, "elsewhere")])
def test_an_amount_that_left_is_told_where_it_stood(
    payments: list[dict[str, str]], by: str | None, tmp_path: Path
) -> None:
    found = explain(cycle(tmp_path, payments), SHOP)
    assert "typed" not in {row["fact"] for row in found["facts"]["rows"]}
    assert told(found) == [("typed", 90000, "2026-06-05T01:00:00Z", by)]


@pytest.mark.parametrize("id", ["typed", "looked-up", "on-paper"])
def test_a_thread_through_a_corrected_fact_has_every_version_of_it(id: str, tmp_path: Path) -> None:
    stations = thread(cycle(tmp_path, CHAIN), id)
    assert [(one["id"], one["corrects"], one["recorded_at"], one["days"]) for one in stations] == [
        ("typed", None, "2026-03-03T01:00:00Z", None),
        ("looked-up", "typed", "2026-05-04T01:00:00Z", 62),
        ("on-paper", "looked-up", "2026-06-05T01:00:00Z", 32),
    ]


def test_a_thread_ends_where_a_fact_is_withdrawn(tmp_path: Path) -> None:
    stations = thread(cycle(tmp_path, VOID), "typed")
    assert [(one["id"], one["corrects"], one.get("withdraws")) for one in stations] == [
        ("typed", None, None),
        ("never", "typed", True),
    ]


@pytest.mark.parametrize(("language", "payments", "words"), [
    ("en", CHAIN, ["¥900.00", "counted until 2026-05-04, then corrected", "¥90.00", "¥95.00"]),
    ("zh-Hans", CHAIN, ["900.00", "计入至 2026-05-04，此后被更正", "90.00", "95.00"]),
    ("en", VOID, ["¥900.00", "counted until 2026-06-05, then withdrawn"]),
    ("zh-Hans", VOID, ["900.00", "计入至 2026-06-05，此后作废"]),
])  # fmt: skip
def test_both_amounts_stand_on_the_terminal(
    language: str,
    payments: list[dict[str, str]],
    words: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    written(tmp_path, payments)
    assert main(language, ["explain", str(tmp_path), SHOP, "--as-of", "2026-11-02"]) == 0
    said = capsys.readouterr().out
    assert [one for one in words if one not in said] == []
    assert main(language, ["thread", str(tmp_path), "typed", "--as-of", "2026-11-02"]) == 0
    said = capsys.readouterr().out
    assert ("corrects an earlier fact" in said) == (language == "en" and payments is CHAIN)
    assert ("作废先前的一条记录" in said) == (language == "zh-Hans" and payments is VOID)
