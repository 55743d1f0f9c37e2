"""A reduction over tables without a row is not asked: what is kept of it is what its query says."""

from datetime import UTC, datetime

import pytest
from polars.testing import assert_frame_equal

from tenfold.charter.document import Rulebook
from tenfold.charter.load import read_charter
from tenfold.charter.templates import KINDS, render_template
from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment
from tenfold.engine.queries import nothing
from tenfold.engine.registry import registry
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
