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

    Where the version at the declaration has none, in the order of asking: the versions before it, newest first, then
    those after it, oldest first. A charter that drops a layer does not undo the pools that name it, and one that comes
    later changes nothing for them.

    Raises
    ------
    ValueError   no version has the layer; facts that name such a one are refused before
    """
    judge = rules.judging(term["declared_at"])
    versions = [version for _, version in rules.versions]
    at = next(place for place, version in enumerate(versions) if version.charter.version == judge.charter.version)
    for version in (judge, *reversed(versions[:at]), *versions[at + 1 :]):
        for place, layer in enumerate(version.distribution.layers):
            if layer.id == term["layer"]:
                return Placed(version, place)
    raise ValueError(term["layer"])
