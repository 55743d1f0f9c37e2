"""Charters for tests: a template as plain data, and copies with one place changed."""

import copy
from datetime import date
from typing import Any

from tenfold.charter.load import read_charter
from tenfold.charter.pointers import plain, steps
from tenfold.charter.templates import render_template

BEGIN = date(2026, 11, 23)


def sample(kind: str = "venture", size: str = "medium", **choices: Any) -> dict[str, Any]:
    """Return a template as plain data."""
    text = render_template(kind, size, **{"effective_from": BEGIN, **choices})
    return plain(read_charter(text.encode(), "charter.yaml"))


def changed(tree: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a copy with another value at a pointer; None takes the key out."""
    tree = copy.deepcopy(tree)
    node: Any = tree
    *way, last = steps(pointer)
    for step in way:
        node = node[int(step) if isinstance(node, list) else step]
    key = int(last) if isinstance(node, list) else last
    if value is None:
        del node[key]
    else:
        node[key] = value
    return tree
