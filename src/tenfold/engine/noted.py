"""The rules as one spec reads them: what it asks for is noted, so that its result stands while that stays the same.

A note is a place in the rulebook (the version that it was given, or one of its neighbours) and what was read there: a
section, a field of the head. Two rulebooks that answer all notes of a spec alike give it the same result.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from tenfold.charter.document import Charter, Rulebook
from tenfold.terms.clauses import Clause
from tenfold.terms.rules import Rules

OWN = -1  # the place of the version that the spec was given
HEAD, NEIGHBOURS = "charter", "versions"

Note = tuple[int, str]  # place of the version, and what was read of it
Notes = tuple[Note, ...]


class Noted:
    """A charter version of which everything read is noted."""

    def __init__(self, charter: Charter, place: int, family: "Family") -> None:
        self._charter = charter
        self._place = place
        self._family = family

    @property
    def charter(self) -> "NotedHead":
        """The head, of which each field is noted alone: most specs read its currency, few its number."""
        return NotedHead(self._charter.charter, self._place, self._family.notes)

    @property
    def versions(self) -> Sequence[tuple[datetime, "Noted"]]:
        """Every version present, each noting what is read of it."""
        self._family.notes.add((OWN, NEIGHBOURS))
        return self._family.versions

    def judging(self, at: datetime) -> "Noted":
        """Return the version in force at an instant."""
        self._family.notes.add((OWN, NEIGHBOURS))
        return self._family.judging(at)

    def __getattr__(self, name: str) -> Any:
        self._family.notes.add((self._place, name))
        return getattr(self._charter, name)


class NotedHead:
    """A charter's head of which each field read is noted."""

    def __init__(self, head: object, place: int, notes: set[Note]) -> None:
        self._head = head
        self._place = place
        self._notes = notes

    def __getattr__(self, name: str) -> Any:
        self._notes.add((self._place, f"{HEAD}.{name}"))
        return getattr(self._head, name)


class Family:
    """The versions of a rulebook as one spec sees them from one of them, with the notes of what it read."""

    def __init__(self, rulebook: Rulebook, own: Charter) -> None:
        self.notes: set[Note] = set()
        self._rulebook = rulebook
        self._noted = {
            charter.version: Noted(charter, OWN if charter is own else place, self)
            for place, charter in enumerate(rulebook.charters)
        }
        self.own = cast(Rules, self._noted[own.version])

    @property
    def versions(self) -> Sequence[tuple[datetime, Noted]]:
        """The instants from which the versions are in force, oldest first."""
        return tuple((begins, self._noted[charter.version]) for begins, charter in self._rulebook.versions)

    def judging(self, at: datetime) -> Noted:
        """Return the version in force at an instant."""
        return self._noted[self._rulebook.judging(at).version]


class Reading:
    """What a rulebook answers to notes, from each of its versions; remembered, for hundreds of specs ask the same."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self._answers: dict[tuple[int, str], str] = {}  # by version, and what was read of it

    def answers(self, notes: Notes, own: Charter) -> tuple[str, ...]:
        """Return what the rulebook says where the notes look, seen from one version."""
        return tuple(self._answer(note, own) for note in notes)

    @cached_property
    def all(self) -> str:
        """All that the rulebook says, for what looks at it from other moments as well."""
        charters = self.rulebook.charters
        said = [_whole(one) for one in charters]
        return repr(([begins for begins, _ in self.rulebook.versions], said))

    def _answer(self, note: Note, own: Charter) -> str:
        place, name = note
        charters = self.rulebook.charters
        if name == NEIGHBOURS:
            return repr((charters.index(own), [begins for begins, _ in self.rulebook.versions]))
        if place >= len(charters):
            return ""
        charter = own if place == OWN else charters[place]
        key = (charter.version, name)
        if key not in self._answers:
            self._answers[key] = said(charter, name)
        return self._answers[key]


def said(charter: Charter, name: str) -> str:
    """Return all that a charter says in a section, in a field of its head, or beside them; alike is equal.

    Code may ask whether a key was written or left to its default, so both readings count.
    """
    _, _, field = name.partition(".")
    if field:
        return repr(getattr(charter.charter, field))
    match name:
        case "calendar":
            return repr(charter.charter.calendar)
        case "currencies":
            return repr(sorted((code, unit.digits) for code, unit in charter.charter.units.items()))
    part = getattr(charter, name)
    if isinstance(part, Clause):
        return _whole(part)
    return repr(part)


def _whole(clause: Clause) -> str:
    """Return all that a clause says, and beside it what was written of it."""
    return clause.model_dump_json(by_alias=True) + clause.model_dump_json(by_alias=True, exclude_unset=True)
