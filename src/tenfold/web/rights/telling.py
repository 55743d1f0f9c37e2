"""What a fact says, in words, from its row as pages read it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tenfold.facts.declaration import TABLES
from tenfold.report.evidence import known
from tenfold.report.phrases import Phrases
from tenfold.web.rights.names import in_one_language

TAKEN = "void"  # that a fact is taken back is said beside it
ANSWERED = {"alert_acts": "alert", "decision_acts": "decision"}  # columns that name a decision


def fact_said(speech: Phrases, table: str, row: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return a fact's table, its local day and its first cells."""
    shown = {"precision": None, **{name: _shown(table, name, cell) for name, cell in row.items() if name != TAKEN}}
    return speech.fact(known(table, shown, speech.rules))


def reason_said(speech: Phrases, row: Mapping[str, Any]) -> str:
    """Return why somebody recorded a row, in their own words; nothing where none is given or the viewer sees none."""
    reason = row.get("reason")
    return in_one_language(speech, reason) if reason else ""


def _shown(table: str, name: str, cell: Any) -> Any:
    """Return a cell as it is said: a decimal as a number, a decision by what it is about."""
    column = TABLES[table].columns.get(name)
    if isinstance(cell, str) and column is not None and column.kind == "dec":
        return Decimal(cell)
    if ANSWERED.get(table) == name and ":" in str(cell):
        return str(cell).split(":")[1].partition("/")[0]
    return cell
