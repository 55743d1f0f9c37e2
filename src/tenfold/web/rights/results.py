"""What cycles said, as one viewer may be given it: which results, and without amounts for whoever sees none."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from tenfold.report.speech import HIDDEN, MONEY, NUMBER, is_money
from tenfold.web.rights.policies import data_of_decision
from tenfold.web.rights.rows import Owning
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.results import DecisionResult, MeasureResult

AMOUNTS = re.compile(r"amount|worth|price|cost|loss|low|high|mode|target|minimum|fair_value")

Result = dict[str, Any]


class Results:
    """The results that stand now, through one viewer's eyes."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._owning = Owning(viewer)

    def decisions(self, **filters: Any) -> list[Result]:
        """Return decisions as `decisions.jsonl` writes them, those of Today's list first and in their rank."""
        standing = DecisionResult.rows.of(self.viewer.community).filter(until=None, **filters)
        found = (json.loads(content) for content in _ranked(standing))
        return [self._shown(one) for one in found if self.sees_decision(one)]

    def settled(self, decision: str) -> Result | None:
        """Return a decision as it stood last, where it no longer stands."""
        before = DecisionResult.rows.of(self.viewer.community).filter(until__isnull=False, decision=decision)
        content = before.order_by("-until").values_list("content", flat=True).first()
        if content is None:
            return None
        one: Result = json.loads(content)
        return self._shown(one) if self.sees_decision(one) else None

    def measures(self, **filters: Any) -> list[Result]:
        """Return measures' rows as `measures.jsonl` writes them, by id and subject; `hidden` where money is cut."""
        standing = MeasureResult.rows.of(self.viewer.community).filter(until=None, **filters)
        found = (json.loads(one) for one in standing.order_by("measure", "subject").values_list("content", flat=True))
        return [self._number(one) for one in found if self.sees(one["id"], one["subject"])]

    def sees(self, id: str, subject: str) -> bool:
        """Whether the viewer may see a result."""
        return self._owning.sees(id, subject)

    def sees_decision(self, decision: Mapping[str, Any]) -> bool:
        """Whether the viewer may see a decision, by all that it says."""
        return self._owning.sees(decision["id"], decision["subject"], data_of_decision(decision))

    def is_own(self, subject: str) -> bool:
        """Whether a result is about the viewer."""
        return self._owning.is_about(subject)

    def _shown(self, decision: Result) -> Result:
        if self.viewer.amounts or self.is_own(decision["subject"]):
            return decision
        return without_amounts(decision)

    def _number(self, row: Result) -> Result:
        if self.viewer.amounts or self.is_own(row["subject"]) or not is_money(row["unit"]):
            return row
        return {**row, "value": None, "low": None, "high": None, "hidden": True}


def _ranked(standing: "QuerySet[DecisionResult]") -> Iterator[str]:
    """Yield the contents of results, those with a rank first."""
    rows = standing.values_list("rank", "decision", "content")
    yield from (content for _, _, content in sorted(rows, key=lambda row: (row[0] is None, row[0] or 0, row[1])))


def without_amounts(decision: Result) -> Result:
    """Return a decision with every amount of money hidden: in its number, its sentences and what it proposes."""
    shown = {**decision, "message": hidden_in(decision["message"])}
    if is_money(decision["unit"]):
        shown |= {"value": None, "low": None, "high": None}
    if decision["cure"] is not None:
        cure = decision["cure"]
        hidden = {"value": None} if is_money(cure["unit"]) else {}
        shown["cure"] = {**cure, **hidden, "message": hidden_in(cure["message"])}
    if decision["proposes"] is not None:
        shown["proposes"] = {name: cell for name, cell in decision["proposes"].items() if not AMOUNTS.search(name)}
    if decision["closes_when"] is not None and MONEY.search(str(decision["closes_when"])):
        shown["closes_when"] = None
    return shown


def hidden_in(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message whose parameters hold no amount."""
    params = message["params"]
    beside = "currency" in params  # then a bare number with decimals may be an amount
    return {**message, "params": {name: _hidden(text, beside) for name, text in params.items()}}


def _hidden(text: str, beside_currency: bool) -> str:
    if beside_currency and NUMBER.fullmatch(text):
        return HIDDEN
    return MONEY.sub(HIDDEN, text)
