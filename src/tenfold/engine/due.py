"""When something falls due: instants at which the same facts and rules may say something else than before.

A local day begins (most of what is computed reads no more of its end than the day), another version of the charter
comes into force, or an instant that a fact names is reached: a vote closes, an incident ends, an event begins.
"""

from datetime import datetime

import polars as pl

from tenfold.charter.document import Rulebook
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.terms.days import days_later, first_instant, local_day

KNOWN = "recorded_at"  # when a community learns something is no instant that it waits for


class Due:
    """The instants that facts name, remembered table by table as long as a table is the same."""

    def __init__(self) -> None:
        self._named: dict[str, tuple[pl.DataFrame, pl.Series]] = {}

    def after(self, as_of: datetime, facts: FactStore, rulebook: Rulebook) -> datetime:
        """Return the first of those instants after one."""
        zone = rulebook.judging(as_of).charter.timezone
        tomorrow = first_instant(days_later(local_day(as_of, zone), 1), zone)
        begun = [begins for begins, _ in rulebook.versions if begins > as_of]
        named = [at for name, rows in facts.tables.items() for at in self._next(name, rows, as_of)]
        return min([tomorrow, *begun, *named])

    def _next(self, table: str, rows: pl.DataFrame, as_of: datetime) -> list[datetime]:
        """Return the first instant after one that rows of a table name, if they name any."""
        if rows.is_empty():
            return []
        before = self._named.get(table)
        if before is None or before[0] is not rows:
            self._named[table] = before = (rows, named_instants(table, rows))
        later = before[1].filter(before[1] > as_of)
        return [later[0]] if later.len() else []


def named_instants(table: str, rows: pl.DataFrame) -> pl.Series:
    """Return every instant that rows of a table name, in order."""
    names = [one.stored for one in TABLES[table].columns.values() if one.kind == "instant" and one.stored != KNOWN]
    return pl.concat([rows[name] for name in names]).drop_nulls().unique().sort()
