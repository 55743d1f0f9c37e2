"""The kinds of sheet: which one a table is, and which column fills which of its slots.

Recipes are data: `kinds/*.yaml` say what a sheet of a kind must have and what facts a row of it becomes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tenfold.exchange.reading.columns import Candidate
from tenfold.exchange.reading.model import Asking, Option, Question, told
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

FOLDER = Path(__file__).with_name("kinds")
PREFERENCE = 0.1  # taken off for each role that stands before in a slot's list
NEAR = 0.85  # a second kind with so much of the first one's score is asked about
ROLE = "role."  # what the answer begins with that says what a column is, before the column's name
UNUSED = "-"  # an answer: the column is not used


@dataclass(frozen=True, slots=True)
class Slot:
    """What a column may be in a kind of sheet: the roles that fit it, and what it says for the kind.

    beside    slots of which one must be there too: a title is somebody's
    """

    roles: tuple[str, ...]
    weight: float
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of sheet: its slots, what it must have, what it asks, and what facts a row becomes."""

    name: str
    slots: Mapping[str, Slot]
    needs: Sequence[Sequence[str]]  # of each list one slot
    asks: Sequence[str]
    who: Sequence[Mapping[str, Any]]
    facts: Sequence[Mapping[str, Any]]
    questions: bool = False


@dataclass(frozen=True)
class Taken:
    """A kind, and which column fills which of its slots."""

    kind: Kind
    columns: Mapping[str, Candidate]
    score: float

    @property
    def is_possible(self) -> bool:
        """Whether the sheet has what the kind needs."""
        return all(any(slot in self.columns for slot in any_of) for any_of in self.kind.needs)

    @property
    def is_sure(self) -> bool:
        """Whether what the kind needs is there by whole headers, not by parts of headers or by cells alone."""
        return all(any(self._is_whole(slot) for slot in any_of) for any_of in self.kind.needs)

    def _is_whole(self, slot: str) -> bool:
        column = self.columns.get(slot)
        return column is not None and any(role in column.whole for role in self.kind.slots[slot].roles)


@cache
def kinds() -> tuple[Kind, ...]:
    """Return all kinds, in the order of their names."""
    return tuple(_kind(path) for path in sorted(FOLDER.glob("*.yaml")))


def _kind(path: Path) -> Kind:
    content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    slots = {
        name: Slot(tuple(slot["roles"]), slot["weight"], tuple(slot.get("beside", ())))
        for name, slot in content["slots"].items()
    }
    return Kind(
        path.stem,
        slots,
        content["needs"],
        content["asks"],
        content["who"],
        content["facts"],
        content.get("questions", False),
    )


def choose(found: Sequence[Candidate], asking: Asking) -> Taken | None:
    """Return what kind of sheet the columns make; None where it is none of ours. Asked where two are near.

    Raises
    ------
    Refused   somebody takes a column for what no kind has
    """
    _check_roles(found, asking)
    taken = sorted((take(kind, found, asking) for kind in kinds()), key=lambda one: -one.score)
    possible = [one for one in taken if one.is_possible]
    if not possible:
        return None
    best = possible[0]
    near = [one for one in possible[1:] if one.score >= NEAR * best.score]
    if best.is_sure and not near and "kind" not in asking.answers:
        return best
    question = Question(
        "kind",
        told("reading.ask.kind"),
        tuple(Option(one.kind.name, told(f"reading.kind.{one.kind.name}")) for one in possible),
        best.kind.name,
        told("reading.kind.why", columns=Listed(column.name for column in best.columns.values())),
    )
    answer = asking.ask(question)
    return next(one for one in possible if one.kind.name == answer)


def _check_roles(found: Sequence[Candidate], asking: Asking) -> None:
    """Refuse an answer that says of a column what no column of any kind is."""
    known = dict.fromkeys([UNUSED, *(slot for kind in kinds() for slot in kind.slots)])
    for column in found:
        given = asking.answers.get(f"{ROLE}{column.name}", UNUSED)
        if given not in known:
            params = {"seen": given, "expected": Listed(known), "question": f"{ROLE}{column.name}"}
            raise Refused([Complaint("reading.answer", Place(asking.file), params)])


def take(kind: Kind, found: Sequence[Candidate], asking: Asking) -> Taken:
    """Fill the slots of a kind: the best column for each, a person's choice before any."""
    answered = dict(_chosen(kind, found, asking))
    chosen = dict(answered)
    given = {column.name for column in chosen.values()} | set(_unused(found, asking))
    scored = sorted(_scored(kind, found, given), key=lambda one: -one[0])
    for score, slot, column in scored:
        if score > 0 and slot not in chosen and all(column is not other for other in chosen.values()):
            chosen[slot] = column
    _lend(kind, chosen, scored)
    fitting = [slot for slot in chosen if slot in answered or _has_company(kind.slots[slot], chosen)]
    in_order = {slot: chosen[slot] for slot in kind.slots if slot in fitting}
    total = sum(kind.slots[slot].weight * _score(kind.slots[slot], column) for slot, column in in_order.items())
    return Taken(kind, in_order, total)


def _has_company(slot: Slot, chosen: Mapping[str, Candidate]) -> bool:
    """Whether what a slot needs beside it is there."""
    return not slot.beside or any(other in chosen for other in slot.beside)


def _lend(kind: Kind, chosen: dict[str, Candidate], scored: Sequence[tuple[float, str, Candidate]]) -> None:
    """Give a slot that the kind needs the column of one that it can do without: names alone are those of the party."""
    needed = {slot for any_of in kind.needs for slot in any_of}
    for any_of in kind.needs:
        if any(slot in chosen for slot in any_of):
            continue
        for score, slot, column in scored:
            has = next((other for other, held in chosen.items() if held is column), slot)
            if score > 0 and slot in any_of and has not in needed:
                del chosen[has]
                chosen[slot] = column
                break


def _scored(kind: Kind, found: Sequence[Candidate], given: set[str]) -> Iterator[tuple[float, str, Candidate]]:
    for name, slot in kind.slots.items():
        for column in found:
            if column.name not in given:
                yield _score(slot, column), name, column


def _score(slot: Slot, column: Candidate) -> float:
    """Return how well a column fills a slot: by the best of the roles that fit both."""
    scores = (column.score(role) * (1 - PREFERENCE * place) for place, role in enumerate(slot.roles))
    return max(scores, default=0.0)


def _chosen(kind: Kind, found: Sequence[Candidate], asking: Asking) -> Iterator[tuple[str, Candidate]]:
    for column in found:
        slot = asking.answers.get(f"{ROLE}{column.name}")
        if slot is not None and slot in kind.slots:
            yield slot, column


def _unused(found: Sequence[Candidate], asking: Asking) -> Iterator[str]:
    for column in found:
        if asking.answers.get(f"{ROLE}{column.name}") == UNUSED:
            yield column.name
