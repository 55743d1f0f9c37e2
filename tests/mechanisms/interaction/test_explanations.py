"""Every number of interaction follows from the facts that explain it, and counts change when one is left out."""

import random
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from tests.engine.laws import broken, sample, subjects_of

from tenfold.engine.cycle import Cycle
from tenfold.engine.explain import Explainer
from tenfold.mechanisms import interaction

MEASURES = [spec for spec in interaction.SPECS if spec.kind == "measure"]
TODAY = date(2026, 11, 23)
RULES = {
    "value": {
        "segments": [
            {"id": "money", "match": {"class": "investor"}, "jobs": []},
            {"id": "skill", "match": {"class": "expert"}, "jobs": []},
        ]
    },
    "interaction": {"cadence": {"money": "21d", "skill": "60d"}},
    "distribution": {"contribution_types": {"work": {"flat_points": 1}}},
    "screening": {"needs": [{"id": "grid", "weight": 1, "redundancy": 1}]},
}


def day(age: int) -> str:
    return (TODAY - timedelta(days=age)).isoformat()


def community_facts() -> dict[str, list[dict[str, str]]]:
    """Sixty members, ten contacts each, questions with and without answers, work, needs, a corrected contact."""
    chance = random.Random(7)
    parties = [f"p{number:02}" for number in range(60)]
    memberships = [
        {
            "party": one,
            "class": "investor" if number % 2 else "expert",
            "state": "active",
            "occurred_at": day(30 + 9 * number),
        }
        for number, one in enumerate(parties)
    ]
    talks: list[dict[str, str]] = []
    for one in parties:
        for number in range(10):
            age = chance.randrange(1, 400)
            flag = chance.choice(["decision", "question_asked", "complaint", "follow_up_promised", ""])
            way, channel = chance.choice(["in", "out"]), chance.choice(["call", "meeting", "message", "broadcast"])
            fact = f"{one}-{number}"
            talks.append(
                {
                    "fact": fact,
                    "member": one,
                    "occurred_at": day(age),
                    "direction": way,
                    "channel": channel,
                    "flags": flag,
                }
            )
            if chance.random() < 0.5:
                reply = {"fact": f"{fact}r", "replies_to": fact, "flags": chance.choice(["question_answered", ""])}
                later = {
                    "member": one,
                    "occurred_at": day(chance.randrange(age)),
                    "direction": "out",
                    "channel": "call",
                }
                talks.append(later | reply)
    talks.append(
        {"fact": "fix", "corrects": "p00-0", "recorded_at": day(0)} | {k: v for k, v in talks[0].items() if k != "fact"}
    )
    work = [
        {
            "party": parties[chance.randrange(12)],
            "type": "work",
            "quantity": "1",
            "occurred_at": day(chance.randrange(400)),
        }
        for _ in range(40)
    ]
    needs = [
        {"need": f"n{number}", "capability": "grid", "owner": parties[number], "state": state, "occurred_at": day(age)}
        for number in range(8)
        for state, age in (("open", 200), ("filled", 200 - 10 * number))[: 1 + number % 2]
    ]
    return {"memberships": memberships, "interactions": talks, "contributions": work, "needs": needs}


@pytest.fixture(scope="module")
def cycle(build: Any) -> Cycle:
    community, moment = build(community_facts(), TODAY.isoformat(), RULES)
    return Cycle(community, moment, community.board(moment).compute(only=[spec.id for spec in MEASURES]), [])


@pytest.mark.parametrize("spec", MEASURES, ids=[spec.id for spec in MEASURES])
def test_a_value_follows_from_its_facts_alone(cycle: Cycle, spec: Any) -> None:
    subjects = subjects_of(cycle, spec)
    chosen = sample(subjects, 3)
    assert broken(cycle, spec, Explainer(cycle.board), [[one] for one in chosen]) == []


@pytest.mark.parametrize("spec", MEASURES, ids=[spec.id for spec in MEASURES])
def test_the_community_is_rich_enough_to_know_something(cycle: Cycle, spec: Any) -> None:
    rows = cycle.board.results[spec.id].filter(pl.col("end") == cycle.board.ends.main)
    assert rows["value"].count() > 0


def test_a_member_whom_nobody_met_is_explained_by_the_contacts_with_which_the_record_begins(build: Any) -> None:
    joined = {"class": "investor", "state": "active", "occurred_at": day(300)}
    talk = {"direction": "in", "channel": "call", "flags": "decision"}
    facts = {
        "memberships": [joined | {"party": party} for party in ("gao", "li", "zoe")],
        "interactions": [
            talk | {"fact": "vague", "member": "gao", "occurred_at": f"<{day(250)}"},
            talk | {"fact": "first", "member": "gao", "occurred_at": day(200)},
            talk | {"fact": "second", "member": "li", "occurred_at": day(100)},
        ],
    }
    community, moment = build(facts, TODAY.isoformat(), RULES)
    board = community.board(moment).compute(only=["rel.overdue"])
    explainer, spec = Explainer(board), board.registry.specs["rel.overdue"]
    behind = {party: explainer.selection(spec, party, board.ends.main)["interactions"] for party in ("zoe", "li")}
    assert behind["zoe"]["fact"].to_list() == ["first"]
    assert behind["li"]["fact"].to_list() == ["second"]
    everybody = sorted(explainer.selection(spec, None, board.ends.main)["interactions"]["fact"])
    assert everybody == ["first", "second", "vague"]  # what is somebody's own stands behind their own number
