"""Today's list as one viewer may be given it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tenfold.report.cards import OF_POOLS, Card
from tenfold.report.days import calendar_notes
from tenfold.web.rights.cards import cards_of
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.results import Results
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.append import clock_of
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.freshness import Freshness

# Where an act that a card asks for leaves its fact: it names the card as its cause.
ANSWERS = ("interactions", "commitment_steps", "alert_acts", "agreements", "gate_checks", "recognitions")
PUT_OFF = "snooze"
# The next state of a pool, or of payouts → the states in which it has still to come.
WAITS_IN: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("pools", "exported"): ("approved",),
        ("payouts", "exported"): ("returned",),
        ("payouts", "receipted"): ("approved", "exported"),
    }
)


@dataclass(frozen=True, slots=True)
class Day:
    """The day's list, from when it is (None before the first cycle), and how new its numbers are.

    notes   what the working calendar has to say about it
    """

    cards: tuple[Card, ...]
    as_of: str | None
    numbers: Freshness
    notes: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """How long the whole list takes."""
        return sum(one.minutes or 0 for one in self.cards)


def day(viewer: Viewer) -> Day:
    """Return the list that the last cycle left, without what was done, put off or put away since."""
    decisions = Results(viewer).decisions(rank__isnull=False)
    gone = _answered(viewer.community, [one["id"] for one in decisions])
    speech = viewer.phrases(decisions)
    numbers = viewer.numbers
    as_of = None if numbers.as_of is None else time_said(viewer, numbers.as_of)
    shown = cards_of(viewer, speech, [one for one in decisions if one["id"] not in gone])
    over = _over(viewer.community, shown)
    cards = tuple(one for one in shown if one.id not in over)
    notes = calendar_notes(viewer.language, speech.rules.calendar, local_day(viewer))
    return Day(cards, as_of, numbers, tuple(notes))


def proposed(viewer: Viewer, decision: str) -> Card:
    """Return one card of the day's list.

    Raises
    ------
    NotHere   it is not on the list, or not on this viewer's
    """
    found = Results(viewer).decisions(decision=decision, rank__isnull=False)
    if not found:
        raise NotHere(decision)
    speech = viewer.phrases(found)
    cards = cards_of(viewer, speech, found)
    if not cards:
        raise NotHere(decision)
    return cards[0]


def _over(community: Community, cards: Collection[Card]) -> frozenset[str]:
    """Return the cards of payments that nothing waits for any more: they leave at once, before the numbers follow."""
    waiting = {one.id: one.proposes for one in cards if one.kind in OF_POOLS}
    if not waiting:
        return frozenset()
    pools = {proposed["pool"] for proposed in waiting.values()}
    rows = [(table, row) for table in ("pools", "payouts") for row in current(community, table, pool=pools)]
    states = {(table, row["pool"], row["state"]) for table, row in rows}
    return frozenset(id for id, proposed in waiting.items() if states.isdisjoint(_waits_in(proposed)))


def _waits_in(proposed: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """Return in which states what a card proposes has still to be done: of a table, a pool."""
    table, pool = proposed["table"], proposed["pool"]
    return {(table, pool, state) for state in WAITS_IN[table, proposed["state"]]}


def _answered(community: Community, decisions: Collection[str]) -> frozenset[str]:
    """Return the decisions that somebody has answered: by an act, or by putting them off until later or away."""
    if not decisions:
        return frozenset()
    done = [
        because
        for table in ANSWERS
        for because in counting(community, table).filter(because__in=decisions).values_list("because", flat=True)
    ]
    acts = counting(community, "decision_acts").filter(decision__in=decisions).values_list("decision", "act", "until")
    now = clock_of(community)
    put = [decision for decision, act, until in acts if act != PUT_OFF or (until is not None and until > now)]
    return frozenset((*done, *put))
