"""S9: sheets of people's own are read without a map: contacts, and a bank statement with five times fewer lines.

What is timed is the whole reading: encoding, header, columns, kind, questions and proposals, who is whom, and the
rows that would be written.
"""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from bench.data import CHARTER, SEED, contacts, named
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.charter.load import load_charters
from tenfold.engine.community import fact_context
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import Reading, read_file
from tenfold.facts.store import FactStore

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LINES_PER = 5  # contacts for each line of the statement
PAYERS = 200
COLUMNS = {"name": "Full name", "email": "Email", "phone": "Phone", "country": "Country", "since": "Joined"}


def prepare(folder: Path, size: int) -> None:
    """Write the two sheets and a charter."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(CHARTER, folder / "charter.yaml")
    _people(size).select(pl.col(name).alias(header) for name, header in COLUMNS.items()).write_csv(
        folder / "contacts.csv"
    )
    _statement(max(size // LINES_PER, 1)).write_csv(folder / "statement.csv")


def _people(size: int) -> pl.DataFrame:
    """Return contacts with numbers that can be dialled."""
    number = pl.int_range(pl.len()).cast(pl.String).str.zfill(8)
    return contacts(size).with_columns(phone=pl.concat_str(pl.lit("+86 138 "), number))


def _statement(lines: int) -> pl.DataFrame:
    rng = np.random.default_rng(SEED)
    cents = pl.Series(rng.integers(100, 10**9, lines))
    came = pl.Series(rng.random(lines) < 0.5)
    days = pl.Series(np.datetime64("2026-01-01") + rng.integers(0, 300, lines)).cast(pl.Date)
    rows = pl.DataFrame({"Booking date": days, "cents": cents, "came": came}).sort("Booking date")
    amount = (pl.col("cents") / 100).round(2).cast(pl.String)
    payers = named("Payer ", rng.integers(0, PAYERS, lines)) + " Ltd"
    return rows.select(
        "Booking date",
        pl.when("came").then(amount).alias("Credit"),
        pl.when(~pl.col("came")).then(amount).alias("Debit"),
        pl.when("came").then(pl.lit("investment")).otherwise(pl.lit("rent")).alias("Narrative"),
        payers.alias("Counterparty"),
    )


def around(folder: Path) -> Around:
    """Return a community that knows nobody yet."""
    rulebook = load_charters(folder)
    return Around(rulebook.newest, fact_context(rulebook), FactStore.of({}), NOW, "en")


def read(folder: Path) -> tuple[Reading, Reading]:
    """Read both sheets."""
    known = around(folder)
    people, bank = (read_file(folder / name, known, Shelf(), {}) for name in ("contacts.csv", "statement.csv"))
    return people, bank


def alone(folder: Path) -> None:
    """Read both and nothing more."""
    read(folder)


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""

    def limit() -> int:
        return sum(pl.read_csv(folder / name).height for name in ("contacts.csv", "statement.csv"))

    def check(answers: Mapping[str, object]) -> None:
        """The kinds are right, and every row is accounted for."""
        product = answers[PRODUCT]
        assert isinstance(product, tuple)
        people, bank = product
        assert (people.kind, bank.kind) == ("people", "bank")
        assert people.table.rows.height + bank.table.rows.height == size + max(size // LINES_PER, 1)
        assert bank.found.added["cash_movements"].height == bank.table.rows.height

    contenders = [
        Contender(PRODUCT, lambda: read(folder)),
        Contender(f"{LIMIT}: polars.read_csv of both", limit),
    ]
    return Trial(contenders, check, f"and {max(size // LINES_PER, 1):,} lines of a statement")


SUBJECT = Subject(
    "S9",
    "contacts",
    {"smallest": (50,), "quick": (1_000, 10_000), "full": (1_000, 10_000, 100_000, 1_000_000)},
    prepare,
    trial,
    "bench.s9_reading:alone",
)
