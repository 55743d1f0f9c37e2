"""What one may make of a proposal, and who may (DOMAIN.md §12b, §14): pages offer what acts let through."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tenfold.facts.declaration import TABLES
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.report.speech import PARTS
from tenfold.terms.canonical import canonical
from tenfold.terms.days import local_day as day_of
from tenfold.terms.errors import Complaint
from tenfold.terms.listed import Listed
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.roles import Role
from tenfold.web.rights.rows import allowed
from tenfold.web.rights.telling import reason_said
from tenfold.web.rights.viewers import KEYED, NotHere, Viewer
from tenfold.web.rights.words import sentences
from tenfold.web.store.communities import Community
from tenfold.web.store.current import Row, counting, with_personal
from tenfold.web.store.results import DecisionResult

ACTS = "decision_acts"
# Some decisions are for a few alone, whatever the charter says (DOMAIN.md §14); others for whoever may decide.
RESERVED: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "screening.admit": frozenset({Role.COUNCIL, Role.FOUNDER}),
        "screening.decline": frozenset({Role.COUNCIL, Role.FOUNDER}),
        "adjustment.exit": frozenset({Role.COUNCIL}),
        "incentives.ladder_step": frozenset({Role.COUNCIL, Role.COMPLIANCE}),
    }
)
# Others are answered by acts of their own, on another page: what a refusal says.
ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "distribution.payout": "acts.pool_whole",  # a pool is approved as a whole, by two
        "distribution.pool": "acts.pool_whole",
        "risk.alert": "acts.alert_own",
        "risk.link_unconfirmed": "acts.link_own",
    }
)
EXECUTE = "execute"
DECIDED = ("confirm", "override")
SETTLED = (*DECIDED, EXECUTE)
CARDS = "insight."  # what Today proposes to do decides nothing about anybody


@dataclass(frozen=True, slots=True)
class Made:
    """What somebody made of a proposal, in words; `until` where it was put off."""

    day: str
    by: str
    what: str
    until: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """What was made of a proposal, and what the viewer may make of it.

    seen      the digest of what is proposed: it is sent back with an answer
    offers    whether the viewer may answer now
    executes  whether the viewer may say that what was decided is done
    refused   what stands against that, in words, for whoever decides at all
    """

    decision: str
    seen: str
    made: tuple[Made, ...]
    offers: bool
    executes: bool
    refused: tuple[str, ...]


def deciding(viewer: Viewer, decision: str) -> Deciding:
    """Return what was made of a proposal, and what the viewer may make of it.

    Raises
    ------
    NotHere   no such proposal was ever made, or none that the viewer may see
    """
    results = Results(viewer)
    if not results.decisions(decision=decision) and results.settled(decision) is None:
        raise NotHere(decision)
    rows = list(counting(viewer.community, ACTS).filter(decision=decision).order_by("recorded_at", "fact").values())
    acts = allowed(viewer, ACTS, with_personal(viewer.community, ACTS, rows))
    speech = viewer.phrases(acts)
    proposed = proposal(viewer.community, decision) if may(viewer, Act.DECIDE) else None
    wrong = None if proposed is None else against(viewer, proposed)
    return Deciding(
        decision=decision,
        seen="" if proposed is None else digest_of(proposed),
        made=tuple(_made(viewer, speech, row) for row in acts),
        offers=proposed is not None and wrong is None,
        executes=proposed is not None and against_executing(viewer, proposed) is None,
        refused=() if wrong is None else tuple(str(one) for one in sentences(viewer, [wrong])),
    )


def proposal(community: Community, decision: str) -> Result | None:
    """Return a proposal as it stands, whole; nothing where it no longer does."""
    rows = DecisionResult.rows.of(community).filter(until=None, decision=decision)
    content = rows.values_list("content", flat=True).first()
    return None if content is None else json.loads(str(content))


def digest_of(decision: Result) -> str:
    """Return the digest of what a decision proposes: a page sends it back, so that nobody confirms what has changed."""
    said = {name: decision[name] for name in ("id", "proposal", "value", "unit", "proposes")}
    return hashlib.sha256(canonical(said)).hexdigest()


def for_others(viewer: Viewer, decision: str) -> Complaint | None:
    """Return why decisions of such a kind are not the viewer's to answer here; nothing where they are."""
    kind = decision.partition(":")[0]
    if kind in ELSEWHERE:
        return Complaint(ELSEWHERE[kind])
    reserved = RESERVED.get(kind)
    if reserved is not None and viewer.roles.isdisjoint(reserved):
        return Complaint("acts.not_allowed", params={"who": Listed(sorted(reserved))})
    return None


def against(viewer: Viewer, proposed: Result) -> Complaint | None:
    """Return what stands against an answer of the viewer to a proposal; nothing where they may give one.

    Whether the viewer decides at all is `Act.DECIDE`; this is about this proposal.
    """
    wrong = _not_theirs(viewer, proposed)
    if wrong is not None:
        return wrong
    return None if settled_by(viewer.community, proposed["id"]) is None else Complaint("acts.settled")


def against_executing(viewer: Viewer, proposed: Result) -> Complaint | None:
    """Return what stands against the viewer saying that a decision is carried out; nothing where they may."""
    wrong = _not_theirs(viewer, proposed)
    if wrong is not None:
        return wrong
    last = settled_by(viewer.community, proposed["id"])
    if last is None:
        return Complaint("acts.undecided")
    return Complaint("acts.settled") if last["act"] == EXECUTE else None


def settled_by(community: Community, decision: str) -> Row | None:
    """Return the last act that settles a decision; nothing where it is a proposal still."""
    acts = counting(community, ACTS).filter(decision=decision, act__in=SETTLED)
    return acts.order_by("occurred_at", "recorded_at", "fact").values().last()


def awaits_carrying(community: Community, decision: str) -> bool:
    """Whether a decision is carried out by what is recorded because of it: one that was decided, or a card of Today."""
    last = settled_by(community, decision)
    return decision.startswith(CARDS) if last is None else last["act"] in DECIDED


def _not_theirs(viewer: Viewer, proposed: Result) -> Complaint | None:
    """Return why a proposal is not the viewer's to answer: it is for others, or about themselves."""
    wrong = for_others(viewer, proposed["id"])
    if wrong is None and not proposed["id"].startswith(CARDS) and _about_oneself(viewer, proposed["subject"]):
        return Complaint("acts.about_oneself")
    return wrong


def _about_oneself(viewer: Viewer, subject: str) -> bool:
    """Whether a subject names the viewer, or a promise, deal, agreement or grant of theirs; the project is nobody's."""
    own = viewer.own - {viewer.rules.community.project}
    parts = PARTS.split(subject)
    if not own.isdisjoint(parts):
        return True
    return any(
        counting(viewer.community, table).filter(**{f"{TABLES[table].identity}__in": parts, "party__in": own}).exists()
        for table in KEYED
    )


def _made(viewer: Viewer, speech: Phrases, row: Row) -> Made:
    today = local_day(viewer)
    until = row["until"]
    return Made(
        day=day_said(speech.language, day_of(row["occurred_at"], speech.zone), today),
        by=speech.named(row["by"]),
        what=speech.words[f"decide.was.{row['act']}"],
        until="" if until is None else day_said(speech.language, day_of(until, speech.zone), today),
        reason=reason_said(speech, row),
    )
