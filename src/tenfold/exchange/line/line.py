"""What a line is understood as, and what must be known to understand it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from tenfold.charter.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Person:
    """A party that a line may name.

    names     its names in any script, the usual one first
    aliases   what people call it besides
    at        the organisation that it works for, if it is a person
    """

    key: str
    names: tuple[str, ...]
    person: bool
    at: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The people, our own side, the local day on which the line is typed, and the working calendar."""

    people: Sequence[Person]
    us: str | None
    today: date
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True)
class Promise:
    """What somebody will do, and the local day by which; None where no day was said."""

    what: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was understood.

    who        keys of parties; `unsure` holds, for each name that fits several, the keys that it fits
    on, at     the local day and, if said, time of the talk; `ahead` where that day is still to come
    channel    call, meeting, message, interview, event or broadcast; None where nothing was said of it
    direction  `in` where they began it, else `out`
    they, we   promises; they_ask, we_ask questions in the words of the line
    flags      further flags of an interaction that the words stand for
    """

    on: date
    who: tuple[str, ...] = ()
    unsure: tuple[tuple[str, ...], ...] = ()
    at: time | None = None
    ahead: bool = False
    channel: str | None = None
    direction: str = "out"
    minutes: int | None = None
    they: tuple[Promise, ...] = ()
    we: tuple[Promise, ...] = ()
    they_ask: tuple[str, ...] = ()
    we_ask: tuple[str, ...] = ()
    flags: frozenset[str] = field(default_factory=frozenset)
