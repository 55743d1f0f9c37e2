"""Every number follows from the facts that explain it, and from no others."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests import small
from tests.engine import examples
from tests.engine.laws import broken, parts, sample, subjects_of, values_of

from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import Explainer, explain
from tenfold.engine.registry import registry

MEASURES = [spec.id for spec in registry().measures]
ALONE = 6  # subjects of a measure of a real community that are explained one by one
PARTS = 2  # and all of them in so many groups


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    community = Community.load(small.write(tmp_path_factory.mktemp("small")))
    return run(community, community.moment(read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")))


@pytest.mark.parametrize("id", MEASURES)
def test_each_value_of_a_small_community_follows_from_its_facts_alone(id: str, little: Cycle) -> None:
    spec = registry().specs[id]
    alone = [[one] for one in subjects_of(little, spec)]
    assert broken(little, spec, Explainer(little.board), alone) == []


@pytest.mark.parametrize("name", ["makerdao", "optimism"])
@pytest.mark.parametrize("id", MEASURES)
def test_each_value_of_a_real_community_follows_from_its_facts_alone(id: str, name: str) -> None:
    cycle = examples.cycle(name)
    spec = registry().specs[id]
    subjects = subjects_of(cycle, spec)
    groups: list[Sequence[str]] = [[one] for one in sample(subjects, ALONE)]
    groups += parts(subjects, PARTS) if len(subjects) > ALONE else []
    assert broken(cycle, spec, Explainer(cycle.board), groups) == []


def test_leaving_out_one_fact_of_a_sum_changes_it(little: Cycle) -> None:
    spec = registry().specs["dis.points"]
    selection = Explainer(little.board).selection(spec, "lin@h1", little.board.ends.main)
    whole = values_of(little, spec, selection)["lin@h1"]
    less = selection | {
        "contributions": selection["contributions"].filter(selection["contributions"]["fact"] != "work-lin")
    }
    assert whole == 2000
    assert values_of(little, spec, less).get("lin@h1") != whole


def test_a_decision_unfolds_to_rule_measures_and_facts(little: Cycle) -> None:
    payout = next(one for one in little.decisions if one.kind == "payout")
    told = explain(little, payout.id)
    assert {"version": 1, "pointer": payout.pointer, "text": payout.message.id}.items() <= told["rule"].items()
    assert list(told["rule"]["says"]) == [payout.pointer]
    assert [below["id"] for below in told["measures"]] == ["dis.entitlement", "dis.points"]
    assert told["facts"]["count"] > 0
    assert len(told["facts"]["sha256"]) == 64


def test_a_card_unfolds_to_the_minutes_and_chance_of_the_charter_and_to_the_acts_that_moved_it(tmp_path: Path) -> None:
    rule = "/insight/next_best_action"
    plan = b'insight:\n  next_best_action: {effort: {touch: {minutes: 7, chance: "0.30"}}, prior_strength: 2}\n'
    acts = [
        {"fact": f"act-{number}", "decision": f"insight.next_best_action:{card}:1", "act": act, "by": "us"}
        | {"occurred_at": "2026-10-01"}
        for number, (card, act) in enumerate(
            [("zhou/touch", "execute"), ("wang/touch", "dismiss"), ("lin/offer", "execute")]
        )
    ]
    charter = small.CHARTER.read_bytes().replace(b"insight:\n", plan)
    folder = small.write(tmp_path, given=small.rows() | {"decision_acts": acts}, charter=charter)
    community = Community.load(folder)
    cycle = run(community, community.moment(read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")))
    card = next(one for one in cycle.decisions if one.subject == "lin/touch")
    told = explain(cycle, card.id)
    assert told["rule"]["pointer"] == f"{rule}/effort/touch"
    assert told["rule"]["says"] == {
        f"{rule}/effort/touch": {"minutes": 7, "chance": "0.30"},
        f"{rule}/least_gain": "0.005",
        f"{rule}/prior_strength": "2",
    }
    chance = next(below for below in told["measures"] if below["id"] == "ins.act_chance")
    assert (chance["subject"], chance["value"], chance["n"]) == ("touch", "0.400000", 2)  # (2 × 0.3 + 1) ÷ 4
    assert {below["id"]: below["value"] for below in chance["measures"]} == {
        "ins.acts_done": "1",
        "ins.acts_dismissed": "1",
    }
    assert [row["fact"] for row in chance["facts"]["rows"]] == ["act-0", "act-1"]
    assert {"act-0", "act-1"} <= {row["fact"] for row in told["facts"]["rows"]}


def test_an_explanation_shows_no_personal_text(little: Cycle) -> None:
    told = explain(little, "com.active_members")
    assert all("name" not in row for row in told["facts"]["rows"])
