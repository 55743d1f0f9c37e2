"""What may follow on a promise, and who may record it (DOMAIN.md §2.5, §12b): pages offer what acts let through."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from tenfold.terms.errors import Complaint
from tenfold.terms.listed import Listed
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Community
from tenfold.web.store.current import Row, counting

PROPOSED = "proposed"
# Each step with the states that it may follow; what is not listed leaves a state as it is.
FOLLOWS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "accepted": frozenset({PROPOSED}),
        "declined": frozenset({PROPOSED}),
        "extended": frozenset({PROPOSED, "accepted", "rejected"}),
        "private_word": frozenset({"accepted", "rejected"}),
        "delivered": frozenset({PROPOSED, "accepted", "rejected"}),
        "used": frozenset({"delivered", "verified"}),
        "verified": frozenset({"delivered"}),
        "rejected": frozenset({"delivered"}),
        "excused": frozenset({PROPOSED, "accepted", "delivered", "rejected"}),
        "waived": frozenset({PROPOSED, "accepted", "delivered", "rejected"}),
        "breached": frozenset({"accepted", "rejected"}),
    }
)
MARKS = frozenset({"extended", "private_word", "used"})  # steps that are no states
REASONED = frozenset({"extended", "rejected", "excused", "waived", "declined", "breached"})  # steps that say why
PROVED = frozenset({"delivered", "verified"})  # steps that may bring a paper which shows it
OVER = ("verified", "excused", "waived", "declined", "breached")  # after these nothing is owed any more
BY: Mapping[str, Act] = MappingProxyType(
    {
        **dict.fromkeys(("accepted", "declined", "delivered"), Act.STEP_PROMISE),
        **dict.fromkeys(("extended", "private_word", "used", "verified", "rejected"), Act.JUDGE_PROMISE),
        **dict.fromkeys(("excused", "waived", "breached"), Act.RELEASE_PROMISE),
    }
)


def against(viewer: Viewer, promise: Row, state: str, step: str) -> Complaint | None:
    """Return what stands against a step of a promise in a state; nothing where it can be recorded.

    Whether the viewer may do such acts at all is `BY`; this is about this promise.
    """
    if state not in FOLLOWS[step]:
        after = Listed(sorted(FOLLOWS[step]))
        return Complaint("acts.promise_state", params={"step": state, "steps": after})
    match step:
        case "accepted" | "declined" | "delivered":
            return _of_another(viewer, promise)
        case "extended" | "private_word":
            return _not_the_other_side(viewer, promise)
        case "verified" | "rejected":
            return _not_the_verifier(viewer, promise)
        case "excused" | "waived" | "breached":
            return _own(viewer, promise)
    return None


def can(viewer: Viewer, promise: Row, state: str, step: str) -> bool:
    """Whether the viewer may record a step of a promise now."""
    return may(viewer, BY[step]) and against(viewer, promise, state, step) is None


def state_of(community: Community, commitment: str) -> str:
    """Return how a promise stands by its steps: proposed, or the last step that is a state."""
    return states_of(community, [commitment])[commitment]


def states_of(community: Community, commitments: Collection[str]) -> dict[str, str]:
    """Return promise → how it stands by its steps, of several at once."""
    if not commitments:
        return {}
    steps = counting(community, "commitment_steps").filter(commitment__in=commitments).exclude(step__in=MARKS)
    in_order = steps.order_by("occurred_at", "recorded_at", "fact").values_list("commitment", "step")
    return {**dict.fromkeys(commitments, PROPOSED), **dict(in_order)}


def _own(viewer: Viewer, promise: Row) -> Complaint | None:
    return Complaint("acts.own_promise") if promise["party"] in viewer.own else None


def _of_another(viewer: Viewer, promise: Row) -> Complaint | None:
    """What its promisor does is recorded by the promisor, or by somebody who speaks for the project."""
    own = promise["party"] in viewer.own
    return None if own or may(viewer, Act.LOG_TALK) else Complaint("acts.only_own")


def _not_the_other_side(viewer: Viewer, promise: Row) -> Complaint | None:
    to_me = promise["to_party"] in viewer.own
    other = None if to_me or may(viewer, Act.DECIDE) else Complaint("acts.only_own")
    return _own(viewer, promise) or other


def _not_the_verifier(viewer: Viewer, promise: Row) -> Complaint | None:
    """A named verifier verifies; where none is named, whom it was promised to, or the project."""
    named = promise["verifier"]
    if named is None:
        return _not_the_other_side(viewer, promise)
    other = None if named in viewer.own else Complaint("acts.verifier", params={"party": str(named)})
    return _own(viewer, promise) or other
