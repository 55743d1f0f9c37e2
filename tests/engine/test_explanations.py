"""Every number follows from the facts that explain it, and from no others."""

import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from tests import small
from tests.engine import examples, tangled
from tests.engine.laws import broken, parts, sample, subjects_of, unmoved, values_of
from tests.night import NIGHT

from tenfold.engine.community import Community, read_moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.explain import Explainer, explain
from tenfold.engine.registry import registry

MEASURES = [spec.id for spec in registry().measures]
ALONE = 6 if NIGHT else 2  # subjects of a measure of a real community that are explained one by one
PARTS_OF = re.compile("[@/]")  # between the parts of a subject
PARTS = 2  # and all of them in so many groups


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    community = Community.load(small.write(tmp_path_factory.mktemp("small")))
    return run(community, community.moment(read_moment("2026-11-02T08:30:00+08:00", "Asia/Shanghai")))


def law_holds(cycle: Cycle, id: str, alone: int, groups: int) -> None:
    """Each of some subjects follows from its own facts; all of them, in so many groups, from those of their group."""
    spec = registry().specs[id]
    known = worth_something(cycle, id)
    touched = [one for one in known if not merged_into(cycle).isdisjoint(PARTS_OF.split(one))]
    chosen = [[one] for one in dict.fromkeys([*sample(touched, alone), *sample(known, alone)])]
    dealt = parts(known, groups) if groups else []
    assert broken(cycle, spec, Explainer(cycle.board), [*chosen, *dealt]) == []


def worth_something(cycle: Cycle, id: str) -> list[str]:
    rows = cycle.board.results[id].filter(pl.col("end") == cycle.board.ends.main)
    return rows.filter(pl.col("value").is_not_null())["subject"].to_list()


def merged_into(cycle: Cycle) -> set[str]:
    """The records that stand for older ones."""
    return set(cycle.board.results["view.same"]["target"])


@pytest.mark.parametrize(("place", "id"), list(enumerate(MEASURES)), ids=MEASURES)
def test_each_value_of_people_who_are_hard_to_follow_follows_from_its_facts_alone(place: int, id: str) -> None:
    law_holds(tangled.cycle(tangled.ZONES[place % len(tangled.ZONES)]), id, alone=2, groups=0)


# Every subject of six communities takes an hour: `make night`.
MANY = [(id, zone, seed) for zone in tangled.ZONES for seed in range(3) for id in MEASURES] if NIGHT else []


@pytest.mark.parametrize(("id", "zone", "seed"), MANY)
def test_every_value_of_many_such_communities_follows_from_its_facts_alone(id: str, zone: str, seed: int) -> None:
    law_holds(tangled.cycle(zone, seed), id, alone=3, groups=8)


def test_people_who_are_hard_to_follow_have_a_value_of_every_measure() -> None:
    cycle = tangled.cycle(tangled.ZONES[0])
    assert [id for id in MEASURES if not worth_something(cycle, id)] == []


def test_they_are_hard_to_follow() -> None:
    board = tangled.cycle(tangled.ZONES[1]).board
    same = board.results["view.same"].filter(pl.col("end") == board.ends.main)
    groups = board.results["view.group"].filter(pl.col("end") == board.ends.main)
    assert same.group_by("target").len()["len"].max() == tangled.CHAIN
    assert groups.group_by("group").len()["len"].max() >= tangled.RING
    corrected = {name for name, rows in board.prepared.items() if rows["corrects"].drop_nulls().len()}
    assert {"interactions", "memberships", "contributions", "commitments", "opportunities", "ratings"} <= corrected
    assert len({rules.charter.version for rules, _ in board.by_version({0, board.ends.main})}) > 1
    assert board.ends.frame["today"][-1] == tangled.LEAP_DAY


# Measures that add up or count: the table whose things they add, one by one.
ADDED = {
    "agr.expiring": "gate_checks",
    "com.new": "memberships",
    "cov.default": "incidents",
    "fund.claimed": "opportunities",
    "fund.committed": "opportunities",
    "fund.signed": "opportunities",
    "fund.soft": "opportunities",
    "fund.wired": "cash_movements",
    "inc.vested": "vesting_grants",
    "ins.acts_dismissed": "decision_acts",
    "ins.acts_done": "decision_acts",
    "rel.reached_out": "interactions",
    "risk.expected_loss": "risks",
    "risk.redemption_exposure": "rights",
}


@pytest.mark.parametrize(("id", "table"), list(ADDED.items()))
def test_a_sum_changes_without_any_of_the_things_that_it_adds(id: str, table: str) -> None:
    cycle = tangled.cycle(tangled.ZONES[0])
    rows = cycle.board.results[id].filter(pl.col("end") == cycle.board.ends.main).sort("value")
    assert rows["value"][-1] > 0
    assert unmoved(cycle, registry().specs[id], rows["subject"][-1], table, tried=3) == []


# By day every measure is followed in one real community, at night in each: computing one takes half a minute.
REAL = ("makerdao", "optimism")
FOLLOWED = [(id, name) for id in MEASURES for name in (REAL if NIGHT else REAL[:1])]


@pytest.mark.parametrize(("id", "name"), FOLLOWED)
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
