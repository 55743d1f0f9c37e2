"""Laws of ties and rhythm, for any history; one community answers for all pairs of an example."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

TODAY = date(2026, 11, 23)
RULES = {
    "value": {"segments": [{"id": "everyone", "match": {"class": "investor"}, "jobs": []}]},
    "interaction": {"cadence": {"everyone": "21d"}},
}
Contact = tuple[int, str, str, bool]
Pair = tuple[list[Contact], list[Contact]]
ages = st.integers(0, 400)
directions = st.sampled_from(["out", "in"])
channels = st.sampled_from(["interview", "meeting", "call", "event", "message"])
contacts = st.lists(st.tuples(ages, directions, channels, st.booleans()), min_size=1, max_size=6)
few = settings(max_examples=examples(6), deadline=None)


def pairs(more: st.SearchStrategy[list[Contact]]) -> st.SearchStrategy[list[Pair]]:
    """Histories, and the same with more in them."""
    return st.lists(st.tuples(contacts, more).map(lambda both: (both[0], both[0] + both[1])), min_size=1, max_size=8)


def rows(member: str, history: Sequence[Contact]) -> list[dict[str, str]]:
    return [
        {
            "member": member,
            "occurred_at": (TODAY - timedelta(days=age)).isoformat(),
            "direction": way,
            "channel": channel,
        }
        | ({"flags": "decision"} if real else {})
        for age, way, channel, real in history
    ]


@pytest.fixture(scope="module")
def seen(look: Any) -> Callable[[Sequence[Pair], str], list[tuple[float | None, float | None]]]:
    """The value of a measure for each pair of histories."""

    def of(both: Sequence[Pair], id: str) -> list[tuple[float | None, float | None]]:
        histories = {f"{number}-{side}": one for number, pair in enumerate(both) for side, one in enumerate(pair)}
        member = {"class": "investor", "state": "active", "occurred_at": "2025-01-01"}
        facts = {
            "memberships": [member | {"party": party} for party in histories],
            "interactions": [row for party, history in histories.items() for row in rows(party, history)],
        }
        board = look(facts, TODAY.isoformat(), [id], RULES)
        found = board.results[id].filter(pl.col("end") == board.ends.main).select("subject", "value")
        values = dict(found.iter_rows())
        return [(values[f"{number}-0"], values[f"{number}-1"]) for number in range(len(both))]

    return of


@few
@given(both=pairs(st.tuples(ages, directions, channels, st.just(True)).map(lambda one: [one])))
def test_one_more_real_contact_never_raises_overdue(seen, both) -> None:
    assert all(after <= before for before, after in seen(both, "rel.overdue"))


@few
@given(both=pairs(st.tuples(ages, directions, st.just("broadcast"), st.booleans()).map(lambda one: [one])))
def test_a_broadcast_never_changes_strength(seen, both) -> None:
    assert all(after == before for before, after in seen(both, "rel.strength"))


@few
@given(both=pairs(contacts))
def test_an_interaction_more_never_lowers_intensity(seen, both) -> None:
    assert all(after >= before for before, after in seen(both, "rel.intensity"))


@few
@given(both=pairs(contacts))
def test_strength_lies_between_nothing_and_one(seen, both) -> None:
    assert all(0 <= value <= 1 for values in seen(both, "rel.strength") for value in values)


@few
@given(both=pairs(st.just([])))
def test_the_same_in_both_directions_is_fully_reciprocal(seen, both) -> None:
    mirrored = [
        (one, one + [(age, "in" if way == "out" else "out", channel, real) for age, way, channel, real in one])
        for one, _ in both
    ]
    assert all(after == 1 for _, after in seen(mirrored, "rel.reciprocity"))


@few
@given(both=pairs(st.just([])), silence=st.integers(1, 60))
def test_a_longer_silence_never_raises_the_chance_of_being_active(seen, both, silence) -> None:
    shifted = [
        (regular, [(age + silence, *rest) for age, *rest in regular])
        for one, _ in both
        for regular in [one + [(401, "in", "call", True)] * 3]
    ]
    assert all(after <= before for before, after in seen(shifted, "rel.p_active") if before is not None)
