"""Money of many payers, currencies and payees: what counts as received, and who depends on whom."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from tenfold.engine.explain import Explainer

RAISE = {"goals": {"stages": {"growth": {"raise": {"instrument": "equity", "target": "1000 CNY"}}}}}
ROUND = {"round": "r", "stage": "growth", "instrument": "equity", "state": "open", "currency": "CNY"}
ROUNDS = [ROUND | {"occurred_at": "2026-01-01"}]


def paid(payer: str, amount: str, on: str = "2026-03-01", **more: str) -> dict[str, str]:
    given = {"payer": payer, "payee": "us", "amount": amount, "currency": "CNY", "purpose": "investment", "round": "r"}
    return given | {"occurred_at": on} | more


def rate(base: str, quote: str, value: str, on: str) -> dict[str, str]:
    return {"base": base, "quote": quote, "rate": value, "source": "bank", "occurred_at": on}


def test_foreign_money_takes_the_latest_rate_at_its_own_date(see: Any) -> None:
    facts = {
        "rounds": ROUNDS,
        "cash_movements": [paid("a", "10.00", currency="USD"), paid("a", "10.00", "2026-05-01", currency="USD")],
        "exchange_rates": [
            rate("USD", "CNY", "7.1", "2026-02-01"),
            rate("USD", "CNY", "7.3", "2026-04-01"),
            rate("USD", "CNY", "9", "2026-06-01"),
        ],
    }
    assert see(facts, RAISE).row("fund.wired", "r")["value"] == 14_400


def test_a_rate_quoted_the_other_way_round_serves_too(see: Any) -> None:
    facts = {
        "rounds": ROUNDS,
        "cash_movements": [paid("a", "10.00", currency="USD")],
        "exchange_rates": [rate("CNY", "USD", "0.125", "2026-02-01")],
    }
    assert see(facts, RAISE).row("fund.wired", "r")["value"] == 8_000


def test_without_a_rate_nothing_is_guessed(see: Any) -> None:
    facts = {
        "rounds": ROUNDS,
        "cash_movements": [paid("a", "10.00"), paid("b", "10.00", currency="USD")],
        "exchange_rates": [rate("USD", "CNY", "7.1", "2026-04-01")],
    }
    seen = see(facts, RAISE)
    for id in ("fund.wired", "fund.wired_share", "fund.top1_group", "fund.hhi_group", "fund.forecast", "fund.p_target"):
        assert seen.rows(id)["value"].to_list() == [None], id


def test_repayments_go_back_to_their_funder_and_other_purposes_raise_nothing(see: Any) -> None:
    facts = {
        "rounds": ROUNDS,
        "cash_movements": [
            paid("a", "100.00"),
            paid("us", "40.00", payee="a", purpose="repayment"),
            paid("b", "20.00", purpose="loan"),
            paid("c", "20.00", payee="elsewhere"),
        ],
    }
    seen = see(facts, RAISE)
    assert seen.row("fund.wired", "r")["value"] == 6_000
    assert seen.rows("view.wired").select("group", "amount_minor").rows() == [("a", 6_000)]


def test_money_counts_for_the_round_of_its_deal(see: Any) -> None:
    deal = {"opportunity": "d", "round": "r", "party": "a", "amount": "5", "currency": "CNY", "stage": "signed"}
    movement = paid("a", "5.00", opportunity="d") | {"round": None}
    facts = {"rounds": ROUNDS, "cash_movements": [movement], "opportunities": [deal | {"occurred_at": "2026-01-05"}]}
    assert see(facts, RAISE).row("fund.wired", "r")["value"] == 500


def test_a_correction_changes_history_only_from_when_it_was_known(see: Any) -> None:
    wrong = paid("a", "30.00", "2026-10-01") | {"recorded_at": "2026-10-01"}
    right = paid("a", "90.00", "2026-10-01") | {"recorded_at": "2026-10-20", "corrects": "cash_movements-1"}
    rival = paid("b", "60.00", "2026-10-02") | {"recorded_at": "2026-10-02"}
    indicator = {"id": "top", "metric": "fund.top1_group", "amber": "0.5", "red": "0.9", "band": 0}
    facts = {"rounds": ROUNDS, "cash_movements": [wrong, right, rival]}
    board = see(facts, RAISE | {"risk": {"indicators": [indicator | {"enter_after": 1, "leave_after": 1}]}}).board
    board.compute(only=["fund.top1_group"], histories=["fund.top1_group"])
    grid = board.ends.frame.with_columns(day=pl.col("today").cast(pl.String))
    series = board.results["fund.top1_group"].join(grid, on="end").sort("end")
    known = {day: round(value, 2) for day, value in series.select("day", "value").drop_nulls().iter_rows()}
    assert (known["2026-10-05"], known["2026-10-19"], known["2026-10-26"]) == (0.67, 0.67, 0.6)


def test_payees_are_ranked_by_how_much_hangs_on_one_funder_group(see: Any) -> None:
    facts = {
        "cash_movements": [
            paid("x", "30", payee="one", purpose="grant"),
            paid("y", "70", payee="one", purpose="grant"),
            paid("x", "50", payee="two", purpose="grant"),
            paid("y", "40", payee="two", purpose="capital"),
            paid("z", "10", payee="two", purpose="grant"),
            paid("x", "5", payee="three", purpose="grant", currency="USD"),
            paid("x", "5", payee="four", purpose="fee"),
        ],
        "group_links": [
            {"party": "y", "other": "z", "relation": "controls", "recorded_by": "cora", "occurred_at": "2026-01-01"}
        ],
        "role_terms": [{"party": "cora", "role": "compliance", "until": "2030-12-31", "occurred_at": "2020-01-01"}],
    }
    seen = see(facts)
    rows = seen.rows("fund.dependence").select("subject", "value", "n").sort("n").rows()
    assert rows == [("three", 1.0, 1), ("one", 0.7, 2), ("two", 0.5, 3)]
    ranked = sorted(seen.decisions("goals", "dependence"), key=lambda one: int(one.message.params["rank"]))
    assert [(one.subject, one.cure and one.cure.value) for one in ranked] == [
        ("three", "5.00"),
        ("one", "40.00"),
        ("two", "0.00"),
    ]


@pytest.mark.parametrize(("share", "missing"), [("0.30", "26.00"), ("0.39", "0.62")])
def test_a_key_result_on_concentration_says_how_much_must_come_from_others(see: Any, share: str, missing: str) -> None:
    result = {"id": "kr", "metric": "fund.top1_group", "baseline": "0.5", "target": share, "due": date(2027, 1, 1)}
    plan = {"raise": {"instrument": "equity", "target": "100 CNY"}, "key_results": [result]}
    payers = {"a": "33.00", "b": "27.00", "c": "24.00"}
    facts = {"rounds": ROUNDS, "cash_movements": [paid(payer, amount) for payer, amount in payers.items()]}
    found = see(facts, {"goals": {"stages": {"growth": plan}}}).decisions("goals", "key_result")
    assert [(one.cure.value, one.cure.unit) for one in found if one.cure] == [(missing, "CNY")]


def test_what_was_paid_for_an_open_deal_is_not_expected_again(see: Any) -> None:
    deal = {"opportunity": "d", "round": "r", "party": "a", "amount": "80", "currency": "CNY", "stage": "signed"}
    facts = {
        "rounds": ROUNDS,
        "opportunities": [deal | {"p": "1", "occurred_at": "2026-01-05"}],
        "interactions": [{"member": "a", "direction": "in", "channel": "call", "occurred_at": "2026-10-30"}],
        "cash_movements": [paid("a", "30.00", opportunity="d")],
    }
    assert see(facts, RAISE).row("fund.forecast", "r")["value"] == 8_000


def test_a_record_merged_into_another_brings_its_deal_its_talks_and_its_abilities(see: Any) -> None:
    on = {"occurred_at": "2026-10-30"}
    names = [{"party": key, "type": "organisation", "name": key, "occurred_at": "2026-01-01"} for key in ("old", "new")]
    facts = {
        "parties": [*names, names[0] | {"merged_into": "new"} | on],
        "memberships": [{"party": "new", "class": "investor", "state": "active", "occurred_at": "2026-01-01"}],
        "opportunities": [
            {"opportunity": "d", "round": "r", "party": "old", "amount": "80", "currency": "CNY", "stage": "signed"}
            | on
        ],
        "interactions": [{"member": "old", "direction": "in", "channel": "call"} | on],
        "capabilities": [{"party": "old", "need": "grid", "basis": "evidenced", "level": "0.6"} | on],
    }
    changes = {"screening": {"needs": [{"id": "grid"}]}, "value": {"segments": [LARGE]}}
    seen = see(facts, changes)
    assert seen.rows("view.deal").select("party", "active").rows() == [("new", True)]
    assert seen.row("scr.coverage")["value"] == 0.6
    assert seen.rows("view.segment").select("member", "segment").rows() == [("new", "large")]


LARGE = {"id": "large", "match": {"class": "investor", "ticket_at_least": "80 CNY"}, "jobs": []}


def test_whoever_is_said_to_have_paid_is_not_called_silent(see: Any) -> None:
    stages = [("met", "0.10", []), ("signed", "0.90", ["contract"]), ("wired", "1", ["receipt"])]
    funnel = {"stages": [{"id": id, "p_close": p, "evidence": kinds} for id, p, kinds in stages]}
    deals = [
        {"opportunity": stage, "round": "r", "party": stage, "amount": "50", "currency": "CNY", "stage": stage}
        | {"occurred_at": "2026-03-01"}
        for stage, *_ in stages
    ]
    seen = see({"rounds": ROUNDS, "opportunities": deals}, {"goals": RAISE["goals"] | {"funnel": funnel}})
    assert [one.subject for one in seen.decisions("goals", "stale_deal")] == ["met", "signed"]
    assert [one.subject for one in seen.decisions("goals", "claimed_stage")] == ["signed", "wired"]


@pytest.mark.parametrize(("currencies", "rates"), [(["USD", "USD"], []), (["USD", "CNY"], ["usd"])])
def test_only_money_of_several_currencies_is_explained_by_a_rate(
    see: Any, currencies: list[str], rates: list[str]
) -> None:
    payments = [paid(payer, "10.00", currency=code) for payer, code in zip("ab", currencies, strict=True)]
    known = [rate("USD", "CNY", "7.1", "2026-02-01") | {"fact": "usd"}]
    seen = see({"cash_movements": payments, "exchange_rates": known})
    seen.rows("fund.dependence")
    spec = seen.board.registry.specs["fund.dependence"]
    behind = Explainer(seen.board).selection(spec, "us", seen.board.ends.main)
    assert behind["exchange_rates"]["fact"].to_list() == rates


def test_a_chance_says_where_it_comes_from(see: Any) -> None:
    stages = {"lost": "declined", "got": "wired", "said": "committed", "reached": "committed"}
    deals = [
        {"opportunity": deal, "round": "r", "party": deal, "amount": "50", "currency": "CNY", "stage": stage}
        | {"occurred_at": "2026-03-01"}
        for deal, stage in stages.items()
    ]
    deals[2] |= {"p": "0.3", "reason": "a promise by word"}
    rows = see({"rounds": ROUNDS, "opportunities": deals}, RAISE).rows("fund.p_close")
    ways = dict(rows.select("subject", "way").iter_rows())
    assert ways == {"lost": "ended", "got": "received", "said": "person", "reached": "stage_none"}
