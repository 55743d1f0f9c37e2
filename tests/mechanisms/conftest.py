"""A few facts and rules, and what the mechanisms make of them, without the rest of the ten."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tenfold.charter.document import Charter, Rulebook
from tenfold.charter.load import load_charter
from tenfold.engine.board import Board
from tenfold.engine.cases import merged
from tenfold.engine.community import Community, fact_context, read_moment
from tenfold.engine.cycle import decide
from tenfold.engine.registry import registry
from tenfold.facts.cells import cast
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.terms.decision import Decision

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("TENFOLD_SHARED", HERE.parents[2] / "shared"))
Facts = Mapping[str, Sequence[Mapping[str, Any]]]
Changes = Mapping[str, Any] | None


@dataclass
class Seen:
    """A board over some facts; measures are computed when asked for."""

    board: Board

    def rows(self, id: str) -> pl.DataFrame:
        """The rows of a view or measure at the end asked for."""
        self.board.compute(only=[id])
        result = self.board.results[id]
        return result.filter(pl.col("end") == self.board.ends.main)

    def values(self, id: str) -> dict[str, Any]:
        """Subject → value of a measure."""
        return dict(self.rows(id).select("subject", "value").iter_rows())

    def row(self, id: str, subject: str = "community") -> dict[str, Any]:
        """One row of a measure."""
        return self.rows(id).row(by_predicate=pl.col("subject") == subject, named=True)

    def decisions(self, mechanism: str, kind: str | None = None) -> list[Decision]:
        """What a mechanism decides, of one kind or all."""
        found = decide(self.board, [mechanism])
        return [one for one in found if kind in (None, one.kind)]


See = Callable[..., Seen]
Settle = Callable[..., Community]


def tables_of(facts: Facts, rulebook: Rulebook) -> FactStore:
    tables = {}
    for name, rows in facts.items():
        whole = [
            {"fact": f"{name}-{number}", "recorded_by": "case"} | {key: _text(cell) for key, cell in row.items()}
            for number, row in enumerate(rows, start=1)
        ]
        columns = sorted({column for row in whole for column in row})
        cells = [{column: row.get(column) for column in columns} for row in whole]
        frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
        tables[name], wrong = cast(TABLES[name], frame, fact_context(rulebook), recorded_by="case")
        assert wrong.is_empty(), wrong.to_dicts()
    return FactStore.of(tables)


def _text(cell: object) -> str | None:
    return ";".join(cell) if isinstance(cell, list) else None if cell is None else str(cell)


@pytest.fixture(scope="session")
def settle() -> Settle:
    """Return the community of some facts under the rules of `base.yaml` and changes, and those of a later version."""
    plain = load_charter(HERE / "base.yaml").model_dump(by_alias=True, exclude_unset=True)

    def found(facts: Facts, changes: Changes = None, later: Changes = None) -> Community:
        first = merged(plain, changes or {})
        versions = [first, *([merged(first, later)] if later else [])]
        rulebook = Rulebook([Charter.model_validate(version) for version in versions])
        return Community(rulebook, tables_of(facts, rulebook))

    return found


@pytest.fixture(scope="session")
def see(settle: Settle) -> See:
    """Return the board of such a community."""
    known = registry()

    def look(facts: Facts, changes: Changes = None, as_of: str = "2026-11-02", later: Changes = None) -> Seen:
        community = settle(facts, changes, later)
        board = community.board(community.moment(read_moment(as_of, "UTC")))
        return Seen(Board(board.prepared, community.rulebook, board.ends, known))

    return look


@pytest.fixture(scope="session")
def worked() -> dict[str, Any]:
    """The worked numbers of the design."""
    path = SHARED / "design/worked_examples.json"
    if not path.exists():
        pytest.skip(f"no worked examples: {path} is missing")
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content
