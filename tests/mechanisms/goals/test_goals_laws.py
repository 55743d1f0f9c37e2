"""What must hold for any deals: the ladder of promises, forecasts that only grow, evidence that counts."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.mechanisms.goals.cures import from_one_newcomer, from_others, more_of
from tenfold.mechanisms.goals.measures.forecast import OpenDeal, Pipeline, distribution

STAGES = ["qualified", "soft_circled", "committed", "signed", "wired"]
SEEN_FEW = settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
LEVELS = (0.1, 0.5, 0.9)
deals = st.lists(st.tuples(st.integers(0, 10**9), st.floats(0, 1)), max_size=6)


class NoRules:
    """Rules without a raise: amounts are never put on a grid here."""

    class community:
        current_stage = "growth"

    class goals:
        stages: ClassVar[dict[str, Any]] = {}


def pipeline(wired: int, found: list[tuple[int, float]]) -> Pipeline:
    listed = [OpenDeal(f"d{number}", "p", "f", amount, p) for number, (amount, p) in enumerate(found)]
    return Pipeline(0, "r", wired, tuple(listed), begun=bool(listed or wired))


@given(wired=st.integers(0, 10**9), found=deals, more=st.tuples(st.integers(0, 10**9), st.floats(0, 1)))
def test_one_more_deal_lowers_no_quantile(wired: int, found: list[tuple[int, float]], more: tuple[int, float]) -> None:
    before, after = (distribution(pipeline(wired, each), NoRules) for each in (found, [*found, more]))
    assert all(after.quantile(level) >= before.quantile(level) for level in LEVELS)


@given(wired=st.integers(0, 10**9), found=deals.filter(bool), to=st.floats(0, 1))
def test_raising_one_probability_never_lowers_the_mean(wired: int, found: list[tuple[int, float]], to: float) -> None:
    amount, p = found[0]
    raised = [(amount, max(p, to)), *found[1:]]
    before, after = (distribution(pipeline(wired, each), NoRules) for each in (found, raised))
    assert after.mean() >= before.mean() - 1e-3


@given(wired=st.integers(0, 10**9))
def test_without_open_deals_the_forecast_is_what_was_received(wired: int) -> None:
    found = distribution(pipeline(wired, []), NoRules)
    assert [found.quantile(level) for level in LEVELS] == [wired] * 3


@given(groups=st.lists(st.integers(1, 10**9), min_size=1, max_size=9), share=st.decimals("0.05", "0.95", places=2))
def test_money_from_others_is_just_enough_to_reach_a_share(groups: list[int], share: Decimal) -> None:
    ordered = sorted(groups, reverse=True)
    more = from_others(ordered, Fraction(share))
    assert more is not None
    assert Fraction(ordered[0], sum(ordered) + more) <= max(Fraction(share), Fraction(ordered[0], sum(ordered)))
    if more:
        assert Fraction(ordered[0], sum(ordered) + more) <= Fraction(share)
        assert Fraction(ordered[0], sum(ordered) + more - 1) > Fraction(share)


@given(groups=st.lists(st.integers(10, 10**6), min_size=1, max_size=6), index=st.decimals("0.05", "0.95", places=2))
def test_one_newcomer_brings_the_index_down_or_cannot(groups: list[int], index: Decimal) -> None:
    more = from_one_newcomer(groups, Fraction(index))
    if more is not None:
        parts = [*groups, more]
        assert Fraction(sum(part**2 for part in parts), sum(parts) ** 2) <= Fraction(index) + Fraction(1, 10**5)


@given(hits=st.integers(0, 50), misses=st.integers(0, 50), target=st.decimals("0.01", "0.99", places=2))
def test_so_many_good_cases_more_reach_a_share_and_one_fewer_do_not(hits: int, misses: int, target: Decimal) -> None:
    n = hits + misses
    if n:
        more = more_of(Decimal(hits) / n, n, target)
        assert more is not None
        assert Fraction(hits + more, n + more) >= Fraction(target)
        assert not more or Fraction(hits + more - 1, n + more - 1) < Fraction(target)


@SEEN_FEW
@given(found=st.lists(st.tuples(st.sampled_from(STAGES), st.integers(1, 10**6)), min_size=1, max_size=5))
def test_money_received_signed_committed_and_soft_circled_are_a_ladder(see: Any, found: list[tuple[str, int]]) -> None:
    rounds = [{"round": "r", "stage": "growth", "instrument": "equity", "state": "open", "currency": "CNY"}]
    rows = [
        {"opportunity": f"d{number}", "round": "r", "party": f"p{number}", "amount": amount, "currency": "CNY"}
        | {"stage": stage, "occurred_at": "2026-05-01"}
        for number, (stage, amount) in enumerate(found)
    ]
    paid = [
        {"payer": row["party"], "payee": "us", "amount": row["amount"], "currency": "CNY", "purpose": "investment"}
        | {"round": "r", "occurred_at": "2026-06-01"}
        for row in rows
        if row["stage"] == "wired"
    ]
    plan = {"goals": {"stages": {"growth": {"raise": {"instrument": "equity", "target": "1000000 CNY"}}}}}
    facts = {"rounds": [rounds[0] | {"occurred_at": "2026-01-01"}], "opportunities": rows}
    seen = see(facts | ({"cash_movements": paid} if paid else {}), plan)
    ids = ("fund.wired", "fund.signed", "fund.committed", "fund.soft")
    amounts = [seen.row(id, "r")["value"] for id in ids]
    assert all(low <= high for low, high in pairwise(amounts))


@pytest.mark.parametrize(("held", "rank"), [([], None), (["deck"], 0), (["deck", "sheet"], 1), (["sheet"], None)])
def test_a_stage_counts_only_with_the_evidence_of_it_and_those_before(see: Any, held: list[str], rank: int) -> None:
    stages = [
        {"id": "met", "p_close": "0.1", "evidence": ["deck"]},
        {"id": "committed", "p_close": "0.7", "evidence": ["sheet"]},
        {"id": "wired", "p_close": "1", "evidence": ["receipt"]},
    ]
    facts = {
        "documents": [
            {"document": kind, "kind": kind, "occurred_at": "2026-01-01"} for kind in ("deck", "sheet", "receipt")
        ],
        "opportunities": [
            {"opportunity": "d", "round": "r", "party": "p", "amount": 5, "currency": "CNY", "stage": stage}
            | {"evidence": held, "occurred_at": on}
            for stage, on in (("met", "2026-02-01"), ("committed", "2026-03-01"))
        ],
    }
    deal = see(facts, {"goals": {"funnel": {"stages": stages}}}).rows("view.deal").row(0, named=True)
    assert deal["claimed"] == "committed"
    assert deal["rank"] == rank
