"""What parties are called: in their own script, and in the other one where it is known."""

from collections.abc import Mapping

import polars as pl

from tenfold.engine.board import Board


def names(board: Board) -> Mapping[str, tuple[str, str]]:
    """Return party → its name for readers of Chinese, and for everybody else; as known at the board's own end."""
    rows = board.window(board.main[1]).now("parties", ("name", "name_other"))
    own = rows.select("party", "name", pl.coalesce("name_other", "name").alias("other"))
    return {party: (name, other) for party, name, other in own.iter_rows()}
