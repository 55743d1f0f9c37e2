"""S3: the whole cycle, from a folder to the files that come out, at 100 interactions a member."""

import importlib.util
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bench.data import AS_OF, BEGIN, CHARTER, interactions, members
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from bench.ties import FULL_DAY, HALF_LIFE, LAST, SHIFT, SUBSTANCE, TODAY, WEIGHT, by_loop, in_pandas, strength
from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_cycle
from tenfold.facts.declaration import TABLES
from tenfold.facts.write import write_facts

EACH = 100
GROUPED, BY_HAND = f"{LIMIT}: one DuckDB group-by", f"{LIMIT}: as-of and five reductions by hand, in DuckDB"
LOOP, PANDAS = "strength of ties alone, Python loop", "strength of ties alone, pandas"
ROUNDED = 1e-5  # six digits are written; weights decay in whole units, of which a contact of years ago has few left
TODAY_NUMBER = (TODAY - date(1970, 1, 1)).days
WEIGHED = " ".join(f"WHEN '{channel}' THEN {weight}" for channel, weight in WEIGHT.items())
SEEN = f"""
CREATE TEMP TABLE seen AS
SELECT *, {TODAY_NUMBER} - ((moment + {SHIFT}) // {FULL_DAY}) AS age
FROM (
    SELECT fact, member, direction, minutes, flags, epoch_us(occurred_at) AS moment,
           list_has_any(flags, {sorted(SUBSTANCE)}) AS substantive, CASE channel {WEIGHED} END AS weight
    FROM read_parquet($1)
    WHERE fact NOT IN (SELECT corrects FROM read_parquet($1) WHERE corrects IS NOT NULL)
)
WHERE weight IS NOT NULL
"""
DECAYED = f"weight * pow(2, -age / {HALF_LIFE}.0)"
LAYER = (
    f"""SELECT member, coalesce(sum({DECAYED}) FILTER (direction = 'out'), 0),
               coalesce(sum({DECAYED}) FILTER (direction = 'in'), 0) FROM seen GROUP BY member""",
    "SELECT member, max(age) FROM seen GROUP BY member",
    f"""SELECT member, count(*) FILTER (substantive), count(*) FROM (
            SELECT member, substantive, row_number() OVER (
                PARTITION BY member ORDER BY moment DESC, substantive DESC) AS place FROM seen)
        WHERE place <= {LAST} GROUP BY member""",
    "SELECT member, arg_max(fact, moment) FROM seen WHERE substantive GROUP BY member",
    "SELECT member, direction, count(*), sum(minutes) FROM seen GROUP BY member, direction",
)
GROUP_BY = "SELECT member, count(*) AS n, sum(minutes) AS minutes FROM read_parquet(?) GROUP BY member"


def prepare(folder: Path, size: int, each: int = EACH) -> None:
    """Write a community of `size` members with so many interactions each, as Parquet."""
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
        "interactions": interactions(size * each, size),
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


def layer(folder: Path) -> dict[str, float]:
    """Reduce the interactions as one would by hand: one table of what counts, five queries of it; member → strength."""
    with duckdb.connect() as connection:
        connection.execute(SEEN, [str(folder / "facts" / "interactions.parquet")])
        sums, first, last, *_ = [connection.sql(query).fetchall() for query in LAYER]
    newest = {member: (substantive, of) for member, substantive, of in last}
    days = dict(first)
    return {member: strength(out, into, *newest[member], days[member]) for member, out, into in sums}


def same_strengths(folder: Path, who: str, found: Mapping[str, float]) -> None:
    """Every tie that the product wrote is as strong as somebody else found it, and no other has a strength."""
    lines = pl.scan_ndjson(folder / "out" / "measures.jsonl", infer_schema_length=None)
    mine = lines.filter(pl.col("id") == "rel.strength").select("subject", pl.col("value").cast(pl.Float64)).collect()
    told = dict(mine.drop_nulls().iter_rows())
    assert found.keys() == told.keys(), who
    assert all(abs(found[member] - value) < ROUNDED for member, value in told.items()), who


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""

    def check(answers: Mapping[str, object]) -> None:
        """Every tie is as strong as by each of the others' reckoning; the limit counts every row."""
        for who, answer in answers.items():
            if isinstance(answer, dict) and who != PRODUCT:
                same_strengths(folder, who, answer)
        counted = answers[GROUPED]
        assert isinstance(counted, pl.DataFrame)
        assert counted["n"].sum() == size * EACH

    contenders = [
        Contender(PRODUCT, lambda: whole_cycle(folder)),
        Contender(GROUPED, lambda: group_by(folder)),
        Contender(BY_HAND, lambda: layer(folder)),
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
