"""A number or decision unfolded by the community's engine, as far as the viewer may see what is below it."""

from typing import Any

from tenfold.report.speech import is_money
from tenfold.web.rights.policies import DATA_OF, Sight, known
from tenfold.web.rights.results import COMMUNITY, Results, without_amounts
from tenfold.web.rights.rows import allowed
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.results import DecisionResult
from tenfold.web.store.work import ask

WAIT = 8.0  # seconds that a page waits; after it, it asks again
# Of a number, what may be said to whoever sees no amounts: its arithmetic and its sentence hold them.
KEPT = ("id", "subject", "end", "value", "low", "high", "n", "status", "unit", "rule")


def explanation(viewer: Viewer, id: str, page: int = 1) -> dict[str, Any] | None:
    """Return an explanation as `tenfold explain --json` gives it; None while the engine has not answered yet.

    Raises
    ------
    NotHere   there is no such number or decision, or none for this viewer
    """
    name, _, subject = id.partition(":")
    decided = DecisionResult.rows.of(viewer.community).filter(until=None, decision=id).first()
    about = subject or COMMUNITY if decided is None else decided.subject
    if not known(name) or not Results(viewer).sees(name, about):
        raise NotHere(id)
    asked = ask(viewer.community, "explain", {"id": id, "page": page}, WAIT)
    if asked.error is not None:
        raise NotHere(id)
    return None if asked.answer is None else cut(viewer, asked.answer)


def cut(viewer: Viewer, node: dict[str, Any]) -> dict[str, Any]:
    """Return an explanation without what the viewer may not see: numbers, and rows of facts and their cells."""
    results = Results(viewer)
    below = [cut(viewer, one) for one in node["measures"] if results.sees(one["id"], one["subject"])]
    rows = [cells for row in node["facts"]["rows"] for cells in _row(viewer, row)]
    shown = node if viewer.amounts or results.is_own(node["subject"]) else _without_amounts(node)
    return shown | {"measures": below, "facts": {**node["facts"], "rows": rows}}


def _without_amounts(node: dict[str, Any]) -> dict[str, Any]:
    if "mechanism" in node:
        return without_amounts(node)
    kept = {name: node[name] for name in KEPT if name in node}
    return kept | dict.fromkeys(("value", "low", "high")) if is_money(node["unit"]) else kept


def _row(viewer: Viewer, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row as the viewer may see it; none where it may not."""
    table = row["table"]
    if Sight.ALL in viewer.sees(DATA_OF[table]):
        return [row]
    return [{"table": table, **cells} for cells in allowed(viewer, table, [row])]
