"""What would be lost with a member: their share of coverage, and the contacts that nobody else leads to."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import prod
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mechanisms.conftest import See
from tests.night import examples

MEMBERS = [f"m{number}" for number in range(5)]
OUTSIDE = [f"x{number}" for number in range(5)]
WEIGHTS = {"grid": 3, "law": 1}
NEEDS = {"screening": {"needs": [{"id": need, "weight": weight, "redundancy": 2} for need, weight in WEIGHTS.items()]}}
Ties = Sequence[tuple[str, str]]
Levels = Mapping[tuple[str, str], int]

TIES = st.lists(st.sampled_from(list(combinations(MEMBERS + OUTSIDE, 2))), unique=True, min_size=1, max_size=12)
LEVELS = st.dictionaries(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(list(WEIGHTS))), st.integers(0, 10))


def facts_of(ties: Ties, levels: Levels) -> dict[str, list[dict[str, Any]]]:
    talk = {"direction": "in", "channel": "call", "flags": "decision", "occurred_at": "2026-10-23"}
    able = {"basis": "evidenced", "occurred_at": "2026-10-01"}
    return {
        "memberships": [
            {"party": party, "class": "investor", "state": "active", "occurred_at": "2026-01-01"} for party in MEMBERS
        ],
        "interactions": [{"member": a, "other": b} | talk for a, b in ties],
        "capabilities": [
            {"party": party, "need": need, "level": level / 10} | able for (party, need), level in levels.items()
        ],
    }


def cut(ties: Ties, party: str) -> float:
    """The share of outside contacts that no path from another member reaches, by walking from all of them."""
    outside = {one for tie in ties for one in tie} - set(MEMBERS)
    reached = set(MEMBERS) - {party}
    left = [tie for tie in ties if party not in tie]
    for _ in left:
        reached |= {one for tie in left if reached & set(tie) for one in tie}
    return len(outside - reached) / len(outside) if outside else 0.0


def covered(levels: Levels, parties: Sequence[str]) -> float:
    open_ = {need: prod(1 - levels.get((party, need), 0) / 10 for party in parties) for need in WEIGHTS}
    return sum(weight * (1 - open_[need]) for need, weight in WEIGHTS.items()) / sum(WEIGHTS.values())


@settings(max_examples=examples(15))
@given(ties=TIES, levels=LEVELS)
def test_what_is_lost_is_what_the_others_lack(ties: Ties, levels: Levels, see: See) -> None:
    found = see(facts_of(ties, levels), NEEDS).rows("risk.key_person")
    for party, value, lost, apart in found.select("subject", "value", "lost", "cut").iter_rows():
        others = [one for one in MEMBERS if one != party]
        expected = covered(levels, MEMBERS) - covered(levels, others)
        assert lost == pytest.approx(expected, abs=1e-6)
        assert apart == pytest.approx(cut(ties, party), abs=1e-6)
        assert value == pytest.approx(expected + cut(ties, party), abs=2e-6)
