"""Tells a beat: looks at the community from each of its moments and puts the numbers into the sentences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.demo.beats import BEATS, Look, Number
from tenfold.engine.board import Board
from tenfold.engine.changes import Change, changes
from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import decide
from tenfold.report.amounts import Way, size
from tenfold.report.speech import with_unit
from tenfold.report.terminal import Spoken
from tenfold.report.words import say
from tenfold.terms.decision import Decision
from tenfold.terms.money import from_minor

HUNDRED = 100
MINOR, DIGITS = 100, 2  # fen
PAID = ("dis.entitlement",)  # measures of what somebody is paid
INSUFFICIENT = "beat.insufficient"
SHARES = ("ratio", "probability")
WHOLE = ("count", "units", "0-10000", "hours")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one moment of a beat showed: the numbers that its sentence names, the decisions quoted below it."""

    look: Look
    board: Board
    numbers: Mapping[str, tuple[Any, str]]
    said: Sequence[Decision]
    moved: Sequence[Change] = ()


def seen(community: Community, number: int) -> list[Seen]:
    """Return what each moment of a beat shows, with what could be known at it."""
    found = []
    for look in BEATS[number]:
        board = seen_from(community, look)
        numbers = {name: value_of(board, wanted) for name, wanted in look.numbers.items()}
        said = _said(board, look.said) if look.said else []
        moved = moved_by(community, look, board) if look.without else ()
        found.append(Seen(look, board, numbers, said, moved))
    return found


def _said(board: Board, starts: tuple[str, ...]) -> list[Decision]:
    """Return the decisions whose ids begin so; the first part of an id names its kind."""
    kinds = [start.partition(":")[0] for start in starts]
    return [one for one in decide(board, kinds) if one.id.startswith(starts)]


def moved_by(community: Community, look: Look, board: Board) -> Sequence[Change]:
    """Return what the charter in force changed of a pool: a second cycle of the same facts under an older version.

    Raises
    ------
    ValueError   when the community was not read from a folder, or the moment compares nothing
    """
    if look.without is None or community.folder is None:
        raise ValueError("nothing to compare with")
    pool, version = look.without
    older = community.trying(community.folder / "charters" / f"{version}.yaml")
    return changes(older.board(_moment(community, look)), board, pool)


def tell(community: Community, number: int, language: str) -> Iterator[str]:
    """Yield the lines of a beat: its heading, then each moment."""
    yield from told(seen(community, number), number, language)


def told(moments: Sequence[Seen], number: int, language: str) -> Iterator[str]:
    """Yield the lines of a beat that was looked at."""
    yield say(language, f"beat.{number}")
    for place, one in enumerate(moments, start=1):
        speech = Spoken(one.board, language)
        numbers = dict(_shown(one, language))
        yield f"  {one.look.as_of.replace('T', ' ')}  {say(language, f'beat.{number}.{place}', numbers)}"
        yield from (f"      {speech.told(decision.message)}  [{decision.id}]" for decision in one.said)
        yield from (f"      {line}" for line in _gains_and_losses(one, speech))


def _shown(one: Seen, language: str) -> Iterator[tuple[str, str]]:
    """Yield each number of a moment as its sentence says it; what somebody is paid has all its digits."""
    for name, (value, unit) in one.numbers.items():
        measure, _ = one.look.numbers[name]
        yield name, shown(value, unit, language, whole=measure in PAID)


def _gains_and_losses(one: Seen, speech: Spoken) -> Iterator[str]:
    """Yield a line for each party of the compared pool, who loses most first, and what the comparison holds fixed."""
    for change in one.moved:
        amounts = {name: yuan(getattr(change, name)) for name in ("before", "after")}
        amounts["moved"] = yuan(change.moved, signed=True)
        yield say(speech.language, "beat.moved", {"party": speech.named(change.party), **amounts})
    if one.moved:
        yield say(speech.language, "beat.held_fixed", {"sum": yuan(sum(change.moved for change in one.moved))})


def yuan(minor: int, *, signed: bool = False) -> str:
    """Write an amount to the fen, with its sign where asked for."""
    sign = "−" if minor < 0 else "+" if signed and minor else ""
    return f"{sign}{Decimal(abs(minor)) / MINOR:,.2f}"


def _moment(community: Community, look: Look) -> Moment:
    at = read_moment(look.as_of, community.rulebook.newest.charter.timezone)
    return Moment(at, at)


def seen_from(community: Community, look: Look) -> Board:
    """Return the board at a moment with what was known then, as far as the sentence names its numbers."""
    board = community.board(_moment(community, look))
    return board.compute(only=sorted({id for id, _ in look.numbers.values()}))


def value_of(board: Board, wanted: Number) -> tuple[Any, str]:
    """Return a measure's value at the board's own end, None when it is insufficient, and its unit."""
    id, subject = wanted
    rows = board.results[id].filter(pl.col("end") == board.ends.main, pl.col("subject") == subject)
    return (rows["value"][0], str(rows["unit"][0])) if rows.height else (None, "")


def shown(value: Any, unit: str, language: str, *, whole: bool) -> str:
    """Write a number as the sentences want it: shares in percent, money as pages do, `whole` to the last digit."""
    if value is None:
        return say(language, INSUFFICIENT)
    if unit in SHARES:
        return f"{HUNDRED * value:.1f} %"
    if unit in WHOLE:
        return f"{value:,.0f}"
    if not isinstance(value, int):
        return f"{value:,.2f}"
    text = from_minor(value, DIGITS)
    amount = size(text, language.startswith("zh"), money=True, way=Way(whole=whole)).striptags()
    return with_unit(language, amount, unit)
