"""Places in a charter: RFC 6901 pointers, and patterns of them that name many places at once.

A pattern is a pointer in which `*` stands for any key or index and `[key=text]` for the list items whose `key` reads
`text`: `/risk/covenants/[metric=cov.debt_to_capital]/max`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel


def plain(document: BaseModel) -> dict[str, Any]:
    """Return a charter as plain data, spelled as in its YAML, with every default written out and no empty key."""
    return document.model_dump(mode="json", by_alias=True, exclude_none=True)


def escaped(key: object) -> str:
    """Write one step of a pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")


def steps(pointer: str) -> list[str]:
    """Read a pointer into its unescaped steps."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def children(node: object) -> Iterator[tuple[str, Any]]:
    """Yield (step, value) of a mapping or list in its own order; nothing of a leaf."""
    if isinstance(node, Mapping):
        yield from ((str(key), value) for key, value in node.items())
    elif isinstance(node, Sequence) and not isinstance(node, str):
        yield from ((str(index), value) for index, value in enumerate(node))


def find(tree: object, pattern: str) -> list[tuple[str, Any]]:
    """Return (pointer, value) of every place that the pattern names, in the order of the document."""
    found: list[tuple[str, Any]] = [("", tree)]
    for step in steps(pattern):
        found = [
            (f"{pointer}/{escaped(key)}", value)
            for pointer, node in found
            for key, value in children(node)
            if _fits(step, key, value)
        ]
    return found


def value_at(tree: object, pointer: str, default: Any = None) -> Any:
    """Return the value at a pointer, or `default` where there is none."""
    for step in steps(pointer):
        tree = dict(children(tree)).get(step)
        if tree is None:
            return default
    return tree


def leaves(tree: object, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (pointer, value) of every leaf; an empty mapping or list is one."""
    inside = list(children(tree))
    if not inside:
        yield pointer, tree
    for key, value in inside:
        yield from leaves(value, f"{pointer}/{escaped(key)}")


def _fits(step: str, key: str, value: object) -> bool:
    if step.startswith("[") and step.endswith("]"):
        name, _, text = step[1:-1].partition("=")
        return isinstance(value, Mapping) and str(value.get(name)) == text
    return step in ("*", key)
