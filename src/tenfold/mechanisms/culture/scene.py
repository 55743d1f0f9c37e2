"""What the decisions of culture need at the cycle's own end, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

MECHANISM = "culture"


def instant(at: datetime) -> str:
    """Write an instant as decisions do."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True)
class Scene:
    """The facts and rules at one end."""

    facts: Facts
    rules: Rules
    ends: pl.DataFrame

    @property
    def today(self) -> date:
        """The local day of the cycle's end."""
        day: date = self.ends["today"][0]
        return day

    @property
    def version(self) -> int:
        """The charter version in force."""
        return int(self.rules.charter.version)

    @cached_property
    def begun(self) -> str:
        """From when the charter in force holds: the `since` of what no fact began."""
        starts = [start for start, version in self.rules.versions if version is self.rules]
        return instant(starts[0]) if starts else "charter"

    @cached_property
    def members(self) -> set[str]:
        """Every member."""
        return {*self.facts.read("view.member")["party"]}

    def row(self, id: str, subject: str) -> Mapping[str, Any] | None:
        """Return the row of a measure about a subject, if its value is known."""
        found = self.facts.read(id).filter(pl.col("subject") == subject, pl.col("value").is_not_null())
        return found.row(0, named=True) if found.height else None
