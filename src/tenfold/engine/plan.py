"""The plan of a rulebook: all specs in the order of what they read, and what its conditions count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tenfold.charter.document import Rulebook
from tenfold.engine.noted import Reading
from tenfold.engine.registry import Registry
from tenfold.terms.clauses import Condition, walk
from tenfold.terms.measure import Spec
from tenfold.terms.rules import Rules


@dataclass(frozen=True)
class Plan:
    """What follows from a registry and the versions of a charter alone; made once for all boards of both.

    order     every spec after what it reads
    reads     id of a spec or of a kind of decision → the ids that it reads, with those that any version names
    counted   measures of which a condition counts observations, with how many it needs
    reading   what the rulebook answers to those who read it
    """

    registry: Registry
    rulebook: Rulebook
    order: Sequence[Spec]
    reads: Mapping[str, tuple[str, ...]]
    counted: Sequence[tuple[str, int]]
    reading: Reading

    @classmethod
    def of(cls, registry: Registry, rulebook: Rulebook) -> "Plan":
        """Return the plan of a rulebook.

        Raises
        ------
        Refused   a charter names measures in a circle
        """
        versions = rulebook.charters
        order = registry.order(versions)
        reads = {spec.id: registry.reads(spec, versions) for spec in order}
        reads |= {kind.id: registry.reads(kind, versions) for kind in registry.kinds.values()}
        counted = [one for rules in versions for one in _counted(rules)]
        return cls(registry, rulebook, order, reads, counted, Reading(rulebook))


def _counted(rules: Rules) -> Iterator[tuple[str, int]]:
    for _, clause in walk(rules):
        if isinstance(clause, Condition) and clause.metric is not None and "for_" in clause.model_fields_set:
            yield clause.metric, clause.for_
