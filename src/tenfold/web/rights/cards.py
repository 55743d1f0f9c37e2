"""The cards of decisions as one viewer may be given them: no tap that the act would refuse them, no door that is shut.

A card of what only some people may do, and nobody else has to wait for, is for them alone. On any other whoever cannot
do it reads for whom it waits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from tenfold.report.cards import Card, card
from tenfold.report.phrases import Phrases
from tenfold.web.rights.acts import MAY, Act, may
from tenfold.web.rights.alerts import NEXT
from tenfold.web.rights.asking import speaks_for_project
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.papering import checks, records_agreements
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.promising import can, states_of
from tenfold.web.rights.results import Result
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.current import Row, counting, current

TAKEN = frozenset(step for step, after in NEXT.items() if "own" not in after)  # it is somebody's already
SIDES = ("party", "to_party", "verifier")  # of a promise: who may record what of it
# What one tap on a card does → the act that it is.
ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "answer": Act.ANSWER,
        "deliver": Act.STEP_PROMISE,
        "log": Act.LOG_TALK,
        "own": Act.HANDLE_ALERT,
        "thank": Act.THANK,
    }
)
ONLY_FOR: Mapping[str, Act] = MappingProxyType(
    {"arrival": Act.EXPORT_POOL, "gate": Act.RECORD_CHECK, "hand_over": Act.EXPORT_POOL}
)
SPEAKS = ("answer", "deliver", "log")  # taps for the project, which whoever records its talks speaks for
PROMISED = ("condition", "offer")  # kinds that are about a promise


def cards_of(viewer: Viewer, speech: Phrases, decisions: Sequence[Result]) -> tuple[Card, ...]:
    """Return the cards of decisions that are for the viewer; a tap or a door that is not open to them is left out."""
    today = local_day(viewer)
    every = [card(speech, one, today) for one in decisions]
    found = [one for one in every if one.kind not in ONLY_FOR or may(viewer, ONLY_FOR[one.kind])]
    promises = _promises(viewer, found)
    offering = _Offering(viewer, promises, states_of(viewer.community, promises), _taken(viewer, found))
    opens = bool(viewer.sees(Data.PAYOUTS) - {Sight.OWN})
    return tuple(_given(offering, speech, replace(one, pool=one.pool if opens else None)) for one in found)


@dataclass(frozen=True, slots=True)
class _Offering:
    """Says which taps are offered, and which doors.

    promises   key → promise, of those that cards are about; `states` how each stands
    taken      the alerts that somebody has taken on
    """

    viewer: Viewer
    promises: Mapping[str, Row]
    states: Mapping[str, str]
    taken: frozenset[str]

    def offers(self, one: Card) -> bool:
        """Whether the act of a card's tap would let the viewer through."""
        if one.does is None or not may(self.viewer, ACTS[one.does]):
            return False
        match one.does:
            case "answer":
                return speaks_for_project(self.viewer)
            case "deliver":
                return self._delivers(one.proposes["commitment"])
            case "own":
                return one.proposes["alert"] not in self.taken
            case "thank":
                return one.party not in self.viewer.own
        return True

    def door(self, one: Card) -> str:
        """Return which page a card leads to, where no tap does its act; nothing where there is nothing to do."""
        if one.pool is not None:
            return "pool"
        if one.kind == "alert" and self.viewer.sees(Data.RISKS):
            return "alerts"
        if one.kind in PROMISED and may(self.viewer, Act.STEP_PROMISE):
            return "promises"
        if one.party is None:
            return ""
        if one.kind == "gate" and checks(self.viewer, one.party):
            return "check"
        if one.kind == "second_signature" and records_agreements(self.viewer, one.party):
            return "agreement"
        return ""

    def _delivers(self, key: str) -> bool:
        promise = self.promises.get(key)
        return promise is not None and can(self.viewer, promise, self.states[key], "delivered")


def _given(offering: _Offering, speech: Phrases, one: Card) -> Card:
    """Return a card with its tap, else with its door, else with the words for whom it waits."""
    if offering.offers(one):
        return one
    door = offering.door(one)
    return replace(one, does=None, door=door, waits="" if door else _waits(speech, one))


def _waits(speech: Phrases, one: Card) -> str:
    """Return who does what a card proposes, in words."""
    able = MAY[_act(one)] & MAY[Act.LOG_TALK] if one.does in SPEAKS else MAY[_act(one)]
    return speech.listed(speech.word("who", role) for role in sorted(able))


def _act(one: Card) -> Act:
    """Return the act that a card is about."""
    if one.does is not None:
        return ACTS[one.does]
    signs = Act.APPROVE_POOL if "decision" in one.proposes else Act.LOG_TALK
    return ONLY_FOR.get(one.kind, signs)


def _promises(viewer: Viewer, found: Sequence[Card]) -> Mapping[str, Row]:
    keys = [one.proposes["commitment"] for one in found if one.does == "deliver"]
    return {row["commitment"]: row for row in current(viewer.community, "commitments", SIDES, commitment=keys)}


def _taken(viewer: Viewer, found: Sequence[Card]) -> frozenset[str]:
    named = [one.proposes["alert"] for one in found if one.does == "own"]
    if not named:
        return frozenset()
    acts = counting(viewer.community, "alert_acts").filter(alert__in=named)
    last = dict(acts.order_by("occurred_at", "recorded_at", "fact").values_list("alert", "act"))
    return frozenset(alert for alert, act in last.items() if act in TAKEN)
