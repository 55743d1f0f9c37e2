"""Reading one line: names first, then the pieces, each a promise, a question, or a part of who, when and how."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import partial
from typing import Any, Protocol

from tenfold.exchange.line import chinese, english
from tenfold.exchange.line.days import Days
from tenfold.exchange.line.line import Known, Line, Promise
from tenfold.exchange.line.people import FOUND, Book, Named, possible_names
from tenfold.methods.pinyin import is_chinese

Pattern = re.Pattern[str]
EDGES = " \t.,;:，。；：、()（）"


class Grammar(Protocol):
    """What a module of a language holds.

    DAY, TIME, MINUTES     expressions, read by `day_of`, `time_of` and `minutes_of`
    LEADS, TRAILS          what stands before and after the day of a promise and belongs to it
    GLUE                   what stands between two words
    SILENT_PROMISES        whether their promise needs neither a word of promising nor a day
    """

    DAY: Pattern
    TIME: Pattern
    MINUTES: Pattern
    CHANNELS: tuple[tuple[str, Pattern], ...]
    INWARD: Pattern
    OUR_QUESTION: Pattern
    THEIR_QUESTION: Pattern
    OUR_PROMISE: Pattern
    THEIR_PROMISE: Pattern
    FLAGS: tuple[tuple[str, Pattern], ...]
    SILENT_PROMISES: bool
    JOINS: Pattern
    LEADS: Pattern
    TRAILS: Pattern
    BEFORE: Pattern
    FOR_WHOM: Pattern
    ENDS: Pattern
    PIECES: Pattern
    GLUE: str

    def tidied(self, text: str, /) -> str:
        """Return a line as the expressions expect it."""
        ...

    def day_of(self, found: re.Match[str], days: Days, /) -> date | None:
        """Return the day that an expression of DAY says."""
        ...

    def time_of(self, found: re.Match[str], /) -> time | None:
        """Return the time of day that an expression of TIME says."""
        ...

    def minutes_of(self, found: re.Match[str], /) -> int:
        """Return the minutes that an expression of MINUTES says."""
        ...


def read_line(text: str, known: Known) -> Line:
    """Return a line as it is understood; never fails, for half a line is read while it is typed."""
    masked, found = Book(known.people).mask(_plain(text))
    grammar: Any = chinese if is_chinese(masked) else english
    reading = _Reading(grammar, known, found)
    for piece in grammar.PIECES.split(masked):
        if piece.strip(EDGES):
            reading.take(piece.strip(EDGES))
    return reading.line()


def names_in(text: str) -> set[str]:
    """Return every part of a line that may be a name, folded: nobody else need be known to read it."""
    return possible_names(_plain(text))


def _plain(text: str) -> str:
    """Return a line with each sign written in one way."""
    return english.tidied(unicodedata.normalize("NFKC", text).replace("’", "'").strip())


@dataclass
class _Reading:
    """A line on its way to be understood."""

    grammar: Grammar
    known: Known
    found: Sequence[Named]
    on: date | None = None
    at: time | None = None
    channel: str | None = None
    minutes: int | None = None
    inward: bool = False
    promises: dict[str, list[Promise]] = field(default_factory=lambda: {"they": [], "we": []})
    questions: dict[str, list[str]] = field(default_factory=lambda: {"they": [], "we": []})
    flags: set[str] = field(default_factory=set)

    def take(self, piece: str) -> None:
        """Understand a piece: what stands before its first promise or question is about the talk itself."""
        said = self._said(piece)
        if said is None:
            self._talk(piece)
            return
        start, take = said
        self._talk(piece[:start])
        take()

    def _said(self, piece: str) -> tuple[int, Callable[[], None]] | None:
        """Return where the first promise or question of a piece begins, and what takes it in."""
        grammar = self.grammar
        if (day := grammar.DAY.match(piece)) and grammar.BEFORE.match(piece[day.end() :]):
            return 0, partial(self._promise, "they", piece)
        told: list[tuple[int, Callable[[], None]]] = []
        for side, pattern in (("we", grammar.OUR_QUESTION), ("they", grammar.THEIR_QUESTION)):
            if one := pattern.search(piece):
                told.append((one.start(), partial(self._question, side, _what(one))))
        for side, pattern in (("we", grammar.OUR_PROMISE), ("they", grammar.THEIR_PROMISE)):
            one = pattern.search(piece)
            if one and self._promises(side, one):
                told.append((one.start(), partial(self._promise, side, _what(one))))
        return min(told, key=lambda pair: pair[0], default=None)

    def _promises(self, side: str, one: re.Match[str]) -> bool:
        """Whether a clause promises: by a word of promising, by a day, or, of theirs, by being said at all."""
        named = one.groupdict()
        if named.get("bare") or named.get("will") or named.get("promise"):
            return True
        if self.grammar.DAY.search(_what(one)):
            return True
        return side == "they" and self.grammar.SILENT_PROMISES

    def _promise(self, side: str, clause: str) -> None:
        for part in self._parts(clause):
            day = self.grammar.DAY.search(part)
            due = self._day(day, ahead=True) if day else None
            what = self._without(part, day) if day and due else part
            self.promises[side].append(Promise(self._told(self.grammar.FOR_WHOM.sub("", what)), due))

    def _parts(self, clause: str) -> Iterator[str]:
        """Yield the promises of a clause: it is cut where each part then has a day of its own."""
        start = 0
        for join in self.grammar.JOINS.finditer(clause):
            parts = (clause[start : join.start()], clause[join.end() :])
            if all(self.grammar.DAY.search(part) for part in parts):
                yield parts[0]
                start = join.end()
        yield clause[start:]

    def _without(self, part: str, day: re.Match[str]) -> str:
        """Return a promise without its day and the words that belong to it."""
        before, after = part[: day.start()], part[day.end() :]
        kept = (self.grammar.LEADS.sub("", before).strip(), self.grammar.TRAILS.sub("", after).strip())
        return self.grammar.GLUE.join(text for text in kept if text)

    def _question(self, side: str, what: str) -> None:
        self.questions[side].append(self._told(self.grammar.ENDS.sub("", what)))

    def _told(self, text: str) -> str:
        """Return a part of the line in its own words."""
        return FOUND.sub(lambda mark: self.found[int(mark[1])].text, text).strip(EDGES)

    def _talk(self, piece: str) -> None:
        """Understand what is said of the talk itself."""
        grammar, rest = self.grammar, piece
        if length := grammar.MINUTES.search(rest):
            self.minutes, rest = grammar.minutes_of(length), _cut(rest, length)
        if clock := grammar.TIME.search(rest):
            self.at, rest = grammar.time_of(clock), _cut(rest, clock)
        if day := grammar.DAY.search(rest):
            self.on, rest = self._day(day, ahead=False), _cut(rest, day)
        if self.channel is None:
            self.channel = next((kind for kind, pattern in grammar.CHANNELS if pattern.search(rest)), None)
        self.inward = self.inward or bool(grammar.INWARD.search(rest))
        self.flags |= {flag for flag, pattern in grammar.FLAGS if pattern.search(rest)}

    def _day(self, found: re.Match[str], *, ahead: bool) -> date | None:
        return self.grammar.day_of(found, Days(self.known.today, self.known.calendar, ahead))

    def line(self) -> Line:
        """Return what was understood."""
        named = [tuple(key for key in one.keys if key != self.known.us) for one in self.found]
        on = self.on or self.known.today
        return Line(
            on=on,
            who=tuple(dict.fromkeys(keys[0] for keys in named if len(keys) == 1)),
            unsure=tuple(dict.fromkeys(keys for keys in named if len(keys) > 1)),
            at=self.at,
            ahead=on > self.known.today,
            channel=self.channel,
            direction="in" if self.inward else "out",
            minutes=self.minutes,
            they=tuple(self.promises["they"]),
            we=tuple(self.promises["we"]),
            they_ask=tuple(self.questions["they"]),
            we_ask=tuple(self.questions["we"]),
            flags=frozenset(self.flags),
        )


def _what(one: re.Match[str]) -> str:
    named = one.groupdict()
    return str(named.get("what") or named.get("bare") or "")


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
