"""Gates: evidence, expiry and what is proposed; nobody is declined for what is not known."""

from typing import Any

import pytest

from tenfold.engine.explain import Explainer

ON = {"occurred_at": "2026-10-01"}
GATES = [
    {"id": "identity", "applies_to": "all", "valid_for": "6m"},
    {"id": "owners", "applies_to": "all_orgs"},
    {"id": "references", "applies_to": ["expert"], "min": 2, "valid_for": "12m"},
]
RULES = {"screening": {"gates": GATES}}
ALL = [("identity", "us"), ("owners", "us"), ("references", "lin"), ("references", "zhou")]


def applicant(party: str = "wang", kind: str = "organisation", class_: str = "expert") -> dict[str, Any]:
    return {
        "parties": [{"party": party, "type": kind, "name": party} | ON],
        "memberships": [{"party": party, "class": class_, "state": "applied"} | ON],
    }


def checks(*passed: tuple[str, str], result: str = "pass", on: str = "2026-10-02") -> list[dict[str, str]]:
    return [
        {"party": "wang", "gate": gate, "verifier": verifier, "result": result, "occurred_at": on}
        for gate, verifier in passed
    ]


def test_whom_a_gate_concerns_follows_from_kind_and_class(see: Any) -> None:
    organisation = see(applicant(), RULES).values("scr.gate")
    person = see(applicant("wang", "person", "investor"), RULES).values("scr.gate")
    assert organisation == {"wang@identity": "missing", "wang@owners": "missing", "wang@references": "missing"}
    assert person == {"wang@identity": "missing"}


@pytest.mark.parametrize("removed", range(4))
def test_removing_one_evidence_flips_its_gate_to_missing_and_the_admission_away(see: Any, removed: int) -> None:
    whole = see(applicant() | {"gate_checks": checks(*ALL)}, RULES)
    assert set(whole.values("scr.gate").values()) == {"pass"}
    assert [one.kind for one in whole.decisions("screening")] == ["admit"]
    left = [check for number, check in enumerate(ALL) if number != removed]
    less = see(applicant() | {"gate_checks": checks(*left)}, RULES)
    assert less.values("scr.gate")[f"wang@{ALL[removed][0]}"] == "missing"
    assert [one.kind for one in less.decisions("screening")] == ["gate_result"]


@pytest.mark.parametrize(
    ("as_of", "state"), [("2027-04-02", "pass"), ("2027-04-03", "expired"), ("2026-10-01", "missing")]
)
def test_a_pass_is_good_for_the_months_of_its_gate(see: Any, as_of: str, state: str) -> None:
    facts = applicant() | {"gate_checks": checks(("identity", "us"))}
    assert see(facts, RULES, as_of).values("scr.gate")["wang@identity"] == state


def test_a_date_on_the_check_counts_before_the_rule(see: Any) -> None:
    until = [check | {"valid_until": "2026-10-20"} for check in checks(("identity", "us"))]
    assert see(applicant() | {"gate_checks": until}, RULES).values("scr.gate")["wang@identity"] == "expired"


def test_two_references_of_one_person_are_one(see: Any) -> None:
    same = checks(("references", "lin"), ("references", "lin"))
    assert see(applicant() | {"gate_checks": same}, RULES).values("scr.gate")["wang@references"] == "missing"


def test_a_failed_check_proposes_to_decline_and_says_what_would_change_it(see: Any) -> None:
    failed = [*checks(*ALL), *checks(("identity", "us"), result="fail", on="2026-10-05")]
    found = see(applicant() | {"gate_checks": failed}, RULES).decisions("screening", "decline")
    assert [(one.subject, one.message.id, one.cure and one.cure.value) for one in found] == [
        ("wang", "screening.decline.gate", "1")
    ]
    member = {"table": "memberships", "party": "wang", "class": "expert", "state": "declined"}
    assert found[0].proposes == member | {"because": found[0].id}


def test_missing_ratings_ask_for_one_and_decide_nothing(see: Any) -> None:
    card = {"expert": {"criteria": {"skill": 100}, "min_total": 60}}
    facts = applicant() | {"gate_checks": checks(*ALL)}
    plan = {"screening": {"gates": GATES, "scorecards": card}}
    one = {"party": "wang", "rater": "lin", "criterion": "skill", "score": "90"} | ON
    for ratings in ([], [one], [one, one | {"rater": "wang"}]):
        found = see(facts | ({"ratings": ratings} if ratings else {}), plan).decisions("screening")
        assert [each.kind for each in found] == ["insufficient"], ratings


@pytest.mark.parametrize(
    ("marks", "kind", "reason"),
    [
        ((90, 80), "admit", None),
        ((50, 40), "decline", "screening.decline.low"),
        ((95, 40), None, None),
    ],
)
def test_ratings_admit_decline_or_are_to_be_discussed(
    see: Any, marks: Any, kind: str | None, reason: str | None
) -> None:
    plan = {"screening": {"gates": GATES, "scorecards": {"expert": {"criteria": {"skill": 100}, "min_total": 60}}}}
    ratings = [
        {"party": "wang", "rater": rater, "criterion": "skill", "score": str(mark)} | ON
        for rater, mark in zip(("lin", "zhou"), marks, strict=True)
    ]
    seen = see(applicant() | {"gate_checks": checks(*ALL), "ratings": ratings}, plan)
    found = [one for one in seen.decisions("screening") if one.kind in ("admit", "decline")]
    assert [one.kind for one in found] == ([kind] if kind else [])
    assert [one.message.id for one in found if reason] == ([reason] if reason else [])
    verdict = seen.decisions("screening", "score")[0]
    assert (verdict.proposal == "screening.discuss") == (kind is None)


def test_what_nobody_knows_of_a_candidate_is_asked_not_held_against_it(see: Any) -> None:
    plan = {
        "screening": {
            "needs": [{"id": "grid", "weight": 3}],
            "set_value": {"admit_if_gain_at_least": "0.25"},
        }
    }
    facts = applicant()
    assert [one.kind for one in see(facts, plan).decisions("screening")] == ["insufficient"]
    little = {"party": "wang", "need": "grid", "basis": "claim", "level": "0.2"} | ON
    found = see(facts | {"capabilities": [little]}, plan).decisions("screening", "decline")
    assert [(one.message.id, one.cure and one.cure.value) for one in found] == [("screening.decline.gain", "0.07")]
    shown = little | {"basis": "evidenced", "level": "0.9"}
    assert see(facts | {"capabilities": [shown]}, plan).decisions("screening", "admit")[0].value == "2.700000"


def test_a_gate_nobody_was_checked_for_is_named_once_not_for_each_member(see: Any) -> None:
    people = [{"party": f"p{n}", "class": "expert", "state": "active"} | ON for n in range(3)]
    seen = see({"memberships": people}, {"screening": {"gates": [{"id": "identity", "applies_to": "all"}]}})
    assert [(one.kind, one.subject, one.value) for one in seen.decisions("screening")] == [
        ("insufficient", "identity", "3")
    ]
    checked = {"party": "p0", "gate": "identity", "verifier": "us", "result": "pass"} | ON
    seen = see(
        {"memberships": people, "gate_checks": [checked]},
        {"screening": {"gates": [{"id": "identity", "applies_to": "all"}]}},
    )
    assert [(one.kind, one.subject) for one in seen.decisions("screening")] == [
        ("gate_result", "p1"),
        ("gate_result", "p2"),
    ]


def test_a_gate_is_explained_by_its_own_checks_of_the_party(see: Any) -> None:
    names = {check: f"{check[0]}-{check[1]}" for check in ALL}
    facts = [row | {"fact": names[check]} for check, row in zip(ALL, checks(*ALL), strict=True)]
    other = facts[0] | {"fact": "other", "party": "zhou"}
    seen = see(applicant() | {"gate_checks": [*facts, other]}, RULES)
    seen.rows("scr.gate")
    spec, end = seen.board.registry.specs["scr.gate"], seen.board.ends.main
    behind = Explainer(seen.board).selection(spec, "wang@references", end)
    assert sorted(behind["gate_checks"]["fact"]) == ["references-lin", "references-zhou"]
