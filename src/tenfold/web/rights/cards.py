"""The cards of decisions as one viewer may be given them: no tap that the act would refuse them, no door that is shut.

A card of what only some people may do, and nobody else has to wait for, is for them alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from tenfold.report.cards import Card, card
from tenfold.report.phrases import Phrases
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.alerts import NEXT
from tenfold.web.rights.asking import speaks_for_project
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.policies import Data
from tenfold.web.rights.promising import can, states_of
from tenfold.web.rights.results import Result
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.current import Row, counting, current

TAKEN = frozenset(step for step, after in NEXT.items() if "own" not in after)  # it is somebody's already
SIDES = ("party", "to_party", "verifier")  # of a promise: who may record what of it
# What one tap on a card does → the act that it is.
ACTS: Mapping[str, Act] = MappingProxyType(
    {"answer": Act.ANSWER, "deliver": Act.STEP_PROMISE, "log": Act.LOG_TALK, "own": Act.HANDLE_ALERT}
)
ONLY_FOR: Mapping[str, Act] = MappingProxyType({"hand_over": Act.EXPORT_POOL, "arrival": Act.EXPORT_POOL})


def cards_of(viewer: Viewer, speech: Phrases, decisions: Sequence[Result]) -> tuple[Card, ...]:
    """Return the cards of decisions that are for the viewer; a tap or a door that is not open to them is left out."""
    today = local_day(viewer)
    every = [card(speech, one, today) for one in decisions]
    found = [one for one in every if one.kind not in ONLY_FOR or may(viewer, ONLY_FOR[one.kind])]
    promises = _promises(viewer, found)
    offering = _Offering(viewer, promises, states_of(viewer.community, promises), _taken(viewer, found))
    opens = bool(viewer.sees(Data.PAYOUTS))
    return tuple(
        replace(one, does=one.does if offering.offers(one) else None, pool=one.pool if opens else None) for one in found
    )


@dataclass(frozen=True, slots=True)
class _Offering:
    """Says which taps are offered.

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
        return True

    def _delivers(self, key: str) -> bool:
        promise = self.promises.get(key)
        return promise is not None and can(self.viewer, promise, self.states[key], "delivered")


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
