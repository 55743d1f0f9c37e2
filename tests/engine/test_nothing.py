"""A reduction over tables without a row is not asked: what is kept of it is what its query says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from polars.testing import assert_frame_equal
from tests.night import NIGHT

from tenfold.charter.document import Rulebook
from tenfold.charter.load import read_charter
from tenfold.charter.templates import KINDS, render_template
from tenfold.demo import write_demo
from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment
from tenfold.engine.needs import needs_of
from tenfold.engine.queries import needed, nothing
from tenfold.engine.reduce import schemas_of
from tenfold.engine.registry import registry
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore

AT = datetime(2026, 11, 2, tzinfo=UTC)
KEPT = [spec for spec in registry().specs.values() if spec.kind == "reduction" and nothing(spec.id) is not None]


def _empty(kind: str) -> Board:
    """The board of a community without facts, under a charter of a template."""
    charter = read_charter(render_template(kind, "large", effective_from=AT.date()).encode(), kind)
    return Community(Rulebook([charter]), FactStore.of({})).board(Moment(AT, AT))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_of_no_facts_is_what_the_query_says(kind: str) -> None:
    board = _empty(kind)
    assert {"goals.flows", "interaction.sums", "risk.burn"} <= {spec.id for spec in KEPT}
    for spec in KEPT:
        kept = nothing(spec.id)
        assert kept is not None
        assert_frame_equal(board.run(spec, *board.main), kept)


def test_a_reduction_that_says_something_of_no_facts_is_asked() -> None:
    assert nothing("pool.terms") is None
    assert _empty("venture").compute(only=["pool.terms"]).results["pool.terms"].height


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Board:
    """The board of a community whose tables all have rows."""
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder, 58, 20260501)
    community = Community.load(folder)
    return community.board(community.moment())


def test_what_is_known_of_needed_tables_is_what_the_expressions_say(full: Board) -> None:
    needs = needs_of(registry().specs, schemas_of(full.prepared))
    assert {id: needed(id) for id in needs} == needs
    assert {"contributions", "ends"} < needs["pool.points"]
    assert needs["pool.terms"] == {"ends"}


@pytest.mark.parametrize(("place", "id"), list(enumerate(spec.id for spec in KEPT)))
def test_without_one_of_the_tables_that_it_needs_a_reduction_has_no_row(place: int, id: str, full: Board) -> None:
    """One of them by day, in turn; each of them at night."""
    tables = sorted(needed(id) & TABLES.keys())
    kept = nothing(id)
    assert kept is not None
    for table in tables if NIGHT else [tables[place % len(tables)]]:
        without = replace(full, prepared={**full.prepared, table: full.prepared[table].clear()})
        assert_frame_equal(without.run(registry().specs[id], *without.main), kept)
