"""Threads 事由链: facts and decisions that led to each other, with the days between.

A fact names in `because` the decision or fact that led to it; an act names the decision that it answers; a decision
rests on facts; a correction names the fact that it replaces or withdraws. Followed both ways from any of them, they
tell a story from the first warning to the last thank-you.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from tenfold.engine.cycle import Cycle
from tenfold.engine.written import instant_text
from tenfold.terms.errors import Complaint, Refused

ANSWERED = {"alert_acts": "alert", "decision_acts": "decision"}  # table of human acts → column of what they answer


HEADER = ("fact", "recorded_at", "because", "corrects", "void")
LINKED = ("fact", "table", "recorded_at", "because", "answers", "corrects", "void")


@dataclass(frozen=True, slots=True)
class Link:
    """One station of a thread: a fact (with its table) or a decision."""

    id: str
    table: str | None  # None for a decision
    recorded_at: datetime | None
    because: str | None
    answers: str | None  # of an act: the decision that a person answered
    corrects: str | None  # of a correction: the fact that it replaces or, when it is void, withdraws
    summary: Mapping[str, Any]

    @property
    def followed(self) -> tuple[str | None, ...]:
        """The stations that this one names."""
        return self.because, self.answers, self.corrects


def links(cycle: Cycle) -> dict[str, Link]:
    """Return every fact that another names or that names another, and every decision, as known at the moment."""
    facts = _known(cycle)
    decisions = {decision.id: decision for decision in cycle.decisions}
    led, corrected = (set(facts[name].drop_nulls()) for name in ("because", "corrects"))
    names_another = pl.col("because").is_not_null() | pl.col("corrects").is_not_null()
    naming = facts.filter(names_another | pl.col("answers").is_in(sorted({*led, *decisions})))
    rested_on = {id for one in decisions.values() for id in one.facts}
    linked = sorted({*led, *corrected, *naming["fact"], *rested_on})
    found = {
        fact: Link(fact, table, recorded_at, because, answers, corrects, {"withdraws": True} if void else {})
        for fact, table, recorded_at, because, answers, corrects, void in (
            facts.filter(pl.col("fact").is_in(linked)).select(LINKED).iter_rows()
        )
    }
    for id, one in decisions.items():
        message = {"id": one.message.id, "params": dict(one.message.params)}
        found[id] = Link(id, None, None, None, None, None, {"message": message})
    for id in led:  # a decision of an earlier cycle that no longer stands
        found.setdefault(id, Link(id, None, None, None, None, None, {}))
    return found


def _known(cycle: Cycle) -> pl.DataFrame:
    """Return the header of every fact known at the moment; what takes a fact back is among them, whenever it says."""
    moment = cycle.moment
    happened = (pl.col("occurred_at") <= moment.as_of) | pl.col("corrects").is_not_null()
    known = (happened, pl.col("recorded_at") <= moment.known_at)
    tables = [
        rows.filter(known).select(*HEADER, answers=_answered(name), table=pl.lit(name))
        for name, rows in cycle.community.facts.tables.items()
        if rows.height
    ]
    return pl.concat(tables) if tables else pl.DataFrame(schema=dict.fromkeys(LINKED, pl.String))


def _answered(table: str) -> pl.Expr:
    return pl.col(ANSWERED[table]) if table in ANSWERED else pl.lit(None, dtype=pl.String)


def thread(cycle: Cycle, id: str) -> list[dict[str, Any]]:
    """Return the thread through a fact or decision, oldest first, with the days since the station before.

    A decision stands where the first fact that it led to or that answers it was recorded, or where the last fact that
    it rests on was.

    Raises
    ------
    Refused   the moment knows no fact and no decision of that id
    """
    found = links(cycle)
    if id not in found:
        if not _is_fact(cycle, id):
            raise Refused([Complaint("engine.no_station", params={"seen": id})])
        return []
    neighbours = _neighbours(cycle, found)
    reached, waiting = {id}, [id]
    while waiting:
        for other in neighbours.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    stations = [(_when(found[one], found, neighbours), found[one]) for one in reached]
    return _told(sorted(stations, key=_order))


def _is_fact(cycle: Cycle, id: str) -> bool:
    window = (pl.col("fact") == id, pl.col("recorded_at") <= cycle.moment.known_at)
    return any(not rows.filter(*window).is_empty() for rows in cycle.community.facts.tables.values())


def _neighbours(cycle: Cycle, found: Mapping[str, Link]) -> dict[str, list[str]]:
    pairs = [(link.id, named) for link in found.values() for named in link.followed if named in found]
    begun = {named for _, named in pairs}
    pairs += [(one.id, fact) for one in cycle.decisions if one.id in begun for fact in one.facts if fact in found]
    neighbours: dict[str, list[str]] = {}
    for a, b in pairs:
        neighbours.setdefault(a, []).append(str(b))
        neighbours.setdefault(str(b), []).append(a)
    return neighbours


def _when(link: Link, found: Mapping[str, Link], neighbours: Mapping[str, list[str]]) -> datetime | None:
    if link.recorded_at is not None:
        return link.recorded_at
    around = [found[other] for other in neighbours.get(link.id, ())]
    after = [one.recorded_at for one in around if link.id in (one.because, one.answers) and one.recorded_at]
    before = [one.recorded_at for one in around if link.id not in (one.because, one.answers) and one.recorded_at]
    return min(after) if after else max(before, default=None)


def _order(station: tuple[datetime | None, Link]) -> tuple[bool, float, bool, bool, str]:
    """Return the place of a station: by time, at one time decisions first, corrections last."""
    when, link = station
    return (when is None, when.timestamp() if when else 0.0, link.table is not None, bool(link.corrects), link.id)


def _told(stations: Sequence[tuple[datetime | None, Link]]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    before: datetime | None = None
    for when, link in stations:
        told.append(
            {
                "id": link.id,
                "kind": "decision" if link.table is None else "fact",
                "table": link.table,
                "recorded_at": instant_text(when) if when else None,
                "because": link.because,
                "corrects": link.corrects,
                "days": (when - before).days if when and before else None,
                **link.summary,
            }
        )
        before = when or before
    return told
