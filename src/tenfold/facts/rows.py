"""A row of facts as one object of canonical JSON: what the digest counts, the journal hashes and exports repeat.

Only filled columns that are not personal are in it, so that a new empty column and an erasure change nothing. Instants
are UTC with microseconds, decimals have no trailing zeros, money is text.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tenfold.facts.declaration import Column, Table
from tenfold.terms.canonical import whole


def row_object(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a typed row (by stored column names) as its canonical object."""
    found: dict[str, Any] = {}
    for column in table.columns.values():
        cell = row.get(column.stored)
        if not column.personal and cell is not None and cell != []:
            found[column.stored] = _cell(column, cell)
    return found


def _cell(column: Column, cell: Any) -> Any:
    match column.kind:
        case "money":
            return str(cell)
        case "int":
            return whole(cell)
        case "dec":
            return decimal_text(cell)
        case "date":
            return date.isoformat(cell)
        case "instant":
            return instant_text(cell)
        case "list":
            return [*cell]
        case _:
            return cell


def decimal_text(number: Decimal) -> str:
    """Write a decimal with a point, without an exponent and without trailing zeros; minus zero is zero."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").removesuffix(".")
    return "0" if text == "-0" else text


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with microseconds: 2026-11-02T00:30:00.000000Z."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
