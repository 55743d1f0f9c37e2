"""No facts at all, one member, very many of one kind: a sentence or silence, never a crash or a guess."""

from datetime import date
from typing import Any

import pytest

RULES = {
    "goals": {
        "stages": {
            "growth": {
                "raise": {"instrument": "equity", "target": "100 CNY", "minimum_close": "60 CNY"},
                "key_results": [
                    {
                        "id": "a",
                        "metric": "fund.wired",
                        "baseline": "0 CNY",
                        "target": "9 CNY",
                        "due": date(2027, 1, 1),
                    },
                    {"id": "b", "metric": "fund.n_eff", "baseline": 1, "target": 4, "due": date(2027, 1, 1)},
                    {"id": "c", "metric": "scr.coverage", "baseline": 0, "target": "0.9", "due": date(2027, 1, 1)},
                    {"id": "d", "metric": "val.nps", "baseline": 0, "target": 30, "due": date(2027, 1, 1)},
                ],
            }
        }
    },
    "screening": {
        "needs": [{"id": "grid"}],
        "gates": [{"id": "identity", "applies_to": "all"}],
        "sensitivity": {"methods": ["topsis", "promethee2"], "weight_draws": 50},
        "fairness": {"attributes": ["size", "source"]},
        "scorecards": {"expert": {"criteria": {"skill": 100}}},
    },
    "value": {
        "segments": [{"id": "all", "match": {"class": "expert", "capability": "grid"}, "jobs": ["learn"]}],
        "offers": [{"id": "kit", "serves": {"learn": 3}, "entitles": ["all"]}],
        "listen": {"nps_every": "6m"},
    },
}


def people(count: int) -> dict[str, Any]:
    return {
        "memberships": [
            {"party": f"p{n}", "class": "expert", "state": "active", "occurred_at": "2026-01-01"} for n in range(count)
        ],
        "capabilities": [
            {"party": f"p{n}", "need": "grid", "basis": "evidenced", "level": "1", "occurred_at": "2026-01-01"}
            for n in range(count)
        ],
    }


@pytest.mark.parametrize(("count", "coverage"), [(0, 0.0), (1, 1.0), (1000, 1.0)])
def test_the_first_three_decide_on_nothing_on_one_and_on_very_many(see: Any, count: int, coverage: float) -> None:
    seen = see(people(count) if count else {}, RULES)
    kinds = [one.kind for room in ("goals", "screening", "value") for one in seen.decisions(room)]
    assert kinds.count("insufficient") == (3 if not count else 4)  # three key results; a gate that nobody ever passed
    assert kinds.count("key_result") == 1
    assert not {"admit", "decline", "dependence"} & set(kinds)
    assert seen.row("scr.coverage")["value"] == coverage
    assert seen.row("okr.score", "growth")["n"] == 1
