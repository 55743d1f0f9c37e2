"""S8: the state of an indicator on a measure that has a value per member, over all remembered observations."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from bench.data import AS_OF, CHARTER, SEED, named
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.charter.load import load_charters
from tenfold.engine.board import Board
from tenfold.engine.instants import OBSERVATIONS, ends_of
from tenfold.engine.registry import registry
from tenfold.facts.store import FactStore
from tenfold.methods.indicators import states

MEASURE, COMMUNITY = "rel.response_km", "community"
AMBER, RED, BAND = Decimal(30), Decimal(40), Decimal(3)
RULE = (
    f"indicators: [{{id: slow, metric: {MEASURE}, amber: {AMBER}, red: {RED}, band: {BAND}, enter_after: 2, "
    "leave_after: 3, owner: operator}]"
)


def prepare(folder: Path, size: int) -> None:
    """Write a charter with one indicator, and a value for each member and the community at every observation."""
    folder.mkdir(parents=True, exist_ok=True)
    charter = CHARTER.read_text(encoding="utf-8").replace("indicators: []", RULE)
    (folder / "charter.yaml").write_text(charter, encoding="utf-8")
    rng = np.random.default_rng(SEED)
    subjects = pl.concat([pl.Series([COMMUNITY]), named("m-", np.arange(size))]).to_frame("subject")
    ends = pl.DataFrame({"end": pl.Series(range(OBSERVATIONS), dtype=pl.Int32)})
    rows = ends.join(subjects, how="cross")
    rows.with_columns(value=pl.Series(np.round(rng.uniform(20, 45, rows.height), 2))).write_parquet(
        folder / "results.parquet"
    )


def board(folder: Path) -> Board:
    """Return a board whose only results are those of the one measure."""
    rulebook = load_charters(folder)
    grid = [AS_OF - timedelta(days=7 * week) for week in range(OBSERVATIONS, 0, -1)]
    ends = ends_of(AS_OF, AS_OF, grid, "UTC")
    found = pl.read_parquet(folder / "results.parquet")
    made = Board(FactStore.of({}).tables, rulebook, ends, registry())
    made.give(MEASURE, found)
    return made


def state(made: Board) -> str:
    """Return the indicator's state at the cycle's own end."""
    rules, ends = made.main
    rows = registry().specs["view.indicator"].compute(made.window(ends), rules, ends)
    return str(rows["state"][0])


def alone(folder: Path) -> None:
    """Find the state and nothing more."""
    state(board(folder))


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders, over the same results in memory."""
    made = board(folder)
    found = made.results[MEASURE]

    def by_loop() -> str:
        own = [Decimal(str(value)) for _, subject, value in found.iter_rows() if subject == COMMUNITY]
        return states(own, AMBER, RED, band=BAND, enter_after=2, leave_after=3)[-1]

    def scanned() -> int:
        return found.filter(pl.col("subject") == COMMUNITY).height

    def check(answers: Mapping[str, object]) -> None:
        """Both find the same state; the limit sees every observation."""
        said = {answer for who, answer in answers.items() if not who.startswith(LIMIT)}
        assert len(said) == 1, answers
        assert OBSERVATIONS in answers.values()

    contenders = [
        Contender(PRODUCT, lambda: state(made)),
        Contender(f"{LIMIT}: one scan of the values", scanned),
        Contender("a loop over the rows", by_loop),
    ]
    return Trial(contenders, check, f"{OBSERVATIONS} observations, one indicator")


SUBJECT = Subject(
    "S8",
    "members",
    {"smallest": (20,), "quick": (250, 1_000, 10_000), "full": (250, 1_000, 10_000, 100_000)},
    prepare,
    trial,
    "bench.s8_indicator:alone",
)
