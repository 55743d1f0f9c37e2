"""The important rules of a charter, one by one, so that each can be said as a sentence with its value in it.

They are those whose changes have sentences of their own (`diff.SENTENCES`): one list for both.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tenfold.charter.diff import SENTENCES, SHARES
from tenfold.charter.document import Charter
from tenfold.charter.pointers import find, plain, steps, value_at


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with a value.

    section   the section of the charter that it is in
    pointer   where its value stands
    name      its sentence: `rule.NAME` says it, `diff.NAME` says its change
    item      whose rule it is where there are several: a stage, a class, an indicator; else empty
    value     as the charter writes it
    share     whether the value is a part of a whole, which people say in percent
    """

    section: str
    pointer: str
    name: str
    item: str
    value: str
    share: bool


def told(charter: Charter) -> list[Rule]:
    """Return the important rules of a charter, by sentence in the order of the list, then in that of the document."""
    tree = plain(charter)
    return [rule for way, name in SENTENCES.items() for rule in _rules(tree, way, name)]


def _rules(tree: dict[str, Any], way: tuple[str, ...], name: str) -> Iterator[Rule]:
    for pointer, value in find(tree, "/" + "/".join(way)):
        if isinstance(value, str | int) and not isinstance(value, bool):
            yield Rule(way[0], pointer, name, _item(tree, way, pointer), str(value), name in SHARES)


def _item(tree: dict[str, Any], way: tuple[str, ...], pointer: str) -> str:
    """Return the last id on the way that the community chose: a key, or the `id` of an item of a list."""
    free = [place for place, step in enumerate(way) if step == "*"]
    if not free:
        return ""
    taken = steps(pointer)
    last = free[-1]
    node = value_at(tree, "/" + "/".join(taken[: last + 1]))
    return str(node["id"]) if isinstance(node, dict) and "id" in node else taken[last]
