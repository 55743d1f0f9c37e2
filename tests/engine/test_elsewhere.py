"""An approved pool looks from its approval: what is told later of that day reaches a warm engine too."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests import small

from tenfold.engine.community import Community
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import explain
from tenfold.engine.graph import Graph
from tenfold.engine.warm import Engine

LAYERS = b"  layers:\n"
FLOW = b"""\
    - id: flow
      tiers:
        - {pay: holders, by: points, if: [{metric: com.new, op: ">=", value: 6}], else: lock_up}
"""
POOL = {"pool": "flow-1", "layer": "flow", "amount": "600.00", "currency": "CNY", "by": "us"}
POOL |= {"period_start": "2026-01-01", "period_end": "2026-03-15"}
NEW = {"fact": "member-new", "party": "us", "class": "expert", "state": "active", "occurred_at": "2026-02-01"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """Five are new when a pool is approved that wants six new members before its holders get anything."""
    given = small.rows()
    for state, day in (("declared", "2026-03-20"), ("approved", "2026-03-25")):
        given["pools"].append(POOL | {"fact": f"flow-{state}", "state": state, "occurred_at": day})
    charter = small.CHARTER.read_bytes().replace(LAYERS, LAYERS + FLOW)
    return Engine(Community.load(small.write(tmp_path, given=given, charter=charter)))


def paid(cycle: Cycle) -> int:
    """What the holders of the pool get by its rules."""
    rows = cycle.board.results["pool.cascade"]
    return sum(rows.filter(pool="flow-1", role="equity")["paid"])


def joined(engine: Engine) -> None:
    """Tell the engine of a sixth member, who is said to have been known before the approval."""
    assert engine.community.folder is not None
    engine.add(small.store(engine.community.folder, {"memberships": [NEW]}).tables)


def test_the_tests_of_a_tier_are_those_of_its_approval(engine: Engine) -> None:
    assert [*engine.measures()["com.new"]["value"]] == [0]
    assert paid(engine.cycle()) == 0
    joined(engine)
    assert [*engine.measures()["com.new"]["value"]] == [0]
    assert paid(engine.cycle()) == 60000


def test_a_warm_engine_learns_what_was_known_then(engine: Engine) -> None:
    engine.cycle()
    joined(engine)
    whole = run(replace(engine.community, graph=Graph()), engine.moment)
    found = engine.cycle().board.results
    assert all(found[id].equals(whole.board.results[id]) for id in ("pool.cascade", "pool.shares", "dis.entitlement"))


def test_what_was_known_then_is_behind_the_amount(engine: Engine) -> None:
    joined(engine)
    behind = explain(engine.cycle(), "dis.entitlement:lin@flow-1")["facts"]["rows"]
    assert {"member-lin", "member-new"} <= {row["fact"] for row in behind}
