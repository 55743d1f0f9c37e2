"""A contribution is judged by the charter in force when it was made, a pool by the one at its declaration."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.load import load_charter
from tenfold.engine.board import Board
from tenfold.engine.cases import merged
from tenfold.engine.explain import Explainer

See = Callable[..., Any]
OLD = {
    "distribution": {
        "layers": [{"id": "pot", "by": "points"}],
        "contribution_types": {"knowledge": {"flat_points": 500}, "cash": {"rate": "4"}},
        "caps": {"member_share": "0.30"},
    }
}
NEW = {
    "charter": {"version": 2, "supersedes": 1, "effective_from": date(2026, 5, 1)},
    "distribution": {
        "contribution_types": {"knowledge": {"flat_points": 800}, "cash": {"rate": "2"}},
        "caps": {"member_share": "0.25"},
    },
}
MEMBERS = [{"party": one, "class": "expert", "state": "active", "occurred_at": "2025-01-01"} for one in "abcde"]


@pytest.fixture
def first(pytestconfig: pytest.Config) -> dict[str, Any]:
    """The first version, as plain values."""
    base = load_charter(pytestconfig.rootpath / "tests/mechanisms/base.yaml")
    return merged(base.model_dump(by_alias=True, exclude_unset=True), OLD)


@pytest.fixture
def two_versions(see: See, first: dict[str, Any]) -> See:
    rulebook = Rulebook([Charter.model_validate(first), Charter.model_validate(merged(first, NEW))])

    def look(facts: Any) -> Any:
        seen = see(facts, OLD, "2026-12-31")
        seen.board = Board(seen.board.prepared, rulebook, seen.board.ends, seen.board.registry)
        return seen

    return look


def test_points_follow_the_version_in_force_at_the_contribution(two_versions: See) -> None:
    made = [
        {"party": "a", "type": "knowledge", "quantity": 1, "occurred_at": "2026-04-30"},
        {"party": "b", "type": "knowledge", "quantity": 1, "occurred_at": "2026-05-01"},
        {
            "party": "c",
            "type": "cash",
            "quantity": 1,
            "fair_value": "10.00",
            "currency": "CNY",
            "occurred_at": "2019-01-01",
        },
    ]
    seen = two_versions({"memberships": MEMBERS, "contributions": made})
    assert seen.values("dis.points") == {"a@pot": 500.0, "b@pot": 800.0, "c@pot": 40.0}


def test_caps_follow_the_version_in_force_at_the_declaration(two_versions: See) -> None:
    made = [
        {"party": one, "type": "knowledge", "quantity": many, "occurred_at": "2026-03-01"}
        for one, many in zip("abcde", (9, 1, 1, 1, 1), strict=True)
    ]
    pool = {"layer": "pot", "amount": "100.00", "currency": "CNY", "state": "declared"}
    pools = [
        pool | {"pool": key, "period_start": "2026-01-01", "period_end": end, "occurred_at": declared}
        for key, end, declared in (("old", "2026-03-31", "2026-04-30"), ("new", "2026-04-30", "2026-05-01"))
    ]
    seen = two_versions({"memberships": MEMBERS, "contributions": made, "pools": pools})
    paid = seen.rows("dis.entitlement")
    spec, explainer = seen.board.registry.specs["dis.entitlement"], Explainer(seen.board)
    judging = {pool: explainer.measure(spec, f"a@{pool}", seen.board.ends.main) for pool in ("old", "new")}
    versions = [rules.version for rules in seen.board.rulebook.charters]
    assert [judging[pool]["rule"]["version"] for pool in ("old", "new")] == versions
    capped = paid.filter(pl.col("subject").str.starts_with("a@")).sort("subject")
    assert capped.select("subject", "value").rows() == [("a@new", 2500), ("a@old", 3000)]


def test_a_charter_that_drops_a_layer_leaves_the_pools_that_name_it(see: See, first: dict[str, Any]) -> None:
    dropped = merged(first, NEW)
    dropped["distribution"]["layers"] = [{"id": "cash", "by": "points"}]
    rulebook = Rulebook([Charter.model_validate(first), Charter.model_validate(dropped)])
    pool = {
        "pool": "late",
        "layer": "pot",
        "amount": "100.00",
        "currency": "CNY",
        "period_start": "2026-05-01",
        "period_end": "2026-06-30",
        "state": "declared",
        "occurred_at": "2026-07-01",
    }
    made = [{"party": "a", "type": "knowledge", "quantity": 1, "occurred_at": "2026-05-02"}]
    seen = see({"memberships": MEMBERS, "contributions": made, "pools": [pool]}, OLD, "2026-12-31")
    seen.board = Board(seen.board.prepared, rulebook, seen.board.ends, seen.board.registry)
    assert seen.values("dis.entitlement") == {"a@late": 2500, "remainder@late": 7500}  # the cap in force: 25 %


TIERS = [{"pay": "operating_costs"}, {"pay": "holders", "by": "points"}]
BY_POINTS, BY_TIERS, GONE = {"by": "points"}, {"tiers": TIERS}, None
OPERATING = {"series": "operating_costs", "basis": "actual", "amount": "30.00", "currency": "CNY"}


@pytest.fixture
def one_pool(see: See, first: dict[str, Any]) -> See:
    """A pool declared before the second version, looked at under it; the layer's clause in either."""

    def look(before: Any, after: Any) -> Any:
        versions = [merged(first, {}), merged(first, NEW)]
        for version, clause in zip(versions, (before, after), strict=True):
            layers = [{"id": "other", "by": "points"}] + ([{"id": "pot", **clause}] if clause else [])
            version["distribution"] |= {"layers": layers, "caps": {}}
        pool = {"pool": "h1", "layer": "pot", "amount": "100.00", "currency": "CNY", "state": "declared"}
        facts = {
            "memberships": MEMBERS,
            "contributions": [{"party": "a", "type": "knowledge", "quantity": 1, "occurred_at": "2026-01-02"}],
            "figures": [OPERATING | {"period_end": "2026-03-31", "occurred_at": "2026-04-01"}],
            "pools": [
                pool | {"period_start": "2026-01-01", "period_end": "2026-03-31", "occurred_at": "2026-04-10"},
            ],
        }
        seen = see(facts, OLD, "2026-12-31")
        rulebook = Rulebook([Charter.model_validate(version) for version in versions])
        seen.board = Board(seen.board.prepared, rulebook, seen.board.ends, seen.board.registry)
        return seen

    return look


@pytest.mark.parametrize("after", [BY_POINTS, BY_TIERS, GONE], ids=["points", "tiers", "gone"])
def test_a_pool_by_points_stays_so_whatever_a_later_charter_makes_of_its_layer(one_pool: See, after: Any) -> None:
    seen = one_pool(BY_POINTS, after)
    assert seen.values("dis.entitlement") == {"a@h1": 10_000, "remainder@h1": 0}
    assert seen.decisions("distribution", "tier") == []


@pytest.mark.parametrize("after", [BY_POINTS, BY_TIERS, GONE], ids=["points", "tiers", "gone"])
def test_a_waterfall_stays_one_whatever_a_later_charter_makes_of_its_layer(one_pool: See, after: Any) -> None:
    seen = one_pool(BY_TIERS, after)
    paid = {"operating_costs@h1": 3_000, "a@h1": 7_000, "remainder@h1": 0}
    assert seen.values("dis.entitlement") == paid
    (tier,) = seen.decisions("distribution", "tier")
    assert (tier.pointer, tier.version) == ("/distribution/layers/1/tiers/0", 1)  # where its rule stands
