"""As much of a cycle as a question needs: a number waits for what it reads, not for the whole board."""

from collections.abc import Sequence
from dataclasses import replace

from tenfold.engine.board import Watch, unwatched
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle, decide, run
from tenfold.engine.registry import registry
from tenfold.engine.today import run_today, today
from tenfold.terms.decision import Decision
from tenfold.terms.errors import Complaint, Refused

DIGITS_AT_MOST = 9  # of the number of a row; a longer one is no row


def row_of(listed: Sequence[Decision], number: str) -> Decision:
    """Return a row of the day's list.

    Raises
    ------
    Refused   when the list has no such row
    """
    if not 1 <= int(number) <= len(listed):
        raise Refused([Complaint("cli.today.no_row", params={"seen": number, "rows": str(len(listed))})])
    return listed[int(number) - 1]


def is_row(id: str) -> bool:
    """Whether an id is the number of a row of the day's list."""
    return id.isascii() and id.isdecimal() and len(id) <= DIGITS_AT_MOST


def asked(community: Community, moment: Moment, id: str, watch: Watch = unwatched) -> tuple[Cycle, str]:
    """Return what explains an id (a measure, a decision, or a row of the day's list), and the id that is meant.

    Raises
    ------
    Refused   when the list has no such row
    """
    if is_row(id):
        listed = run_today(community, moment, watch)
        return _alone(listed, row_of(today(listed), id), watch)
    name = id.partition(":")[0]
    board = community.board(moment)
    if registry().deciding([name]):
        made = Cycle(community, moment, board, decide(board, [name], watch))
        meant = next((one for one in made.decisions if one.id == id), None)
        return _alone(made, meant, watch) if meant is not None else (run(community, moment, watch), id)
    if name not in {spec.id for spec in registry().measures}:
        return run(community, moment, watch), id
    return Cycle(community, moment, board.compute([name], watch=watch), []), id


def _alone(cycle: Cycle, decision: Decision, watch: Watch) -> tuple[Cycle, str]:
    """Return a cycle with one decision and the numbers that it rests on."""
    cycle.board.need([ref.id for ref in decision.measures], watch)
    return replace(cycle, decisions=[decision]), decision.id
