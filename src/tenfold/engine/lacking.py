"""What is not recorded: kinds of facts of which there is none, and the numbers that wait for them.

The absence of a whole kind of data is no evidence about anybody; it is said once, with what it holds up.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from tenfold.engine.board import Board
from tenfold.facts.declaration import TABLES
from tenfold.terms.measure import Spec


def lacking(board: Board) -> Mapping[str, Sequence[str]]:
    """Return table → ids of the measures that have no value and read it, for every table without a fact; by id."""
    empty = {name for name, rows in board.prepared.items() if rows.is_empty()}
    waiting: dict[str, list[str]] = {}
    for spec in board.registry.measures:
        if spec.id in board.results and not _has_value(board, spec):
            for table in sorted(_tables(board, spec) & empty):
                waiting.setdefault(table, []).append(spec.id)
    return dict(sorted(waiting.items()))


def _has_value(board: Board, spec: Spec) -> bool:
    rows = board.results[spec.id].filter(pl.col("end") == board.ends.main)
    return not rows["value"].is_null().all()


def _tables(board: Board, spec: Spec) -> set[str]:
    """Return the tables that a measure reads itself, or by the views and reductions right below it."""
    below = [board.registry.specs[id] for id in spec.reads if id in board.registry.specs]
    named = (id for one in (spec, *below) if one.kind != "measure" or one is spec for id in one.reads)
    return {id for id in named if id in TABLES}
