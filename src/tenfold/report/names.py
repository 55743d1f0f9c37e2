"""What parties are called, in their own script and in the other one where it is known; and what names a thing.

Names and the words of promises are personal. They are for readers, who may see names: the report and the terminal; the
files that programs read keep keys. Who writes words down may give them in both scripts, `交付样件 · deliver samples`:
each reader is then shown one of the two.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.engine.board import Board
from tenfold.engine.window import Window
from tenfold.facts.declaration import TABLES
from tenfold.report.words import say
from tenfold.terms.days import days_later
from tenfold.terms.listed import BETWEEN

HAN = r"[\u3400-\u9fff]"
# Han before the last dot, and after it words of Latin letters and no Han. One word may be a place or a name, which no
# reader should miss: such a text is one.
OTHER = r"(?=\S*[A-Za-z]{2}\S* .*[A-Za-z]{2})[^·\u3400-\u9fff]+"
BOTH = re.compile(rf"(?P<zh>.*{HAN}.*){BETWEEN}(?P<other>{OTHER})", re.DOTALL)
WORDS = frozenset({
    "accept_test", "cause", "clause", "consequence", "happening", "kept_at", "reason", "source", "subject", "title",
    "what",
})  # fmt: skip
WORDED = {
    name: tuple(one.name for one in table.columns.values() if one.kind == "text" and one.name in WORDS)
    for name, table in TABLES.items()
    if not table.big
}  # the columns that hold what people write


def in_both(text: str) -> tuple[str, str] | None:
    """Return the two parts of a text that is written in both scripts, for readers of Chinese first; None of another."""
    found = BOTH.fullmatch(text)
    return None if found is None else (found["zh"], found["other"])


def names(board: Board) -> Mapping[str, tuple[str, str]]:
    """Return party → its name for readers of Chinese, and for everybody else; as known at the board's own end.

    Texts written in both scripts are in it too: text → its two parts.
    """
    window = board.window(board.main[1])
    rows = window.now("parties", ("name", "name_other"))
    own = rows.select("party", "name", pl.coalesce("name_other", "name").alias("other"))
    called = {party: (name, other) for party, name, other in own.iter_rows()}
    return dict(_in_both(window)) | _pools(window) | called


def _pools(window: Window) -> dict[str, tuple[str, str]]:
    """Return pool → its period in words, for readers of Chinese and for others; with its key where two share one."""
    rows = list(window.now("pools", ("pool", "period_start", "period_end")).iter_rows(named=True))
    periods = Counter((row["period_start"], row["period_end"]) for row in rows)
    found = {}
    for row in rows:
        alone = periods[row["period_start"], row["period_end"]] == 1
        more = "" if alone else f" ({row['pool']})"
        found[row["pool"]] = pool_name("zh-Hans", row) + more, pool_name("en", row) + more
    return found


def pool_name(language: str, row: Mapping[str, Any]) -> str:
    """Return what people call a pool: its period, by its half, quarter or year where it is one."""
    start, end = row["period_start"], row["period_end"]
    until = days_later(end, 1)
    months = (until.year - start.year) * 12 + until.month - start.month
    params = {"year": start.year, "part": (start.month - 1) // 3 + 1, "start": start, "end": end}
    match months, start.month, start.day == until.day == 1:
        case 12, 1, True:
            return say(language, "pool.period.12", params)
        case 6, 1, True:
            return say(language, "pool.period.6.1", params)
        case 6, 7, True:
            return say(language, "pool.period.6.2", params)
        case 3, 1 | 4 | 7 | 10, True:
            return say(language, "pool.period.3", params)
        case _:
            return say(language, "pool.period", params)


def _in_both(window: Window) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each text that is written in both scripts, with its two parts."""
    for table, columns in WORDED.items():
        if not columns:
            continue
        rows = window.rows(table, columns)
        for column in columns:
            texts = rows[column].unique()
            for text in texts.filter(texts.str.contains(BETWEEN, literal=True)).to_list():
                if both := in_both(text):
                    yield text, both


def things(board: Board) -> Mapping[str, tuple[str, ...]]:
    """Return deal, promise, round, proposal and grant of units → the keys and words that tell it from others."""
    window = board.window(board.main[1])
    rounds = window.now("rounds", ("stage",)).select("round", "stage", alone=pl.len().over("stage") == 1)
    found = {round: (stage,) if alone else (stage, round) for round, stage, alone in rounds.iter_rows()}
    deals = window.now("opportunities", ("party", "round")).select("opportunity", "party", "round")
    found |= {deal: (party, *found.get(round, (round,))) for deal, party, round in deals.iter_rows()}
    promises = window.rows("commitments", ("commitment", "party", "what"))
    told = promises.select("commitment", "party", pl.coalesce("what", "commitment"))  # words may have been erased
    asked = window.now("proposals", ("subject",)).select("proposal", "subject")
    found |= {proposal: (subject,) for proposal, subject in asked.iter_rows()}
    granted = window.rows("vesting_grants", ("party", "start")).select("fact", "party", "start")
    found |= {grant: (party, start.isoformat()) for grant, party, start in granted.iter_rows()}
    return found | {promise: (party, what) for promise, party, what in told.iter_rows()}
