"""A date that was moved by the usual slip is not moved by it again."""

from pathlib import Path

from tenfold.charter.load import load_charter
from tenfold.engine.cases import missed, read_cases

HERE = Path(__file__).parent
BASE = load_charter(HERE.parent / "base.yaml").model_dump(by_alias=True, exclude_unset=True)
CASE = read_cases(HERE / "cases" / "slipping.yaml")[0]
MOVED = {
    "commitment": "c1",
    "step": "extended",
    "by": "us",
    "due_at": "2026-07-09",
    "because": "incentives.condition_slip:c1:k1",
    "occurred_at": "2026-06-29",
}


def test_a_condition_whose_date_was_moved_is_left_alone_until_that_date() -> None:
    facts = {**CASE.facts, "commitment_steps": [*CASE.facts["commitment_steps"], MOVED]}
    assert [one.expected["subject"] for one in missed(CASE.model_copy(update={"facts": facts}), BASE)] == ["c1"]
