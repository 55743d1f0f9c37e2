"""The reading as a value: what a file is taken for, what is asked, what would be written. It prints nothing.

Every sentence is a `Reason` (message id and parameters), so that the command line and the browser say the same in
either language; `as_dict` gives it to programs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

Words = Callable[[Reason], str]
Step = Callable[[str], object]  # is told which step of a reading begins
STEPS = ("opening", "columns", "matching", "showing")  # in their order
PARK = "park"  # an answer: leave these cells unread, their rows go to the copy with the reasons


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell that decided something, or that is asked about."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that a question takes."""

    value: str
    text: Reason


@dataclass(frozen=True, slots=True)
class Side:
    """One of those who may be one: what is known of them, by the names of the facts.

    row    the first record that says it; None where the community knows it
    """

    row: int | None
    known: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the file does not say.

    proposed
        The answer that is taken with `--yes`; None where the file contradicts itself.
    why
        What speaks for the proposal, or why there is none.
    sides
        Those who may be one, side by side: first whom the file names here.
    """

    id: str
    text: Reason
    options: tuple[Option, ...]
    proposed: str | None = None
    why: Reason | None = None
    column: str | None = None
    cells: tuple[Seen, ...] = ()
    open: bool = False  # any other text is an answer too
    sides: tuple[Side, ...] = ()

    def as_dict(self, words: Words) -> dict[str, Any]:
        """Return the question as JSON can hold it."""
        return {
            "id": self.id,
            "text": words(self.text),
            "options": [{"value": option.value, "text": words(option.text)} for option in self.options],
            "open": self.open,
            "proposed": self.proposed,
            "why": words(self.why) if self.why else None,
            "column": self.column,
            "cells": [{"row": cell.row, "text": cell.text} for cell in self.cells],
            "sides": [{"row": side.row, **side.known} for side in self.sides],
        }


@dataclass
class Asking:
    """The questions of a reading and the answers at hand: a person's, else the proposed ones."""

    answers: Mapping[str, str]
    file: str = ""
    questions: dict[str, Question] = field(default_factory=dict)

    def ask(self, question: Question) -> str | None:
        """Return the answer to a question, the proposed one where nobody answered yet.

        Raises
        ------
        Refused   when the answer at hand is none that the question takes
        """
        self.questions[question.id] = question
        given = self.answers.get(question.id)
        if given is None:
            return question.proposed
        values = [option.value for option in question.options]
        if given not in values and not question.open:
            params = {"seen": given, "expected": Listed(values), "question": question.id}
            raise Refused([Complaint("reading.answer", Place(self.file), params)])
        return given

    @property
    def unanswered(self) -> list[Question]:
        """The questions that nobody answered."""
        return [question for id, question in self.questions.items() if id not in self.answers]

    @property
    def missing(self) -> list[Question]:
        """The questions that have neither an answer nor a proposal."""
        return [question for question in self.unanswered if question.proposed is None]

    @property
    def taken(self) -> dict[str, str]:
        """Question → answer, proposals included."""
        found = {id: self.answers.get(id, question.proposed) for id, question in self.questions.items()}
        return {id: answer for id, answer in found.items() if answer is not None}


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """What a column is taken for."""

    name: str
    role: str  # the slot of the sheet's kind; empty: not used
    by: str  # header, values, answer; how the role was found
    says: tuple[Reason, ...] = ()  # its units and conventions, each with the cell that decides
    sample: tuple[str, ...] = ()

    def as_dict(self, words: Words) -> dict[str, Any]:
        """Return the column as JSON can hold it."""
        says = [words(one) for one in self.says]
        return {"name": self.name, "role": self.role, "by": self.by, "says": says, "sample": list(self.sample)}


def nothing_said(step: str) -> None:
    """Nobody waits for the steps of a reading."""


def told(id: str, **params: object) -> Reason:
    """Return a sentence about the file."""
    return Reason(id, {name: value if isinstance(value, str) else str(value) for name, value in params.items()})


def options(values: Sequence[str], prefix: str, **params: object) -> tuple[Option, ...]:
    """Return answers whose words are found under `prefix.VALUE`."""
    return tuple(Option(value, told(f"{prefix}.{value}", **params)) for value in values)
