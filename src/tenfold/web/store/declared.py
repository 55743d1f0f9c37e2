"""The fact tables as Django models, made from the one declaration: there is no second list of columns."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django.db import models

from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.web.store.bound import AppendOnly, Facts

DECIMAL_TEXT = 40  # 38 digits, a sign and a point
SHORT = 255
FACT = 64
PARTIES = "parties"
WRITTEN_BY = ("recorded_by", "evidence")  # of every row, and nobody looks for rows by them
# What answers a decision or an alert is found by it.
ANSWERED: Mapping[str, tuple[str, ...]] = {
    "interactions": ("because",),
    "commitment_steps": ("because",),
    "alert_acts": ("because", "alert"),
    "decision_acts": ("decision",),
}


class FactRow(AppendOnly):
    """What every row of facts has beside its declared columns.

    community_id   whose fact it is
    sequence       the journal entry that accepted it
    """

    community_id = models.BigIntegerField()  # no relation: 47 of them make every migration slow
    sequence = models.BigIntegerField()

    declared: ClassVar[Table]
    rows: ClassVar[Facts[Any]]

    class Meta:
        abstract = True


def model_of(table: Table) -> type[FactRow]:
    """Return the model of a declared table: a field a column, those that are personal left out."""
    fields = {column.stored: field_of(column) for column in table.columns.values() if not column.personal}
    named = "".join(part.title() for part in table.name.split("_"))
    meta = type(
        "Meta", (), {"db_table": f"facts_{table.name}", "indexes": _indexes(table), "constraints": _unique(table)}
    )
    members = {"__module__": __name__, "Meta": meta, "declared": table, "rows": Facts(), **fields}
    return type(named, (FactRow,), members)


def field_of(column: Column) -> "models.Field[Any, Any]":
    """Return the field that holds a column's cells (FACTS.md §3)."""
    missing = not column.required
    match column.kind:
        case "int" | "money":
            return models.BigIntegerField(null=missing)
        case "dec":  # SQLite keeps a DecimalField as a float
            return models.CharField(max_length=DECIMAL_TEXT, null=missing)
        case "bool":
            return models.BooleanField(null=missing)
        case "date":
            return models.DateField(null=missing)
        case "instant":
            return models.DateTimeField(null=missing)
        case "list":
            return models.JSONField(null=missing)
        case "enum":
            return models.CharField(max_length=SHORT, null=missing, choices=[(value, value) for value in column.values])
        case _ if column.name in ("fact", "corrects"):
            return models.CharField(max_length=FACT, null=missing)
        case _:
            return models.TextField(null=missing)


def _indexes(table: Table) -> list[models.Index]:
    """Return how rows are found: by time, by journal sequence, and by what they name, in the order of time.

    Time stands in each, for every page asks for what has happened by now: an engine that has not counted its rows takes
    the index by time alone for the better one, and reads the whole table.
    """
    by_time = models.Index(fields=["community_id", "occurred_at"], name=f"{_short(table)}_at")
    by_entry = models.Index(fields=["community_id", "sequence"], name=f"{_short(table)}_seq")
    return [by_time, by_entry, *(_index(table, name) for name in _found_by(table))]


def _found_by(table: Table) -> list[str]:
    """Return the columns by which pages look for rows: the thing, what orders it, parties, and what was answered."""
    named = [name for name in (table.key, *table.order[:1]) if name and name not in ("occurred_at", "fact")]
    named += [column.name for column in table.refs if column.target == PARTIES and column.name not in WRITTEN_BY]
    named += ANSWERED.get(table.name, ())
    return [*dict.fromkeys(named)]


def _index(table: Table, column: str) -> models.Index:
    name = f"{_short(table)}_{column}"[:30]
    filled = None if table.columns[column].required else models.Q(**{f"{column}__isnull": False})
    return models.Index(fields=["community_id", column, "occurred_at"], name=name, condition=filled)


def _unique(table: Table) -> list[models.BaseConstraint]:
    """Return what the database itself keeps: a fact's id names one row, and a row is corrected once."""
    once = models.Q(corrects__isnull=False)
    return [
        models.UniqueConstraint(fields=["community_id", "fact"], name=f"{_short(table)}_fact"),
        models.UniqueConstraint(fields=["community_id", "corrects"], condition=once, name=f"{_short(table)}_corrected"),
    ]


def _short(table: Table) -> str:
    """Return a table's name cut so that every index fits into the 30 characters that Django allows."""
    return table.name[:18]


MODELS: Mapping[str, type[FactRow]] = MappingProxyType({name: model_of(table) for name, table in TABLES.items()})
