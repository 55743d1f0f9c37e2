"""Threads: what was said, done and decided about a decision, a fact or a number, in time order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from tenfold.engine.registry import registry
from tenfold.report.figures import figure
from tenfold.report.phrases import Phrases
from tenfold.web.rights import explaining
from tenfold.web.rights.number import resting
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.rows import facts_of
from tenfold.web.rights.telling import fact_said, reason_said
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.communities import JournalEntry
from tenfold.web.store.work import ask

LAST = datetime.max.replace(tzinfo=UTC)
DEALS = "opportunities"
DECISIONS = 4  # of a number: more would tell of everything


@dataclass(frozen=True, slots=True)
class About:
    """What a thread is about: its title, the decision or number whose why opens beside it, the deal that may go on."""

    title: Markup | str
    decision: str | None = None
    number: str | None = None
    deal: str | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """One station: when it was recorded, the days since the one before, what it is and says.

    decision    whose why opens, where it is one
    here        whether it is what the thread was asked of
    change      that it replaces or takes back another fact, as a message id
    reason      why somebody recorded it, in their own words
    """

    when: str
    days: int | None
    kind: str
    words: Markup | str
    decision: str | None
    here: bool
    change: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The stations, the oldest first, and how many of them the viewer may not see."""

    stations: tuple[Station, ...]
    unseen: int


def about(viewer: Viewer, id: str) -> About:
    """Return what a thread would be about.

    Raises
    ------
    NotHere   no decision, fact or number of that id, or none for this viewer
    """
    results = Results(viewer)
    if id.partition(":")[0] in registry().specs:
        measure, _, subject = id.partition(":")
        rows = results.measures(measure=measure, subject=subject)
        if rows:
            return About(figure(viewer.phrases(rows), rows[0]).name, number=id)
    elif decision := _decision(results, id):
        speech = viewer.phrases([decision])
        return About(_sentence(speech, decision["message"]), decision=id)
    elif facts := facts_of(viewer, [id]):
        table, row = facts[id]
        speech = viewer.phrases([row])
        name, day, words = fact_said(speech, table, row)
        deal = row["opportunity"] if table == DEALS else None
        return About(Markup("{} · {} · {}").format(name, day, words), deal=deal)
    raise NotHere(id)


def thread(viewer: Viewer, id: str) -> Thread | None:
    """Return a thread; None while the community's engine has not answered yet.

    What the engine knows no thread of, for it no longer stands and nothing names it, has no stations.

    Raises
    ------
    NotHere   no decision, fact or number of that id, or none for this viewer
    """
    subject = about(viewer, id)
    asked = [id] if subject.number is None else [one["id"] for one in resting(viewer, id)][:DECISIONS]
    answers = [ask(viewer.community, "thread", {"id": one}, explaining.WAIT) for one in asked]
    if any(one.answered_at is None for one in answers):
        return None
    found = {station["id"]: station for one in answers for station in one.answer or ()}
    entries = JournalEntry.rows.of(viewer.community).filter(fact__in=[*found])
    written = dict(entries.values_list("fact", "sequence"))
    stations = sorted(found.values(), key=lambda one: (*_when(one), written.get(one["id"], 0)))
    told = list(_told(viewer, stations, id))
    return Thread(tuple(told), len(stations) - len(told))


def _when(station: Mapping[str, Any]) -> tuple[bool, datetime]:
    """Return the place of a station in time; at one time decisions come first, then facts as they were written."""
    at = station["recorded_at"]
    return at is None, LAST if at is None else datetime.fromisoformat(at)


def _decision(results: Results, id: str) -> Result | None:
    standing = results.decisions(decision=id)
    return standing[0] if standing else results.settled(id)


def _told(viewer: Viewer, stations: list[dict[str, Any]], here: str) -> Iterator[Station]:
    """Yield the stations that the viewer may see, with the days since the one before that."""
    results = Results(viewer)
    facts = facts_of(viewer, [one["id"] for one in stations if one["kind"] == "fact"])
    decisions = {one["id"]: _decision(results, one["id"]) for one in stations if one["kind"] == "decision"}
    said = [*(row for _, row in facts.values()), *(one for one in decisions.values() if one is not None)]
    speech = viewer.phrases(said)
    before: datetime | None = None
    for one in stations:
        decision = decisions.get(one["id"])
        if decision is None and one["id"] not in facts:
            continue
        at = None if one["recorded_at"] is None else datetime.fromisoformat(one["recorded_at"])
        if decision is None:
            table, row = facts[one["id"]]
            kind, _, words = fact_said(speech, table, row)
            reason = reason_said(speech, row)
        else:
            reason = ""
            kind, words = speech.words["thread.decided"], _sentence(speech, decision["message"])
        yield Station(
            when="" if at is None else time_said(viewer, at),
            days=(at - before).days if at is not None and before is not None else None,
            kind=kind,
            words=words,
            decision=None if decision is None else one["id"],
            here=one["id"] == here,
            change=_change(one),
            reason=reason,
        )
        before = at or before


def _change(station: Mapping[str, Any]) -> str | None:
    if station.get("withdraws"):
        return "thread.withdraws"
    return "thread.corrects" if station["corrects"] else None


def _sentence(speech: Phrases, message: Mapping[str, Any]) -> Markup:
    return speech.message(message)
