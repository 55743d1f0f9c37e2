"""Before anything has happened every measure counts nothing, and makes its value of nothing."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from tenfold.charter.document import Rulebook
from tenfold.charter.load import read_charter
from tenfold.charter.templates import render_template
from tenfold.engine.community import Community, Moment
from tenfold.engine.registry import registry
from tenfold.facts.store import FactStore

AT = datetime(2026, 11, 2, tzinfo=UTC)
OF_THE_CHARTER = {"fund.conversion", "gate.ready", "ins.act_chance", "okr.kr_score", "okr.score", "val.fit"}
SAID_BY_THE_CHARTER = {"above", "target", "weight", "window"}  # figures beside a value


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, dict[str, Any]]]:
    """Measure and row of a community without facts, but those that only repeat the charter."""
    charter = read_charter(render_template("venture", "large", effective_from=AT.date()).encode(), "venture")
    board = Community(Rulebook([charter]), FactStore.of({})).board(Moment(AT, AT))
    counted = [spec.id for spec in registry().measures if spec.id not in OF_THE_CHARTER]
    board.compute(only=counted)
    now = pl.col("end") == board.ends.main
    return [(id, row) for id in counted for row in board.results[id].filter(now).to_dicts()]


def test_nothing_is_counted_where_nothing_is_there(rows: list[tuple[str, dict[str, Any]]]) -> None:
    assert {"com.ttfr", "cul.ritual_kept", "fund.stage_age", "risk.expected_loss", "val.uplift"} <= {
        id for id, _ in rows
    }
    for id, row in rows:
        figures = {key: cell for key, cell in row.items() if key not in {"end", *SAID_BY_THE_CHARTER}}
        assert {cell for cell in figures.values() if isinstance(cell, int | float)} <= {0}, (id, row)
