"""A number or decision unfolded by the community's engine, as far as the viewer may see what is below it."""

from collections.abc import Sequence
from typing import Any

from tenfold.report.speech import is_money
from tenfold.web.rights.deciding import proposal
from tenfold.web.rights.looks import saw_result
from tenfold.web.rights.policies import known
from tenfold.web.rights.results import Results, hidden_in, without_amounts
from tenfold.web.rights.rows import COMMUNITY, allowed
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.store.work import ask

WAIT = 2.0  # seconds that a page waits; after it, it asks again
ROWS = ("rows", "corrected")  # of facts: those that count, and those that a correction replaced
# Of a number, what may be said as it is to whoever sees no amounts: its sentence holds them.
KEPT = ("id", "subject", "end", "value", "low", "high", "n", "status", "unit", "rule")
BELOW = ("measures", "facts")  # of a number below another: it has an explanation of its own


def explanation(viewer: Viewer, id: str, page: int = 1) -> dict[str, Any] | None:
    """Return an explanation as `tenfold explain --json` gives it, one step deep; None while no engine has answered yet.

    Raises
    ------
    NotHere   there is no such number or decision, or none for this viewer
    """
    results, decided = Results(viewer), proposal(viewer.community, id)
    name, _, subject = id.partition(":")
    if decided is not None:
        seen = results.sees_decision(decided)
    else:
        seen = known(name) and results.sees(name, subject or COMMUNITY)
    if not seen:
        raise NotHere(id)
    asked = ask(viewer.community, "explain", {"id": id, "page": page}, WAIT)
    if asked.error is not None:
        raise NotHere(id)
    if asked.answer is None:
        return None
    if decided is None and not results.sees(asked.answer["id"], asked.answer["subject"]):
        raise NotHere(id)  # where no subject was named, it is another's
    saw_result(viewer, asked.answer["id"], asked.answer["subject"])
    return cut(results, asked.answer)


def cut(results: Results, node: dict[str, Any]) -> dict[str, Any]:
    """Return an explanation without what the viewer may not see: numbers, and rows of facts and their cells."""
    below = [_seen(results, one) for one in node["measures"] if results.sees(one["id"], one["subject"])]
    # What a correction replaced is as confidential as what counts.
    facts = {name: _rows(results.viewer, part) if name in ROWS else part for name, part in node["facts"].items()}
    alone = [{name: cell for name, cell in one.items() if name not in BELOW} for one in below]
    return _seen(results, node) | {"measures": alone, "facts": facts}


def _seen(results: Results, node: dict[str, Any]) -> dict[str, Any]:
    if results.viewer.amounts or results.is_own(node["subject"]):
        return node
    if "mechanism" in node:
        return without_amounts(node)
    kept = {name: node[name] for name in KEPT if name in node}
    how = node.get("how")
    if how is not None and hidden_in(how) == how:  # arithmetic of amounts says nothing without them
        kept["how"] = how
    return kept | {"value": None, "low": None, "high": None, "hidden": True} if is_money(node["unit"]) else kept


def _rows(viewer: Viewer, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows as the viewer may see them, without those that it may not."""
    shown: dict[str, dict[str, Any]] = {}
    for table in {row["table"] for row in rows}:
        of_table = [row for row in rows if row["table"] == table]
        shown |= {cells["fact"]: {"table": table, **cells} for cells in allowed(viewer, table, of_table)}
    return [shown[row["fact"]] for row in rows if row["fact"] in shown]
