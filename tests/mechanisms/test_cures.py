"""The law of cures: whoever does exactly what a cure says, as it is said, has cured; with less it is not done."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tenfold.mechanisms.goals.measures.conditions import COMPARE, nearest_met
from tenfold.report.speech import Speech
from tenfold.terms.decision import Decision
from tenfold.terms.measure import write_needed

ROUNDS = [{"round": "r", "stage": "growth", "instrument": "equity", "state": "open", "currency": "CNY",
           "occurred_at": "2026-01-01"}]  # fmt: skip
LIGHT = {"id": "kri", "metric": "fund.top1_group", "amber": "0.30", "red": "0.40", "band": "0.03", "enter_after": 1,
         "leave_after": 1, "owner": "operator"}  # fmt: skip
PLAN = {"raise": {"instrument": "equity", "target": "100 CNY"}}
PAYERS = [
    {"a": "33000000.00", "b": "27000000.00", "c": "24000000.00"},
    {"a": "33.00", "b": "27.00", "c": "24.00"},
    {"a": "0.33", "b": "0.27", "c": "0.24"},
    {"a": "100000000.00"},
    {"a": "7777777.77", "b": "7777777.77", "c": "1.01"},
]
WRITTEN = re.compile(r"([\d,.]+) ?(万|亿|k\b|m\b|bn\b)?")
SCALE = {"": 1, "万": 10_000, "亿": 100_000_000, "k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}


def money(payers: Mapping[str, str], more: str = "0") -> dict[str, Any]:
    """Facts in which payers have paid, and three newcomers bring `more` together."""
    cents = int(Decimal(more) * 100)
    parts = [Decimal(cents // 3 + (number < cents % 3)) / 100 for number in range(3)]
    paid = payers | {f"new{number}": str(part) for number, part in enumerate(parts) if part}
    given = {"payee": "us", "currency": "CNY", "purpose": "investment", "round": "r", "occurred_at": "2026-03-01"}
    return {
        "rounds": ROUNDS,
        "cash_movements": [given | {"payer": payer, "amount": amount} for payer, amount in paid.items()],
    }


def lit(see: Any, facts: Any) -> Decision | None:
    """The alert of the light on concentration, if it is not green."""
    rules = {"risk": {"indicators": [LIGHT]}, "goals": {"stages": {"growth": PLAN}}}
    return next(iter(see(facts, rules).decisions("risk", "alert")), None)


def share(see: Any, facts: Any) -> Decimal:
    seen = see(facts, {"goals": {"stages": {"growth": PLAN}}})
    return Decimal(str(seen.row("fund.top1_group", "community")["value"]))


@pytest.mark.parametrize("payers", PAYERS)
def test_the_cure_of_a_light_brings_the_share_inside_its_line_and_nothing_less_does(
    see: Any, payers: Mapping[str, str]
) -> None:
    alert = lit(see, money(payers))
    assert alert is not None and alert.cure is not None and alert.cure.value is not None
    line = Decimal(alert.closes_when["value"])
    enough = Decimal(alert.cure.value)
    assert share(see, money(payers, str(enough))) < line
    assert share(see, money(payers, str(enough - Decimal("0.01")))) >= line


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_what_a_sentence_says_of_a_cure_is_enough_though_it_is_written_shortly(see: Any, language: str) -> None:
    payers = PAYERS[0]
    rules = {"risk": {"indicators": [LIGHT]}, "goals": {"stages": {"growth": PLAN}}}
    seen = see(money(payers), rules)
    (alert,) = seen.decisions("risk", "alert")
    said = Speech(seen.board, language).cure(alert)
    assert said is not None
    written = WRITTEN.search(said.striptags())
    assert written is not None
    amount = Decimal(written[1].rstrip(".").replace(",", "")) * SCALE[written[2] or ""]
    assert share(see, money(payers, str(amount))) < Decimal(alert.closes_when["value"])


@pytest.mark.parametrize(("op", "target"), [("<=", "0.30"), ("<", "0.30"), ("<=", "0.3333337"), ("<", "0.3333337")])
def test_the_cure_of_a_gate_meets_its_condition_and_nothing_less_does(see: Any, op: str, target: str) -> None:
    condition = {"metric": "fund.top1_group", "op": op, "value": target}
    gate = {"must": [condition], "should": [], "pass_points": 0, "outcomes": ["go", "hold"]}
    rules = {"adjustment": {"gates": {"growth_to_next": gate}}, "goals": {"stages": {"growth": PLAN}}}
    payers = {"a": "50000.00", "b": "27000.00", "c": "24000.00"}

    def standing(more: str) -> Decision:
        (found,) = see(money(payers, more), rules).decisions("goals", "stage_gate")
        return found

    cure = standing("0").cure
    assert cure is not None and cure.value is not None
    assert standing(cure.value).proposal == "goals.go"
    holding = share(see, money(payers, str(Decimal(cure.value) - 1)))
    assert not COMPARE[op](holding, Decimal(target))


@pytest.mark.parametrize(
    ("op", "wanted", "digits", "nearest"),
    [
        (">=", "0.27", 6, "0.270000"),
        (">", "0.27", 6, "0.270001"),
        (">", "0.2700005", 6, "0.270001"),
        (">=", "0.2700005", 6, "0.270001"),
        ("<=", "0.2700005", 6, "0.270000"),
        ("<", "0.27", 6, "0.269999"),
        ("<", "0.2700005", 6, "0.270000"),
        ("<=", "2500", 0, "2500"),
        ("<", "2500", 0, "2499"),
        ("==", "3", 0, "3"),
    ],
)
def test_what_meets_a_condition_lies_on_its_boundary_or_one_digit_inside(
    op: str, wanted: str, digits: int, nearest: str
) -> None:
    assert str(nearest_met(op, Decimal(wanted), digits)) == nearest
    assert COMPARE[op](Decimal(nearest), Decimal(wanted))


@pytest.mark.parametrize(
    ("missing", "said"), [(0.664, "0.67"), (0.67, "0.67"), (0.6700001, "0.68"), (3.0 - 2.9, "0.10"), (0, "0.00")]
)
def test_points_that_are_missing_are_rounded_up_but_not_by_the_noise_of_floats(missing: float, said: str) -> None:
    assert write_needed(missing, 2) == said


def test_a_key_result_reached_exactly_is_reached(see: Any) -> None:
    result = {"id": "kr", "metric": "fund.top1_group", "baseline": "0.5", "target": "0.31", "due": date(2027, 1, 1)}
    rules = {"goals": {"stages": {"growth": PLAN | {"key_results": [result]}}}}
    for payers in PAYERS[:3]:
        (found,) = see(money(payers), rules).decisions("goals", "key_result")
        assert found.cure is not None and found.cure.value is not None
        (cured,) = see(money(payers, found.cure.value), rules).decisions("goals", "key_result")
        assert cured.cure is None
