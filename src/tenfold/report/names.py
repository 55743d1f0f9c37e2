"""What parties are called, in their own script and in the other one where it is known; and what names a thing.

Names and the words of promises are personal. They are for readers, who may see names: the report and the terminal; the
files that programs read keep keys. Who writes words down may give them in both scripts, `交付样件 · deliver samples`:
each reader is then shown one of the two.
"""

import re
from collections.abc import Iterator, Mapping

import polars as pl

from tenfold.engine.board import Board
from tenfold.engine.window import Window
from tenfold.facts.declaration import TABLES

BETWEEN = " · "
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


def names(board: Board) -> Mapping[str, tuple[str, str]]:
    """Return party → its name for readers of Chinese, and for everybody else; as known at the board's own end.

    Texts written in both scripts are in it too: text → its two parts.
    """
    window = board.window(board.main[1])
    rows = window.now("parties", ("name", "name_other"))
    own = rows.select("party", "name", pl.coalesce("name_other", "name").alias("other"))
    return dict(_in_both(window)) | {party: (name, other) for party, name, other in own.iter_rows()}


def _in_both(window: Window) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each text that is written in both scripts, with its two parts."""
    for table, columns in WORDED.items():
        if not columns:
            continue
        rows = window.rows(table, columns)
        for column in columns:
            texts = rows[column].unique()
            for text in texts.filter(texts.str.contains(BETWEEN, literal=True)).to_list():
                if found := BOTH.fullmatch(text):
                    yield text, (found["zh"], found["other"])


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
