"""Forecasts held against what happened, where too few have come to an end for a score."""

from datetime import date, timedelta
from typing import Any

TALK = {"member": "a", "direction": "in", "channel": "call", "flags": "decision"}
MEMBER = {"party": "a", "class": "expert", "state": "active", "occurred_at": "2025-09-01"}


def test_a_relation_that_fell_silent_counts_as_one_that_did_not_happen(see: Any) -> None:
    days = [date(2025, 9, 10) + timedelta(days=30 * number) for number in range(7)]  # to 2026-03-09
    facts = {"memberships": [MEMBER], "interactions": [TALK | {"occurred_at": day.isoformat()} for day in days]}
    rules = {"insight": {"calibration": {"forecasts": ["rel.p_active"]}}}
    row = see(facts, rules, "2026-11-23").row("ins.reliability", "rel.p_active")
    assert (row["value"], row["n"], row["happened"]) == (None, 4, 2)
