"""The law of the warm engine: after every act it answers what one would answer that read everything again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.engine.acts import Acts
from tests.night import NIGHT

from tenfold.charter.document import Charter, Rulebook
from tenfold.demo import write_demo
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle, run
from tenfold.engine.files import write_decisions, write_measures
from tenfold.engine.graph import Graph
from tenfold.engine.warm import Engine
from tenfold.facts.declaration import TABLES
from tenfold.terms.days import TICK

SEEDS, ACTS, COMPARED = (range(12), 40, 1) if NIGHT else (range(1), 10, 2)  # by day after every second act
KINDS = {"add", "correct", "withdraw", "merge", "leave", "remember", "wait", "change", "approve"}
SEED, MEMBERS = 20260501, 58


@pytest.fixture(scope="module")
def community(tmp_path_factory: pytest.TempPathFactory) -> Community:
    """The demo community, observed four times a year: a whole cycle takes as long as what is compared with it."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, MEMBERS, SEED)
    loaded = Community.load(folder)
    return replace(loaded, rulebook=Rulebook([_seldom(charter) for charter in loaded.rulebook.charters]))


def _seldom(charter: Charter) -> Charter:
    plain = charter.model_dump(by_alias=True, exclude_unset=True)
    plain["charter"]["observe"] = {"every": "3m"}
    return Charter.model_validate(plain)


def written(cycle: Cycle, folder: Path) -> dict[str, list[bytes]]:
    write_decisions(cycle, folder / "decisions.jsonl")
    write_measures(cycle, folder / "measures.jsonl")
    return {path.name: path.read_bytes().splitlines() for path in sorted(folder.iterdir())}


def test_what_falls_due_within_a_day_is_decided_at_its_instant(community: Community) -> None:
    """A vote closes and a default ends at noon: a microsecond before neither has, at noon both have."""
    engine = Engine(community)
    now = engine.moment.as_of
    noon = now + timedelta(hours=1)
    told = {"recorded_by": "us", "occurred_at": now, "recorded_at": now}
    vote = {"proposal": "p", "body": "ordinary", "subject": "x", "by": "us", "closes_at": noon, "state": "voting"}
    default = {"incident": "i", "what": "late", "kind": "default", "ended_at": noon}
    for table, cells in {"proposals": vote, "incidents": default}.items():
        engine.add({table: pl.DataFrame([told | cells | {"fact": f"act-{table}"}], TABLES[table].schema)})
    said: list[set[str]] = []
    for at in (now, noon - TICK, noon):
        engine.advance(Moment(at, engine.moment.known_at))
        said.append({one.id for one in engine.decide()})
        if at != now:
            whole = run(replace(engine.community, graph=Graph()), engine.moment)
            assert [*engine.decide()] == [*whole.decisions]
    assert said[0] == said[1]
    assert said[1] != said[2]


def test_what_may_not_read_the_instant_says_the_same_minutes_later(community: Community) -> None:
    """A warm engine keeps it until the day is over: a row that held the instant would be one of an earlier cycle."""
    now = community.moment()
    later = Moment(now.as_of + timedelta(minutes=5), now.known_at + timedelta(minutes=5))
    boards = [replace(community, graph=Graph()).board(moment).compute() for moment in (now, later)]
    plan, specs = boards[0].plan, boards[0].registry.specs
    moving = {id for id, spec in specs.items() if spec.clock == "instant"}
    for spec in plan.order:
        if moving.intersection(plan.reads[spec.id]):
            moving.add(spec.id)
    still = [id for id in boards[0].found if id not in moving]
    assert {"pool.terms", "pool.points", "interaction.sums", "view.member"} <= {*still}
    rows = [{id: board.found[id].now.hash_rows().sort().to_list() for id in still} for board in boards]
    assert [id for id in still if rows[0][id] != rows[1][id]] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_incremental_equals_whole_byte_for_byte(seed: int, community: Community, tmp_path: Path) -> None:
    engine, acts, told = Engine(community), Acts(seed), []
    engine.cycle()
    for number in range(1, ACTS + 1):
        told.append(acts.act(engine))
        computed = engine.cycle()
        if number % COMPARED == 0:
            whole = run(replace(engine.community, graph=Graph()), engine.moment)
            assert written(computed, tmp_path) == written(whole, tmp_path), told
    assert {one.split()[1] for one in told} == KINDS
