"""Who may do what: each human act with the kinds of viewers that may do it.

Beside these, a charter names who decides, signs and verifies; the acts themselves ask that (services/).
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.web.rights.roles import Role
from tenfold.web.rights.viewers import Viewer, roles_of
from tenfold.web.store.accounts import Seat
from tenfold.web.store.communities import Community


class Act(StrEnum):
    """Everything that a person can do here."""

    LOG_TALK = "log_talk"
    ASK = "ask"
    ANSWER = "answer"
    MAKE_PROMISE = "make_promise"
    STEP_PROMISE = "step_promise"
    JUDGE_PROMISE = "judge_promise"
    RELEASE_PROMISE = "release_promise"
    MOVE_DEAL = "move_deal"
    RECORD_MONEY = "record_money"
    PROPOSE_LINK = "propose_link"
    CONFIRM_LINK = "confirm_link"
    HANDLE_ALERT = "handle_alert"
    DECIDE = "decide"
    DECLARE_POOL = "declare_pool"
    APPROVE_POOL = "approve_pool"
    EXPORT_POOL = "export_pool"
    PROPOSE_CHARTER = "propose_charter"
    VOTE = "vote"  # on what the charter lets somebody vote on: the engine says who has a voice
    ADD_DOCUMENT = "add_document"
    RECORD_CHECK = "record_check"
    THANK = "thank"
    ADD_PARTY = "add_party"
    IMPORT = "import"
    UNDO = "undo"
    ERASE = "erase"
    INVITE = "invite"  # let somebody who is recorded here sign in
    APPOINT = "appoint"  # give and end offices, shut somebody out
    AUDIT = "audit"  # read the journal and draw a sample of it; adds nothing


_TEAM = frozenset({Role.FOUNDER, Role.FINANCE, Role.OPERATOR})
_OFFICE = _TEAM | {Role.COMPLIANCE}
_DECIDERS = _OFFICE | {Role.COUNCIL}
_MEMBERS = frozenset({Role.INVESTOR, Role.PARTNER})

MAY: Mapping[Act, frozenset[Role]] = MappingProxyType(
    {
        Act.LOG_TALK: _OFFICE,
        Act.ASK: _DECIDERS | _MEMBERS,
        Act.ANSWER: _DECIDERS | _MEMBERS,
        Act.MAKE_PROMISE: _TEAM | _MEMBERS,
        Act.STEP_PROMISE: _TEAM | _MEMBERS,
        Act.JUDGE_PROMISE: _DECIDERS | _MEMBERS,
        Act.RELEASE_PROMISE: _DECIDERS - {Role.OPERATOR},
        Act.MOVE_DEAL: _TEAM,
        Act.RECORD_MONEY: frozenset({Role.FINANCE}),
        Act.PROPOSE_LINK: _OFFICE,
        Act.CONFIRM_LINK: frozenset({Role.COMPLIANCE}),
        Act.HANDLE_ALERT: _OFFICE,
        Act.DECIDE: _DECIDERS,
        Act.DECLARE_POOL: frozenset({Role.FINANCE}),
        Act.APPROVE_POOL: frozenset({Role.FINANCE, Role.COUNCIL, Role.FOUNDER, Role.COMPLIANCE}),
        Act.EXPORT_POOL: frozenset({Role.FINANCE}),
        Act.PROPOSE_CHARTER: _DECIDERS,
        Act.VOTE: frozenset(Role),
        Act.ADD_DOCUMENT: _DECIDERS | _MEMBERS,
        Act.RECORD_CHECK: frozenset({Role.COMPLIANCE}),
        Act.THANK: _OFFICE,
        Act.ADD_PARTY: _OFFICE,
        Act.IMPORT: _TEAM,
        Act.UNDO: _DECIDERS | _MEMBERS,
        Act.ERASE: frozenset({Role.COMPLIANCE}),
        Act.INVITE: _DECIDERS,
        Act.APPOINT: frozenset({Role.FOUNDER, Role.FINANCE, Role.COUNCIL}),
        Act.AUDIT: _DECIDERS | {Role.AUDITOR},
    }
)


def may(viewer: Viewer, act: Act) -> bool:
    """Whether a viewer may do an act at all."""
    return not viewer.roles.isdisjoint(MAY[act])


def able(community: Community, act: Act, day: date | None = None) -> list[str]:
    """Return who can sign in here and may do an act: today, or on a later day as far as is on record today."""
    seats = Seat.objects.filter(community=community, account__is_active=True).order_by("pk")
    parties = list(dict.fromkeys(seats.values_list("party", flat=True)))
    roles = roles_of(community, parties, day=day)
    return [party for party in parties if not roles[party].isdisjoint(MAY[act])]


def require(viewer: Viewer, act: Act) -> None:
    """Refuse an act that the viewer may not do, and say who may.

    Raises
    ------
    Refused   with the kinds of people who may
    """
    if not may(viewer, act):
        who = Listed(sorted(MAY[act]))
        raise Refused([Complaint("acts.not_allowed", params={"who": who})])
