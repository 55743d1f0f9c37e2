"""The language of map files: which cell of a source fills which column of a fact table. Data only, no expressions.

A map file is a list of maps, or `{origin: NAME, maps: [...]}`; each map makes rows of one table. Every word is a
field below, explained with examples in `docs/reference/maps.md`. The order inside a cell is fixed, whatever
the order of the words in the file: column (or value, or key) → fill → strip → split and take → map or lookup →
date, day, money, phone, email or registration → plus → before → round → prefix → default → else; a key is made last.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from tenfold.facts.maps.document import Document, read_document
from tenfold.facts.maps.words import Day, Formats, Lookup, Money, Stripping, Texts, Words
from tenfold.terms.durations import Duration
from tenfold.terms.errors import Complaint, Refused

NEVER_WITH_KEY = (
    "map", "lookup", "date", "day", "money", "phone", "email", "registration", "plus", "before", "round", "prefix",
)  # fmt: skip
ORIGIN_AT_MOST = 64


def _column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Cell(Words):
    """How one target column is filled."""

    column: str | None = Field(None, description="the source column; also $row, $nth, $item, $fact")
    value: str | None = Field(None, description="the same text for every row")
    join: Texts | None = Field(None, description="the cells of these columns, put together: first and last names")
    key: Texts | None = Field(None, description="make an entity key from these columns; with kind: a party's")
    who: str | None = Field(None, description="the party that an entry of `who` finds, by the column of its name")
    of: Texts | None = Field(None, description="make an entity key from what these target columns of the row hold")
    kind: "KindCell | None" = Field(None, description="type of the party that a key, or a value, is when new")
    strip: Stripping | None = Field(None, description="true: blanks off both ends; or the characters to take off")
    fill: Literal["down"] | None = Field(None, description="an empty cell is as the one above; under `columns` only")
    split: Texts | None = Field(None, description="cut the cell at this text, or at any of these")
    take: Literal["first", "second", "last"] | None = Field(None, description="which piece of the cut cell is kept")
    map: dict[str, str] | None = Field(
        None, description="from cell to value; a cell not listed is an error, but where `*` says what any other is"
    )
    lookup: Lookup | None = Field(None, description="take the cell of another source")
    date: Formats | None = Field(None, description="date formats (%Y %m %d %H …), tried in order")
    day: Day | None = Field(None, description="a date in any form that people write")
    money: Money | None = Field(None, description="an amount in any form that people write")
    plus: Duration | None = Field(None, description="move a date by 1d, -1d, 2m, 1y")
    before: Literal["true"] | None = Field(None, description="known only as before this date")
    round: Annotated[int, Field(ge=0, le=18)] | None = Field(None, description="digits, half-even; reads an exponent")
    phone: Literal["true"] | None = Field(None, description="a telephone number, in E.164")
    email: Literal["true"] | None = Field(None, description="an address of mail")
    registration: Literal["true"] | None = Field(
        None, description="a registration number: blanks are taken out, check digits are tried"
    )
    loose: Literal["true"] | None = Field(None, description="a cell that cannot be read is told and left empty")
    prefix: str | None = Field(None, description="text put before a cell that is not empty")
    default: str | None = Field(None, description="the value of an empty cell")
    else_: "Cell | None" = Field(None, alias="else", description="another cell, used where this one is empty")

    @model_validator(mode="before")
    @classmethod
    def _plus_may_be_negative(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("plus"), str):
            return data
        text = data["plus"]
        if not re.fullmatch(r"-?[1-9][0-9]{0,4}[dmy]", text):
            raise ValueError("1d, -1d, 2m, 1y")
        duration = Duration.parse(text.removeprefix("-"))
        return {**data, "plus": Duration(-duration.count, duration.unit) if text.startswith("-") else duration}

    @property
    def chain(self) -> Iterator["Cell"]:
        """This cell and those after its `else`."""
        link: Cell | None = self
        while link is not None:
            yield link
            link = link.else_

    @property
    def makes_key(self) -> bool:
        """Whether the cell becomes an entity key: of the cells of `key`, or of one `value` that names a party."""
        return self.key is not None or self.kind is not None or self.is_found

    @property
    def is_found(self) -> bool:
        """Whether the cell is an entity key that follows from what was found or made elsewhere in the row."""
        return self.who is not None or self.of is not None

    @model_validator(mode="after")
    def _one_source(self) -> "Cell":
        sources = (self.column, self.value, self.join, self.key, self.who, self.of)
        if sum(word is not None for word in sources) != 1:
            raise ValueError("one_of column, value, join, key, who, of")
        if (self.split is None) != (self.take is None):
            raise ValueError("together split, take")
        if self.map is not None and self.lookup is not None:
            raise ValueError("one_of map, lookup")
        forms = (self.date, self.day, self.money, self.phone, self.email, self.registration)
        if sum(word is not None for word in forms) > 1:
            raise ValueError("one_of date, day, money, phone, email, registration")
        if self.kind is not None and self.column is not None:
            raise ValueError("together key, kind")
        if self.makes_key and any(getattr(self, word) is not None for word in NEVER_WITH_KEY):
            raise ValueError("never_with key: " + ", ".join(NEVER_WITH_KEY))
        return self


def _kind(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


KindCell = Annotated[Cell, BeforeValidator(_kind)]
ColumnCell = Annotated[Cell, BeforeValidator(_column)]


class Condition(Words):
    """Which records are meant: a column and one test of its cell."""

    column: str = Field(description="the source column whose cell is tested")
    strip: Stripping | None = Field(None, description="as in a cell")
    is_: Texts | None = Field(None, alias="is", description='the cell is one of these; "" is an empty cell')
    is_not: Texts | None = Field(None, description="the cell is none of these")
    in_: str | None = Field(None, alias="in", description="the cell stands in file#column")
    not_in: str | None = Field(None, description="the cell does not stand in file#column")
    above: str | None = Field(None, description="the cell is an amount above this")
    below: str | None = Field(None, description="the cell is an amount below this")
    mark: Literal[".", ","] = Field(".", description="the decimal mark of such an amount")

    @model_validator(mode="after")
    def _one_test(self) -> "Condition":
        tests = (self.is_, self.is_not, self.in_, self.not_in, self.above, self.below)
        if sum(test is not None for test in tests) != 1:
            raise ValueError("one_of is, is_not, in, not_in, above, below")
        if any(test is not None and "#" not in test for test in (self.in_, self.not_in)):
            raise ValueError("file#column")
        return self


def _conditions(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Conditions = Annotated[list[Condition], BeforeValidator(_conditions), Field(min_length=1)]


class Each(Words):
    """One row per item of a list cell; the item is the column `$item`."""

    column: str = Field(description="the source column that holds a list")
    split: Texts = Field(description="the text between items, or several")
    strip: Stripping | None = Field(None, description="taken off both ends of an item")


class Snapshots(Words):
    """The source is a panel: who was there at each date. A row is written only where something changed."""

    key: Texts = Field(description="the columns that name who or what is listed")
    at: ColumnCell = Field(description="the date of the list")
    watch: list[str] = Field(default_factory=list, description="columns whose change makes a row")
    first: "dict[str, Cell]" = Field(default_factory=dict, description="cells of a row of the first list, if other")
    gone: "dict[str, Cell] | None" = Field(None, description="cells of the row that is written when a key is gone")


class Rescored(Words):
    """The source repeats a fact with later numbers: a later one corrects the one before, an equal one is dropped."""

    by: Texts = Field(description="the columns that name the fact")
    order: ColumnCell = Field(description="its value orders the repetitions and is the row's recorded_at")


class Joins(Words):
    """Records of other sources that tell of the same event: told by several, it counts once."""

    by: Texts = Field(description="the target columns in which two records of one event agree")
    parts: str | None = Field(None, description="the money column under `by` that several records may share out")
    agree: Texts = Field(default_factory=list, description="where both fill one and they differ, it is asked")
    apart: Texts = Field(default_factory=list, description="where both fill one and they differ, they are two events")
    proof: Literal["true"] | None = Field(
        None, description="a record of this source proves the event: its day and words stand, it needs `evidence`"
    )


class Match(Words):
    """Rows are known by what they say, whatever file or import they came from."""

    by: Texts = Field(description="the target columns that name the thing")
    total: str | None = Field(None, description="this money column is the total so far: the rest is the row's amount")
    fills: Literal["true"] | None = Field(None, description="only what is still empty is filled")
    known: Literal["only"] | None = Field(None, description="a row of a thing that nobody knows yet is left out")
    joins: Joins | None = Field(None, description="which records of other sources tell of the same event")


class Who(Words):
    """Somebody whom the records speak of: the column of the name, and what tells one from another."""

    name: str = Field(description="the column of the name")
    kind: KindCell = Field(description="the type of the party when it is new")
    organisation: str | None = Field(None, description="the column of the organisation that a person belongs to")
    email: str | None = Field(None, description="the column of the address of mail")
    phone: str | None = Field(None, description="the column of the telephone number")
    registration: str | None = Field(None, description="the column of the registration number")
    account: str | None = Field(None, description="the column of the bank account")


class Reading(Words):
    """What the reading of a file keeps beside the map that it wrote: how the next file of its shape is known."""

    kind: str = Field(description="the kind of sheet")
    columns: list[str] = Field(description="the names of the sheet's columns, by which the next file is known")
    answers: dict[str, str] = Field(default_factory=dict, description="question: answer")


class Map(Words):
    """One source becomes rows of one table."""

    table: str = Field(description="the fact table")
    from_: str = Field(alias="from", description="the source file: CSV, TSV or XLSX, also .gz")
    sheet: str | None = Field(None, description="the sheet of a workbook")
    name: str | None = Field(None, min_length=1, description="tells two maps into one table apart; part of the id")
    id: Texts = Field(description="the columns that name the row in its source; also $row, $nth, $item")
    columns: dict[str, Cell] = Field(default_factory=dict, description="further source columns, made of cells")
    only: Conditions | None = Field(
        None,
        description="the records that this map is about, those that meet all conditions; others are not its business",
    )
    skip: dict[str, Condition] = Field(default_factory=dict, description="reason: records left out and counted")
    distinct: Texts | None = Field(None, description="one row per combination of these columns: the first")
    each: Each | None = None
    snapshots: Snapshots | None = None
    rescored: Rescored | None = None
    match: Match | None = None
    recorded_at: ColumnCell | None = Field(None, description="a column, or same (the default): when it occurred")
    set: dict[str, Cell] = Field(min_length=1, description="target column: how it is filled")

    @model_validator(mode="before")
    @classmethod
    def _same(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("recorded_at") == "same":
            return {word: content for word, content in data.items() if word != "recorded_at"}
        return data

    @model_validator(mode="after")
    def _no_keys_in_columns(self) -> "Map":
        if any(cell.makes_key for cell in self.columns.values()):
            raise ValueError("never_with columns: key, kind")
        if any(link.fill for cell in self.set.values() for link in cell.chain):
            raise ValueError("never_with set: fill")
        return self

    @model_validator(mode="after")
    def _one_time(self) -> "Map":
        if self.snapshots is not None and self.rescored is not None:
            raise ValueError("one_of snapshots, rescored")
        if self.rescored is not None and self.recorded_at is not None:
            raise ValueError("one_of rescored, recorded_at")
        if self.match is not None and (self.snapshots is not None or self.rescored is not None):
            raise ValueError("one_of match, snapshots, rescored")
        return self


class Maps(Words):
    """A map file."""

    origin: str = Field(min_length=1, max_length=ORIGIN_AT_MOST, description="name of the source, in every row")
    country: str | None = Field(None, min_length=2, max_length=2, description="of telephone numbers that name none")
    columns: dict[str, Cell] = Field(default_factory=dict, description="further source columns of all maps")
    who: list[Who] = Field(default_factory=list, description="whom the records speak of")
    same: dict[str, str] = Field(default_factory=dict, description="digest of a mention: the party that it means")
    reading: Reading | None = Field(None, description="written by the reading of a file")
    maps: list[Map] = Field(min_length=1)


@dataclass(frozen=True)
class MapFile:
    """A read map file: its maps and the document they came from, for the places of complaints."""

    content: Maps
    document: Document
    root: str  # pointer of the list of maps

    @property
    def origin(self) -> str:
        """The name of the source, in every row."""
        return self.content.origin

    @property
    def maps(self) -> tuple[Map, ...]:
        """The maps, in the order of the file."""
        return tuple(self.content.maps)

    def complaint(self, message: str, pointer: str = "", **params: object) -> Complaint:
        """Return a complaint about the word at `pointer`, which starts at the list of maps."""
        return Complaint(message, self.document.place(f"{self.root}{pointer}"), params)

    def line(self, pointer: str) -> str | None:
        """Return the file and line of the word at `pointer`; None where the map never was a file."""
        place = self.document.place(f"{self.root}{pointer}")
        return f"{place.file}:{place.line}" if self.document.marks else None


def maps_of(content: dict[str, Any], name: str) -> MapFile:
    """Return a map file of content at hand, whose every scalar is text.

    Raises
    ------
    Refused   as `read_maps` does
    """
    return _validated(Document(name, content), content, "/maps")


def read_maps(path: Path) -> MapFile:
    """Read a map file; raise Refused with line, column and pointer of every word that does not fit."""
    document = read_document(path)
    bare = isinstance(document.content, list)
    content = {"origin": path.stem[:ORIGIN_AT_MOST], "maps": document.content} if bare else document.content
    if not isinstance(content, dict):
        raise Refused([Complaint("maps.not_mapping", document.place(""), {"seen": _shown(content)})])
    return _validated(document, content, "" if bare else "/maps")


def _validated(document: Document, content: dict[str, Any], root: str) -> MapFile:
    try:
        maps = Maps.model_validate(content)
    except ValidationError as error:
        raise Refused([_complaint(document, not root, dict(problem)) for problem in error.errors()]) from error
    return MapFile(maps, document, root)


_MESSAGES = {
    "extra_forbidden": "maps.unknown_word",
    "missing": "maps.missing_word",
    "value_error": "maps.wrong_value",
    "dict_type": "maps.not_mapping",
    "model_type": "maps.not_mapping",
    "list_type": "maps.not_list",
    "string_type": "maps.not_text",
    "int_parsing": "maps.not_integer",
    "literal_error": "maps.not_one_of",
}


def _complaint(document: Document, bare: bool, problem: dict[str, Any]) -> Complaint:
    loc = [str(part) for part in problem["loc"]]
    if bare and loc[:1] == ["maps"]:
        loc = loc[1:]
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in loc)
    message, expected = _expected(problem["type"], problem.get("ctx", {}))
    seen = loc[-1] if problem["type"] in ("extra_forbidden", "missing") else _shown(problem.get("input"))
    return Complaint(message, document.place(pointer), {"seen": seen, "expected": expected})


def _shown(content: Any) -> str:
    """Return what stands in the file, in short: a text, or the items or words."""
    return (content if isinstance(content, str) else ", ".join(map(str, content)) if content else "")[:80]


def _expected(kind: str, limits: dict[str, Any]) -> tuple[str, str]:
    """Return the message for a kind of misfit, and what would fit, in the words of the map language."""
    if kind == "value_error":
        reason = str(limits["error"])
        rule = next((rule for rule in ("one_of", "together", "never_with") if reason.startswith(f"{rule} ")), "")
        return (f"maps.{rule}", reason.removeprefix(f"{rule} ")) if rule else ("maps.wrong_value", reason)
    expected = limits.get("expected") or limits.get("pattern") or ""
    bounds = [
        f"{sign} {limits[name]}"
        for name, sign in (("ge", "≥"), ("le", "≤"), ("min_length", "≥"), ("max_length", "≤"))
        if name in limits
    ]
    return _MESSAGES.get(kind, "maps.wrong_value"), str(expected).replace(" or ", ", ").replace("'", "") or ", ".join(
        bounds
    )
