"""Tells a beat: looks at the community from each of its moments and puts the numbers into the sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tenfold.demo.beats import BEATS, Look, Number
from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import decide
from tenfold.report.words import say, sentence
from tenfold.terms.decision import Decision

HUNDRED = 100
MINOR_PER_MILLION = 100_000_000
INSUFFICIENT = "beat.insufficient"
SHARES = ("ratio", "probability")
WHOLE = ("count", "units", "0-10000", "hours")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one moment of a beat showed: the numbers that its sentence names, the decisions quoted below it."""

    look: Look
    numbers: Mapping[str, tuple[Any, str]]
    said: Sequence[Decision]


def seen(community: Community, number: int) -> list[Seen]:
    """Return what each moment of a beat shows, with what could be known at it."""
    found = []
    for look in BEATS[number]:
        board = seen_from(community, look)
        numbers = {name: value_of(board, wanted) for name, wanted in look.numbers.items()}
        said = [one for one in decide(board) if one.id.startswith(look.said)] if look.said else []
        found.append(Seen(look, numbers, said))
    return found


def tell(community: Community, number: int, language: str) -> Iterator[str]:
    """Yield the lines of a beat: its heading, then each moment."""
    yield from told(seen(community, number), number, language)


def told(moments: Sequence[Seen], number: int, language: str) -> Iterator[str]:
    """Yield the lines of a beat that was looked at."""
    yield say(language, f"beat.{number}")
    for place, one in enumerate(moments, start=1):
        numbers = {name: shown(value, unit, language) for name, (value, unit) in one.numbers.items()}
        yield f"  {one.look.as_of.replace('T', ' ')}  {say(language, f'beat.{number}.{place}', numbers)}"
        yield from (f"      {sentence(language, decision.message)}  [{decision.id}]" for decision in one.said)


def seen_from(community: Community, look: Look) -> Board:
    """Return the board at a moment with what was known then; everything is computed where decisions are quoted."""
    at = read_moment(look.as_of, community.rulebook.newest.charter.timezone)
    board = community.board(Moment(at, at))
    return board.compute() if look.said else board.compute(only=sorted({id for id, _ in look.numbers.values()}))


def value_of(board: Board, wanted: Number) -> tuple[Any, str]:
    """Return a measure's value at the board's own end, None when it is insufficient, and its unit."""
    id, subject = wanted
    rows = board.results[id].filter(pl.col("end") == board.ends.main, pl.col("subject") == subject)
    return (rows["value"][0], str(rows["unit"][0])) if rows.height else (None, "")


def shown(value: Any, unit: str, language: str) -> str:
    """Write a number as the sentences want it: money in millions, shares in percent."""
    if value is None:
        return say(language, INSUFFICIENT)
    if unit in SHARES:
        return f"{HUNDRED * value:.1f} %"
    if unit in WHOLE:
        return f"{value:,.0f}"
    return f"{value / MINOR_PER_MILLION:.2f}" if isinstance(value, int) else f"{value:,.2f}"
