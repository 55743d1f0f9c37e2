"""A question in passing leads to an answer that does not name who gave it."""

from pathlib import Path

from tenfold.charter.load import load_charter
from tenfold.engine.cases import missed, read_cases

HERE = Path(__file__).parent
BASE = load_charter(HERE.parent / "base.yaml").model_dump(by_alias=True, exclude_unset=True)


def test_a_survey_answer_names_neither_cause_nor_respondent_for_they_would_name_the_member() -> None:
    seen = [
        decision
        for case in read_cases(HERE / "cases" / "passing.yaml")
        for row in case.expect.get("decision", ())
        for one in missed(case.model_copy(update={"expect": {"decision": [row | {"kind": "never"}]}}), BASE)
        for decision in one.seen
        if (decision["proposes"] or {}).get("table") == "survey_answers"
    ]
    assert seen
    assert all(not {"because", "respondent"} & set(decision["proposes"]) for decision in seen)
