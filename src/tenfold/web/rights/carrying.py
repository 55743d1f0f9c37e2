"""Carrying out: which facts are what a decision asks for, so that it is done and not only decided (DOMAIN.md §12b)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from tenfold.facts.declaration import TABLES
from tenfold.web.rights.results import Result
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting

SHOWN = 8  # facts of one decision, the newest
NOT_CELLS = ("table", "fact", "because")  # of what a decision proposes, or is closed by

Asked = tuple[str, Mapping[str, Any]]  # a table, and the cells that a row of it must have


def carries_out(decision: Result, table: str, row: Mapping[str, Any]) -> bool:
    """Whether a row is the fact that a decision proposes, or the one that closes it."""
    return any(one == table and _agrees(row, cells) for one, cells in _asked_for(decision))


def carried_out(community: Community, decision: Result, since: datetime) -> list[str]:
    """Return the facts recorded since an instant that are what a decision asks for, the newest first."""
    found: dict[str, datetime] = {}
    for table, cells in _asked_for(decision):
        plain = {name: cell for name, cell in cells.items() if isinstance(cell, str)}
        rows = counting(community, table).filter(recorded_at__gt=since, **plain).order_by("-recorded_at", "fact")
        agreeing = [row for row in rows.values() if _agrees(row, cells)]
        found |= {row["fact"]: row["recorded_at"] for row in agreeing[:SHOWN]}
    return sorted(found, key=lambda fact: (found[fact], fact), reverse=True)[:SHOWN]


def _asked_for(decision: Result) -> Iterator[Asked]:
    """Yield what carries a decision out, as far as the cells of one row can show it."""
    proposed, closing = decision["proposes"] or {}, decision["closes_when"] or {}
    for table, said in ((proposed.get("table"), proposed), (closing.get("fact"), closing)):
        cells = {name: cell for name, cell in said.items() if name not in NOT_CELLS and cell is not None}
        if table is not None and cells and _of_row(table, cells):
            yield table, cells


def _of_row(table: str, cells: Mapping[str, Any]) -> bool:
    """Whether each cell stands in a row of a table as it is said: no amount in major units, no personal text."""
    columns = TABLES[table].columns
    return all(name in columns and columns[name].stored == name and not columns[name].personal for name in cells)


def _agrees(row: Mapping[str, Any], cells: Mapping[str, Any]) -> bool:
    return all(_holds(row.get(name), cell) for name, cell in cells.items())


def _holds(cell: Any, said: Any) -> bool:
    """Whether a cell is what was said; of a list, whether all that was said is in it."""
    if isinstance(said, list):
        return set(said) <= set(cell or ())
    return str(cell) == str(said)
