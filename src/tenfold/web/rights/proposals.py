"""Proposals as pages show them: what each changes, how far it is, whom it waits for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import unified_diff
from typing import Any

from tenfold.charter.document import Charter
from tenfold.mechanisms.adjustment.voting import part_of
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.terms.days import TICK, local_day
from tenfold.web.rights.acts import Act, able, may
from tenfold.web.rights.charter import changes
from tenfold.web.rights.names import in_one_language
from tenfold.web.rights.proposing import (
    ANNOUNCE,
    DECIDED,
    SETTLE,
    SIMULATE,
    VOTE,
    Standing,
    Voices,
    choices,
    proposed_charter,
    recorders,
    standing,
    stuck,
    voices_of,
    vote_of,
    withdrawers,
)
from tenfold.web.rights.results import Result
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.append import clock_of
from tenfold.web.store.charters import text_of
from tenfold.web.store.current import Row, counting

CHARTER, ADOPTED = "charter", "adopted"
TONES = {"adopted": "good", "rejected": "bad", "withdrawn": "", "voting": "accent"}
AROUND = 2  # unchanged lines shown around changed ones
NAMED = 8  # people that a sentence names; the others are counted
KINDS = {"+": "new", "-": "old", "@": "place"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text of a charter: `new`, `old`, or neither; `place` stands between two parts."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a proposal: on which day, what it became, and who recorded it."""

    day: str
    state: str
    by: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A proposal in a list: its name, who made it, how far it is, and from when it would hold (none: not said)."""

    key: str
    name: str
    by: str
    since: str | None
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote while it is open and when it is over.

    opens, closes   when votes are taken, in words
    params          what the last cycle counted, as its message says it; none before the first count
    flaw            why the vote does not count as it was called, if that is so
    result          what the last cycle says of it, for whoever records that
    own             (party, name, what it said) of each voice that the viewer speaks for
    """

    opens: str | None
    closes: str | None
    params: Mapping[str, str] | None
    flaw: str | None
    result: Result | None
    own: tuple[tuple[str, str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal on its own page.

    version    the number of the charter that it would bring; none where it is about something else
    changes    what that charter changes, in sentences, and `lines` as it is written
    unwritten  whether it would change the charter, and nobody recorded the text by which
    rules      how its kind is decided: quorum, share and notice, where there is a rule
    step       what comes next; `may` whether the viewer may do it, `waits` who may in words
    first, last   between which days a vote may lie that is announced now
    """

    listed: Listed
    body: str
    version: int | None
    changes: tuple[str, ...]
    lines: tuple[Line, ...]
    unwritten: bool
    rules: Mapping[str, str]
    history: tuple[Told, ...]
    step: str
    may: bool
    waits: str
    first: date
    last: date | None
    vote: Vote
    withdraws: bool
    takes_effect: bool

    @property
    def decided(self) -> bool:
        """Whether nothing comes next: it was adopted, rejected or withdrawn."""
        return self.step in DECIDED


def proposals(viewer: Viewer) -> list[Listed]:
    """Return the proposals that nobody has decided yet, the newest first."""
    rows = [row for row in current_rows(viewer, "proposals") if row["state"] not in DECIDED]
    return _listed_all(viewer, rows)


def refused(viewer: Viewer) -> list[Listed]:
    """Return the changes of the charter that were not adopted, the newest first."""
    rows = current_rows(viewer, "proposals")
    return _listed_all(viewer, [one for one in rows if one["state"] in DECIDED[1:] and one["body"] == CHARTER])


def _listed_all(viewer: Viewer, rows: Sequence[Row]) -> list[Listed]:
    speech = viewer.phrases([dict(row) for row in rows])
    newest_first = sorted(rows, key=lambda row: (row["occurred_at"], row["fact"]), reverse=True)
    return [_listed(viewer, speech, row) for row in newest_first]


def _listed(viewer: Viewer, speech: Phrases, row: Row) -> Listed:
    effective = row["effective_at"]
    return Listed(
        key=row["proposal"],
        name=in_one_language(speech, row["subject"]),
        by=speech.named(row["by"]),
        since=None if effective is None else day_said(viewer.language, local_day(effective, speech.zone), viewer.today),
        state=speech.word("state", row["state"]),
        tone=TONES.get(row["state"], "warn"),
    )


def shown(viewer: Viewer, proposal: str) -> Shown:
    """Return a proposal as the viewer sees it, with who may vote as far as the engine has said.

    Raises
    ------
    NotHere   there is no such proposal
    """
    found = standing(viewer.community, proposal)
    now = clock_of(viewer.community)
    step = found.step(now)
    voices = voices_of(viewer.community, proposal)
    rows = steps_of(viewer, proposal)
    who = _who(viewer, found, step, voices)
    said = {"rows": [dict(row) for row in rows], "who": who, "own": sorted(viewer.own)}
    speech = viewer.phrases([said])
    draft = None if found.text is None else proposed_charter(found.text)
    before = None if draft is None else _before(viewer, draft)
    return Shown(
        listed=_listed(viewer, speech, found.row),
        body=speech.word("body", found.row["body"]),
        version=None if draft is None else draft.version,
        changes=() if draft is None or before is None else changes(viewer, before, draft),
        lines=()
        if before is None or found.text is None
        else lines(text_of(viewer.community, before.version), found.text),
        unwritten=_unwritten(found),
        rules=_rules(speech, found),
        history=told(viewer, speech, rows),
        step=step,
        may=_may(viewer, step, who),
        waits=_names(speech, who),
        first=found.first_day(viewer.today),
        last=found.last_day,
        vote=_vote(viewer, speech, found, voices),
        withdraws=_withdraws(viewer, found, step),
        takes_effect=_takes_effect(viewer, found, now),
    )


def steps_of(viewer: Viewer, proposal: str) -> list[Row]:
    """Return what is recorded of a proposal, in its order."""
    rows = counting(viewer.community, "proposals").filter(proposal=proposal)
    return list(rows.order_by("occurred_at", "recorded_at", "fact").values())


def _before(viewer: Viewer, draft: Charter) -> Charter | None:
    """Return the charter that a draft would follow: the version before it, else the newest."""
    rulebook = viewer.rulebook
    older = [one for one in rulebook.charters if one.version < draft.version]
    return older[-1] if older else None


def _unwritten(found: Standing) -> bool:
    """Whether a change of the charter came without its text: what was adopted stands in the charter's history."""
    return found.text is None and found.row["body"] == CHARTER and found.row["state"] != ADOPTED


def lines(before: bytes, after: bytes) -> tuple[Line, ...]:
    """Return the changed lines of a charter's text, with some around them."""
    was, now = (text.decode("utf-8").splitlines() for text in (before, after))
    found = list(unified_diff(was, now, n=AROUND, lineterm=""))[2:]
    return tuple(Line(KINDS.get(one[0], ""), "" if one.startswith("@") else one[1:]) for one in found)


def _rules(speech: Phrases, found: Standing) -> Mapping[str, str]:
    """Return the rules of a kind of decision, in words; what it does not ask for is missing."""
    body = found.body
    if body is None:
        return {}
    said = {"share": body.pass_, "quorum": body.quorum, "notice": body.notice}
    kept = {name: rule for name, rule in said.items() if rule}
    return {name: _rule(speech, name, rule) for name, rule in kept.items()}


def _rule(speech: Phrases, name: str, rule: Any) -> str:
    if name == "notice" or isinstance(rule, str):
        return speech.word("rule", str(rule))
    return f"{float(100 * part_of(rule)):.1f}".rstrip("0").rstrip(".") + " %"


def told(viewer: Viewer, speech: Phrases, rows: Iterable[Row]) -> tuple[Told, ...]:
    """Return the steps of a proposal, in their order."""
    return tuple(
        Told(
            day_said(viewer.language, local_day(row["occurred_at"], speech.zone), viewer.today),
            speech.word("state", row["state"]),
            speech.named(row["recorded_by"]),
        )
        for row in rows
    )


def _who(viewer: Viewer, found: Standing, step: str, voices: Voices | None) -> list[str]:
    """Return whom a proposal waits for."""
    match step:
        case "simulate" | "announce":
            return able(viewer.community, Act.PROPOSE_CHARTER)
        case "settle":
            return recorders(viewer.community, found.row)
        case "vote" if voices is not None:
            said = choices(viewer.community, found.key, voices)
            return list(dict.fromkeys(str(voice) for voice, _ in voices.values() if voice not in said))
    return []


def _may(viewer: Viewer, step: str, who: Sequence[str]) -> bool:
    if step in (SIMULATE, ANNOUNCE, SETTLE):
        return may(viewer, Act.PROPOSE_CHARTER) and viewer.party in who
    return step == VOTE


def _names(speech: Phrases, who: Sequence[str]) -> str:
    """Return people as a list within a sentence; above some, the others are counted."""
    named = [speech.named(party) for party in who[:NAMED]]
    if len(who) > NAMED:
        named.append(speech.say("proposal.others", count=len(who) - NAMED))
    return speech.listed(named)


def _vote(viewer: Viewer, speech: Phrases, found: Standing, voices: Voices | None) -> Vote:
    opens, closes = found.row["opens_at"], found.row["closes_at"]
    result = vote_of(viewer.community, found.key)
    said = choices(viewer.community, found.key, voices) if voices else {}
    mine = [party for party in sorted(viewer.own) if voices is not None and party in voices]
    return Vote(
        opens=None if opens is None else time_said(viewer, opens),
        closes=None if closes is None else time_said(viewer, closes - TICK),
        params=None if result is None else result["message"]["params"],
        flaw=_flaw(result),
        result=result,
        own=tuple((party, speech.named(party), said.get(str(voices[party][0]))) for party in mine) if voices else (),
    )


def _flaw(result: Result | None) -> str | None:
    """Return why a vote does not count, by the last part of its message's id."""
    if result is None or result["kind"] != "vote_flawed":
        return None
    return str(result["message"]["id"].rpartition(".vote_")[2])


def _withdraws(viewer: Viewer, found: Standing, step: str) -> bool:
    if step in DECIDED or not may(viewer, Act.PROPOSE_CHARTER):
        return False
    if viewer.party not in withdrawers(viewer.community, found.row):
        return False
    return step != SETTLE or stuck(viewer.community, found)


def _takes_effect(viewer: Viewer, found: Standing, now: datetime) -> bool:
    version = found.version
    adopted = version is not None and version["state"] == "adopted" and version["effective_from"] <= now
    return adopted and may(viewer, Act.PROPOSE_CHARTER)
