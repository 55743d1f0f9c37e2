"""The language of map files: which cell of a source fills which column of a fact table. Data only, no expressions.

A map file is a list of maps, or `{origin: NAME, maps: [...]}`; each map makes rows of one table. Every word is a
field below; what it means is said in `report/words/*/map_language.json`, and `docs/reference/*/maps.md` is made of
both. The order inside a cell is fixed, whatever the order of the words in the file: column (or value, or key) → fill →
strip → split and take → map or lookup → date, day, money, phone, email, registration or country → plus → before →
round → prefix → default → else; a key is made last.
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
    "map", "lookup", "date", "day", "money", "phone", "email", "registration", "country", "plus", "before", "round",
    "prefix",
)  # fmt: skip
ORIGIN_AT_MOST = 64


def _column(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Cell(Words):
    """How one target column is filled."""

    column: str | None = None
    value: str | None = None
    join: Texts | None = None
    key: Texts | None = None
    who: str | None = None
    of: Texts | None = None
    kind: "KindCell | None" = None
    strip: Stripping | None = None
    fill: Literal["down"] | None = None
    split: Texts | None = None
    take: Literal["first", "second", "last"] | None = None
    map: dict[str, str] | None = None
    lookup: Lookup | None = None
    date: Formats | None = None
    day: Day | None = None
    money: Money | None = None
    plus: Duration | None = None
    before: Literal["true"] | None = None
    round: Annotated[int, Field(ge=0, le=18)] | None = None
    phone: Literal["true"] | None = None
    email: Literal["true"] | None = None
    registration: Literal["true"] | None = None
    country: Literal["true"] | None = None
    loose: Literal["true"] | None = None
    prefix: str | None = None
    default: str | None = None
    else_: "Cell | None" = Field(None, alias="else")

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
        forms = (self.date, self.day, self.money, self.phone, self.email, self.registration, self.country)
        if sum(word is not None for word in forms) > 1:
            raise ValueError("one_of date, day, money, phone, email, registration, country")
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

    column: str
    strip: Stripping | None = None
    is_: Texts | None = Field(None, alias="is")
    is_not: Texts | None = None
    in_: str | None = Field(None, alias="in")
    not_in: str | None = None
    above: str | None = None
    below: str | None = None
    mark: Literal[".", ","] = "."

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

    column: str
    split: Texts
    strip: Stripping | None = None


class Snapshots(Words):
    """The source is a panel: who was there at each date. A row is written only where something changed."""

    key: Texts
    at: ColumnCell
    watch: list[str] = Field(default_factory=list)
    first: "dict[str, Cell]" = Field(default_factory=dict)
    gone: "dict[str, Cell] | None" = None


class Rescored(Words):
    """The source repeats a fact with later numbers: a later one corrects the one before, an equal one is dropped."""

    by: Texts
    order: ColumnCell


class Joins(Words):
    """Records of other sources that tell of the same event: told by several, it counts once."""

    by: Texts
    parts: str | None = None
    agree: Texts = Field(default_factory=list)
    apart: Texts = Field(default_factory=list)
    proof: Literal["true"] | None = None


class Match(Words):
    """Rows are known by what they say, whatever file or import they came from."""

    by: Texts
    total: str | None = None
    fills: Literal["true"] | None = None
    known: Literal["only"] | None = None
    joins: Joins | None = None


class Who(Words):
    """Somebody whom the records speak of: the column of the name, and what tells one from another."""

    name: str
    kind: KindCell
    organisation: str | None = None
    email: str | None = None
    phone: str | None = None
    registration: str | None = None
    account: str | None = None


class Reading(Words):
    """What the reading of a file keeps beside the map that it wrote: how the next file of its shape is known."""

    kind: str
    columns: list[str]
    answers: dict[str, str] = Field(default_factory=dict)


class Map(Words):
    """One source becomes rows of one table."""

    table: str
    from_: str = Field(alias="from")
    sheet: str | None = None
    name: str | None = Field(None, min_length=1)
    id: Texts
    columns: dict[str, Cell] = Field(default_factory=dict)
    only: Conditions | None = None
    skip: dict[str, Condition] = Field(default_factory=dict)
    distinct: Texts | None = None
    each: Each | None = None
    snapshots: Snapshots | None = None
    rescored: Rescored | None = None
    match: Match | None = None
    recorded_at: ColumnCell | None = None
    set: dict[str, Cell] = Field(min_length=1)

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

    origin: str = Field(min_length=1, max_length=ORIGIN_AT_MOST)
    country: str | None = Field(None, min_length=2, max_length=2)
    columns: dict[str, Cell] = Field(default_factory=dict)
    who: list[Who] = Field(default_factory=list)
    same: dict[str, str] = Field(default_factory=dict)
    reading: Reading | None = None
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
