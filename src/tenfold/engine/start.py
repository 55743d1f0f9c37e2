"""A new community folder: a charter from a template, and fact tables that hold nothing but the project's own party."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from tenfold.charter.load import read_charter
from tenfold.charter.templates import render_template
from tenfold.facts.commit import changing
from tenfold.facts.declaration import TABLES, Table
from tenfold.terms.errors import Complaint, Place, Refused

# The tables that a community fills first; the others appear when their first fact does.
FIRST = ("parties", "memberships", "interactions", "commitments", "commitment_steps", "opportunities", "cash_movements")
PARTIES = "parties"
OWN_NAMES = ("本项目", "our project")  # what the project's party is called until somebody writes its own name
OMITTED = ("recorded_at", "recorded_by", "corrects", "void", "because", "precision", "origin", "origin_key")


def start(folder: Path, template: str, size: str, begins: date) -> list[str]:
    """Write `charter.yaml`, in force from `begins`, and the first fact tables; return the names of the files.

    Raises
    ------
    Refused   the folder already holds a community
    """
    if (folder / "charter.yaml").exists():
        raise Refused([Complaint("engine.folder_taken", Place(file=str(folder)))])
    folder.mkdir(parents=True, exist_ok=True)
    text = render_template(template, size, effective_from=begins)
    project = str(read_charter(text.encode(), template).community.project)
    written = {"charter.yaml": text}
    written |= {f"facts/{name}.csv": _table(TABLES[name]) for name in FIRST}
    written[f"facts/{PARTIES}.csv"] = _table(TABLES[PARTIES], [_party(project, begins)])
    with changing(folder, "init") as change:
        for name, content in written.items():
            with change.place(name) as path:
                path.write_text(content, encoding="utf-8")
    return sorted(written)


def _party(project: str, begins: date) -> Mapping[str, str]:
    """Return the project's own row: the first fact, so that money paid to it has a payee."""
    own = {"fact": f"{PARTIES}-{project}", "occurred_at": begins.isoformat()}
    return {**own, "party": project, "type": "organisation", "name": OWN_NAMES[0], "name_other": OWN_NAMES[1]}


def _table(table: Table, rows: Sequence[Mapping[str, str]] = ()) -> str:
    names = [name for name in table.columns if name not in OMITTED]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
