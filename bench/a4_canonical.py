"""A4: facts as canonical JSON (RFC 8785), by columns as import, export and digest write them."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import orjson
import polars as pl
import rfc8785

from bench.data import interactions
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.facts.canonical import canonical_lines
from tenfold.facts.declaration import TABLES
from tenfold.terms.canonical import canonical

TABLE = TABLES["interactions"]
EACH = 100  # facts of a member
FILE = "facts.parquet"


def prepare(folder: Path, size: int) -> None:
    """Write so many interactions."""
    folder.mkdir(parents=True, exist_ok=True)
    interactions(size, max(1, size // EACH)).write_parquet(folder / FILE)


def by_columns(rows: pl.DataFrame) -> list[bytes]:
    """Return each fact's canonical JSON."""
    return [line.encode() for line in canonical_lines(TABLE, rows)]


def alone(folder: Path) -> list[bytes]:
    """Read the facts and write each."""
    return by_columns(pl.read_parquet(folder / FILE))


def each(facts: Sequence[Mapping[str, Any]], encode: Callable[[Any], bytes]) -> list[bytes]:
    """Return each fact as a library writes it."""
    return [encode(fact) for fact in facts]


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders; the product and the limit take the same cells, as columns and as objects."""
    rows = pl.read_parquet(folder / FILE)
    facts = [dict(reversed(json.loads(line).items())) for line in canonical_lines(TABLE, rows)]
    plain = msgspec.json.Encoder()
    contenders = [
        Contender(PRODUCT, lambda: by_columns(rows)),
        Contender(f"{LIMIT}: msgspec, keys as they come", lambda: each(facts, plain.encode)),
        Contender("tenfold, one row at a time", lambda: each(facts, canonical)),
        Contender(
            "orjson, keys sorted", lambda: each(facts, lambda one: orjson.dumps(one, option=orjson.OPT_SORT_KEYS))
        ),
        Contender("rfc8785", lambda: each(facts, rfc8785.dumps)),
    ]

    def check(answers: Mapping[str, object]) -> None:
        """Every contender but the limit, whose keys are not sorted, wrote the same bytes."""
        written = [lines for who, lines in answers.items() if not who.startswith(LIMIT)]
        assert all(lines == written[-1] for lines in written)

    return Trial(contenders, check, "interactions, from typed columns in memory to bytes")


SUBJECT = Subject(
    "A4",
    "facts",
    {"smallest": (200,), "quick": (1_000, 10_000, 100_000), "full": (1_000, 10_000, 100_000)},
    prepare,
    trial,
    "bench.a4_canonical:alone",
)
