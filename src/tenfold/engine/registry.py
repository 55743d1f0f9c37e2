"""The registry: every view, reduction and measure, collected from the ten doors, the views of facts and of capital."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from types import MappingProxyType
from typing import cast

from tenfold.terms.draft import Kind
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.measure import Spec
from tenfold.terms.rules import Rules

TEN = (
    "goals",
    "screening",
    "value",
    "interaction",
    "incentives",
    "distribution",
    "risk",
    "adjustment",
    "insight",
    "culture",
)
CIRCLE = " → "  # between the ids of a circle, in a complaint


@dataclass(frozen=True, slots=True)
class Registry:
    """Specs by id, in the order of the house: facts, the ten, capital; and kinds of decisions by id."""

    specs: Mapping[str, Spec]
    kinds: Mapping[str, Kind] = field(default_factory=dict)

    def reads(self, spec: Spec | Kind, versions: Sequence[Rules]) -> tuple[str, ...]:
        """Return the ids that `spec` reads, with those that any charter version names; tables left out."""
        named = [id for rules in versions for id in spec.named(rules)] if spec.named else []
        return tuple(sorted({id for id in (*spec.reads, *named) if id in self.specs}))

    def order(self, versions: Sequence[Rules]) -> list[Spec]:
        """Return all specs so that each stands after what it reads, ties by id.

        Raises
        ------
        Refused
            A charter names measures in a circle (a circle in the code itself is found by a test).
        """
        sorter = TopologicalSorter({id: self.reads(spec, versions) for id, spec in self.specs.items()})
        try:
            sorter.prepare()
        except CycleError as error:
            circle = CIRCLE.join(cast(Iterable[str], error.args[1]))
            raise Refused([Complaint("engine.circle", params={"circle": circle})]) from error
        ordered: list[Spec] = []
        while sorter.is_active():
            ready = sorted(sorter.get_ready())
            ordered += [self.specs[id] for id in ready]
            sorter.done(*ready)
        return ordered

    def deciding(self, wanted: Sequence[str]) -> list[Kind]:
        """Return what decides some kinds (`goals.need`) or all of some mechanisms (`goals`), in the order of ten."""
        names = {*wanted}
        return [one for one in self.kinds.values() if one.mechanism in names or names.intersection(one.kinds)]

    @property
    def measures(self) -> list[Spec]:
        """Return the measures alone, by id."""
        return sorted((spec for spec in self.specs.values() if spec.kind == "measure"), key=lambda spec: spec.id)


def _room(name: str, module: str) -> list[Spec]:
    return [replace(spec, room=name) for spec in import_module(module).SPECS]


@cache
def registry() -> Registry:
    """Return the registry of this installation."""
    specs = _room("facts", "tenfold.facts.views")
    for mechanism in TEN:
        specs += _room(mechanism, f"tenfold.mechanisms.{mechanism}")
    specs += _room("capital", "tenfold.engine.capital")
    by_id = {spec.id: spec for spec in specs}
    if len(by_id) != len(specs):
        raise ValueError("two specs share an id")
    kinds = [one for name in TEN for one in import_module(f"tenfold.mechanisms.{name}").DECISIONS]
    by_kind = {one.id: one for one in kinds}
    if len(by_kind) != len(kinds):
        raise ValueError("two kinds of decisions share an id")
    return Registry(MappingProxyType(by_id), MappingProxyType(by_kind))
