"""The worked numbers of the design: concentration, the forecast, conversion."""

from datetime import date
from typing import Any

import pytest

from tenfold.engine.explain import Explainer

MILLION = 1_000_000
COMPLIANCE = [{"party": "cora", "role": "compliance", "until": "2030-12-31", "occurred_at": "2020-01-01"}]
ROUNDS = {"seed": "2024-06-01", "series_a": "2025-06-01", "expansion": "2026-08-01"}
RAISE = {
    "charter": {"calendar": None},
    "community": {"stages": ["seed", "series_a", "expansion"], "current_stage": "expansion"},
    "goals": {
        "stages": {
            "expansion": {
                "raise": {
                    "instrument": "equity",
                    "target": "80000000 CNY",
                    "minimum_close": "60000000 CNY",
                    "close_by": date(2027, 3, 31),
                }
            }
        }
    },
}


def money(wired: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "payer": payer,
            "payee": "us",
            "amount": int(float(amount) * MILLION),
            "currency": "CNY",
            "purpose": "investment",
            "round": round_key,
            "occurred_at": ROUNDS[round_key],
        }
        for round_key, paid in wired.items()
        for payer, amount in paid.items()
    ]


def rounds(*keys: str) -> list[dict[str, str]]:
    return [
        {"round": key, "stage": key, "instrument": "equity", "state": "open", "currency": "CNY", "occurred_at": opened}
        for key, opened in (("seed", "2024-03-01"), ("series_a", "2025-02-01"), ("expansion", "2026-05-01"))
        if key in keys
    ]


def open_deals(example: dict[str, Any]) -> dict[str, Any]:
    deals = [
        {
            "opportunity": f"deal-{number}",
            "round": "expansion",
            "party": f"investor-{number}",
            "amount": deal["amount_million"] * MILLION,
            "currency": "CNY",
            "stage": "committed",
            "p": deal["p"],
            "occurred_at": "2026-07-01",
        }
        for number, deal in enumerate(example["open"])
    ]
    talks = [
        {"member": deal["party"], "direction": "in", "channel": "call", "occurred_at": "2026-10-28"} for deal in deals
    ]
    paid = money({"expansion": {"wired": str(example["wired_million"])}})
    return {"opportunities": deals, "interactions": talks, "cash_movements": paid, "rounds": rounds("expansion")}


def test_concentration_at_every_stage_is_the_worked_one(see: Any, worked: dict[str, Any]) -> None:
    example = worked["concentration"]
    wired = example["input"]["wired_million_cny"]
    names = {"seed": ("seed",), "seed_to_a": ("seed", "series_a"), "seed_to_expansion": tuple(wired)}
    for name, keys in names.items():
        seen = see({"cash_movements": money({key: wired[key] for key in keys}), "rounds": rounds(*keys)}, RAISE)
        assert_concentration(seen, example["expect"][name])


def test_linking_two_investors_makes_them_one_source(see: Any, worked: dict[str, Any]) -> None:
    example = worked["concentration"]
    wired = example["input"]["wired_million_cny"]
    one, two = example["input"]["connected_group"]
    link = {"party": one, "other": two, "relation": "acts_in_concert", "occurred_at": "2026-10-01"}
    tied = {"group_links": [link | {"recorded_by": "cora"}], "role_terms": COMPLIANCE}
    seen = see({"cash_movements": money(wired), "rounds": rounds(*wired)} | tied, RAISE)
    assert_concentration(seen, example["expect"]["with_connected_group"])


def assert_concentration(seen: Any, expected: dict[str, Any]) -> None:
    assert seen.row("fund.top1_group")["value"] == pytest.approx(expected["top1"], abs=5e-5)
    assert seen.row("fund.top3_group")["value"] == pytest.approx(expected["top3"], abs=5e-5)
    assert seen.row("fund.hhi_group")["value"] == expected["hhi"]
    assert seen.row("fund.n_eff")["value"] == pytest.approx(expected["n_eff"], abs=5e-3)
    assert seen.row("fund.n_eff")["n"] == expected["n"]


def test_the_forecast_is_the_worked_one_exactly(see: Any, worked: dict[str, Any]) -> None:
    expected = worked["forecast_exact"]["expect"]
    seen = see(open_deals(worked["forecast_exact"]["input"]), RAISE)
    row = seen.row("fund.forecast", "expansion")
    assert [row[name] for name in ("low", "value", "high")] == [
        expected[name] * MILLION * 100 for name in ("p10", "p50", "p90")
    ]
    assert seen.row("fund.p_target", "expansion")["value"] == pytest.approx(expected["p_at_least_80"], abs=5e-5)
    assert seen.row("fund.p_minimum", "expansion")["value"] == pytest.approx(expected["p_at_least_60"], abs=5e-5)


def test_a_common_factor_widens_both_tails_as_worked(see: Any, worked: dict[str, Any]) -> None:
    expected = worked["forecast_correlated"]["expect"]
    row = see(open_deals(worked["forecast_exact"]["input"]), RAISE).row("fund.forecast_corr", "expansion")
    assert [row[name] for name in ("low", "value", "high")] == [
        expected[name] * MILLION * 100 for name in ("p10", "p50", "p90")
    ]


def test_one_deal_moves_the_minimum_close_from_82_to_96_or_49_percent(see: Any, worked: dict[str, Any]) -> None:
    effects = see(open_deals(worked["forecast_exact"]["input"]), RAISE).decisions("goals", "deal_effect")
    nordvik = next(one for one in effects if one.subject == "deal-1")
    assert [f"{float(number):.2f}" for number in (nordvik.value, nordvik.high, nordvik.low)] == ["0.82", "0.96", "0.49"]


def test_conversion_weighs_own_cases_against_the_prior_as_worked(see: Any, worked: dict[str, Any]) -> None:
    example = worked["conversion_beta"]["input"]
    stages = [
        {"id": "soft", "p_close": example["prior_mean"], "evidence": []},
        {"id": "wired", "p_close": "1", "evidence": []},
    ]
    changes = {"goals": {"funnel": {"stages": stages, "prior_strength": example["prior_strength"]}}}
    deals = [
        {"opportunity": f"d{number}", "round": "r", "party": f"p{number}", "amount": 1, "currency": "CNY"}
        | {"stage": stage, "occurred_at": on}
        for number in range(example["advanced"] + example["died"] + 2)
        for stage, on in ways(number, example["advanced"], example["died"])
    ]
    row = see({"opportunities": deals}, changes).row("fund.conversion", "soft")
    assert row["value"] == pytest.approx(worked["conversion_beta"]["expect"]["mean"], abs=5e-5)
    assert row["n"] == example["advanced"] + example["died"]


def ways(number: int, advanced: int, died: int) -> list[tuple[str, str]]:
    """Entered, then advanced, died, or still there (which counts on neither side)."""
    later = "wired" if number < advanced else "lapsed" if number < advanced + died else None
    return [("soft", "2026-05-01"), *([(later, "2026-06-01")] if later else [])]


def test_a_deal_that_went_silent_takes_the_target_from_17_to_6_percent(see: Any, worked: dict[str, Any]) -> None:
    facts = open_deals(worked["forecast_exact"]["input"])
    silent = next(deal for deal in facts["opportunities"] if (deal["amount"], deal["p"]) == (12 * MILLION, "0.22"))
    facts["interactions"] = [
        talk | ({"occurred_at": "2026-10-01"} if talk["member"] == silent["party"] else {})
        for talk in facts["interactions"]
    ]
    seen = see(facts, RAISE)
    assert f"{seen.row('fund.p_target', 'expansion')['value']:.3f}" == "0.064"
    stale = seen.decisions("goals", "stale_deal")
    assert [(one.subject, one.message.params["days"]) for one in stale] == [(silent["opportunity"], "32")]


def test_the_largest_share_is_explained_by_the_payments_and_the_one_link(see: Any, worked: dict[str, Any]) -> None:
    example = worked["concentration"]
    wired = example["input"]["wired_million_cny"]
    one, two = example["input"]["connected_group"]
    links = [
        {"party": one, "other": two, "relation": "controls", "occurred_at": "2026-10-01"},
        {"party": one, "other": "duchuan", "relation": "owns", "share": "0.2", "occurred_at": "2026-10-01"},
        {"party": "chuanping", "other": "nobody-who-paid", "relation": "controls", "occurred_at": "2026-10-01"},
        {"party": "nobody-either", "other": "chuanping", "relation": "controls", "occurred_at": "2026-10-01"},
        {"party": "nobody-either", "other": "nor-beyond", "relation": "controls", "occurred_at": "2026-10-01"},
    ]
    elsewhere = [row | {"payee": "elsewhere"} for row in money({"seed": {"luyu": "9"}})]
    tied = {"group_links": [link | {"recorded_by": "cora"} for link in links], "role_terms": COMPLIANCE}
    facts = {"cash_movements": [*money(wired), *elsewhere], "rounds": rounds(*wired)} | tied
    seen = see(facts, RAISE)
    seen.rows("fund.top1_group")
    behind = Explainer(seen.board).selection(
        seen.board.registry.specs["fund.top1_group"], "community", seen.board.ends.main
    )
    assert {table: rows.height for table, rows in behind.items() if rows.height} == {
        "cash_movements": 14,
        "group_links": 1,
        "role_terms": 1,
    }
