"""Which tables a reduction cannot do without: as long as one of them has no row, the reduction has none either.

Read from its Ibis expression by the rules of relational algebra, when queries are compiled; nobody declares it.
"""

from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING

from tenfold.terms.measure import Spec

if TYPE_CHECKING:
    import ibis.expr.operations as ops

NOTHING: frozenset[str] = frozenset()
BOTH_SIDES = {"inner", "cross", "semi"}  # joins that keep no row of the one side without a row of the other


def needs_of(specs: Mapping[str, Spec], schemas: Mapping[str, Mapping[str, object]]) -> dict[str, frozenset[str]]:
    """Return reduction or relation id → the tables, of facts, parameters or ends, without whose rows it has none.

    schemas   table → its columns as reductions see them
    """
    from tenfold.engine.reduce import build

    def below(id: str) -> frozenset[str]:
        names = _needed(build(specs[id], specs, schemas, named=True).op())
        relations = [name for name in names if name in specs]
        return reduce(frozenset.union, map(below, relations), names.difference(relations))

    return {id: below(id) for id, spec in specs.items() if spec.kind in {"reduction", "relation"}}


def _needed(op: "ops.Relation") -> frozenset[str]:
    """Return the names of the tables that an expression cannot do without; of an unknown operation none are sure."""
    import ibis.expr.operations as ops

    match op:
        case ops.UnboundTable():
            return frozenset({op.name})
        case ops.JoinChain():
            joined = [_needed(link.table) for link in op.rest if link.how in BOTH_SIDES]
            return reduce(frozenset.union, joined, _needed(op.first))
        case ops.Union():
            return _needed(op.left) & _needed(op.right)
        case ops.Aggregate():
            return _needed(op.parent) if op.groups else NOTHING
        case ops.Project() | ops.Filter() | ops.Distinct() | ops.DropColumns() | ops.JoinReference():
            return _needed(op.parent)
        case _:
            return NOTHING
