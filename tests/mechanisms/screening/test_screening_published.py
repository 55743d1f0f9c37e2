"""The worked numbers of the design: what a set covers, who adds what, how groups fare, how methods rank."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tenfold.mechanisms.screening.measures.ratings import cards

ON = {"occurred_at": "2026-01-05"}


def needs(example: dict[str, Any]) -> dict[str, Any]:
    listed = [{"id": need, "weight": weight, "redundancy": 2} for need, weight in example["input"]["needs"].items()]
    return {"screening": {"needs": listed}}


def able(example: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"party": party, "need": need, "basis": "evidenced", "level": level} | ON
        for party, levels in example["input"]["capability"].items()
        for need, level in levels.items()
    ]


def members(*parties: str) -> list[dict[str, str]]:
    return [{"party": party, "class": "expert", "state": "active"} | ON for party in parties]


def test_each_alone_adds_what_was_worked_out(see: Any, worked: dict[str, Any]) -> None:
    example = worked["set_value"]
    assert see({"capabilities": able(example)}, needs(example)).values("scr.coverage_gain") == pytest.approx(
        example["expect"]["alone"]
    )


def test_the_greedy_steps_add_what_was_worked_out_and_gains_never_increase(see: Any, worked: dict[str, Any]) -> None:
    example = worked["set_value"]
    inside: list[str] = []
    found = []
    for _ in range(4):
        facts = {"capabilities": able(example)} | ({"memberships": members(*inside)} if inside else {})
        gains = see(facts, needs(example)).values("scr.coverage_gain")
        best = max(sorted(gains), key=lambda party: gains[party])
        inside.append(best)
        found.append([best, gains[best]])
    assert [party for party, _ in found] == [party for party, _ in example["expect"]["greedy"]]
    assert [gain for _, gain in found] == pytest.approx([gain for _, gain in example["expect"]["greedy"]])
    assert sorted((gain for _, gain in found), reverse=True) == [gain for _, gain in found]


def test_a_second_battery_expert_adds_little_the_institute_much(see: Any, worked: dict[str, Any]) -> None:
    example = worked["set_value"]
    chosen, covered = example["expect"]["best_four"]
    seen = see({"capabilities": able(example), "memberships": members(*chosen)}, needs(example))
    assert seen.row("scr.coverage")["value"] == pytest.approx(covered / example["expect"]["of"], abs=5e-7)
    assert seen.values("scr.coverage_gain") == pytest.approx(example["expect"]["next_gain"])


def test_two_members_of_one_group_have_one_voice(see: Any, worked: dict[str, Any]) -> None:
    example = worked["set_value"]
    link = {"party": "battery_expert", "other": "battery_expert_2", "relation": "controls", "recorded_by": "cora"} | ON
    facts = {
        "capabilities": able(example),
        "memberships": members("battery_expert", "battery_expert_2"),
        "group_links": [link],
        "role_terms": [{"party": "cora", "role": "compliance", "until": "2030-12-31", "occurred_at": "2020-01-01"}],
    }
    assert see(facts, needs(example)).row("scr.coverage")["value"] == pytest.approx((0.95 + 0.2) * 2 / 14, abs=5e-7)


def asked(group: str, admitted: int, decided: int) -> dict[str, list[dict[str, str]]]:
    rows: dict[str, list[dict[str, str]]] = {"parties": [], "memberships": []}
    for number in range(decided):
        party = f"{group}-{number}"
        rows["parties"].append({"party": party, "type": "organisation", "name": party, "size": group} | ON)
        answer = "active" if number < admitted else "declined"
        rows["memberships"] += [
            {"party": party, "class": "expert", "state": "applied"} | ON,
            {"party": party, "class": "expert", "state": answer, "occurred_at": "2026-02-05"},
        ]
    return rows


def fairness(least: int) -> dict[str, Any]:
    return {"screening": {"fairness": {"attributes": ["size"], "impact_ratio_alert": "0.80", "min_group": least}}}


def test_the_impact_ratio_comes_with_its_p(see: Any, worked: dict[str, Any]) -> None:
    example = worked["fairness"]
    parts = [asked(group, *counts) for group, counts in example["input"]["admitted"].items()]
    facts = {table: [row for part in parts for row in part[table]] for table in ("parties", "memberships")}
    seen = see(facts, fairness(10))
    assert seen.row("scr.impact_ratio", "size")["value"] == pytest.approx(example["expect"]["impact_ratio"], abs=5e-4)
    assert seen.row("scr.impact_ratio", "size/p")["value"] == pytest.approx(example["expect"]["fisher_p"], abs=5e-4)
    look = seen.decisions("screening", "fairness")
    assert [(one.subject, one.proposal) for one in look] == [("size", "screening.look")]
    assert see(facts, fairness(30)).row("scr.impact_ratio", "size")["value"] is None


def rated(example: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    weights = example["input"]["weights"]
    ratings = [
        {"party": party.lower(), "rater": rater, "criterion": criterion, "score": str(mark)} | ON
        for party, marks in example["input"]["ratings"].items()
        for rater in ("one", "two")
        for criterion, mark in zip(weights, marks, strict=True)
    ]
    people = [
        {"party": party.lower(), "class": "expert", "state": "rated"} | ON for party in example["input"]["ratings"]
    ]
    plan = {
        "scorecards": {"expert": {"criteria": weights, "min_total": 60}},
        "raters": {"min": 2, "max_spread": 25},
        "sensitivity": {"methods": ["topsis"], "weight_draws": 500, "seed": 7},
    }
    return {"ratings": ratings, "memberships": people}, {"screening": plan}


def test_scores_add_up_as_worked_and_the_ranking_depends_on_the_method(see: Any, worked: dict[str, Any]) -> None:
    example = worked["method_sensitivity"]
    facts, changes = rated(example)
    seen = see(facts, changes)
    assert list(seen.values("scr.score").values()) == pytest.approx(example["expect"]["weighted_sum"])
    scores = {one.subject: one for one in seen.decisions("screening", "score")}
    ranks = {party: one.message.params["ranks"] for party, one in scores.items()}
    assert ranks == {"a": "sum 1, topsis 2", "b": "sum 2, topsis 1", "c": "sum 3, topsis 3"}
    assert scores["a"].message.id == "screening.score.enough.method_dependent"
    assert scores["c"].message.id == "screening.score.enough"


def test_a_score_is_the_sum_of_its_parts(see: Any, worked: dict[str, Any]) -> None:
    facts, changes = rated(worked["method_sensitivity"])
    seen = see(facts, changes)
    seen.rows("scr.score")
    rules, ends = seen.board.main
    assert ends["as_of"][0] > datetime(2026, 1, 1, tzinfo=UTC)
    weights = worked["method_sensitivity"]["input"]["weights"]
    for card in cards(seen.board.window(ends), rules, ends["end"][0]):
        parts = sum(weights[key] * mean for key, mean in card.means.items()) / sum(weights.values())
        assert card.total == pytest.approx(parts)


def test_acceptability_is_seeded_and_needs_two_candidates(see: Any, worked: dict[str, Any]) -> None:
    facts, changes = rated(worked["method_sensitivity"])
    once, twice = (see(facts, changes).values("scr.rank_acceptability") for _ in range(2))
    assert once == twice
    alone = {
        "ratings": [row for row in facts["ratings"] if row["party"] == "a"],
        "memberships": facts["memberships"][:1],
    }
    seen = see(alone, changes)
    assert seen.values("scr.rank_acceptability") == {"a": None}
    assert [one.message.params["ranks"] for one in seen.decisions("screening", "score")] == ["sum 1"]


def test_redundancy_is_reckoned_at_every_observation(see: Any) -> None:
    joined = {"party": "a", "class": "partner", "state": "active"} | ON
    able = {"party": "a", "need": "grid", "basis": "evidenced", "level": "0.5"} | ON
    light = {"id": "kri", "metric": "scr.redundancy", "direction": "low", "amber": "0.4", "red": "0.1", "band": "0"}
    light |= {"owner": "operator", "enter_after": 1, "leave_after": 2}
    rules = {"screening": {"needs": [{"id": "grid"}]}, "risk": {"indicators": [light]}}
    board = see({"memberships": [joined], "capabilities": [able]}, rules).board.compute(only=["view.indicator"])
    ends = board.results["scr.redundancy"]["end"].to_list()
    assert len(ends) > 2
    assert ends == board.ends.frame["end"].to_list()
