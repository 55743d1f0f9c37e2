"""What parties are called, in their own script and in the other one where it is known; and what names a thing.

Names and the words of promises are personal. They are for readers, who may see names: the report and the terminal; the
files that programs read keep keys.
"""

from collections.abc import Mapping

import polars as pl

from tenfold.engine.board import Board


def names(board: Board) -> Mapping[str, tuple[str, str]]:
    """Return party → its name for readers of Chinese, and for everybody else; as known at the board's own end."""
    rows = board.window(board.main[1]).now("parties", ("name", "name_other"))
    own = rows.select("party", "name", pl.coalesce("name_other", "name").alias("other"))
    return {party: (name, other) for party, name, other in own.iter_rows()}


def things(board: Board) -> Mapping[str, tuple[str, ...]]:
    """Return deal, promise and round → the keys and words that tell it from others of its kind, for people."""
    window = board.window(board.main[1])
    rounds = window.now("rounds", ("stage",)).select("round", "stage", alone=pl.len().over("stage") == 1)
    found = {round: (stage,) if alone else (stage, round) for round, stage, alone in rounds.iter_rows()}
    deals = window.now("opportunities", ("party", "round")).select("opportunity", "party", "round")
    found |= {deal: (party, *found.get(round, (round,))) for deal, party, round in deals.iter_rows()}
    promises = window.rows("commitments", ("commitment", "party", "what"))
    told = promises.select("commitment", "party", pl.coalesce("what", "commitment"))  # words may have been erased
    return found | {promise: (party, what) for promise, party, what in told.iter_rows()}
