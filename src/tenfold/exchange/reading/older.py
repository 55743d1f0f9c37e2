"""An older file put back, as a question: whether what it says, which was so before, is so again."""

import polars as pl

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.model import Question, options, told
from tenfold.exchange.reading.preview import SHOWN_TABLES, Teller
from tenfold.exchange.reading.saying import said
from tenfold.facts.maps.match import OLDER
from tenfold.facts.maps.result import Import
from tenfold.report.phrases import Phrases
from tenfold.report.words import say

QUESTION, KEEP, AGAIN = "older", "keep", "again"


def asked_about(found: Import, around: Around) -> Question | None:
    """Return the question about the older states that a file says; None where it says none.

    Proposed is to keep what is recorded: a list of last month is no news.
    """
    assert found.run is not None
    held = [
        (outcome.made.table.name, *row)
        for outcome in found.run.outcomes
        for row in outcome.matched.told.filter(pl.col("$state") == OLDER).select("$row", "fact", "$was").iter_rows()
    ]
    if not held:
        return None
    return Question(
        QUESTION,
        told("reading.ask.older", rows=len(held), example=_example(found, around, *held[0])),
        options((KEEP, AGAIN), "reading.older"),
        KEEP,
        told("reading.older.why"),
    )


def _example(found: Import, around: Around, table: str, row: int, fact: str, current: str) -> str:
    """Say what would change if an older state were so again; of what has no words for that, only its row."""
    if table in SHOWN_TABLES:
        reason = Teller(found, around).say(table, OLDER, fact, current)
        if reason.params["was"]:
            return said(Phrases(around.charter, around.language, {}, {}), reason)
    return say(around.language, "reading.older.row", {"row": row})
