"""Cases say what must come and what must not, and a case that cannot fail is refused."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tenfold.charter.load import load_charter
from tenfold.engine.cases import Case, missed, read_cases
from tenfold.terms.errors import Refused

BASE = load_charter(Path(__file__).parents[1] / "mechanisms/base.yaml").model_dump(by_alias=True, exclude_unset=True)
SILENT = {"subject": "zhou", "kind": "touch_due"}
SEGMENTS = {"segments": [{"id": "all", "match": {"class": "investor"}, "jobs": []}]}


def _case(as_of: str, **said: Any) -> Case:
    return Case.model_validate(
        {
            "name": "Zhou joined and was spoken to on the first",
            "rules": {"value": SEGMENTS, "interaction": {"cadence": {"all": "10d"}}},
            "as_of": as_of,
            "facts": {
                "memberships": [{"party": "zhou", "class": "investor", "state": "active", "occurred_at": "2026-06-01"}],
                "interactions": [
                    {"member": "zhou", "direction": "out", "channel": "call", "flags": "decision"}
                    | {"occurred_at": "2026-06-01"}
                ],
            },
            **said,
        }
    )


def test_a_decision_that_must_not_come_is_missed_when_it_comes() -> None:
    assert missed(_case("2026-06-10", absent={"decision": [SILENT]}), BASE) == []
    (one,) = missed(_case("2026-06-12", absent={"decision": [SILENT]}), BASE)
    assert (one.absent, one.id, one.seen[0]["subject"]) == (True, "decision", "zhou")


def test_a_row_that_must_not_come_is_missed_when_it_comes() -> None:
    assert missed(_case("2026-06-10", absent={"rel.overdue": [{"subject": "lin"}]}), BASE) == []
    (one,) = missed(_case("2026-06-10", absent={"rel.overdue": [{"subject": "zhou", "value": "0.900000"}]}), BASE)
    assert one.seen[0]["value"] == "0.900000"


def test_no_value_is_said_of_a_row_that_is_there() -> None:
    assert missed(_case("2026-06-10", expect={"rel.p_active": [{"subject": "zhou", "value": None}]}), BASE) == []
    assert len(missed(_case("2026-06-10", expect={"rel.overdue": [{"subject": "zhou", "value": None}]}), BASE)) == 1
    assert len(missed(_case("2026-06-10", expect={"rel.p_active": [{"subject": "lin", "value": None}]}), BASE)) == 1


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"absent": {"decision": [{}]}},
        {"absent": {"decision": [SILENT | {"knd": "touch_due"}]}},
        {"absent": {"rel.overdu": [{"subject": "zhou"}]}},
        {"expect": {"rel.overdue": [{"subject": "zhou", "vaule": None}]}},
    ],
)
def test_a_case_that_cannot_fail_is_refused(said: dict[str, Any], tmp_path: Path) -> None:
    if said:
        with pytest.raises(ValidationError):
            _case("2026-06-10", **said)
    path = tmp_path / "case.yaml"
    path.write_text(f"- {{name: one, as_of: 2026-06-10, {str(said)[1:-1].replace('None', 'null')}}}\n", "utf-8")
    with pytest.raises(Refused):
        read_cases(path)
