"""Today: the few acts that matter most, ranked in one currency (what the stage's key results gain per minute)."""

from collections.abc import Sequence

from tenfold.engine.board import Watch, unwatched
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle, decide
from tenfold.terms.decision import Decision

ACTIONS, TALKS = "insight.next_best_action", "interaction"  # what is listed: without any of the first, the second
CARDS = 8  # where the charter sets no `max_per_operator_per_day`


def today(cycle: Cycle) -> Sequence[Decision]:
    """Return the open next best actions in their rank; without any, the talks that are due, the most overdue first."""
    rules = cycle.board.main[0]
    still = [one for one in cycle.decisions if one.status == "proposed"]
    actions = [one for one in still if f"{one.mechanism}.{one.kind}" == ACTIONS]
    talks = [one for one in still if one.mechanism == TALKS]
    ranked = sorted(actions or talks, key=lambda one: (-float(one.value or 0), one.id))
    allowed = getattr(rules.insight.next_best_action, "max_per_operator_per_day", None)
    return ranked[: allowed or CARDS]


def run_today(community: Community, moment: Moment, watch: Watch = unwatched) -> Cycle:
    """Return as much of a cycle as Today lists: the same list as that of the whole cycle, sooner."""
    board = community.board(moment)
    for wanted in (ACTIONS, TALKS):
        found = Cycle(community, moment, board, decide(board, [wanted], watch))
        if today(found):
            break
    return found
