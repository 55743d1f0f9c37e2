"""What another charter changes for each party of one pool: the same facts judged twice, so behaviour is held fixed."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tenfold.engine.board import Board

SHARES = "pool.shares"


@dataclass(frozen=True, slots=True)
class Change:
    """What one party is paid, and what another charter gives it, in minor units."""

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

    Before stands what was approved, where that is done: nothing that is tried moves it. After stands what the other
    charter gives; whom it moves nothing keeps what was approved, also where that is not what the rules give.
    """
    both = _paid(before, pool).join(_paid(after, pool), on="party", how="full", coalesce=True, suffix="_after")
    amounts = ("paid", "computed", "computed_after")
    rows = both.with_columns(pl.col(amounts).fill_null(0)).select(
        "party",
        "paid",
        pl.when(pl.col("computed") == pl.col("computed_after")).then("paid").otherwise("computed_after").alias("after"),
        pl.coalesce("currency", "currency_after"),
    )
    found = [Change(*row) for row in rows.sort("party").iter_rows() if row[1] or row[2]]
    return sorted(found, key=lambda one: (one.moved, one.party))


def _paid(board: Board, pool: str) -> pl.DataFrame:
    """Return party, what it is paid, what the rules give it, and in what; the tiers of a waterfall are no parties.

    Where nobody can know what the rules give, that is what it is paid.
    """
    rows = board.need([SHARES]).results[SHARES].filter(pl.col("end") == board.ends.main, pl.col("pool") == pool)
    parties = rows.filter(pl.col("party").is_not_null())
    return parties.select("party", "paid", pl.coalesce("computed", "paid").alias("computed"), "currency")
