"""Living numbers: what stands after every act is what a whole cycle says, byte for byte, and it moves with time."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from tests.night import NIGHT
from tests.web import place
from tests.web.days import Days

from tenfold.charter.load import NEWEST, read_charters
from tenfold.engine.community import Community as Known
from tenfold.engine.community import Moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_decisions, write_measures
from tenfold.engine.graph import Graph
from tenfold.engine.trial import trial
from tenfold.engine.written import instant_text
from tenfold.web.jobs import engine as engines
from tenfold.web.jobs import nightly
from tenfold.web.jobs.engine import Engine, behind, work
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.promises import make_promise
from tenfold.web.services.talks import log_talk
from tenfold.web.store.append import Author, writing
from tenfold.web.store.charters import charter_files
from tenfold.web.store.communities import Community
from tenfold.web.store.folders import write_folder
from tenfold.web.store.freshness import freshness
from tenfold.web.store.keeping import HERE
from tenfold.web.store.results import Comparison, CycleRun, DecisionResult, MeasureResult
from tenfold.web.store.source import known
from tenfold.web.store.work import ask

Seated = Callable[[str], Viewer]
SEEDS, ACTS, LOOKED_AT = (range(6), 36, 1) if NIGHT else (range(1), 9, 4)  # every so many acts
on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The community as a folder, observed four times a year: whole cycles take most of the time."""
    found = place.write(tmp_path_factory.mktemp("living") / "small")
    charter = found / "charter.yaml"
    seldom = charter.read_text("utf-8").replace("{every: 7d, weekday: monday}", "{every: 3m}")
    charter.write_text(seldom, "utf-8")
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_is_what_a_whole_cycle_says(
    seed: int, community: Community, viewer_of: Seated, tmp_path: Path, database: str
) -> None:
    engine, days = Engine(community), Days(community, viewer_of, Random(seed))
    work(engine)
    done = []
    acts = ACTS if database == "sqlite" or NIGHT else LOOKED_AT
    for number in range(1, acts + 1):
        done.append(days.act())
        assert work(engine)
        if number == acts or number % LOOKED_AT == 0:
            assert standing(community) == whole(community, tmp_path / str(number)), done
    assert not CycleRun.rows.of(community).exclude(error=None).exists()


def standing(community: Community) -> list[str]:
    """What stands in the database, as the lines of both files."""
    kept = (DecisionResult, MeasureResult)
    return sorted(row.content for model in kept for row in model.rows.of(community).filter(until=None))


def whole(community: Community, folder: Path) -> list[str]:
    """The lines of a whole cycle of the community's folder, its own instant left out as the database leaves it out."""
    write_folder(community, folder)
    newest = CycleRun.rows.of(community).latest("pk")
    cycle = run(Known.load(folder), Moment(newest.as_of, newest.known_at))
    write_decisions(cycle, folder / "decisions.jsonl")
    write_measures(cycle, folder / "measures.jsonl")
    return sorted(_without(instant_text(newest.as_of), folder))


def _without(instant: str, folder: Path) -> Iterator[str]:
    for name in ("decisions.jsonl", "measures.jsonl"):
        for text in (folder / name).read_text("utf-8").splitlines():
            said = json.loads(text)
            said["measures"] = [
                one | {"end": HERE if one["end"] == instant else one["end"]} for one in said.get("measures", [])
            ]
            if name == "measures.jsonl":
                del said["measures"], said["end"]
            else:
                said["as_of"] = HERE
            yield json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@on_one_database
def test_numbers_move_when_a_day_begins_and_when_something_falls_due(community: Community, viewer_of: Seated) -> None:
    engine = Engine(community)
    work(engine)
    noon = datetime(2026, 9, 20, 4, tzinfo=UTC)
    with writing(community, Author("us")) as writer:
        cells = {"kind": "default", "what": "late", "ended_at": noon}
        writer.add("incidents", incident="late", **cells)
    work(engine)
    assert _until(community) == noon
    assert _value(community, "cov.default") == "1"
    for clock, defaults, until in (
        (noon - timedelta(microseconds=1), "1", noon),
        (noon, "0", datetime(2026, 9, 20, 16, tzinfo=UTC)),  # midnight in Shanghai
        (datetime(2026, 9, 20, 16, tzinfo=UTC), "0", datetime(2026, 9, 21, 16, tzinfo=UTC)),
    ):
        community.clock = clock
        community.save()
        assert work(engine)
        assert (_value(community, "cov.default"), _until(community)) == (defaults, until)
    assert not work(engine)


def _until(community: Community) -> datetime | None:
    return CycleRun.rows.of(community).latest("pk").stands_until


def _value(community: Community, measure: str, subject: str = "community") -> object:
    content = MeasureResult.rows.of(community).get(until=None, measure=measure, subject=subject).content
    return json.loads(content)["value"]


@on_one_database
def test_on_the_machines_clock_an_engine_wakes_at_the_instant(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    community.clock = None
    community.save()
    until = Engine(community).recompute().stands_until
    assert until is not None
    for early, moved in ((timedelta(microseconds=1), False), (timedelta(0), True), (-timedelta(hours=1), True)):
        monkeypatch.setattr(engines, "clock_of", lambda _, at=until - early: at)
        assert behind(community) == moved


@on_one_database
def test_a_fact_of_this_second_counts_at_once(
    community: Community, viewer_of: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 9, 20, 4, 0, 0, 700_000, UTC)
    for module in ("store.append", "jobs.intake"):
        monkeypatch.setattr(f"tenfold.web.{module}.clock_of", lambda _: now)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call")
    Engine(community).recompute()
    assert _value(community, "rel.reached_out", "lin") == "2"  # and the message of the first days of September


@on_one_database
def test_an_increment_that_fails_is_tried_again_from_nothing(
    community: Community, viewer_of: Seated, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Engine(community)
    work(engine)
    monkeypatch.setattr("tenfold.engine.warm.Engine.add", lambda *_: 1 / 0)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call", flags=["decision"])
    work(engine)
    assert freshness(community).error is None
    assert not freshness(community).stale
    assert "its increment failed" in caplog.text


@on_one_database
def test_a_night_compares_what_stands_with_a_whole_cycle(community: Community, viewer_of: Seated) -> None:
    engine = Engine(community)
    work(engine)
    assert not nightly.due(community)
    _yesterday(community)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call", flags=["decision"])
    work(engine)
    assert work(engine)
    assert not work(engine)
    (night,) = Comparison.rows.of(community)
    assert (night.otherwise, night.results) == (0, [])
    _yesterday(community)
    MeasureResult.rows.of(community).filter(until=None, measure="rel.strength", subject="lin").update(content="wrong")
    make_promise(Actor(viewer_of("op")), party="zhou", to_party="us", what="样件")
    work(engine)
    assert "wrong" in standing(community)
    assert work(engine)
    incident = Comparison.rows.of(community).latest("pk")
    assert (incident.otherwise, incident.results) == (1, ["rel.strength:lin"])
    assert "wrong" not in standing(community)
    assert not work(engine)


@on_one_database
def test_a_night_in_which_the_whole_cycle_fails_is_an_incident_and_no_end(
    community: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Engine(community)
    work(engine)
    before = standing(community)
    _yesterday(community)
    monkeypatch.setattr("tenfold.web.jobs.nightly.run", lambda *_: 1 / 0)
    assert work(engine)
    (night,) = Comparison.rows.of(community)
    assert (night.otherwise, night.results) == (1, ["engine.broken"])
    assert standing(community) == before
    assert not work(engine)


@on_one_database
def test_a_trial_from_the_warm_engine_says_what_two_whole_cycles_say(
    community: Community, viewer_of: Seated, tmp_path: Path
) -> None:
    """It shares what both charters have in common, and leaves nothing behind in what comes after."""
    engine = Engine(community)
    work(engine)
    (text, *_) = charter_files(community).values()
    tried = text.replace(b'member_share: "0.30"', b'member_share: "0.22"')
    assert tried != text
    asked = ask(community, "trial", {"charter": tried.decode()}, wait=0)
    work(engine)
    asked.refresh_from_db()
    now = run(known(community), known(community).moment(as_of=community.clock))
    other = run(replace(now.community, rulebook=read_charters({NEWEST: tried}), graph=Graph()), now.moment)
    assert asked.error is None
    assert asked.answer == json.loads(json.dumps(trial(now, other).as_dict()))
    assert any(asked.answer.values())
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call", flags=["decision"])
    work(engine)
    assert standing(community) == whole(community, tmp_path / "whole")


def _yesterday(community: Community) -> None:
    """Let everything that was computed and compared so far be of the day before."""
    before = datetime.now(UTC) - timedelta(days=1)
    CycleRun.rows.of(community).update(finished_at=before)
    Comparison.rows.of(community).update(at=before)
