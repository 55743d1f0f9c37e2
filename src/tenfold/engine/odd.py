"""What is odd about a community's facts beside its rules: nothing that is wrong, but something that counts nowhere."""

import polars as pl

from tenfold.engine.community import Community
from tenfold.terms.errors import Complaint, Place
from tenfold.terms.money import from_minor

ROUNDLESS = "goals.roundless"


def odd(community: Community) -> list[Complaint]:
    """Return a warning for money that came in during a raise for no round that anybody knows, with its sum."""
    board = community.board(community.moment()).compute(only=[ROUNDLESS])
    rows = board.results[ROUNDLESS].filter(pl.col("end") == board.ends.main)
    where = Place(file="cash_movements", column="round")
    return [
        Complaint(
            "facts.roundless", where, {"sum": from_minor(sum_, board.digits_of(code)), "currency": code}, warning=True
        )
        for code, sum_ in rows.select("currency", "received_minor").iter_rows()
    ]
