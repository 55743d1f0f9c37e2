"""One cycle: every measure in the order of what it reads, then the decisions of the ten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tenfold.engine.board import Board, Watch, unwatched
from tenfold.engine.community import Community, Moment
from tenfold.engine.deciding import decided
from tenfold.terms.decision import Decision

# What a human act makes of a proposal (DOMAIN §12b); snoozed and dismissed proposals stay proposals.
STATUS = {"confirm": "confirmed", "override": "overridden", "execute": "executed"}


@dataclass(frozen=True)
class Cycle:
    """The result of one run: the board and the decisions, by id."""

    community: Community
    moment: Moment
    board: Board
    decisions: Sequence[Decision]


def run(community: Community, moment: Moment, watch: Watch = unwatched) -> Cycle:
    """Return what the charter makes of the facts as known at a moment. Pure: the same input gives the same result."""
    board = community.board(moment).compute(watch=watch)
    return Cycle(community, moment, board, decide(board))


def decide(board: Board, wanted: Sequence[str] | None = None, watch: Watch = unwatched) -> list[Decision]:
    """Return the decisions, with the acts that people recorded about them, by id; what they read is computed.

    wanted   kinds (`goals.need`) or mechanisms (`goals`); all of the ten where left out. A kind brings those that may
             stand in its place
    """
    registry = board.registry
    kinds = [*registry.kinds.values()] if wanted is None else registry.deciding(wanted)
    board.need([id for kind in kinds for id in board.plan.reads[kind.id]], watch)
    found = [one for kind in kinds for one in decided(board, kind)]
    _, ends = board.main
    status = _acts(board.window(ends).rows("decision_acts"))
    settled = {decision.id: _settled(decision, status.get(decision.id)) for decision in found}
    if len(settled) != len(found):
        raise ValueError("two decisions share an id")
    return [settled[id] for id in sorted(settled)]


def _settled(decision: Decision, status: str | None) -> Decision:
    """Return a decision with what people made of it; a yes that names a preview signs, and the mechanism counts it."""
    signed = decision.proposal_sha256 is not None and status == STATUS["confirm"]
    return decision if status is None or signed else replace(decision, status=status)


def _acts(acts: pl.DataFrame) -> Mapping[str, str]:
    """Return decision id → status by the last act that settles it."""
    settling = acts.filter(pl.col("act").is_in(list(STATUS))).sort("occurred_at", "recorded_at", "fact")
    return {decision: STATUS[act] for decision, act in settling.select("decision", "act").iter_rows()}
