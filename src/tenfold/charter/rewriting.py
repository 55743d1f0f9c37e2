"""Another value in a charter's text, everything else byte for byte: comments, order and spelling stay."""

import re
from collections.abc import Mapping

from tenfold.charter.pointers import value_at
from tenfold.charter.strict_yaml import read
from tenfold.terms.errors import Complaint, Place, Refused

SCALAR = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s,\]}#][^,\]}\n\r#]*")


def rewritten(raw: bytes, file: str, values: Mapping[str, str]) -> bytes:
    """Return a charter's text with other values at some pointers; what was quoted stays quoted.

    Raises
    ------
    Refused   the text cannot be read, or a pointer names no value that stands in it
    """
    for pointer, value in values.items():
        raw = _one(raw, file, pointer, value)
    return raw


def _one(raw: bytes, file: str, pointer: str, value: str) -> bytes:
    document = read(raw, file)
    if document.complaints:
        raise Refused(document.complaints)
    place = document.place_of(pointer)
    found = value_at(document.value, pointer)
    if isinstance(found, dict | list | tuple) or found is None or place.line is None or place.position is None:
        raise _unwritten(file, pointer)
    lines = raw.decode("utf-8").splitlines(keepends=True)
    line, at = lines[place.line - 1], place.position - 1
    scalar = SCALAR.match(line, at)
    if scalar is None:
        raise _unwritten(file, pointer)
    old = scalar[0].rstrip()
    lines[place.line - 1] = line[:at] + _quoted(old, value) + line[at + len(old) :]
    after = "".join(lines).encode("utf-8")
    if str(value_at(read(after, file).value, pointer)) != value:
        raise _unwritten(file, pointer)
    return after


def _quoted(old: str, value: str) -> str:
    """Return a value as the one before was written."""
    quote = old[0] if old[0] in "\"'" else ""
    return f"{quote}{value}{quote}"


def _unwritten(file: str, pointer: str) -> Refused:
    return Refused([Complaint("charter.not_written", Place(file, pointer=pointer))])
