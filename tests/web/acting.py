"""What tests of acts share: a refusal's ids, a decision that stands, threads that all start at once."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Barrier, Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db import connections

from tenfold.terms.errors import Refused
from tenfold.web.jobs.engine import Engine, work
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.results import CycleRun, DecisionResult, MeasureResult
from tenfold.web.store.work import Question


@contextmanager
def refused(id: str) -> Iterator[None]:
    """Expect that an act is refused for this reason alone."""
    with pytest.raises(Refused) as found:
        yield
    assert [complaint.id for complaint in found.value.complaints] == [id]


def standing(community: Community, id: str, subject: str, rank: int | None = None, **content: Any) -> dict[str, Any]:
    """Let a decision stand, as a cycle would have left it."""
    mechanism, _, kind = id.partition(":")[0].partition(".")
    run = caught_up(community)
    silent = {
        "value": None,
        "low": None,
        "high": None,
        "unit": None,
        "cure": None,
        "closes_when": None,
        "proposes": None,
    }
    rests_on = {"charter": {"pointer": "/insight", "version": 1}, "measures": [], "facts": []}
    named = {"id": id, "mechanism": mechanism, "kind": kind, "subject": subject, "status": "proposed"}
    said = {**named, "proposal": "do", **silent, **rests_on, **content}
    DecisionResult.rows.of(community).create(
        community=community,
        run=run,
        decision=id,
        mechanism=mechanism,
        kind=kind,
        subject=subject,
        status=said["status"],
        rank=rank,
        content=json.dumps(said, separators=(",", ":")),  # as the engine writes it: numbers are found by their text
    )
    return said


def measured(community: Community, id: str, subject: str, value: str, unit: str) -> None:
    """Let a number stand, as a cycle would have left it."""
    said = {"id": id, "subject": subject, "value": value, "unit": unit, "low": None, "high": None, "n": 1}
    run = caught_up(community)
    MeasureResult.rows.of(community).create(
        community=community, run=run, measure=id, subject=subject, number=float(value), content=json.dumps(said)
    )


def explained(community: Community, id: str, subject: str, value: str, rows: Sequence[dict[str, Any]]) -> None:
    """Let an engine have said what a number is made of; what a correction replaced said the same as what counts."""
    facts = {"count": len(rows), "page": 1, "rows": list(rows), "corrected": list(rows)}
    node = {"id": id, "subject": subject, "value": value, "unit": "CNY", "low": None, "high": None, "n": 1}
    node["how"] = {"id": f"how.{id}", "params": {"value": value, "n": "1", "currency": "CNY"}}
    said = node | {"measures": [node], "facts": facts}
    params = {"id": f"{id}:{subject}", "page": 1}
    questions = Question.rows.of(community)
    questions.create(community=community, kind="explain", params=params, answer=said, answered_at=datetime.now(UTC))


def threaded(community: Community, id: str, table: str) -> None:
    """Let an engine have said that the thread through a fact has this one station."""
    told = {"id": id, "kind": "fact", "table": table, "recorded_at": "2026-08-01T00:00:00Z", "days": None}
    station = told | {"because": None, "corrects": None}
    questions = Question.rows.of(community)
    questions.create(
        community=community, kind="thread", params={"id": id}, answer=[station], answered_at=datetime.now(UTC)
    )


@contextmanager
def answering(engine: Engine) -> Iterator[None]:
    """Let an engine answer what pages ask, in a thread of its own."""
    over = Event()

    def answer() -> None:
        while not over.is_set():
            if not work(engine):
                sleep(0.02)
        connections.close_all()

    thread = Thread(target=answer)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def caught_up(community: Community) -> CycleRun:
    """Say that a cycle has seen everything recorded so far."""
    now = datetime.now(UTC)
    moments = {"as_of": community.clock or now, "known_at": now, "finished_at": now}
    sequence = Chain.objects.get(pk=community.pk).sequence
    return CycleRun.rows.of(community).create(community=community, sequence=sequence, charter_version=1, **moments)


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Do acts in as many threads, all starting together; return what each came to: `done`, or why it was refused."""
    barrier, came = Barrier(len(acts)), [""] * len(acts)

    def one(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            act()
            came[place] = "done"
        except Refused as refusal:
            came[place] = refusal.complaints[0].id
        except Exception as error:
            came[place] = repr(error)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def tied(community: Community, ties: Sequence[tuple[str, str, int]]) -> None:
    """Let an engine have said who had contact with whom how often."""
    questions = Question.rows.of(community)
    questions.create(
        community=community, kind="ties", params={}, answer=[list(one) for one in ties], answered_at=datetime.now(UTC)
    )
