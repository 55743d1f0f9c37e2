"""S2: the as-of view and one reduction over facts of which 1 % are corrected."""

import importlib.util
from collections import Counter
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl

from bench.data import AS_OF, interactions
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.facts.as_of import prepared, visible
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore

COLUMNS = ("fact", "member", "minutes", "occurred_at", "recorded_at", "corrects")


def prepare(folder: Path, size: int) -> None:
    """Write the facts as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    interactions(size, max(10, size // 100)).write_parquet(folder / "interactions.parquet")


def facts(folder: Path) -> pl.DataFrame:
    """Return the facts with every column of their table."""
    rows = pl.read_parquet(folder / "interactions.parquet")
    return pl.concat([TABLES["interactions"].empty(), rows], how="diagonal")


def totals(rows: pl.DataFrame) -> pl.DataFrame:
    """Count the rows and add the minutes of each member."""
    return rows.group_by("member").agg(n=pl.len(), minutes=pl.col("minutes").sum())


def as_of(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the totals of what counts at the end."""
    tables = prepared(FactStore.of({"interactions": rows}), "Asia/Shanghai")
    ends = pl.DataFrame({"end": [0], "as_of": [AS_OF], "known_at": [AS_OF]}, schema_overrides={"end": pl.Int32})
    instants = ends.with_columns(pl.col("as_of", "known_at").cast(pl.Datetime("us", "UTC")))
    return totals(visible(tables["interactions"], instants))


def alone(folder: Path) -> pl.DataFrame:
    """Read the facts and return the totals, for the memory of both."""
    return as_of(facts(folder))


def loop(rows: pl.DataFrame) -> pl.DataFrame:
    """Do the same row by row."""
    listed = rows.select(COLUMNS)
    gone = {row[5] for row in listed.iter_rows() if row[5] is not None and row[4] <= AS_OF}
    n: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    for fact, member, spent, occurred, recorded, _ in listed.iter_rows():
        if occurred <= AS_OF and recorded <= AS_OF and fact not in gone:
            n[member] += 1
            minutes[member] += spent
    return pl.DataFrame({"member": list(n), "n": list(n.values()), "minutes": [minutes[one] for one in n]})


def with_pandas(rows: Any) -> pl.DataFrame:
    """Do the same in pandas, from a pandas frame."""
    known = rows[rows["recorded_at"] <= AS_OF]
    kept = known[(known["occurred_at"] <= AS_OF) & ~known["fact"].isin(known["corrects"].dropna())]
    found = kept.groupby("member", sort=False).agg(n=("fact", "size"), minutes=("minutes", "sum"))
    return pl.DataFrame(
        {"member": found.index.tolist(), "n": found["n"].tolist(), "minutes": found["minutes"].tolist()}
    )


def check(answers: Mapping[str, object]) -> None:
    """All totals that mind corrections are equal; the limit's count every row."""
    mine = answers[PRODUCT]
    assert isinstance(mine, pl.DataFrame)
    for who, answer in answers.items():
        assert isinstance(answer, pl.DataFrame)
        if who.startswith(LIMIT):
            assert answer["n"].sum() > mine["n"].sum()
        else:
            assert mine.cast({"n": pl.Int64}).sort("member").equals(answer.cast({"n": pl.Int64}).sort("member")), who


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders, all over the same frame in memory."""
    rows = facts(folder)
    contenders = [
        Contender(PRODUCT, lambda: as_of(rows)),
        Contender(f"{LIMIT}: group-by without as-of", lambda: totals(rows)),
        Contender("Python loop", lambda: loop(rows)),
    ]
    if importlib.util.find_spec("pandas") is not None:
        pandas: Any = import_module("pandas")
        same = pandas.DataFrame({name: rows[name].to_numpy() for name in COLUMNS})
        for name in ("occurred_at", "recorded_at"):
            same[name] = same[name].dt.tz_localize("UTC")
        contenders.append(Contender("pandas", lambda: with_pandas(same)))
    return Trial(contenders, check, "1 % corrections, in memory")


SUBJECT = Subject(
    "S2",
    "facts",
    {
        "smallest": (1000,),
        "quick": (10_000, 100_000, 1_000_000),
        "full": (100_000, 1_000_000, 10_000_000),
    },
    prepare,
    trial,
    "bench.s2_as_of:alone",
)
