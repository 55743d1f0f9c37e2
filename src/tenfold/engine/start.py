"""A new community folder: a charter from a template and empty fact tables with their headers."""

import csv
import io
from datetime import date
from pathlib import Path

from tenfold.charter.templates import render_template
from tenfold.facts.declaration import TABLES, Table
from tenfold.terms.errors import Complaint, Place, Refused

# The tables that a community fills first; the others appear when their first fact does.
FIRST = ("parties", "memberships", "interactions", "commitments", "commitment_steps", "opportunities", "cash_movements")
OMITTED = ("recorded_at", "recorded_by", "corrects", "void", "because", "precision", "origin", "origin_key")


def start(folder: Path, template: str, size: str, begins: date) -> list[str]:
    """Write `charter.yaml`, in force from `begins`, and the first fact tables; return the names of the files.

    Raises
    ------
    Refused   the folder already holds a community
    """
    if (folder / "charter.yaml").exists():
        raise Refused([Complaint("engine.folder_taken", Place(file=str(folder)))])
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    written = {"charter.yaml": render_template(template, size, effective_from=begins)}
    written |= {f"facts/{name}.csv": _header(TABLES[name]) for name in FIRST}
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    return sorted(written)


def _header(table: Table) -> str:
    names = [name for name in table.columns if name not in OMITTED]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(names)
    return buffer.getvalue()
