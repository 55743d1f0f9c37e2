"""Canonical JSON (RFC 8785): one value, one text, so that its hash names it.

Only what can be written in one way is taken: texts, yes and no, missing, whole numbers below 2⁵³, lists, and objects
with ASCII keys. Other numbers travel as texts, so that no reader of JSON rounds them.
"""

import json
from typing import Any

EXACT = 2**53  # from here a reader of JSON that knows only doubles loses digits
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value, as UTF-8.

    Raises
    ------
    ValueError   the value holds a number of no exact form, a key that is not ASCII, or half a character
    """
    _check(value)
    return _ENCODER.encode(value).encode()


def _check(value: Any) -> None:
    match value:
        case None | bool() | str():
            return
        case int() if abs(value) < EXACT:
            return
        case list() | tuple():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise ValueError(f"no canonical key: {key!r}")
                _check(item)
        case _:
            raise ValueError(f"no canonical form: {value!r}")
