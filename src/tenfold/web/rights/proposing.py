"""How far a proposal is, by what is recorded of it and by the rules of the body that decides."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from tenfold.charter.document import Charter
from tenfold.charter.load import NEWEST, read_charter, unlike
from tenfold.engine.registry import registry
from tenfold.mechanisms.adjustment.rules import Body
from tenfold.mechanisms.adjustment.voting import earliest_opening
from tenfold.terms.days import days_later, local_day
from tenfold.terms.errors import Complaint
from tenfold.web.rights.acts import Act, able
from tenfold.web.rights.results import Result
from tenfold.web.rights.viewers import NotHere
from tenfold.web.store.append import clock_of
from tenfold.web.store.charters import KEPT, rulebook_of
from tenfold.web.store.communities import CharterDraft, Community
from tenfold.web.store.current import Row, current
from tenfold.web.store.results import DecisionResult
from tenfold.web.store.work import answered

DECIDED = ("adopted", "rejected", "withdrawn")
# What comes next: to be tried on what happened, to be announced, to open, to be voted on, to be recorded.
SIMULATE, ANNOUNCE, WAIT, VOTE, SETTLE = "simulate", "announce", "wait", "vote", "settle"
RESULT, FLAWED = "vote_result", "vote_flawed"
LEAD = 2  # days between the last day of a vote and the charter's first: the result is recorded on the day between
Voices = Mapping[str, Sequence[Any]]  # party → the voice that it speaks with, and the weight of that


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal with what decides about it.

    row        the proposal as it stands
    version    the version of the charter that it would bring, as it stands; none where it is about something else
    text       that charter's whole text, where it is here
    body       how its kind is decided; none where the charter knows no such kind
    community  whose it is
    """

    row: Row
    version: Row | None
    text: bytes | None
    body: Body | None
    community: Community

    @property
    def key(self) -> str:
        """The proposal's key."""
        return str(self.row["proposal"])

    def step(self, now: datetime) -> str:
        """Return what comes next; the state itself once it is decided."""
        state = str(self.row["state"])
        if state in DECIDED:
            return state
        if state in ("draft", "simulated"):
            untried = state == "draft" and self.body is not None and self.body.simulate_first
            return SIMULATE if untried else ANNOUNCE
        return self._of_vote(now)

    def _of_vote(self, now: datetime) -> str:
        opens, closes = self.row["opens_at"], self.row["closes_at"]
        if closes is not None and closes <= now:
            return SETTLE
        waits = self.row["state"] == "noticed" and (opens is None or opens > now)
        return WAIT if waits else VOTE

    def first_day(self, today: date) -> date:
        """Return the first day on which a vote may open that is announced today."""
        return first_vote(rulebook_of(self.community).newest, self.body, today)

    @property
    def last_day(self) -> date | None:
        """The last day that a vote may take; none where nothing waits for it."""
        effective = self.row["effective_at"]
        return None if effective is None else days_later(local_day(effective, self.zone), -LEAD)

    @property
    def zone(self) -> str:
        """The zone whose local days count."""
        return str(rulebook_of(self.community).newest.charter.timezone)


def first_vote(charter: Charter, body: Body | None, today: date) -> date:
    """Return the first day on which a vote of a body may open that is announced today."""
    if body is None or body.notice is None:
        return today
    return earliest_opening(today, body.notice, charter.calendar)


def first_force(charter: Charter, body: Body | None, today: date) -> date:
    """Return the first day on which what is proposed today can be in force: announced, voted on in a day, recorded."""
    return days_later(first_vote(charter, body, today), LEAD)


def standing(community: Community, proposal: str) -> Standing:
    """Return a proposal as it stands.

    Raises
    ------
    NotHere   there is no such proposal
    """
    rows = current(community, "proposals", proposal=[proposal])
    if not rows:
        raise NotHere(proposal)
    return of_row(community, rows[0], versions_of(community))


def versions_of(community: Community) -> dict[str, Row]:
    """Return key → version of the charter, of all that facts speak of."""
    return {row["charter_version"]: row for row in current(community, "charter_versions")}


def of_row(community: Community, row: Row, versions: Mapping[str, Row]) -> Standing:
    """Return the proposal of a row; the version that it would bring has its key, and in older journals its subject."""
    version = versions.get(row["proposal"]) or versions.get(row["subject"])
    drafts = CharterDraft.rows.of(community)
    draft = None if version is None else drafts.filter(sha256=version["sha256"]).first()
    judging = rulebook_of(community).judging(row["opens_at"] or row["occurred_at"])
    text = None if draft is None else bytes(draft.content)
    return Standing(row, version, text, judging.adjustment.decisions.get(row["body"]), community)


@lru_cache(maxsize=KEPT)
def proposed_charter(text: bytes) -> Charter:
    """Return a proposed charter, read and checked by itself. Raises Refused."""
    return read_charter(text, NEWEST, {spec.id: spec for spec in registry().measures})


def against(community: Community, draft: Charter) -> list[Complaint]:
    """Return why a charter cannot follow the newest one: it is another's, not the next, too early, or unlike it."""
    newest = rulebook_of(community).newest
    ours, theirs = newest.charter, draft.charter
    if theirs.id != ours.id:
        return [Complaint("charter.other_charter", params={"seen": theirs.id, "other": ours.id})]
    if draft.version != newest.version + 1:
        return [Complaint("acts.charter_version", params={"expected": str(newest.version + 1)})]
    seen = str(theirs.effective_from)
    if draft.effective_from <= clock_of(community):
        return [Complaint("acts.charter_back", params={"seen": seen})]
    if draft.effective_from <= newest.effective_from:
        return [Complaint("charter.dates_descend", params={"seen": seen, "before": str(ours.effective_from)})]
    return [*unlike(newest, draft)]


def vote_of(community: Community, proposal: str) -> Result | None:
    """Return what the last cycle says of a vote: how it stands, what came of it, or why it does not count."""
    rows = DecisionResult.rows.of(community).filter(until=None, mechanism="adjustment", subject=proposal)
    content = rows.filter(kind__startswith="vote_").values_list("content", flat=True).first()
    return None if content is None else json.loads(str(content))


def stuck(community: Community, found: Standing) -> bool:
    """Whether nothing can come of a vote that is over: it was called wrongly, or its charter cannot be adopted."""
    result = vote_of(community, found.key)
    if result is None or result["kind"] == FLAWED:
        return result is not None
    if found.text is None or result["proposes"] is None or result["proposes"]["state"] != "adopted":
        return False
    return bool(against(community, proposed_charter(found.text)))


def voices_of(community: Community, proposal: str) -> Voices | None:
    """Return who may vote on a proposal, as the engine said by the newest numbers; None where it has not said yet."""
    question = answered(community, "voices", {"proposal": proposal})
    return None if question is None else question.answer


def recorders(community: Community, row: Row) -> list[str]:
    """Return who may record what came of a vote: somebody else than whoever proposed it, as long as there is one."""
    could = able(community, Act.PROPOSE_CHARTER)
    return [party for party in could if party != row["by"]] or could


def withdrawers(community: Community, row: Row) -> list[str]:
    """Return who may withdraw a proposal: whoever made it; others where that person can no longer."""
    could = able(community, Act.PROPOSE_CHARTER)
    return [row["by"]] if row["by"] in could else could


def choices(community: Community, proposal: str, voices: Voices) -> dict[str, str]:
    """Return voice → what it said last."""
    rows = sorted(current(community, "votes", proposal=[proposal]), key=lambda one: (one["occurred_at"], one["fact"]))
    return {str(voices[row["voter"]][0]): row["choice"] for row in rows if row["voter"] in voices}
