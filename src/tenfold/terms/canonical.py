"""Canonical JSON (RFC 8785): one value, one text, so that its hash names it.

Only what can be written in one way is taken: texts, yes and no, missing, whole numbers below 2⁵³, lists, and objects
with ASCII keys. Other numbers travel as texts, so that no reader of JSON rounds them.
"""

from collections.abc import Collection
from typing import Any

import msgspec

EXACT = 2**53  # from here a reader of JSON that knows only doubles loses digits
SIMPLE = frozenset((str, bool, type(None)))


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value, as UTF-8.

    Raises
    ------
    ValueError   the value holds a number of no exact form, a key that is not ASCII, or half a character
    """
    _check(value)
    return _ENCODER.encode(value)


def from_canonical(text: bytes) -> Any:
    """Return the value that a canonical JSON text says.

    Raises
    ------
    ValueError   the text is no JSON, not canonical, or holds what has no canonical form
    """
    value = msgspec.json.decode(text)
    if canonical(value) != text:
        raise ValueError("JSON that is not canonical")
    return value


def _check(value: Any) -> None:
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if type(one) in SIMPLE:  # most of what a row holds
            continue
        match one:
            case dict():
                _check_keys(one)
                waiting += one.values()
            case list() | tuple():
                waiting += one
            case int() if abs(one) < EXACT:
                pass
            case str():
                pass
            case _:
                raise ValueError(f"no canonical form: {one!r}")


def _check_keys(keys: Collection[Any]) -> None:
    try:
        plain = "".join(keys).isascii()
    except TypeError:  # a key that is no text
        plain = False
    if not plain:
        raise ValueError(f"no canonical keys: {list(keys)!r}")


def _plain(value: Any) -> str | int:
    """Return a text or number of a kind of its own, such as markup, as what it is at heart."""
    return str.__str__(value) if isinstance(value, str) else int(value)


_ENCODER = msgspec.json.Encoder(order="sorted", enc_hook=_plain)
