"""Who is asked whether to go for being silent, and who never is."""

from pathlib import Path

from tenfold.charter.load import load_charter
from tenfold.engine.cases import missed, read_cases

HERE = Path(__file__).parent
BASE = load_charter(HERE.parent / "base.yaml").model_dump(by_alias=True, exclude_unset=True)
SILENCE = next(case for case in read_cases(HERE / "cases" / "people.yaml") if case.name.startswith("Silence"))
TALKS = SILENCE.facts["interactions"]
FOUNDER = {"party": "lin", "class": "founder", "state": "active", "occurred_at": "2026-01-01"}


def test_whoever_needs_no_talks_is_never_asked_to_go_for_being_silent() -> None:
    as_silent = [row | {"fact": f"lin-{row['fact']}", "member": "lin"} for row in TALKS if row["member"] == "quiet"]
    facts = SILENCE.facts | {
        "memberships": [*SILENCE.facts["memberships"], FOUNDER],
        "interactions": [*TALKS, *as_silent],
    }
    expect = {
        "rel.p_active": [{"subject": "lin", "status": "ok"}],  # as quiet as the other, and no segment asks for talks
        "decision": [{"subject": who, "kind": "exit"} for who in ("quiet", "lin")],
    }
    case = SILENCE.model_copy(update={"facts": facts, "expect": expect})
    assert [one.expected["subject"] for one in missed(case, BASE)] == ["lin"]
