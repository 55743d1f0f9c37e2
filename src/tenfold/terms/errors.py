"""Bad input is data: a complaint says what, where, what was seen, what was expected and what to do.

A complaint holds a message id with parameters; the words are found at the edge (`report/words`), so that
the same complaint reads in 简体中文 and in English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

LISTED_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, then a cell of a table or a line and pointer of a document."""

    file: str = ""
    row: int | None = None  # record number; the header is row 1
    column: str | None = None  # name of a table's column
    line: int | None = None  # 1-based line of a document
    position: int | None = None  # 1-based column in that line
    pointer: str | None = None  # RFC 6901 pointer into a document, such as /interaction/cadence/angel
    rule: str | None = None  # what read the cell: a map file and its line

    def __str__(self) -> str:
        """Write the place as `file:line:position /pointer` or `file:row column (rule)`."""
        head = ":".join(str(part) for part in (self.file, self.line, self.position) if part not in (None, ""))
        if self.row is not None:
            head = f"{head}:{self.row}" if head else str(self.row)
        rule = f"({self.rule})" if self.rule else None
        return " ".join(part for part in (head, self.column, self.pointer, rule) if part)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with the input. `id` names the message; `seen` and `expected` are its usual parameters."""

    id: str
    place: Place = Place()
    params: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False


class Refused(Exception):
    """The input was refused as a whole; nothing was written."""

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(f"{c.place} {c.id} {dict(c.params)}" for c in self.complaints[:3]))
