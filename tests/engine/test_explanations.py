"""Every number follows from the facts that explain it, and from no others."""

from collections.abc import Sequence

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
    assert told["rule"] == {"version": 1, "pointer": payout.pointer, "text": payout.message.id}
    assert [below["id"] for below in told["measures"]] == ["dis.entitlement", "dis.points"]
    assert told["facts"]["count"] > 0
    assert len(told["facts"]["sha256"]) == 64


def test_an_explanation_shows_no_personal_text(little: Cycle) -> None:
    told = explain(little, "com.active_members")
    assert all("name" not in row for row in told["facts"]["rows"])
