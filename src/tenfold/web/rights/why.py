"""Why: a decision from its sentence down to the rule, the numbers and the facts, as far as the viewer may see them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenfold.report.figures import Figure, figure
from tenfold.report.phrases import Phrases
from tenfold.web.rights.appealing import appeal_said
from tenfold.web.rights.carrying import carried_out
from tenfold.web.rights.deciding import ACTS, DECIDED
from tenfold.web.rights.looks import saw_result
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.rows import facts_of
from tenfold.web.rights.telling import fact_said
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.current import counting


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact below a decision: its table, its local day and what it says, in words."""

    id: str
    table: str
    day: str
    words: str


@dataclass(frozen=True, slots=True)
class Why:
    """A decision unfolded.

    settled   whether it no longer stands: facts that came since have closed it
    rule      the place in the charter, as a pointer, of the version that judges; `place` the same in words
    carried   what was recorded since it was decided, and is what it asks for
    """

    id: str
    title: str
    settled: bool
    sentence: Markup
    cure: Markup | None
    appeal: Markup | None
    rule: str
    place: str
    version: int
    numbers: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    carried: tuple[Fact, ...]


def why(viewer: Viewer, decision: str) -> Why:
    """Return a decision unfolded.

    Raises
    ------
    NotHere   there is no such decision, or none for this viewer
    """
    results = Results(viewer)
    standing = results.decisions(decision=decision)
    one = standing[0] if standing else results.settled(decision)
    if one is None:
        raise NotHere(decision)
    saw_result(viewer, one["id"], one["subject"])
    rows = facts_of(viewer, one["facts"]).values()
    done = facts_of(viewer, _carried(viewer, one)).values()
    speech = viewer.phrases([one, *(row for _, row in (*rows, *done))])
    return Why(
        id=decision,
        title=speech.named(one["subject"].partition("/")[0]),
        settled=not standing,
        sentence=speech.message(one["message"]),
        cure=speech.turned(one["cure"]),
        appeal=appeal_said(viewer, speech, one),
        rule=one["charter"]["pointer"],
        place=speech.place(one["charter"]["pointer"]),
        version=one["charter"]["version"],
        numbers=tuple(_numbers(viewer, speech, one)),
        facts=tuple(_told(speech, rows)),
        carried=tuple(_told(speech, done)),
    )


def _carried(viewer: Viewer, decision: Result) -> list[str]:
    """Return the facts that carry out what somebody decided; none of what nobody has."""
    community = viewer.community
    decided = counting(community, ACTS).filter(decision=decision["id"], act__in=DECIDED).order_by("recorded_at")
    since = decided.values_list("recorded_at", flat=True).first()
    return [] if since is None else carried_out(community, decision, since)


def _numbers(viewer: Viewer, speech: Phrases, decision: Result) -> Iterator[Figure]:
    results = Results(viewer)
    for ref in decision["measures"]:
        for row in results.measures(measure=ref["id"], subject=ref["subject"]):
            yield figure(speech, row)


def _told(speech: Phrases, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Fact]:
    for table, row in rows:
        yield Fact(row["fact"], *fact_said(speech, table, row))
