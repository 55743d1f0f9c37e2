"""S5: a million lines of `measures.jsonl`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import BaseModel

from bench.data import AS_OF, CHARTER, SEED, named
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.charter.load import load_charters
from tenfold.engine.board import Board
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import Cycle
from tenfold.engine.files import write_measures
from tenfold.engine.registry import Registry, registry
from tenfold.facts.store import FactStore

MEASURE = "rel.intensity"


class Row(BaseModel):
    """A line as an object."""

    because: list[str]
    end: str
    high: str | None
    id: str
    low: str | None
    n: int
    status: str
    subject: str
    unit: str
    value: str | None
    version: int


def prepare(folder: Path, size: int) -> None:
    """Write the charter and the results of one measure: a value of six digits, four in five with a fact."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "charter.yaml").write_bytes(CHARTER.read_bytes())
    rng = np.random.default_rng(SEED)
    value = pl.Series(np.round(rng.random(size), 6)).set(pl.Series(rng.random(size) < 0.1), None)
    fact = named("i-", rng.integers(0, 10_000_000, size)).to_frame("fact")
    pl.DataFrame(
        {
            "subject": named("m-", np.arange(size)),
            "end": pl.repeat(0, size, dtype=pl.Int32, eager=True),
            "value": value,
            "low": pl.repeat(None, size, dtype=pl.Float64, eager=True),
            "high": pl.repeat(None, size, dtype=pl.Float64, eager=True),
            "unit": pl.repeat("ratio", size, eager=True),
            "n": pl.Series(rng.integers(0, 200, size)),
            "because": fact.select(
                pl.when(pl.Series(rng.random(size) < 0.8)).then(pl.concat_list("fact")).otherwise([])
            ).to_series(),
        }
    ).write_parquet(folder / "results.parquet")


def cycle(folder: Path) -> Cycle:
    """Return a cycle whose only results are those of the one measure."""
    community = Community(load_charters(folder), FactStore.of({}))
    moment = Moment(AS_OF, AS_OF)
    board = community.board(moment)
    one = Registry({MEASURE: registry().specs[MEASURE]})
    found = pl.read_parquet(folder / "results.parquet").with_columns(end=pl.lit(board.ends.main, dtype=pl.Int32))
    return Cycle(community, moment, Board(board.prepared, board.rulebook, board.ends, one, {MEASURE: found}), ())


def written(made: Cycle, folder: Path) -> bytes:
    """Write the lines as the product does, and return them."""
    write_measures(made, folder / "measures.jsonl")
    return (folder / "measures.jsonl").read_bytes()


def alone(folder: Path) -> None:
    """Write the lines and nothing more."""
    write_measures(cycle(folder), folder / "measures.jsonl")


def objects(made: Cycle) -> list[Row]:
    """Return the lines as objects."""
    rows = made.board.results[MEASURE]
    end = made.moment.as_of.isoformat().replace("+00:00", "Z")
    return [
        Row(
            because=because,
            end=end,
            high=None,
            id=MEASURE,
            low=None,
            n=n,
            status="insufficient" if value is None else "ok",
            subject=subject,
            unit=unit,
            value=None if value is None else f"{value:.6f}",
            version=1,
        )
        for subject, value, unit, n, because in rows.select("subject", "value", "unit", "n", "because").iter_rows()
    ]


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders; each writes the same file and syncs none."""
    made = cycle(folder)
    rows = objects(made)
    plain = [row.model_dump() for row in rows]

    @cache
    def wanted() -> bytes:
        return written(made, folder)

    def same_bytes() -> bytes:
        (folder / "limit.jsonl").write_bytes(wanted())
        return wanted()

    def dumped() -> bytes:
        with (folder / "dumps.jsonl").open("w", encoding="utf-8") as file:
            for row in plain:
                file.write(json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n")
        return (folder / "dumps.jsonl").read_bytes()

    def from_objects() -> bytes:
        with (folder / "objects.jsonl").open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(row.model_dump_json() + "\n")
        return (folder / "objects.jsonl").read_bytes()

    def from_columns() -> bytes:
        return written(made, folder)

    def check(answers: Mapping[str, object]) -> None:
        """Every contender's file has the same bytes."""
        assert len(set(answers.values())) == 1, [(who, len(str(answer))) for who, answer in answers.items()]

    wanted()
    contenders = [
        Contender(PRODUCT, from_columns),
        Contender(f"{LIMIT}: write the same bytes", same_bytes),
        Contender("json.dumps a line", dumped),
        Contender("pydantic objects", from_objects),
    ]
    return Trial(contenders, check, "11 keys a line, files not synced; each reads its file back, the limit does not")


SUBJECT = Subject(
    "S5",
    "lines",
    {"smallest": (300,), "quick": (10_000, 100_000, 1_000_000), "full": (10_000, 100_000, 1_000_000)},
    prepare,
    trial,
    "bench.s5_lines:alone",
)
