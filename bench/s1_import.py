"""S1: a list of contacts, 2 % unreadable and 6 % double, becomes checked Parquet."""

import csv
import importlib.util
import shutil
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl
from pydantic import BaseModel, Field, ValidationError

from bench.data import CHARTER, COUNTRIES, contacts
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.charter.load import load_charters
from tenfold.engine.community import fact_context
from tenfold.facts.maps.result import Import, run_map
from tenfold.facts.store import FactStore
from tenfold.facts.write import write_facts

MAP = """
origin: contacts
maps:
  - table: parties
    from: contacts.csv
    id: [email]
    distinct: [email]
    set:
      party: {key: email, kind: person}
      type: {column: kind}
      name: {column: name}
      name_other: {column: other_name}
      country: {column: country}
      region: {column: region}
      size: {column: size}
      email: {column: email}
      phone: {column: phone}
      language: {column: language}
      timezone: {column: timezone}
      account: {column: account}
      occurred_at: {column: since}
"""
BY_HAND = f"{LIMIT}: the same rows and ids by hand, in Polars and DuckDB"
HASHED = r"""
SELECT 'parties-' || left(sha256('contacts' || chr(31) || chr(31) || email), 12) AS fact,
       left(sha256('contacts' || chr(31) || email), 16) AS origin_key
FROM emails
"""
CHECKED = ("email", "name", "country", "region", "size", "phone", "account")


class Contact(BaseModel):
    """A contact as a row object: what people write first."""

    email: str = Field(pattern=r"^[^@ ]+@[^@ ]+$")
    name: str = Field(min_length=1)
    other_name: str
    kind: Literal["person", "organisation", "vehicle", "public_body"]
    country: str = Field(min_length=2, max_length=2)
    region: str
    size: Literal["micro", "small", "medium", "large"]
    phone: str
    language: str
    timezone: str
    account: str
    since: date


def prepare(folder: Path, size: int) -> None:
    """Write `contacts.csv` with its map and charter."""
    (folder / "source").mkdir(parents=True)
    contacts(size).write_csv(folder / "source" / "contacts.csv")
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    shutil.copy(CHARTER, folder / "charter.yaml")


def imported(folder: Path) -> Import:
    """Import the contacts as `tenfold import --park` does, and write the checked rows as Parquet."""
    rulebook = load_charters(folder)
    context = fact_context(rulebook)
    result = run_map(folder / "map.yaml", folder / "source", FactStore.of({}), context)
    write_facts(result.merged(), folder, rulebook.newest.currencies, "parquet")
    return result


def limit(folder: Path) -> pl.DataFrame:
    """Read the file and nothing more."""
    return pl.read_csv(folder / "source" / "contacts.csv")


def loop(folder: Path) -> pl.DataFrame:
    """Read rows one by one into pydantic objects; the first of each address stays."""
    seen: set[str] = set()
    rows = []
    with (folder / "source" / "contacts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["email"] not in seen:
                seen.add(row["email"])
                try:
                    rows.append(Contact.model_validate(row).model_dump())
                except ValidationError:
                    continue
    frame = pl.DataFrame(rows)
    frame.write_parquet(folder / "loop.parquet")
    return frame


def with_pandas(folder: Path) -> pl.DataFrame:
    """Do the same by columns in pandas."""
    pandas: Any = import_module("pandas")
    rows = pandas.read_csv(folder / "source" / "contacts.csv", dtype=str, keep_default_na=False)
    rows = rows.drop_duplicates("email")
    since = pandas.to_datetime(rows["since"], format="%Y-%m-%d", errors="coerce")
    kinds = ["person", "organisation", "vehicle", "public_body"]
    good = since.notna() & rows["kind"].isin(kinds) & rows["size"].isin(["micro", "small", "medium", "large"])
    good &= rows["name"].ne("") & rows["country"].isin(COUNTRIES)
    kept = rows[good]
    kept.to_parquet(folder / "pandas.parquet")
    return pl.DataFrame({name: kept[name].tolist() for name in CHECKED})


def by_hand(folder: Path) -> pl.DataFrame:
    """Write the same rows with Polars, and their ids with DuckDB: what somebody writes who knows both."""
    text = pl.read_csv(folder / "source" / "contacts.csv", infer_schema=False)
    single = text.unique("email", keep="first", maintain_order=True).with_row_index("number", offset=1)
    day = pl.col("since").str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    at = day.dt.replace_time_zone("Asia/Shanghai").dt.convert_time_zone("UTC")
    named = single.with_columns(
        occurred_at=at,
        party="p" + pl.col("number").cast(pl.String).str.zfill(6),
        phone=pl.col("phone").str.strip_chars(),
    )
    kinds, sizes = ["person", "organisation", "vehicle", "public_body"], ["micro", "small", "medium", "large"]
    read = pl.col("occurred_at").is_not_null() & pl.col("kind").is_in(kinds) & pl.col("size").is_in(sizes)
    kept = named.filter(read, pl.col("name").is_not_null(), pl.col("country").is_in(COUNTRIES))
    told = kept.select(
        "occurred_at",
        "party",
        *("name", "country", "region", "size", "email", "phone", "account", "language", "timezone"),
        type="kind",
        recorded_at="occurred_at",
        recorded_by=pl.lit("import:contacts"),
        origin=pl.lit("contacts"),
        **_ids(kept["email"]),
    )
    rows = told.sort("occurred_at", "recorded_at", "fact")
    rows.write_parquet(folder / "by_hand.parquet", compression="zstd", compression_level=1)
    return rows


def _ids(emails: pl.Series) -> dict[str, pl.Series]:
    """Return the ids of facts and the keys in their origin: SHA-256 over where a row comes from."""
    with duckdb.connect() as connection:
        connection.register("emails", emails.to_frame("email").to_arrow())
        found = pl.DataFrame(connection.sql(HASHED).to_arrow_table())
    return {"fact": found["fact"], "origin_key": found["origin_key"]}


def check(answers: Mapping[str, object]) -> None:
    """The contacts that enter are the same, cell by cell, whoever reads them."""
    product = answers[PRODUCT]
    assert isinstance(product, Import)
    mine = product.added["parties"].select(CHECKED).sort("email")
    by_hand = answers[BY_HAND]
    assert isinstance(by_hand, pl.DataFrame)
    whole = product.added["parties"].select(by_hand.columns)
    assert whole.sort("fact").equals(by_hand.sort("fact")), BY_HAND
    for who, answer in answers.items():
        if isinstance(answer, pl.DataFrame) and not who.startswith(LIMIT):
            assert mine.equals(answer.select(CHECKED).sort("email")), who
            assert mine.height + product.unread == product.reports[0].read - product.reports[0].repeated


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""
    contenders = [
        Contender(PRODUCT, lambda: imported(folder)),
        Contender(f"{LIMIT}: polars.read_csv", lambda: limit(folder)),
        Contender(BY_HAND, lambda: by_hand(folder)),
        Contender("csv + pydantic loop", lambda: loop(folder)),
    ]
    if importlib.util.find_spec("pandas") is not None:
        contenders.append(Contender("pandas", lambda: with_pandas(folder)))
    megabytes = (folder / "source" / "contacts.csv").stat().st_size / 2**20
    return Trial(contenders, check, f"{megabytes:.1f} MiB CSV, 12 columns, 2 % unreadable, 6 % double")


SUBJECT = Subject(
    "S1",
    "contacts",
    {"smallest": (200,), "quick": (10_000, 100_000, 1_000_000), "full": (10_000, 100_000, 1_000_000)},
    prepare,
    trial,
    "bench.s1_import:imported",
)
