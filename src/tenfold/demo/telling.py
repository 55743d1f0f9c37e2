"""Tells a beat: looks at the community from each of its moments and puts the numbers into the sentences."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from tenfold.demo.beats import BEATS, Look, Number
from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import decide
from tenfold.report.words import say, sentence

HUNDRED = 100
MINOR_PER_MILLION = 100_000_000
INSUFFICIENT = "beat.insufficient"
SHARES = ("ratio", "probability")


def tell(community: Community, number: int, language: str) -> Iterator[str]:
    """Yield the lines of a beat: its heading, then each moment with what could be known at it."""
    yield say(language, f"beat.{number}")
    for place, look in enumerate(BEATS[number], start=1):
        board = seen_from(community, look)
        numbers = {name: shown(board, wanted, language) for name, wanted in look.numbers.items()}
        yield f"  {look.as_of.replace('T', ' ')}  {say(language, f'beat.{number}.{place}', numbers)}"
        if look.said:
            said = [one for one in decide(board) if one.id.startswith(look.said)]
            yield from (f"      {sentence(language, one.message)}  [{one.id}]" for one in said)


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


def shown(board: Board, wanted: Number, language: str) -> str:
    """Write a number as the sentences want it: money in millions, shares in percent."""
    value, unit = value_of(board, wanted)
    if value is None:
        return say(language, INSUFFICIENT)
    if isinstance(value, int) and unit not in ("count", "units"):
        return f"{value / MINOR_PER_MILLION:.2f}"
    if unit in SHARES:
        return f"{HUNDRED * value:.1f} %"
    return f"{value:,.0f}" if unit in ("count", "units", "0-10000", "hours") else f"{value:,.2f}"
