"""S5: a million lines of `measures.jsonl`."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

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
from tenfold.engine.written import instant_text
from tenfold.facts.store import FactStore

MEASURE = "rel.intensity"
Stored = tuple[Path, str]  # a file and its SHA-256
dumps = partial(json.dumps, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


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
    made = Board(board.prepared, board.rulebook, board.ends, one)
    made.give(MEASURE, found)
    return Cycle(community, moment, made, ())


def alone(folder: Path) -> None:
    """Write the lines and nothing more."""
    write_measures(cycle(folder), folder / "measures.jsonl")


def rows(made: Cycle) -> Iterator[dict[str, Any]]:
    """Yield the lines as objects, made of the columns one by one."""
    end = made.moment.as_of.isoformat().replace("+00:00", "Z")
    columns = made.board.results[MEASURE].select("subject", "value", "unit", "n", "because")
    for subject, value, unit, n, because in columns.iter_rows():
        yield {
            "because": because,
            "end": end,
            "high": None,
            "id": MEASURE,
            "low": None,
            "n": n,
            "status": "insufficient" if value is None else "ok",
            "subject": subject,
            "unit": unit,
            "value": None if value is None else f"{value:.6f}",
            "version": 1,
        }


def columns(found: pl.DataFrame, end: str) -> pl.DataFrame:
    """Return what the lines say as columns, by name: texts, whole numbers and lists of texts."""
    value = pl.col("value").cast(pl.Decimal(38, 6)).cast(pl.String)
    missing = pl.lit(None, dtype=pl.String)
    status = pl.when(pl.col("value").is_null()).then(pl.lit("insufficient")).otherwise(pl.lit("ok"))
    constant = {"end": pl.lit(end), "id": pl.lit(MEASURE), "low": missing, "high": missing, "version": pl.lit(1)}
    told = found.select("subject", "unit", "n", "because", value=value, status=status, **constant)
    return told.select(sorted(told.columns))


def stored(path: Path, lines: Iterable[bytes]) -> Stored:
    """Write lines and hash them as they go."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            digest.update(line)
    return path, digest.hexdigest()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders: from the same columns in memory to a file, not synced, and its SHA-256.

    The two limits have the bytes ready; the first writes them and no more, the second hashes them too, as `cycle.json`
    asks of every other contender. The files are read back when the answers are checked, outside the clock.
    """
    made = cycle(folder)
    write_measures(made, folder / "ready.jsonl")
    ready = (folder / "ready.jsonl").read_bytes()
    asked = hashlib.sha256(ready).hexdigest()
    end = instant_text(made.moment.as_of)

    def from_columns() -> Stored:
        return folder / "measures.jsonl", write_measures(made, folder / "measures.jsonl")[0]

    def same_bytes() -> Stored:
        (folder / "limit.jsonl").write_bytes(ready)
        return folder / "limit.jsonl", asked

    def same_bytes_hashed() -> Stored:
        return stored(folder / "hashed.jsonl", [ready])

    def by_polars() -> Stored:
        path = folder / "polars.jsonl"
        columns(made.board.results[MEASURE], end).write_ndjson(path)
        with path.open("rb") as file:
            return path, hashlib.file_digest(file, "sha256").hexdigest()

    def dumped() -> Stored:
        return stored(folder / "dumps.jsonl", (f"{dumps(row)}\n".encode() for row in rows(made)))

    def from_objects() -> Stored:
        lines = (f"{Row(**row).model_dump_json()}\n".encode() for row in rows(made))
        return stored(folder / "objects.jsonl", lines)

    def check(answers: Mapping[str, object]) -> None:
        """Every contender's file has the bytes that `json.dumps` gives, and the SHA-256 it says."""
        digests = set()
        for path, digest in cast(Mapping[str, Stored], answers).values():
            with path.open("rb") as file:
                assert hashlib.file_digest(file, "sha256").hexdigest() == digest, path
            digests.add(digest)
        assert len(digests) == 1, answers

    contenders = [
        Contender(PRODUCT, from_columns),
        Contender(f"{LIMIT}: write the same bytes", same_bytes),
        Contender(f"{LIMIT}: write and hash the same bytes", same_bytes_hashed),
        Contender("by hand: Polars write_ndjson and SHA-256", by_polars),
        Contender("json.dumps a line", dumped),
        Contender("pydantic objects", from_objects),
    ]
    return Trial(contenders, check, "11 keys a line, from columns in memory to a file that is not synced")


SUBJECT = Subject(
    "S5",
    "lines",
    {"smallest": (300,), "quick": (10_000, 100_000, 1_000_000), "full": (10_000, 100_000, 1_000_000)},
    prepare,
    trial,
    "bench.s5_lines:alone",
)
