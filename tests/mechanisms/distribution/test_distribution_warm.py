"""A pool seen later looks from now, also where the engine stays warm: pools hold no instant of an earlier cycle."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.mechanisms.conftest import tables_of

from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import decide
from tenfold.engine.graph import Graph
from tenfold.engine.warm import Engine

HOLDERS = {"pay": "holders", "by": "paid_in_share", "if": [{"metric": "cov.default", "op": "==", "value": 0}]}
RULES = {
    "distribution": {
        "layers": [{"id": "flow", "tiers": [{"pay": "operating_costs"}, HOLDERS | {"else": "lock_up"}]}],
    }
}
POOL = {"pool": "h1", "layer": "flow", "amount": "5400.00", "currency": "CNY", "period_start": "2026-01-01"}
POOL |= {"period_end": "2026-06-30"}
STATED = {"period_end": "2026-06-30", "basis": "actual", "currency": "CNY", "occurred_at": "2026-07-01"}
FACTS: dict[str, list[dict[str, Any]]] = {
    "pools": [
        POOL | {"state": "declared", "occurred_at": "2026-07-10"},
        POOL | {"state": "approved", "by": "ann", "occurred_at": "2026-07-20"},
    ],
    "figures": [
        STATED | {"series": "operating_costs", "amount": "4320.00"},
        STATED | {"series": "equity_paid_in", "party": "alpha", "amount": "600.00"},
    ],
}
DEFAULT = {"incident": "i1", "kind": "default", "what": "senior loan", "occurred_at": "2026-07-19"}


def test_a_default_that_becomes_known_between_two_cycles_of_a_day_is_a_difference(
    settle: Callable[..., Community],
) -> None:
    community = settle(FACTS, RULES)
    nine, ten = (read_moment(f"2026-12-31T{hour}:00", "UTC") for hour in ("09", "10"))
    engine = Engine(community, Moment(nine, nine))
    assert not [one for one in engine.decide() if one.kind == "later_difference"]
    told = {"incidents": [DEFAULT | {"fact": "late", "recorded_at": "2026-12-31T10:00:00Z"}]}
    engine.add({"incidents": tables_of(told, community.rulebook).tables["incidents"]})
    engine.advance(Moment(ten, ten))
    whole = replace(engine.community, graph=Graph())
    assert [*engine.decide()] == decide(whole.board(engine.moment))
    assert [one.value for one in engine.decide() if one.kind == "later_difference"] == ["1080.00"]
