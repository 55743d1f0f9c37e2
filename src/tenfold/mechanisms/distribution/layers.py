"""The layer that a pool belongs to, as the charter had it when the pool was declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.terms.rules import Rules


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer and where it stands: in which version, at which place of its layers."""

    version: Rules
    place: int

    @property
    def layer(self) -> Any:
        """The layer itself."""
        return self.version.distribution.layers[self.place]


def placed(rules: Rules, term: Mapping[str, Any]) -> Placed:
    """Return the layer of a pool, given as a row of `pool.terms`: how it is shared never changes once it is declared.

    Where the version at the declaration has none, in the order of asking: the charter in force here, then every
    version, newest first. A charter that drops a layer does not undo the pools that name it.

    Raises
    ------
    ValueError   no version has the layer; facts that name such a one are refused before
    """
    others = [version for _, version in reversed(rules.versions)]
    for version in (rules.judging(term["declared_at"]), rules, *others):
        for place, layer in enumerate(version.distribution.layers):
            if layer.id == term["layer"]:
                return Placed(version, place)
    raise ValueError(term["layer"])
