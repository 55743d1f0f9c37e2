"""The labels of a charter: how it calls what it names, in each language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tenfold.engine.registry import TEN

if TYPE_CHECKING:
    from tenfold.terms.rules import Rules

KEPT = 32  # charters whose labels are remembered, in each language


def labels_of(rules: "Rules", language: str) -> Mapping[str, str]:
    """Return id → label of everything in a charter that has both."""
    return _walked(_Same(rules), language)


@dataclass(frozen=True, eq=False)
class _Same:
    """A charter as itself: no other one is equal to it, whatever it says."""

    rules: "Rules"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.rules is other.rules

    def __hash__(self) -> int:
        return id(self.rules)


@lru_cache(maxsize=KEPT)
def _walked(charter: _Same, language: str) -> Mapping[str, str]:
    """Return what walking a charter once finds; every page asks for the same."""
    sections = [getattr(charter.rules, section) for section in ("community", *TEN)]
    return MappingProxyType(dict(_labels(sections, language)))


def _labels(node: Any, language: str) -> Iterator[tuple[str, str]]:
    """Walk the charter's models and yield what carries an id and a label."""
    if isinstance(node, list | tuple):
        for part in node:
            yield from _labels(part, language)
    elif isinstance(node, Mapping):
        for part in node.values():
            yield from _labels(part, language)
    elif hasattr(type(node), "model_fields"):
        if hasattr(node, "label") and hasattr(node, "id"):
            yield node.id, node.label(language)
        for name in type(node).model_fields:
            yield from _labels(getattr(node, name), language)
