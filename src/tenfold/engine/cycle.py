"""One cycle: every measure in the order of what it reads, then ten decision functions on the complete board."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from tenfold.engine.board import Board, Watch, unwatched
from tenfold.engine.community import Community, Moment
from tenfold.engine.deciding import decided
from tenfold.engine.registry import deciders
from tenfold.terms.decision import Decider, Decision

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


def decide(board: Board, given: Iterable[Decider] | None = None) -> list[Decision]:
    """Return what the ten (or only these deciders) decide, with the acts that people recorded about it, by id."""
    found = [one for decider in (deciders() if given is None else given) for one in decided(board, decider)]
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
