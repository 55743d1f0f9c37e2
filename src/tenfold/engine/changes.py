"""What another charter changes for each party of one pool: the same facts judged twice, so behaviour is held fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tenfold.engine.board import Board

SHARES = "pool.shares"


@dataclass(frozen=True, slots=True)
class Change:
    """What one party is paid under either charter, in minor units."""

    party: str
    before: int
    after: int
    currency: str

    @property
    def moved(self) -> int:
        """What it gains, negative what it loses."""
        return self.after - self.before


def changes(before: Board, after: Board, pool: str) -> Sequence[Change]:
    """Return the parties that a pool pays under either charter, who loses most first; gains and losses add to zero
    as long as both charters pay the pool out whole.
    """
    both = _paid(before, pool).join(_paid(after, pool), on="party", how="full", coalesce=True, suffix="_after")
    rows = both.select(
        "party",
        pl.col("paid", "paid_after").fill_null(0),
        pl.coalesce("currency", "currency_after"),
    ).sort("party")
    found = [Change(*row) for row in rows.iter_rows() if row[1] or row[2]]
    return sorted(found, key=lambda one: (one.moved, one.party))


def _paid(board: Board, pool: str) -> pl.DataFrame:
    """Return party, what it is paid and in what; the tiers of a waterfall are no parties."""
    rows = board.need([SHARES]).results[SHARES].filter(pl.col("end") == board.ends.main, pl.col("pool") == pool)
    return rows.filter(pl.col("party").is_not_null()).select("party", "paid", "currency")
