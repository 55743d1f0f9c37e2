"""Decisions of one kind: those that are kept, as long as all that it reads stays the same, or those it makes now."""

from collections.abc import Sequence

from tenfold.engine.board import Board
from tenfold.engine.graph import Name, named
from tenfold.engine.noted import Family, Note
from tenfold.engine.window import READ, SHOWN, Reader, Window
from tenfold.facts.declaration import TABLES
from tenfold.terms.decision import Decision
from tenfold.terms.draft import Kind


def decided(board: Board, kind: Kind) -> Sequence[Decision]:
    """Return what is decided of a kind at the cycle's own end, on a board that has all that it reads."""
    reads = board.plan.reads[kind.id]
    kept = board.graph.decided(kind.id)
    name = _name(board, kind, kept.notes)
    if name not in kept.found:
        rules, ends = board.by_version({board.ends.main})[0]
        family = Family(board.rulebook, rules)
        window = Window(board, ends, Reader.of(kind, reads), family.own, kind.clock)
        found = kind.decided(window, family.own, ends.select(SHOWN[kind.clock]), frozenset(reads))
        kept.notes |= family.notes
        name = _name(board, kind, kept.notes)
        kept.keep(name, found)
    return kept.found[name]


def _name(board: Board, kind: Kind, notes: set[Note]) -> Name:
    """Return the name of all that a kind of decision is made of."""
    asked = tuple(sorted(notes))
    end = board.ends.frame.row(board.ends.main, named=True)
    answers = board.plan.reading.answers(asked, board.rulebook.judging(end["as_of"]))
    clock = tuple(str(end[column]) for column in READ[kind.clock])
    tables = [id for id in kind.reads if id in TABLES]
    if kind.clock == "passed":
        clock += tuple(str(board.passed(table)) for table in tables)
    names = tuple(board.name_of(id) for id in (*tables, *board.plan.reads[kind.id]))
    return named(kind.id, clock, asked, answers, names)
