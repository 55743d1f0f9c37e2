"""What the decisions of culture need at the cycle's own end, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from tenfold.terms.draft import Grounds


@dataclass(frozen=True)
class CultureGrounds(Grounds):
    """The facts and rules at one end."""

    @cached_property
    def members(self) -> set[str]:
        """Every member."""
        return {*self.facts.read("view.member")["party"]}

    def row(self, id: str, subject: str) -> Mapping[str, Any] | None:
        """Return the row of a measure about a subject, if its value is known."""
        found = self.facts.read(id).filter(pl.col("subject") == subject, pl.col("value").is_not_null())
        return found.row(0, named=True) if found.height else None
