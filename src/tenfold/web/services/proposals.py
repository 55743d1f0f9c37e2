"""A proposal on its way: tried on what happened, announced, voted on, recorded; only then a charter is in force.

DOMAIN.md §12b: draft → simulated → noticed → voting → {ADOPTED, REJECTED} → in force. People decide (§14, 4), no rule
reaches back (§14, 2), and whoever proposes does not record the result while somebody else can.
"""

from datetime import date
from typing import Any

from tenfold.terms.days import days_later, first_instant, local_day
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.web.rights.acts import Act
from tenfold.web.rights.deciding import digest_of
from tenfold.web.rights.proposing import (
    ANNOUNCE,
    DECIDED,
    RESULT,
    SETTLE,
    SIMULATE,
    VOTE,
    Standing,
    against,
    proposed_charter,
    recorders,
    standing,
    stuck,
    voices_of,
    vote_of,
    withdrawers,
)
from tenfold.web.rights.viewers import NotHere
from tenfold.web.services.acting import Doing, act, refuse
from tenfold.web.store.freshness import freshness
from tenfold.web.store.work import answered

CHOICES = ("for", "against", "abstain")
KEPT = ("proposal", "body", "subject", "by", "opens_at", "closes_at", "effective_at")


@act(Act.PROPOSE_CHARTER)
def simulate(doing: Doing, *, proposal: str) -> None:
    """Record that a proposed version was tried on what happened: an engine answered about this very text."""
    found = _at(doing, proposal, SIMULATE)
    text = (found.text or b"").decode("utf-8")
    doing.forbid(answered(doing.community, "trial", {"charter": text}) is None, "acts.not_tried")
    _go(doing, found, "simulated")


@act(Act.PROPOSE_CHARTER)
def announce(doing: Doing, *, proposal: str, opens: date, closes: date) -> None:
    """Call a vote: it opens with one local day and closes with another, after the notice that the charter asks for."""
    found = _at(doing, proposal, ANNOUNCE)
    first = found.first_day(local_day(doing.now, found.zone))
    last = found.last_day
    doing.forbid(opens < first, "acts.vote_early", day=first.isoformat())
    doing.forbid(closes < opens, "acts.vote_backwards")
    doing.forbid(last is not None and closes > last, "acts.vote_late", day=str(last))
    opens_at = first_instant(opens, found.zone)
    closes_at = first_instant(days_later(closes, 1), found.zone)
    _go(doing, found, "noticed", opens_at=opens_at, closes_at=closes_at)


@act(Act.VOTE)
def cast(doing: Doing, *, proposal: str, choice: str, voter: str) -> None:
    """Vote, or vote again: until the vote closes the last word counts. `voter` is oneself, or whom one speaks for."""
    found = _at(doing, proposal, VOTE)
    doing.forbid(choice not in CHOICES, "acts.unknown")
    doing.forbid(voter not in doing.viewer.own, "acts.own_voice")
    voices = voices_of(doing.community, proposal)
    if voices is None:
        refuse("acts.numbers_follow")
    doing.forbid(voter not in voices, "acts.no_voice")
    if found.row["state"] != "voting":
        _go(doing, found, "voting")
    doing.add("votes", proposal=proposal, voter=voter, choice=choice)


@act(Act.PROPOSE_CHARTER)
def settle(doing: Doing, *, proposal: str, seen: str) -> None:
    """Record what came of a vote. `seen` is the digest of the result that the page showed; an adopted charter is kept.

    It is in force from its own date, which is still to come.
    """
    found = _at(doing, proposal, SETTLE)
    others = recorders(doing.community, found.row)
    doing.forbid(doing.viewer.party not in others, "acts.other_records", parties=Listed(others))
    doing.forbid(freshness(doing.community).stale, "acts.numbers_follow")
    result = vote_of(doing.community, proposal)
    if result is None or result["kind"] != RESULT or seen != digest_of(result):
        refuse("acts.superseded")
    state = result["proposes"]["state"]
    _go(doing, found, state, because=result["id"])
    if state == "adopted" and found.text is not None:
        doing.writer.charter(_adoptable(doing, found.text), found.text)
    _version(doing, found, state, result["id"])


@act(Act.PROPOSE_CHARTER)
def withdraw(doing: Doing, *, proposal: str) -> None:
    """Take a proposal back before its vote is over; after it, only where the vote does not count or comes too late."""
    found = _known(doing, proposal)
    doing.forbid(found.row["state"] in DECIDED, "acts.proposal_step")
    who = withdrawers(doing.community, found.row)
    doing.forbid(doing.viewer.party not in who, "acts.own_withdrawal", parties=Listed(who))
    over = found.step(doing.now) == SETTLE
    doing.forbid(over and not stuck(doing.community, found), "acts.vote_over")
    _go(doing, found, "withdrawn")
    _version(doing, found, "rejected", found.row["fact"])


@act(Act.PROPOSE_CHARTER)
def take_effect(doing: Doing, *, proposal: str) -> None:
    """Record that an adopted version is in force, from its day on."""
    found = _known(doing, proposal)
    version = found.version
    if version is None or version["state"] != "adopted":
        refuse("acts.proposal_step")
    doing.forbid(version["effective_from"] > doing.now, "acts.charter_waits")
    _version(doing, found, "in_force", version["fact"])


def _known(doing: Doing, proposal: str) -> Standing:
    try:
        return standing(doing.community, proposal)
    except NotHere:
        refuse("acts.unknown")


def _at(doing: Doing, proposal: str, step: str) -> Standing:
    """Return a proposal for which this is what comes next, or refuse."""
    found = _known(doing, proposal)
    doing.forbid(found.step(doing.now) != step, "acts.proposal_step")
    return found


def _adoptable(doing: Doing, text: bytes) -> int:
    """Return the number of a version that can be adopted now, or refuse it: another came first, or its day has come."""
    draft = proposed_charter(text)
    if wrong := against(doing.community, draft):
        raise Refused([*wrong, Complaint("acts.charter_stuck")])
    return draft.version


def _go(doing: Doing, found: Standing, state: str, because: str | None = None, **cells: Any) -> None:
    """Add the state that a proposal reaches."""
    kept = {name: found.row[name] for name in KEPT}
    doing.add("proposals", **(kept | cells), state=state, because=because)


def _version(doing: Doing, found: Standing, state: str, because: str) -> None:
    """Add the state that the proposed version reaches, where the proposal is about one."""
    if found.version is not None:
        kept = {name: found.version[name] for name in ("charter_version", "effective_from", "sha256")}
        doing.add("charter_versions", **kept, state=state, because=because)
