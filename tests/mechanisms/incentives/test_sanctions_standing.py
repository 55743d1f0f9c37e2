"""What stands of a sanction: pay and the ladder read one view of it, and a record is checked, not believed."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

See = Callable[..., Any]
Row = dict[str, Any]
RULES = {
    "charter": {"timezone": "Asia/Shanghai"},
    "incentives": {
        "commitment_rules": {"default_grace": "0d"},
        "ladder": [
            {"level": 1, "action": "written_notice", "when": [{"late": "0d"}]},
            {"level": 2, "action": "points_reduction", "pct": 20, "when": [{"late": "30d"}]},
            {"level": 3, "action": "suspend_rights", "when": [{"late": "60d"}], "decide": "council"},
        ],
        "appeals": {"window": "15d", "panel_size": 3, "decide_within": "20d", "stays_sanction_from_level": 3},
    },
    "distribution": {"layers": [{"id": "pot", "by": "points"}], "contribution_types": {"work": {"flat_points": 1}}},
}
PROMISE = {"commitment": "c1", "party": "ann", "to_party": "us", "source_kind": "own", "what": "a"}
PANEL = ["p1", "p2", "p3"]


def sanction(level: int, **cells: Any) -> Row:
    own = {
        "sanction": f"s{level}",
        "party": "ann",
        "level": level,
        "state": "in_force",
        "by": "judge",
        "reason": "late",
    }
    return {"fact": f"x{level}", "occurred_at": "2026-05-01"} | own | cells


def appeal(state: str, on: str, key: str = "a1", **cells: Any) -> Row:
    own = {"appeal": key, "party": "ann", "against": "s2", "state": state, "occurred_at": on}
    return {"fact": f"{key}-{state}"} | own | cells


def filed(on: str = "2026-05-10", **cells: Any) -> Row:
    return appeal("filed", on, **cells)


def reversal(panel: Sequence[str] = PANEL, **cells: Any) -> Row:
    return appeal("reversed", "2026-06-10", **{"panel": [*panel], **cells})


def judged(see: See, appeals: Sequence[Row], *more: Row, **tables: Sequence[Row]) -> tuple[float, str | None]:
    """Return ann's points of 100, and the step that the ladder proposes next."""
    people = ("ann", "bob", "judge", *PANEL)
    facts: dict[str, Any] = {
        "memberships": [
            {"party": one, "class": "expert", "state": "active", "occurred_at": "2025-01-01"} for one in people
        ],
        "commitments": [{"fact": "k1", "due_at": "2026-04-01", "occurred_at": "2026-01-01"} | PROMISE],
        "contributions": [{"party": "ann", "type": "work", "quantity": 100, "occurred_at": "2026-03-01"}],
        "sanctions": [sanction(1, occurred_at="2026-04-05"), sanction(2), *more],
        "appeals": appeals,
        **tables,
    }
    seen = see({name: rows for name, rows in facts.items() if rows}, RULES, "2026-06-30T12:00:00+08:00")
    steps = [f"{one.kind} {one.value}" for one in seen.decisions("incentives") if one.kind == "ladder_step"]
    return seen.values("dis.points")["ann@pot"], steps[0] if steps else None


STANDS = (80.0, "ladder_step 3")
RESTORED = (100.0, "ladder_step 2")


@pytest.mark.parametrize(
    "appeals",
    [
        [filed(), reversal()],
        [filed(key="a0"), appeal("upheld", "2026-05-20", "a0", panel=PANEL), filed("2026-05-15"), reversal()],
        [filed(), reversal(), filed(key="a2"), appeal("upheld", "2026-06-20", "a2", panel=PANEL)],
        [filed("2026-05-16T23:59:59+08:00"), reversal()],
        [filed(), appeal("heard", "2026-05-20", panel=PANEL), reversal([])],
    ],
    ids=["reversed", "upheld, then reversed", "reversed, then upheld", "the last day", "the panel that heard it"],
)
def test_a_reversed_sanction_neither_cuts_pay_nor_leads_on(see: See, appeals: list[Row]) -> None:
    assert judged(see, appeals) == RESTORED


@pytest.mark.parametrize(
    ("appeals", "refused"),
    [
        ([filed("2026-05-17T00:00:00+08:00"), reversal()], "late"),
        ([filed(recorded_at="2026-06-01"), reversal()], "late"),
        ([filed(), reversal([])], "small_panel"),
        ([filed(), reversal(["ann"])], "own_case"),
        ([filed(), reversal([*PANEL, "ann"])], "own_case"),
        ([filed(), reversal(recorded_by="ann")], "own_case"),
        ([filed(), reversal(["p1", "p2", "judge"])], "decider"),
        ([filed(), reversal(["p1", "p2"])], "small_panel"),
        ([filed(), reversal(["p1", "p2", "p2"])], "small_panel"),
        ([filed(party="bob"), reversal(party="bob")], "another_party"),
        ([filed()], None),
        ([filed(), appeal("upheld", "2026-06-10", panel=PANEL)], None),
        ([filed(), reversal(), appeal("withdrawn", "2026-06-12")], None),
    ],
)
def test_an_appeal_that_breaks_its_rules_restores_nothing(see: See, appeals: list[Row], refused: str | None) -> None:
    assert judged(see, appeals) == STANDS
    seen = see({"sanctions": [sanction(2)], "appeals": appeals}, RULES, "2026-06-30T12:00:00+08:00")
    assert seen.rows("view.appeal")["refused"].to_list() == [refused]


def test_the_window_opens_when_the_community_knows_of_the_sanction(see: See) -> None:
    late = sanction(2, recorded_at="2026-06-01")
    for on, refused in (("2026-06-16", None), ("2026-06-17", "late")):
        facts = {"sanctions": [late], "appeals": [filed(on), reversal(occurred_at="2026-06-20")]}
        assert see(facts, RULES, "2026-06-30").rows("view.appeal")["refused"].to_list() == [refused]


@pytest.mark.parametrize(
    ("one", "other", "refused"), [("p1", "ann", "own_case"), ("p1", "judge", "decider"), ("p1", "p2", "small_panel")]
)
def test_a_connected_group_is_one_voice_on_a_panel(see: See, one: str, other: str, refused: str) -> None:
    link = {"party": one, "other": other, "relation": "controls", "recorded_by": "cora", "occurred_at": "2026-02-01"}
    office = {"party": "cora", "role": "compliance", "until": "2030-12-31", "occurred_at": "2020-01-01"}
    appeals = [filed(), reversal()]
    assert judged(see, appeals, group_links=[link], role_terms=[office]) == STANDS
    facts = {"sanctions": [sanction(2)], "appeals": appeals, "group_links": [link], "role_terms": [office]}
    assert see(facts, RULES, "2026-06-30").rows("view.appeal")["refused"].to_list() == [refused]


@pytest.mark.parametrize("state", ["lifted", "ended", "stayed"])
def test_nobody_lifts_its_own_sanction(see: See, state: str) -> None:
    mine = sanction(2, fact="x2b", state=state, occurred_at="2026-05-20", by="ann")
    assert judged(see, [], mine) == STANDS
    assert judged(see, [], mine | {"by": "judge", "recorded_by": "ann"}) == STANDS
    assert judged(see, [], mine | {"by": "judge"})[0] == RESTORED[0]


def test_a_sanction_from_level_three_that_nobody_decided_has_no_effect(see: See) -> None:
    rows = [sanction(3), sanction(3, sanction="s4", fact="x4", by=None), sanction(2, sanction="s5", fact="x5", by=None)]
    seen = see({"sanctions": rows}, RULES, "2026-06-30").rows("view.sanction")
    assert dict(seen.select("key", "standing").iter_rows()) == {"s3": True, "s4": False, "s5": True}
    assert dict(seen.select("key", "undecided").iter_rows()) == {"s3": False, "s4": True, "s5": False}


def test_each_refusal_says_why_and_what_would_help(see: See) -> None:
    facts = {"sanctions": [sanction(2)], "appeals": [filed(), reversal(["p1"])]}
    (refused,) = see(facts, RULES, "2026-06-30").decisions("incentives", "appeal_refused")
    assert refused.message.id == "incentives.appeal_refused.small_panel"
    assert (refused.message.params["panel"], refused.message.params["size"]) == ("1", "3")
    assert refused.cure is not None
    assert refused.proposes is not None
    assert refused.proposes["because"] == refused.id
