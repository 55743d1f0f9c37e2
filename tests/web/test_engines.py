"""Engines: one per community, warm between commits, answering what pages ask, and started again when they die."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic

import pytest
from tests.web.acting import answering

from tenfold.facts.store import FactStore
from tenfold.web.jobs import intake
from tenfold.web.jobs.engine import Engine, behind, serve, work
from tenfold.web.jobs.intake import Intake
from tenfold.web.rights.explaining import explanation
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import log_talk
from tenfold.web.store.communities import Community
from tenfold.web.store.freshness import freshness
from tenfold.web.store.results import DecisionResult, MeasureResult
from tenfold.web.store.source import read_facts
from tenfold.web.store.work import Lease, ask, led, take

Seated = Callable[[str], Viewer]


def test_an_engine_reads_only_what_is_new(
    community: Community, viewer_of: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Intake(community)
    known.catch_up()
    first = known.sequence
    log_talk(Actor(viewer_of("op")), members=["lin", "zhou"], channel="call")
    asked: list[tuple[int, int]] = []

    def read(community: Community, until: int, after: int = 0) -> FactStore:
        asked.append((after, until))
        return read_facts(community, until, after)

    monkeypatch.setattr(intake, "read_facts", read)
    warm = known.catch_up().community
    assert asked == [(first, first + 2)]
    cold = Intake(community).catch_up().community
    assert warm.digest == cold.digest
    assert all(rows.equals(cold.facts.tables[name]) for name, rows in warm.facts.tables.items())


def test_a_community_has_one_engine_until_it_is_dead(community: Community) -> None:
    assert take(community, "a")
    assert take(community, "a")
    assert not take(community, "b")
    assert led(community)
    Lease.objects.update(until=datetime.now(UTC) - timedelta(seconds=1))
    assert not led(community)
    assert take(community, "b")
    assert not take(community, "a")


def test_an_engine_catches_up_answers_and_ends(community: Community, viewer_of: Seated) -> None:
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call", flags=["decision"])
    asked = ask(community, "explain", {"id": "rel.overdue:lin"}, wait=0)
    unknown = ask(community, "explain", {"id": "no.such"}, wait=0)
    serve(community, Event(), idle_for=0.2)
    numbers = freshness(community)
    assert not numbers.stale
    assert numbers.error is None
    asked.refresh_from_db()
    unknown.refresh_from_db()
    assert asked.answer["id"] == "rel.overdue"
    assert {row["table"] for row in asked.answer["facts"]["rows"]} >= {"interactions"}
    assert unknown.error[0]["id"].startswith("engine.")
    assert not led(community)


def test_a_cycle_keeps_what_did_not_change(community: Community, viewer_of: Seated) -> None:
    engine = Engine(community)
    assert work(engine)
    before = MeasureResult.rows.of(community).count()
    assert not work(engine)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call", flags=["decision"])
    assert work(engine)
    after = MeasureResult.rows.of(community)
    written = after.count() - before
    assert 0 < written < before / 2
    assert after.filter(until=None).count() >= before
    assert DecisionResult.rows.of(community).filter(until=None).exists()


def test_a_failed_cycle_keeps_the_numbers_and_says_why(
    community: Community, viewer_of: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(community)
    engine.recompute()
    standing = DecisionResult.rows.of(community).filter(until=None).count()

    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("tenfold.engine.warm.run", broken)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call")
    engine.recompute()
    numbers = freshness(community)
    assert numbers.stale
    assert numbers.error is not None
    assert numbers.error[0]["id"] == "engine.broken"
    assert DecisionResult.rows.of(community).filter(until=None).count() == standing
    assert not behind(community)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call")


def test_an_explanation_shows_what_its_reader_may_see(community: Community, viewer_of: Seated) -> None:
    engine = Engine(community)
    engine.recompute()
    found = {party: _explained(engine, viewer_of(party), "fund.committed:a") for party in ("fin", "op")}
    assert found["fin"]["value"] == "7654321.09"
    assert "7654321" not in str(found["op"])
    for party, id in (("lin", "fund.committed:a"), ("fin", "no.such"), ("sup", "rel.overdue:lin")):
        with pytest.raises(NotHere):
            explanation(viewer_of(party), id)


def _explained(engine: Engine, viewer: Viewer, id: str) -> dict[str, object]:
    """Ask as a page does, until an engine has answered."""
    found = None
    with answering(engine):
        until = monotonic() + 60
        while found is None and monotonic() < until:
            found = explanation(viewer, id)
    assert found is not None
    return found
