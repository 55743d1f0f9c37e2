"""The ends: the instants at which somebody needs a number, and who needs what at which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from tenfold.charter.document import Rulebook
from tenfold.charter.grid import instants
from tenfold.engine.plan import Plan
from tenfold.terms.days import local_day
from tenfold.terms.measure import Spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Instants = NDArray[np.int64]

OBSERVATIONS = 104  # instants of the grid behind a series (MEASURES.md, rule 7)


@dataclass(frozen=True)
class Ends:
    """All ends of one cycle, oldest first: the grid, then the cycle's own.

    frame   end (Int32), as_of, known_at (Datetime us UTC), today (local date of as_of)
    """

    frame: pl.DataFrame

    @cached_property
    def as_of(self) -> "Instants":
        """The instants of all ends, in microseconds."""
        return self.frame["as_of"].to_physical().to_numpy()

    @cached_property
    def known_at(self) -> "Instants":
        """Until when is known what counts at all ends, in microseconds."""
        return self.frame["known_at"].to_physical().to_numpy()

    @property
    def main(self) -> int:
        """The cycle's own end."""
        return self.frame.height - 1

    @property
    def grid(self) -> pl.DataFrame:
        """The ends on the observation grid."""
        return self.frame.head(self.main)

    def last(self, observations: int) -> set[int]:
        """Return the newest so many instants of the grid."""
        return set(range(max(0, self.main - observations), self.main))

    def take(self, wanted: set[int]) -> pl.DataFrame:
        """Return the rows of the wanted ends."""
        return self.frame.filter(pl.col("end").is_in(sorted(wanted)))


def ends_of(as_of: datetime, known_at: datetime, grid: Sequence[datetime], timezone: str) -> Ends:
    """Return the ends of a cycle: each grid instant knows what was known then, the last row what the caller says.

    Who asks for an older knowledge gets it in the history too: no end knows more than `known_at`.
    """
    instants = [*grid, as_of]
    frame = pl.DataFrame(
        {
            "end": pl.Series(range(len(instants)), dtype=pl.Int32),
            "as_of": pl.Series(instants, dtype=pl.Datetime("us", "UTC")),
            "known_at": pl.Series([*(min(at, known_at) for at in grid), known_at], dtype=pl.Datetime("us", "UTC")),
            "today": pl.Series([local_day(instant, timezone) for instant in instants], dtype=pl.Date),
        }
    )
    return Ends(frame)


def ends_at(rulebook: Rulebook, tables: Mapping[str, pl.DataFrame], as_of: datetime, known_at: datetime) -> Ends:
    """Return the ends of a cycle at a moment: the grid of the charter in force then, from the first known fact on."""
    rules = rulebook.judging(as_of)
    observe, zone = rules.charter.observe, rules.charter.timezone
    known = [at for rows in tables.values() if isinstance(at := rows["recorded_at"].min(), datetime)]
    first = min(known, default=None)
    grid = instants(observe.every, observe.weekday, zone, as_of, OBSERVATIONS)
    return ends_of(as_of, known_at, [at for at in grid if first is not None and at >= first], zone)


def demands(order: Sequence[Spec], plan: Plan, ends: Ends, histories: Sequence[str] = ()) -> dict[str, set[int]]:
    """Return at which ends each spec is needed: all at the cycle's own, histories at the grid."""
    needed: dict[str, set[int]] = {spec.id: {ends.main} for spec in order}
    for metric, observations in plan.counted:
        if metric in needed:
            needed[metric] |= ends.last(observations)
    for id in histories:
        needed[id] |= ends.last(OBSERVATIONS)
    for spec in reversed(order):
        below = needed[spec.id] | (ends.last(OBSERVATIONS) if spec.series else set())
        for id in plan.reads[spec.id]:
            if not plan.registry.specs[id].latest:
                needed[id] |= below
    return needed
