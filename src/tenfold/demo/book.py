"""A book of facts in the making: rows by table, with ids, local times and amounts as people say them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.facts.declaration import TABLES
from tenfold.terms.draws import seeded

LOCAL = timezone(timedelta(hours=8))  # the demo lives in Shanghai, which keeps no summer time
NOW = datetime(2026, 11, 2, 8, 30, tzinfo=LOCAL)
CURRENCY = "CNY"
MINOR = 100
OPERATOR = "p000003"
COMPLIANCE = "p000005"
WORKING_HOURS = range(9, 18)

Cell = Any  # text, number, date, instant or list, as the declaration of its column says


def at(text: str) -> datetime:
    """Read a local time, `2026-10-29 10:15`; a bare day is ten in the morning."""
    found = datetime.fromisoformat(text)
    return found.replace(hour=10 if len(text) == len("2026-10-29") else found.hour, tzinfo=LOCAL)


class Book:
    """Facts in the order in which they are written down; the same story and seed give the same book."""

    def __init__(self, seed: int) -> None:
        self.random = seeded(seed)
        self.rows: dict[str, list[dict[str, Cell]]] = {name: [] for name in TABLES}
        self.documents: dict[tuple[str, str], str] = {}

    def add(self, table: str, when: str | datetime, fact: Cell = None, **cells: Cell) -> str:
        """Write a row and return its fact id; money is given in yuan, and what happens is known at once.

        Raises
        ------
        ValueError   when the row lies in the future of the demo's clock
        """
        declared = TABLES[table]
        rows = self.rows[table]
        instant = at(when) if isinstance(when, str) else when
        if instant > NOW:
            raise ValueError(f"{table} at {instant}: the story ends at {NOW}")
        row: dict[str, Cell] = {
            "fact": fact or f"{declared.name.replace('_', '-')}-{len(rows) + 1:05d}",
            "occurred_at": instant,
            "recorded_at": instant,
            "recorded_by": OPERATOR,
        }
        for name, cell in cells.items():
            column = declared.columns[name]
            row[column.stored] = stored(column.kind, cell)
        if "currency" in declared.columns and any(name.endswith("_minor") for name in row):
            row.setdefault("currency", CURRENCY)
        rows.append(row)
        return str(row["fact"])

    def document(self, when: str | datetime, kind: str, about: str, title: str = "") -> str:
        """Write a document of a kind about something, once, and return its key."""
        key = self.documents.get((kind, about))
        if key is None:
            key = f"doc-{len(self.documents) + 1:05d}"
            self.documents[kind, about] = key
            self.add("documents", when, document=key, kind=kind, title=title or None, place="vault")
        return key

    def moment(self, day: date, hours: Iterable[int] = WORKING_HOURS) -> datetime:
        """Return a time of a day, drawn from the hours."""
        hour, minute = self.random.choice([*hours]), self.random.randrange(0, 60, 5)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)

    def frames(self) -> Mapping[str, pl.DataFrame]:
        """Return the typed tables."""
        return {name: pl.DataFrame(rows, schema=TABLES[name].schema) for name, rows in self.rows.items() if rows}


def stored(kind: str, cell: Cell) -> Cell:
    """Return a cell in the type that its column holds inside."""
    if cell is None:
        return None
    if kind == "money":
        return int(Decimal(str(cell)) * MINOR)
    if kind == "dec":
        return Decimal(str(cell))
    if kind == "date" and isinstance(cell, str):
        return date.fromisoformat(cell)
    if kind == "instant" and isinstance(cell, str):
        return at(cell)
    return list(cell) if kind == "list" else cell
