"""What the ladder must never do, and what it leaves alone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.mechanisms.incentives.ladder import Cause, Sanction, late_days, level_of, next_step

See = Callable[..., Any]
LADDER = {
    "incentives": {
        "commitment_rules": {"default_grace": "0d"},
        "ladder": [
            {"level": 0, "action": "reminder", "when": [{"due_in": "7d"}]},
            {"level": 1, "action": "written_notice", "when": [{"late": "0d"}]},
            {"level": 2, "action": "points_reduction", "pct": 20, "when": [{"late": "30d"}]},
            {"level": 3, "action": "suspend_rights", "when": [{"late": "60d"}], "decide": "council"},
        ],
        "forgiveness": {"one_level_after_clean": "180d"},
        "appeals": {"window": "15d", "panel_size": 3, "decide_within": "20d", "stays_sanction_from_level": 3},
    }
}
LIN = {"party": "lin", "class": "partner", "state": "active", "occurred_at": "2025-01-01"}
PROMISE = {
    "fact": "k1",
    "commitment": "c1",
    "party": "lin",
    "to_party": "us",
    "source_kind": "own",
    "what": "a",
    "due_at": "2026-04-01",
    "occurred_at": "2026-01-01",
}


def sanction(level: int, state: str = "in_force", on: str = "2026-04-05") -> dict[str, Any]:
    return {
        "fact": f"x{level}{state}",
        "sanction": f"s{level}",
        "party": "lin",
        "level": level,
        "state": state,
        "by": "us",
        "reason": "late",
        "occurred_at": on,
    }


def steps(see: See, facts: Mapping[str, Sequence[Mapping[str, Any]]], as_of: str = "2026-06-30") -> list[str]:
    seen = see({"memberships": [LIN], "commitments": [PROMISE], **facts}, LADDER, as_of)
    return [f"{one.kind} {one.value}" for one in seen.decisions("incentives") if one.kind not in {"reminder"}]


@pytest.mark.parametrize(
    ("in_force", "proposed"), [([], "1"), ([1], "2"), ([1, 2], "3"), ([2], "3"), ([1, 2, 3], None)]
)
def test_a_step_follows_only_the_one_in_force(see: See, in_force: list[int], proposed: str | None) -> None:
    wanted = [f"ladder_step {proposed}"] if proposed else []
    assert steps(see, {"sanctions": [sanction(level) for level in in_force]}) == wanted


def test_an_announced_step_waits_and_is_not_proposed_twice(see: See) -> None:
    assert steps(see, {"sanctions": [sanction(1, "noticed")]}) == []


def test_a_stayed_step_leads_to_no_other(see: See) -> None:
    appeal = {"appeal": "a", "party": "lin", "against": "s3", "state": "filed", "occurred_at": "2026-04-12"}
    held = {"sanctions": [sanction(1), sanction(2), sanction(3)], "appeals": [appeal]}
    assert steps(see, held) == []


@pytest.mark.parametrize("step", ["excused", "waived", "declined"])
def test_a_promise_that_was_released_asks_for_nothing(see: See, step: str) -> None:
    released = {"commitment": "c1", "step": step, "by": "us", "occurred_at": "2026-04-02"}
    assert steps(see, {"commitment_steps": [released]}) == []


def test_what_was_delivered_waits_for_its_verifier(see: See) -> None:
    delivered = {"commitment": "c1", "step": "delivered", "by": "lin", "occurred_at": "2026-03-30"}
    assert steps(see, {"commitment_steps": [delivered]}) == []


def test_a_promise_without_a_date_is_never_late(see: See) -> None:
    undated = {key: value for key, value in PROMISE.items() if key != "due_at"}
    assert steps(see, {"commitments": [undated]}) == []


def test_an_extended_promise_counts_from_its_new_date(see: See) -> None:
    later = {"commitment": "c1", "step": "extended", "by": "us", "due_at": "2026-06-29", "occurred_at": "2026-04-01"}
    assert steps(see, {"commitment_steps": [later]}) == ["ladder_step 1"]


STEPS = tuple(SimpleNamespace(level=level) for level in (0, 1, 2, 3, 4))
RULES: Any = SimpleNamespace(incentives=SimpleNamespace(ladder=STEPS))
asked = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 90)), max_size=6)
held = st.lists(st.tuples(st.integers(1, 4), st.booleans()), max_size=4)


@given(asked, held)
def test_no_step_without_the_one_below(wanted: list[tuple[int, int]], own: list[tuple[int, bool]]) -> None:
    causes = [
        Cause(level, level, f"f{number}", RULES, None, "late", days) for number, (level, days) in enumerate(wanted)
    ]
    sanctions = [
        Sanction(str(number), "lin", level, date(2026, 1, 1), "x", None, standing, False, False)
        for number, (level, standing) in enumerate(own)
    ]
    level = level_of(sanctions)
    found = next_step(causes, level)
    highest = max((cause.level for cause in causes), default=0)
    assert (found is None) == (highest <= level)
    if found is not None:
        assert found.level == level + 1


@given(st.integers(1, 200), st.integers(0, 60), st.none() | st.integers(-60, 200))
def test_a_private_word_never_makes_a_promise_later(late: int, grace: int, word: int | None) -> None:
    deadline = date(2026, 1, 1)
    today = deadline + timedelta(days=late)
    said = None if word is None else deadline + timedelta(days=min(word, late))
    days = late_days({"today": today, "deadline": deadline, "word_on": said, "grace_days": grace})
    assert late - grace <= days <= late


@pytest.mark.parametrize(
    ("as_of", "proposed"), [("2026-07-04T23:59:59+08:00", "ladder_step 2"), ("2026-07-05T00:00:00+08:00", None)]
)
def test_notices_count_within_a_window_of_local_days(see: See, as_of: str, proposed: str | None) -> None:
    rules = {
        "charter": {"timezone": "Asia/Shanghai"},
        "incentives": {
            "ladder": [
                {"level": 1, "action": "written_notice", "when": [{"late": "0d"}]},
                {"level": 2, "action": "points_reduction", "pct": 20, "when": [{"notices": 2, "within": "90d"}]},
            ],
            "appeals": {"window": "15d", "panel_size": 3, "decide_within": "20d", "stays_sanction_from_level": 3},
        },
    }
    notices = [
        sanction(1, on="2026-04-05T23:00:00Z") | {"sanction": "n1", "fact": "n1"},  # 6 April in Shanghai: 89 days
        sanction(1, on="2026-06-05") | {"sanction": "n2", "fact": "n2"},
    ]
    seen = see({"memberships": [LIN], "sanctions": notices}, rules, as_of)
    found = [f"{one.kind} {one.value}" for one in seen.decisions("incentives")]
    assert found == ([proposed] if proposed else [])
