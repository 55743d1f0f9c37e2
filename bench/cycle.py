"""S3: the whole cycle, from a folder to the files that come out, at 100 interactions a member."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bench.data import AS_OF, BEGIN, CHARTER, interactions, members
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from bench.ties import by_loop, in_pandas
from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_cycle
from tenfold.facts.declaration import TABLES
from tenfold.facts.write import write_facts

EACH = 100
LOOP, PANDAS = "strength of ties alone, Python loop", "strength of ties alone, pandas"
ROUNDED = 1e-6  # measures are written with six digits
GROUP_BY = "SELECT member, count(*) AS n, sum(minutes) AS minutes FROM read_parquet(?) GROUP BY member"


def prepare(folder: Path, size: int) -> None:
    """Write a community of `size` members with 100 interactions each, as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "charter.yaml").write_bytes(CHARTER.read_bytes())
    who = members(size)
    header = {"occurred_at": BEGIN, "recorded_at": BEGIN, "recorded_by": "bench"}
    constant = [
        pl.lit(value, dtype=pl.Datetime("us", "UTC") if value is BEGIN else pl.String).alias(name)
        for name, value in header.items()
    ]
    project = pl.DataFrame({"party": ["us"]})
    parties = pl.concat([project, who.select("party")]).select(
        "party", name="party", type=pl.lit("organisation"), fact="party-" + pl.col("party")
    )
    memberships = who.select("party", "class", state=pl.lit("active"), fact="member-" + pl.col("party"))
    tables = {
        "parties": parties.with_columns(constant),
        "memberships": memberships.with_columns(constant),
        "interactions": interactions(size * EACH, size),
    }
    whole = {name: pl.concat([TABLES[name].empty(), rows], how="diagonal") for name, rows in tables.items()}
    write_facts(whole, folder, load_charters(folder).newest.currencies, "parquet")


def whole_cycle(folder: Path) -> dict[str, Any]:
    """Load the folder, compute every measure, decide, and write the three files."""
    return write_cycle(run(Community.load(folder), Moment(AS_OF, AS_OF)), folder / "out")


def group_by(folder: Path) -> pl.DataFrame:
    """Group the interactions by member once."""
    with duckdb.connect() as connection:
        path = str(folder / "facts" / "interactions.parquet")
        return pl.DataFrame(connection.sql(GROUP_BY, params=[path]).to_arrow_table())


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""

    def check(answers: Mapping[str, object]) -> None:
        """Every tie is as strong as by each of the others' reckoning; the limit counts every row."""
        lines = pl.read_ndjson(folder / "out" / "measures.jsonl", infer_schema_length=None)
        rows = lines.filter(pl.col("id") == "rel.strength").select("subject", pl.col("value").cast(pl.Float64))
        assert rows.height == size
        told = dict(rows.drop_nulls().iter_rows())
        for who, answer in answers.items():
            if who in (LOOP, PANDAS):
                assert isinstance(answer, dict)
                assert answer.keys() == told.keys(), who
                assert all(abs(answer[member] - value) < ROUNDED for member, value in told.items()), who
        counted = next(answer for who, answer in answers.items() if who.startswith(LIMIT))
        assert isinstance(counted, pl.DataFrame)
        assert counted["n"].sum() == size * EACH

    contenders = [
        Contender(PRODUCT, lambda: whole_cycle(folder)),
        Contender(f"{LIMIT}: one DuckDB group-by", lambda: group_by(folder)),
        Contender(LOOP, lambda: by_loop(folder)),
    ]
    if importlib.util.find_spec("pandas") is not None:
        contenders.append(Contender(PANDAS, lambda: in_pandas(folder)))
    return Trial(contenders, check, f"{EACH} interactions a member; from Parquet to the three files")


SUBJECT = Subject(
    "S3",
    "members",
    {"smallest": (20,), "quick": (100, 1_000, 10_000), "full": (1_000, 10_000, 100_000)},
    prepare,
    trial,
    "bench.cycle:whole_cycle",
)
