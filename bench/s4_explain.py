"""S4: one number explained out of all facts."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from bench import cycle
from bench.data import AS_OF
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.engine.community import Community, Moment
from tenfold.engine.explain import Explainer
from tenfold.engine.registry import registry

MEASURE = "rel.intensity"
SUBJECT_KEY = "m-0000007"  # one of those with many facts
COLUMNS = ("fact", "member", "corrects")


def prepare(folder: Path, size: int) -> None:
    """Write a community of so many interactions in member order, and the same in the order of time."""
    cycle.prepare(folder, max(10, size // cycle.EACH))
    rows = pl.read_parquet(folder / "facts" / "interactions.parquet")
    rows.sort("occurred_at", "fact").write_parquet(folder / "in_time.parquet", row_group_size=100_000)


def board_of(folder: Path) -> Explainer:
    """Return what explains the numbers of one measure over the folder."""
    board = Community.load(folder).board(Moment(AS_OF, AS_OF)).compute(only=[MEASURE])
    return Explainer(board)


def explained(explainer: Explainer) -> int:
    """Explain the member's number; return how many facts are behind it."""
    fresh = Explainer(explainer.board)  # no selection is remembered
    found = fresh.measure(registry().specs[MEASURE], SUBJECT_KEY, fresh.board.ends.main)
    return int(found["facts"]["count"])


def alone(folder: Path) -> int:
    """Load, compute and explain."""
    return explained(board_of(folder))


def filtered(path: Path) -> int:
    """Filter a file for the member's interactions; return how many count, and the fact of membership."""
    rows = pl.scan_parquet(path).filter(pl.col("member") == SUBJECT_KEY).collect()
    return rows.height - rows["corrects"].count() + 1


def in_sqlite(folder: Path) -> sqlite3.Connection:
    """Put the interactions into SQLite with an index by member."""
    connection = sqlite3.connect(folder / "facts.sqlite")
    connection.execute("CREATE TABLE interactions (fact TEXT, member TEXT, corrects TEXT)")
    rows = pl.read_parquet(folder / "facts" / "interactions.parquet", columns=list(COLUMNS))
    connection.executemany("INSERT INTO interactions VALUES (?, ?, ?)", rows.select(COLUMNS).iter_rows())
    connection.execute("CREATE INDEX by_member ON interactions (member)")
    connection.commit()
    return connection


def looked_up(connection: sqlite3.Connection) -> int:
    """Look the member's rows up by the index."""
    rows = connection.execute("SELECT * FROM interactions WHERE member = ?", (SUBJECT_KEY,)).fetchall()
    return len(rows) - sum(row[2] is not None for row in rows) + 1


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""
    explainer, connection = board_of(folder), in_sqlite(folder)

    def check(answers: Mapping[str, object]) -> None:
        """Everyone finds as many facts: a correction takes the place of what it corrects."""
        assert len(set(answers.values())) == 1, dict(answers)

    contenders = [
        Contender(PRODUCT, lambda: explained(explainer)),
        Contender(f"{LIMIT}: SQLite index look-up", lambda: looked_up(connection)),
        Contender("filter the file, in member order", lambda: filtered(folder / "facts" / "interactions.parquet")),
        Contender("filter the file, in time order", lambda: filtered(folder / "in_time.parquet")),
        Contender("tenfold, from the folder", lambda: alone(folder)),
    ]
    return Trial(contenders, check, f"{MEASURE} of one member")


SUBJECT = Subject(
    "S4",
    "facts",
    {"smallest": (1000,), "quick": (10_000, 100_000, 1_000_000), "full": (100_000, 1_000_000, 10_000_000)},
    prepare,
    trial,
    "bench.s4_explain:alone",
)
