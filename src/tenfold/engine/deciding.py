"""Decisions of one decider: those that are kept, as long as all that it read stays the same, or those it makes now."""

from collections.abc import Sequence

from tenfold.engine.board import Board
from tenfold.engine.graph import Name, named
from tenfold.engine.noted import Family, Note
from tenfold.engine.window import READ, SHOWN, Window
from tenfold.facts.declaration import TABLES
from tenfold.terms.decision import Decider, Decision


def decided(board: Board, decider: Decider) -> Sequence[Decision]:
    """Return what a decider decides at the cycle's own end."""
    kept = board.graph.decided(decider.id)
    name = _name(board, decider, kept.notes, kept.reads)
    if name not in kept.found:
        rules, ends = board.by_version({board.ends.main})[0]
        family, reads = Family(board.rulebook, rules), set[str]()
        window = Window(board, ends, rules=family.own, clock=decider.clock, reads=reads)
        found = tuple(decider.decide(window, family.own, ends.select(SHOWN[decider.clock])))
        kept.notes |= family.notes
        kept.reads |= reads
        name = _name(board, decider, kept.notes, kept.reads)
        kept.keep(name, found)
    return kept.found[name]


def _name(board: Board, decider: Decider, notes: set[Note], reads: set[str]) -> Name | None:
    """Return the name of all that a decider was ever seen to read; None where the board lacks some of it."""
    if any(not board.knows(id) for id in reads):
        return None
    asked = tuple(sorted(notes))
    end = board.ends.frame.row(board.ends.main, named=True)
    answers = board.plan.reading.answers(asked, board.rulebook.judging(end["as_of"]))
    clock = tuple(str(end[column]) for column in READ[decider.clock])
    if decider.clock == "passed":
        clock += tuple(str(board.passed(id)) for id in sorted(reads) if id in TABLES)
    return named(decider.id, clock, asked, answers, tuple(board.name_of(id) for id in sorted(reads)))
