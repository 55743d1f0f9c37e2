"""Records merged in a circle are one party of a pool, whatever else was merged and in whatever order it is told."""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

See = Callable[..., Any]
RULES = {
    "distribution": {"layers": [{"id": "pot", "by": "points"}], "contribution_types": {"work": {"flat_points": 1}}}
}
PARTIES = ("alpha", "beta", "gamma", "old", "new")
CIRCLE = (("beta", "gamma"), ("gamma", "alpha"), ("alpha", "beta"))
MERGES = (*CIRCLE, ("old", "new"))  # the last has nothing to do with the circle
ORDERS = tuple(permutations(MERGES))
POOL = {"layer": "pot", "pool": "h1", "amount": "500.00", "currency": "CNY", "state": "declared"}
POOL |= {"period_start": "2026-01-01", "period_end": "2026-06-30", "occurred_at": "2026-07-01"}


def facts(merges: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    organisation = {"type": "organisation", "occurred_at": "2026-02-01"}
    member = {"class": "expert", "state": "active", "occurred_at": "2026-01-01"}
    work = {"type": "work", "quantity": "1", "occurred_at": "2026-03-01"}
    return {
        "memberships": [member | {"party": party} for party in PARTIES],
        "contributions": [work | {"party": party} for party in PARTIES],
        "parties": [organisation | {"party": one, "name": one, "merged_into": into} for one, into in merges],
        "pools": [POOL],
    }


@pytest.mark.parametrize("merges", ORDERS, ids=lambda merges: "-".join(one for one, _ in merges))
def test_a_circle_is_paid_once_whatever_was_merged_beside_it(see: See, merges: tuple[tuple[str, str], ...]) -> None:
    paid = see(facts(merges), RULES, "2026-07-31").values("dis.entitlement")
    assert paid == {"alpha@h1": 30000, "new@h1": 20000, "remainder@h1": 0}
