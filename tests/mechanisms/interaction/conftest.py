"""A community of a few facts, and what some measures say of it."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.load import load_charter
from tenfold.engine.board import Board
from tenfold.engine.cases import merged
from tenfold.engine.community import Community, Moment, fact_context, read_moment
from tenfold.facts.cells import cast
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore

BASE = Path(__file__).parents[1] / "base.yaml"
Facts = Mapping[str, Sequence[Mapping[str, str]]]
Build = Callable[..., tuple[Community, Moment]]
Look = Callable[..., Board]


@pytest.fixture(scope="session")
def build() -> Build:
    """`build(facts, as_of, …)`: a small community and the moment it is looked at."""
    base = load_charter(BASE).model_dump(by_alias=True, exclude_unset=True)

    def of(
        facts: Facts, as_of: str, rules: Mapping[str, Any] | None = None, known_at: str | None = None
    ) -> tuple[Community, Moment]:
        rulebook = Rulebook([Charter.model_validate(merged(base, rules or {}))])
        community = Community(rulebook, _store(facts, rulebook))
        known = read_moment(known_at, "UTC") if known_at else None
        return community, community.moment(read_moment(as_of, "UTC"), known)

    return of


@pytest.fixture(scope="session")
def look(build: Build) -> Look:
    """`look(facts, as_of, ids, …)`: the board of a small community, computed as far as `ids` need."""

    def at(facts: Facts, as_of: str, ids: Sequence[str], rules: Mapping[str, Any] | None = None) -> Board:
        community, moment = build(facts, as_of, rules)
        return community.board(moment).compute(only=ids)

    return at


def _store(facts: Facts, rulebook: Rulebook) -> FactStore:
    frames = {}
    for table, rows in facts.items():
        columns = sorted({column for row in rows for column in row} | {"fact"})
        texts = [{"fact": f"{table}-{number:03}"} | dict(row) for number, row in enumerate(rows)]
        cells = [{column: row.get(column) for column in columns} for row in texts]
        frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
        frames[table], wrong = cast(TABLES[table], frame, fact_context(rulebook), "import:cases")
        assert wrong.is_empty(), wrong
    return FactStore.of(frames)
