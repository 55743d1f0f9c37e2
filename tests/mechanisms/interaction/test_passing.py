"""A question in passing leads to an answer that does not name who gave it; none is asked that can show nothing."""

from pathlib import Path
from typing import Any

import pytest

from tenfold.charter.load import load_charter
from tenfold.engine.cases import Case, missed, read_cases

HERE = Path(__file__).parent
BASE = load_charter(HERE.parent / "base.yaml").model_dump(by_alias=True, exclude_unset=True)
NONE = "none"  # an id that no decision has, so that all of a subject are seen


def decisions(case: Case, *subjects: str) -> list[Any]:
    """Return all decisions of a case about some subjects."""
    rows = [{"subject": subject, "id": NONE} for subject in subjects]
    return [one for miss in missed(case.model_copy(update={"expect": {"decision": rows}}), BASE) for one in miss.seen]


def spoken_of(case: Case) -> set[str]:
    return {row["subject"] for row in case.expect.get("decision", ())}


def test_a_survey_answer_names_neither_cause_nor_respondent_for_they_would_name_the_member() -> None:
    seen = [
        decision
        for case in read_cases(HERE / "cases" / "passing.yaml")
        for decision in decisions(case, *spoken_of(case))
        if (decision["proposes"] or {}).get("table") == "survey_answers"
    ]
    assert seen
    assert all(not {"because", "respondent"} & set(decision["proposes"]) for decision in seen)


@pytest.mark.parametrize(("members", "asked"), [(4, []), (5, ["interaction.ask_job"])])
def test_a_segment_too_small_to_show_an_answer_is_not_asked_about_its_jobs(members: int, asked: list[str]) -> None:
    came = {"class": "expert", "state": "active", "occurred_at": "2026-01-10"}
    talk = {"member": "m0", "direction": "out", "channel": "call", "flags": "decision", "occurred_at": "2026-10-01"}
    case = Case(
        name="small",
        rules={
            "value": {"segments": [{"id": "specialist", "match": {"class": "expert"}, "jobs": ["recognition"]}]},
            "interaction": {"cadence": {"specialist": "21d"}},
        },
        as_of="2026-11-23",
        facts={"memberships": [{"party": f"m{n}"} | came for n in range(members)], "interactions": [talk]},
        expect={},
    )
    found = decisions(case, "m0")
    assert "touch_due" in {one["kind"] for one in found}
    assert [one["message"]["id"] for one in found if one["kind"] == "ask_in_passing"] == asked
