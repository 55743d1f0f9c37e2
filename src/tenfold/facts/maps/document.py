"""Reads a map file: YAML in which every scalar is text, each with its line and column.

A map speaks about cells, and cells are text: `map: {1: 2020-06-07, True: pass}` means the cells `1` and `True`. So
nothing is guessed into numbers, dates or booleans here. Aliases, tags, more than one document, a repeated key,
excess depth and excess size are refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import StreamMark, YAMLError
from ruamel.yaml.events import (
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tenfold.facts.files import file_bytes
from tenfold.terms.errors import Complaint, Place, Refused

SIZE_AT_MOST = 128 * 1024
DEPTH_AT_MOST = 12
PLAIN_TAGS = (None, "!")
NODES = (ScalarEvent, MappingStartEvent, MappingEndEvent, SequenceStartEvent, SequenceEndEvent)


@dataclass
class Document:
    """The content of a map file: mappings, lists and text, and where each pointer stands in the file."""

    file: str
    content: Any = None
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)

    def place(self, pointer: str) -> Place:
        """Return the place of `pointer`, or of the nearest parent that stands in the file."""
        known = pointer
        while known not in self.marks and known:
            known = known.rpartition("/")[0]
        line, position = self.marks.get(known, (1, 1))
        return Place(file=self.file, line=line, position=position, pointer=pointer or "/")


def read_document(path: Path) -> Document:
    """Read `path` as YAML 1.2 text; raise Refused with line and column for anything a map may not hold."""
    document = Document(path.name)
    text = _text(path, document)
    try:
        events = list(_events(document, text))
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "")
        raise Refused([Complaint("maps.yaml", _at(document, mark), {"seen": problem})]) from error
    if not events:
        raise Refused([Complaint("maps.empty", Place(file=document.file))])
    document.content = _Builder(document, events).build("")
    return document


def _text(path: Path, document: Document) -> str:
    raw = file_bytes(path, document.file, SIZE_AT_MOST + 1)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused([Complaint("maps.not_utf8", Place(file=document.file), {"byte": error.start + 1})]) from error
    if len(raw) > SIZE_AT_MOST:
        raise Refused([Complaint("maps.too_large", Place(file=document.file), {"most": SIZE_AT_MOST})])
    return text


def _events(document: Document, text: str) -> Iterator[Event]:
    """Yield the events of the one document; what is refused here stops the parser before it goes deeper."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    depth = documents = 0
    for event in yaml.parse(text):
        documents += isinstance(event, DocumentStartEvent)
        depth += isinstance(event, (MappingStartEvent, SequenceStartEvent))
        depth -= isinstance(event, (MappingEndEvent, SequenceEndEvent))
        tag = getattr(event, "tag", None)
        if documents > 1:
            raise _refused(document, "maps.second_document", event)
        if depth > DEPTH_AT_MOST:
            raise _refused(document, "maps.too_deep", event, most=DEPTH_AT_MOST)
        if getattr(event, "anchor", None):
            raise _refused(document, "maps.alias", event, seen=str(getattr(event, "anchor", "")))
        if tag is not None and str(tag) not in PLAIN_TAGS:
            raise _refused(document, "maps.tag", event, seen=str(tag))
        if isinstance(event, NODES):
            yield event


def _refused(document: Document, message: str, event: Event, pointer: str | None = None, **params: object) -> Refused:
    return Refused([Complaint(message, _at(document, event.start_mark, pointer), params)])


def _at(document: Document, mark: StreamMark | None, pointer: str | None = None) -> Place:
    line, position = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return Place(file=document.file, line=line, position=position, pointer=pointer)


class _Builder:
    """Turns events into mappings, lists and text."""

    def __init__(self, document: Document, events: list[Event]) -> None:
        self.document = document
        self.events = iter(events)

    def build(self, pointer: str) -> Any:
        """Build the node that the next event starts."""
        return self._node(next(self.events), pointer)

    def _node(self, event: Event, pointer: str) -> Any:
        self.document.marks[pointer] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, MappingStartEvent):
            return self._mapping(pointer)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(pointer)
        return _text_of(event)

    def _mapping(self, pointer: str) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise _refused(self.document, "maps.key_not_text", event, pointer or "/")
            key = _text_of(event)
            below = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in content:
                raise _refused(self.document, "maps.duplicate_key", event, below, seen=key)
            content[key] = self.build(below)
        return content

    def _sequence(self, pointer: str) -> list[Any]:
        content: list[Any] = []
        for event in self.events:
            if isinstance(event, SequenceEndEvent):
                break
            content.append(self._node(event, f"{pointer}/{len(content)}"))
        return content


def _text_of(event: Event) -> str:
    """Return a scalar as it is written; a plain `~` or `null` is an empty cell like nothing at all."""
    plain = getattr(event, "style", None) in (None, "")
    value = str(getattr(event, "value", ""))
    return "" if plain and value in ("~", "null") else value
