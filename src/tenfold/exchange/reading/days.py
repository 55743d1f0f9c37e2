"""The days of a record in the words of the map language: of its columns of dates, else of the sheet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tenfold.exchange.reading.asked import Asked
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.styles import Styles

YEARS = 40  # a last talk or payment longer ago is a slip of the pen

Cell = dict[str, Any]


@dataclass(frozen=True)
class Days:
    """What says the days of one table's records.

    column   slot → the column that fills it, None where the table has none
    """

    styles: Styles
    asked: Asked
    around: Around
    column: Callable[[str], str | None]

    def cell(self, spec: Mapping[str, Any]) -> Cell | None:
        """Return the first date that a record has among some columns, else the day of the sheet; of plans, none."""
        slots = [slot for slot in spec["day"] if self.column(slot)]
        if spec.get("next") and not slots:
            return None
        if spec.get("date"):
            return self._dated(slots[0], spec) if slots else {"value": ""}
        last: Cell | None = None if spec.get("last") or spec.get("next") else self._undated(spec)
        for slot in reversed(slots):
            cell = self._dated(slot, spec)
            last = cell if last is None else {**cell, "else": last}
        return last or self._undated(spec)

    def _dated(self, slot: str, spec: Mapping[str, Any]) -> Cell:
        style = self.styles.dates.get(slot)
        day: Cell = {"order": style.order} if style and style.order != "ymd" else {}
        if style and style.near:
            day["near"] = style.near
        if not spec.get("next") and not spec.get("date"):
            day |= {"latest": "today", "earliest": f"{int(self.around.today[:4]) - YEARS}-01-01"}
        if not spec.get("last") and not spec.get("next"):
            day["unread"] = "empty"
        if "clock" in spec and self.column(spec["clock"]):
            day["clock"] = self.column(spec["clock"])
        before = {"before": "true"} if spec.get("before") and slot != "received_on" else {}
        return {"column": self.column(slot), "day": day, **before}

    def _undated(self, spec: Mapping[str, Any]) -> Cell:
        if spec.get("else") == "event" and self.asked.values.get("event_on"):
            return {"value": self.asked.values["event_on"]}
        return {"value": self.asked.values.get("undated") or f"<{self.around.today}"}
