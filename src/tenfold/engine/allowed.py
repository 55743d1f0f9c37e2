"""The ids of a charter that facts may name: `code(goals.funnel.stages)` and its like, joined with the charter here."""

from collections.abc import Iterable, Mapping
from typing import Any

from tenfold.charter.document import Charter
from tenfold.facts.declaration import TABLES, Column
from tenfold.terms.clauses import Clause, Named, children


def allowed_ids(charters: Iterable[Charter]) -> Mapping[str, frozenset[str]]:
    """Return charter path → ids, over all versions: an older fact may name what a newer charter dropped."""
    paths = sorted({path for table in TABLES.values() for column in table.columns.values() for path in _paths(column)})
    versions = list(charters)
    return {path: frozenset(id for charter in versions for id in _ids(_at(charter, path))) for path in paths}


def _paths(column: Column) -> Iterable[str]:
    if column.path:
        yield column.path
    if column.item is not None:
        yield from _paths(column.item)


def _at(charter: Charter, path: str) -> Any:
    found: Any = charter
    for name in path.split("."):
        found = getattr(found, name)
    return found


def _ids(found: Any) -> list[str]:
    """Return the ids of a list of named things, of plain ids, or of a mapping (its settings left out)."""
    if isinstance(found, Clause):
        found = {key: value for key, value in children(found) if value is not None}
    if isinstance(found, Mapping):
        named = [key for key, value in found.items() if isinstance(value, Clause | Mapping)]
        return named or list(found)
    return [item.id if isinstance(item, Named) else str(item) for item in found or ()]
