"""Whatever `check` accepts, every command finishes: communities of random cells at the limits of their types."""

import json
import random
import re
from pathlib import Path

import pytest
from tests.engine import at_limits
from tests.night import NIGHT

from tenfold.engine.community import read_moment
from tenfold.engine.cycle import run
from tenfold.engine.explain import explain
from tenfold.engine.files import write_cycle
from tenfold.engine.today import run_today, today
from tenfold.report.page import write_report

NOW = "2026-11-02T08:30:00+08:00"
EXPLAINED = 60 if NIGHT else 6  # numbers and decisions of a community


@pytest.mark.parametrize("seed", range(1, 61 if NIGHT else 2))
def test_what_loads_is_computed_reported_and_explained(seed: int, tmp_path: Path) -> None:
    community = at_limits.community(tmp_path / "community", seed)
    assert community.facts.count > 120  # most of what was thrown can be
    cycle = run(community, community.moment(read_moment(NOW, "Asia/Shanghai")))
    write_cycle(cycle, tmp_path / "out")
    page = write_report(cycle, tmp_path / "out").read_text(encoding="utf-8")
    assert not re.search(r"\b(nan|inf)\b", page)
    today(run_today(community, cycle.moment))
    lines = (tmp_path / "out" / "measures.jsonl").read_text(encoding="utf-8").splitlines()
    values = [f"{one['id']}:{one['subject']}" for one in map(json.loads, lines) if one["value"] is not None]
    dice = random.Random(seed)
    for id in dice.sample([*values, *(one.id for one in cycle.decisions)], EXPLAINED):
        assert explain(cycle, id)
