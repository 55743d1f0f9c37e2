"""The five benefits that a community is said to bring: for each a number, what it was, and what it does not prove.

They have no rules of their own: each is shown by measures of the registry (MEASURES.md, “Five benefits”), now and on
the first day of the stage.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from tenfold.engine.board import Board
from tenfold.engine.community import Moment
from tenfold.engine.cycle import Cycle
from tenfold.engine.written import written
from tenfold.terms.reason import Reason

COMMUNITY = "community"
WORST_FIRST = {"scr.redundancy"}  # shown by the subject that stands worst


@dataclass(frozen=True, slots=True)
class Benefit:
    """One claimed benefit and the measures that show it, the headline first."""

    id: str
    measures: tuple[str, ...]

    @property
    def name(self) -> Reason:
        """What it is called."""
        return Reason(f"benefit.{self.id}")

    @property
    def caveat(self) -> Reason:
        """What the numbers do not prove."""
        return Reason(f"benefit.{self.id}.caveat")


FIVE = (
    Benefit("diversified_funding", ("fund.n_eff", "fund.gap_if_top1_leaves", "fin.runway_months")),
    Benefit("resource_integration", ("scr.coverage", "scr.redundancy", "com.collab_speed")),
    Benefit("trust", ("sc.trust", "inc.kept_rate")),
    Benefit("brand_premium", ("brand.inbound_share", "brand.referral_share", "brand.referred_risk_ratio", "brand.sov")),
    Benefit("adaptability", ("adj.decision_days", "com.collab_speed", "adj.core_turnover")),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A benefit with its numbers: rows of measures as files hold them, now and on the first day of the stage."""

    benefit: Benefit
    now: Sequence[Mapping[str, Any]]
    before: Sequence[Mapping[str, Any]]


def stage_start(cycle: Cycle) -> datetime | None:
    """Return when the first round of the current stage was opened, if any was."""
    rules, ends = cycle.board.main
    rounds = cycle.board.window(ends).rows("rounds").filter(pl.col("stage") == rules.community.current_stage)
    first = rounds["occurred_at"].min()
    return first if isinstance(first, datetime) else None


def benefits(cycle: Cycle) -> list[Shown]:
    """Return the five with their numbers; what was known on the first day of the stage stands beside them."""
    start = stage_start(cycle)
    past = None
    if start is not None and start < cycle.moment.as_of:
        ids = sorted({id for one in FIVE for id in one.measures})
        past = cycle.community.board(Moment(start, start)).compute(only=ids)
    return [
        Shown(one, _rows(cycle.board, one.measures), _rows(past, one.measures) if past is not None else [])
        for one in FIVE
    ]


def _rows(board: Board, ids: Sequence[str]) -> list[Mapping[str, Any]]:
    return [row | {"id": id} for id in ids for row in _chosen(board, id)]


def _chosen(board: Board, id: str) -> Iterator[dict[str, Any]]:
    """Yield the community's own row and its parts; without one the only row, or the one that stands worst."""
    found = board.results[id].filter(pl.col("end") == board.ends.main)
    own = found.filter((pl.col("subject") == COMMUNITY) | pl.col("subject").str.starts_with(f"{COMMUNITY}/"))
    if own.is_empty() and id in WORST_FIRST:
        own = found.sort("value", "subject", nulls_last=True).head(1)
    elif own.is_empty():
        own = found.sort("subject").head(1)
    yield from written(board, board.registry.specs[id], own).iter_rows(named=True)
