"""Who had substantive contact with whom in the last year, as the newest cycle counted it."""

import polars as pl

from tenfold.engine.cycle import Cycle


def ties(cycle: Cycle) -> list[tuple[str, str, int]]:
    """Return (a, b, contacts) of each tie at the cycle's own end, by its two parties, a < b."""
    found = cycle.board.results["interaction.ties"].filter(pl.col("end") == cycle.board.ends.main)
    return list(found.select("a", "b", "n").sort("a", "b").iter_rows())
