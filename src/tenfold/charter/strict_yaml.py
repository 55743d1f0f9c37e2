"""Strict YAML 1.2: text into plain values, each with its place; whatever could be read in two ways is refused.

Composed from the event stream, so that aliases, tags, depth and size are refused before anything is built. Plain
scalars are null, true, false, decimal integers, ISO dates or text; anything else that looks like a number is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from tenfold.charter.pointers import steps
from tenfold.terms.errors import Complaint, Place

BYTES_AT_MOST = 512_000
LINE_AT_MOST = 4_096  # characters; ruamel needs quadratic time for some long lines
NODES_AT_MOST = 20_000
DEPTH_AT_MOST = 20
KEPT = 16  # documents in memory: reading one costs a tenth of a second
SEEN_AT_MOST = 60  # characters of a value that a complaint repeats
BROKEN: Final = object()  # stands for a value that was refused

Path = tuple[str | int, ...]

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS = frozenset({"on", "off", "yes", "no", "true", "false", "null"})  # YAML 1.1 readers turn these keys into others
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLOAT = re.compile(
    r"[-+]?((\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?|\.(inf|Inf|INF))|\.(nan|NaN|NAN)"
)
_ODD_NUMBER = re.compile(r"[-+]?(0[xob][0-9a-fA-F_]+|[0-9][0-9_]*)")
# Not printable, or able to show a reader another text or other line numbers than the machine reads.
_ODD_CHARACTER = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\xac\xae-\u200a\u200c\u200d\u2010-\u2027\u202f-\u205f\u2070-\ud7ff"
    "\ue000-\ufefe\uff00-\ufffd\U00010000-\U000dffff\U000e0100-\U0010ffff]"
)
_SYNTAX = (  # a part of ruamel's message → the complaint that says it in our words
    ("cannot start any token", "charter.yaml_start"),
    ("mapping values are not allowed", "charter.yaml_colon"),
    ("could not find expected ':'", "charter.yaml_colon_missing"),
    ("unexpected end of stream", "charter.yaml_open"),
    ("'<stream end>'", "charter.yaml_open"),
    ("expected ',' or", "charter.yaml_comma"),
    ("but found '<block", "charter.yaml_indent"),
    ("expected <block end>", "charter.yaml_indent"),
)


@dataclass(slots=True)
class Node:
    """A value and where it stands; a mapping or list knows its parts, a mapping also where its keys stand."""

    value: Any
    line: int
    position: int
    parts: dict[str | int, "Node"] = field(default_factory=dict)
    keys: dict[str | int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """What was read: the root (None if nothing could be read) and everything that is wrong with it."""

    file: str
    root: Node | None = None
    complaints: list[Complaint] = field(default_factory=list)
    refused: list[Path] = field(default_factory=list)

    @property
    def value(self) -> Any:
        """The content as dicts with text keys, tuples, text, integers, booleans, dates and None."""
        return self.root.value if self.root else None

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return the place of a path: of its value, or of its key; of the nearest parent for what is not there."""
        node, line, position = self.root, 1, 1
        for depth, step in enumerate(path, start=1):
            if node is None or step not in node.parts:
                break
            on_key = key and depth == len(path) and step in node.keys
            line, position = node.keys[step] if on_key else (node.parts[step].line, node.parts[step].position)
            node = node.parts[step]
        return Place(file=self.file, line=line, position=position, pointer=pointer(path))

    def place_of(self, pointer: str) -> Place:
        """Return the place of an RFC 6901 pointer, as `place` does for a path."""
        path: list[str | int] = []
        node = self.root
        for step in steps(pointer):
            key = int(step) if node is not None and step not in node.parts and step.isdecimal() else step
            path.append(key)
            node = node.parts.get(key) if node is not None else None
        return self.place(tuple(path))

    def placed(self, complaint: Complaint) -> Complaint:
        """Return the complaint with file, line and column of its pointer."""
        return replace(complaint, place=self.place_of(complaint.place.pointer or ""))


class _Stop(Exception):
    pass


def pointer(path: Path) -> str:
    """Write a path as an RFC 6901 pointer; the whole document is the empty one."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def shorten(value: object) -> str:
    """Write a value as the document does, at most 60 characters of it."""
    if isinstance(value, bool) or value is None:
        return "null" if value is None else str(value).lower()
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list | tuple):
        return "[…]" if value else "[]"
    text = _ODD_CHARACTER.sub(lambda odd: f"\\u{ord(odd[0]):04X}", " ".join(str(value).split()))
    return text if len(text) <= SEEN_AT_MOST else text[:SEEN_AT_MOST] + "…"


@lru_cache(maxsize=KEPT)
def read(raw: bytes, file: str) -> Document:
    """Read one document; never raises for what the bytes hold. `file` is the name that complaints give.

    The same bytes are read once in a process, for several ask about a charter in turn: nobody changes a document.
    """
    document = Document(file)
    text = _decode(raw, document)
    if text is not None:
        try:
            _Composer(document).compose(text)
        except _Stop:
            document.root = None
    return document


def _decode(raw: bytes, document: Document) -> str | None:
    if len(raw) > BYTES_AT_MOST:
        size = {"seen": len(raw), "limit": BYTES_AT_MOST}
        document.complaints.append(Complaint("charter.too_large", Place(file=document.file), size))
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        place = Place(document.file, line=before.count(b"\n") + 1, position=error.start - before.rfind(b"\n"))
        byte = f"0x{raw[error.start]:02X}"
        document.complaints.append(Complaint("charter.not_utf8", place, {"seen": byte}))
        return None
    return text if _is_readable(text, document) else None


def _is_readable(text: str, document: Document) -> bool:
    long = next((number for number, line in enumerate(text.splitlines(), start=1) if len(line) > LINE_AT_MOST), None)
    if long is not None:
        place = Place(document.file, line=long, position=LINE_AT_MOST + 1)
        document.complaints.append(Complaint("charter.line_too_long", place, {"limit": LINE_AT_MOST}))
        return False
    odd = _ODD_CHARACTER.search(text)
    if odd is not None:
        line = text.count("\n", 0, odd.start()) + 1
        place = Place(document.file, line=line, position=odd.start() - text.rfind("\n", 0, odd.start()))
        document.complaints.append(Complaint("charter.odd_character", place, {"seen": f"U+{ord(odd[0]):04X}"}))
    return odd is None


class _Composer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0
        self.last: StreamMark | None = None

    def compose(self, text: str) -> None:
        events = self._events(text)
        for event in events:
            if isinstance(event, DocumentStartEvent):
                self._check_start(event)
            elif isinstance(event, StreamEndEvent):
                break
            elif isinstance(event, NodeEvent):
                self.document.root = self._node(event, events, ())
        if self.document.root is None or self.document.root.value is None:
            self._complain("empty", (), self.last)
            raise _Stop

    def _events(self, text: str) -> Iterator[Event]:
        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                self.last = event.end_mark
                yield event
        except MarkedYAMLError as error:
            self._refuse_syntax(str(error.problem or ""), error.problem_mark or error.context_mark, text)
        except _Stop:
            raise
        except (
            Exception
        ):  # ruamel raises IndexError, ValueError, AssertionError … on some garbage: the text is at fault
            self._refuse_syntax("", self.last, text)

    def _refuse_syntax(self, problem: str, mark: StreamMark | None, text: str) -> None:
        line = mark.line if mark else 0
        seen = "".join(text.splitlines()[line : line + 1])
        id = next((id for part, id in _SYNTAX if part in problem), "charter.yaml_syntax")
        place = Place(self.document.file, line=line + 1, position=mark.column + 1 if mark else 1)
        self.document.complaints.append(Complaint(id, place, {"seen": shorten(seen)}))
        raise _Stop

    def _check_start(self, event: DocumentStartEvent) -> None:
        if self.document.root is not None:
            self._complain("second_document", (), event.start_mark)
            raise _Stop
        if event.version is not None and tuple(event.version) != (1, 2):
            self._complain("yaml_version", (), event.start_mark, seen=".".join(map(str, event.version)))
            raise _Stop
        if event.tags:
            self._complain("tag", (), event.start_mark, seen="%TAG")
            raise _Stop

    def _complain(self, id: str, path: Path, mark: StreamMark | None, **params: object) -> None:
        line, position = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        place = Place(self.document.file, line=line, position=position, pointer=pointer(path))
        self.document.complaints.append(Complaint(f"charter.{id}", place, params))
        self.document.refused.append(path)

    def _node(self, event: Event, events: Iterator[Event], path: Path) -> Node:
        self._check_bounds(event, path)
        mark = event.start_mark
        node = Node(BROKEN, mark.line + 1, mark.column + 1)
        if isinstance(event, AliasEvent):
            self._complain("alias", path, mark, seen=f"*{event.anchor}")
            return node
        sound = self._check_properties(event, path)
        if isinstance(event, ScalarEvent):
            node.value = self._scalar(event, path) if sound else BROKEN
        elif isinstance(event, SequenceStartEvent):
            self._fill_list(node, events, path)
        elif isinstance(event, MappingStartEvent):
            self._fill_mapping(node, events, path)
        return node

    def _check_bounds(self, event: Event, path: Path) -> None:
        self.nodes += 1
        if len(path) > DEPTH_AT_MOST:
            self._complain("too_deep", path[:DEPTH_AT_MOST], event.start_mark, limit=DEPTH_AT_MOST)
            raise _Stop
        if self.nodes > NODES_AT_MOST:
            self._complain("too_many", path, event.start_mark, limit=NODES_AT_MOST)
            raise _Stop

    def _check_properties(self, event: Any, path: Path) -> bool:
        if event.anchor is not None:
            self._complain("alias", path, event.start_mark, seen=f"&{event.anchor}")
        if event.tag is not None:
            self._complain("tag", path, event.start_mark, seen=shorten(event.tag))
        return event.anchor is None and event.tag is None

    def _fill_list(self, node: Node, events: Iterator[Event], path: Path) -> None:
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            index = len(node.parts)
            node.parts[index] = self._node(event, events, (*path, index))
        node.value = tuple(part.value for part in node.parts.values())

    def _fill_mapping(self, node: Node, events: Iterator[Event], path: Path) -> None:
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, events, path)
            part = self._node(next(events), events, (*path, key))
            if key in node.parts:
                self._complain("duplicate_key", (*path, key), event.start_mark, seen=key, first=node.keys[key][0])
                continue
            node.keys[key] = (event.start_mark.line + 1, event.start_mark.column + 1)
            if part.value is None and part.line > node.keys[key][0]:
                part.line, part.position = node.keys[key]  # nothing stands where the next token does: show the key
            node.parts[key] = part
        node.value = {key: part.value for key, part in node.parts.items()}

    def _key(self, event: Event, events: Iterator[Event], path: Path) -> str:
        """Return a key as text; whatever it is, it is read to its end, so that the rest can be read."""
        text = shorten(event.value) if isinstance(event, ScalarEvent) else "?"
        here = (*path, text)
        before = len(self.document.complaints)
        node = self._node(event, events, here)
        if len(self.document.complaints) > before:
            return text
        if isinstance(event, ScalarEvent) and event.value == "<<":
            self._complain("merge", here, event.start_mark, seen="<<")
        elif isinstance(event, ScalarEvent) and event.value.lower() in _WORDS:
            self._complain("key_word", here, event.start_mark, seen=text)
        elif not isinstance(node.value, str):
            self._complain("key_not_text", here, event.start_mark, seen=text)
        return node.value if isinstance(node.value, str) else text

    def _scalar(self, event: ScalarEvent, path: Path) -> Any:
        text = event.value
        odd = _ODD_CHARACTER.search(text)
        if odd is not None:
            self._complain("odd_character", path, event.start_mark, seen=f"U+{ord(odd[0]):04X}")
            return BROKEN
        if event.style:
            return text
        if text in _NULLS:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        return self._plain(text, path, event.start_mark)

    def _plain(self, text: str, path: Path, mark: StreamMark) -> Any:
        if _INTEGER.fullmatch(text):
            return int(text)
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                self._complain("no_such_day", path, mark, seen=text)
                return BROKEN
        if _FLOAT.fullmatch(text):
            self._complain("float", path, mark, seen=shorten(text))
            return BROKEN
        if _ODD_NUMBER.fullmatch(text):
            self._complain("odd_number", path, mark, seen=shorten(text))
            return BROKEN
        return text
