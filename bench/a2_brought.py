"""A2: a sheet of contacts into the application's database, each row with its journal entry, by the page's own import.

The same sheet holds some contacts twice: they are one, by their address. A fresh community takes it each time.
"""

import csv
import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel

from bench import installed
from bench.apart import Apart, Doings
from bench.data import contacts
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.journal.entry import Draft, Head, append
from tenfold.terms.canonical import canonical

MODULE = "bench.a2_brought"
SHEET = "contacts.csv"
COLUMNS = {"name": "Full name", "email": "Email", "phone": "Phone", "country": "Country"}
AT = datetime(2026, 11, 30, tzinfo=UTC)
PEOPLE = 3  # members of the community before


class Contact(BaseModel):
    """A row of the sheet as a loop checks it."""

    name: str
    email: str
    phone: str
    country: str


def prepare(folder: Path, size: int) -> None:
    """Write a community and a sheet."""
    installed.prepare(folder, PEOPLE)
    contacts(size).select(pl.col(name).alias(title) for name, title in COLUMNS.items()).write_csv(folder / SHEET)


class Bringing:
    """Brings the sheet into one fresh community after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._numbers = folder, count()

    def bring(self, _: str) -> int:
        """Read the sheet and import it as it was proposed; return how many parties came."""
        from tenfold.web.rights.importing import read
        from tenfold.web.rights.viewers import viewer
        from tenfold.web.services.acting import Actor
        from tenfold.web.services.importing import bring
        from tenfold.web.store.accounts import Account, Seat
        from tenfold.web.store.append import Author
        from tenfold.web.store.declared import MODELS
        from tenfold.web.store.folders import take_in

        name = f"{installed.NAME}-{next(self._numbers)}"
        community = take_in(self.folder, name, Author("import:bench"))
        account, _made = Account.objects.get_or_create(email=installed.EMAIL, defaults={"language": "en"})
        Seat.objects.create(account=account, community=community, party=installed.WHO)
        seen = viewer(account, name, "en")
        before = MODELS["parties"].rows.of(community).count()
        _reading, sequence = read(seen, self.folder / SHEET, {})
        bring(Actor(seen), path=self.folder / SHEET, answers={}, sequence=sequence)
        return MODELS["parties"].rows.of(community).count() - before


def ready(folder: Path) -> Doings:
    """Return what is done by name."""
    return {"bring": Bringing(folder).bring}


def alone(folder: Path) -> None:
    """Bring the sheet once."""
    apart = Apart(MODULE, folder)
    apart.ask("bring")
    apart.end()


def fresh(folder: Path) -> sqlite3.Connection:
    """Return an empty database with two tables, as durable as the application's."""
    (path := folder / "other.sqlite3").unlink(missing_ok=True)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;")
    connection.execute("CREATE TABLE parties (party TEXT, name TEXT, email TEXT UNIQUE, phone TEXT, country TEXT)")
    connection.execute("CREATE TABLE journal (sequence INTEGER PRIMARY KEY, body TEXT, hash TEXT)")
    return connection


def clean(folder: Path) -> list[tuple[str, ...]]:
    """Return each contact of the sheet once, as rows that are to be written."""
    rows = pl.read_csv(folder / SHEET, infer_schema=False).unique("Email", maintain_order=True)
    return [(f"p{number:06d}", *row) for number, row in enumerate(rows.iter_rows(), start=1)]


def inserted(folder: Path, rows: list[tuple[str, ...]]) -> int:
    """Insert the clean rows alone, in one transaction."""
    with fresh(folder) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO parties VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
        return int(connection.execute("SELECT count(*) FROM parties").fetchone()[0])


def looped(folder: Path) -> int:
    """Check each row as an object, keep the first of each address, and write it with its entry."""
    found: dict[str, Contact] = {}
    with (folder / SHEET).open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            one = Contact(**{name: row[title] for name, title in COLUMNS.items()})
            found.setdefault(one.email, one)
    return _with_entries(folder, ((one.name, one.email, one.phone, one.country) for one in found.values()))


def in_pandas(folder: Path) -> int:
    """Read and dedupe with pandas, and write each row with its entry."""
    pandas: Any = import_module("pandas")
    rows = pandas.read_csv(folder / SHEET, dtype=str).drop_duplicates("Email")
    return _with_entries(folder, rows.itertuples(index=False, name=None))


def _with_entries(folder: Path, rows: Iterator[Any]) -> int:
    head, parties, journal = Head(), [], []
    for number, row in enumerate(rows, start=1):
        party = f"p{number:06d}"
        entry = append(head, Draft(AT, "op", "parties", canonical({"party": party, "row": list(row)})))
        parties.append((party, *row))
        journal.append((entry.sequence, entry.body.decode(), entry.hash))
        head = entry.head
    with fresh(folder) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO parties VALUES (?, ?, ?, ?, ?)", parties)
        connection.executemany("INSERT INTO journal VALUES (?, ?, ?)", journal)
        connection.execute("COMMIT")
    return len(parties)


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""
    apart, rows = Apart(MODULE, folder), clean(folder)

    def check(answers: Mapping[str, object]) -> None:
        """All wrote each address once."""
        assert set(answers.values()) == {len(rows)}, json.dumps(dict(answers))

    contenders = [
        Contender(PRODUCT, lambda: apart.ask("bring"), apart.cpu),
        Contender(f"{LIMIT}: executemany of the clean rows alone", lambda: inserted(folder, rows)),
        Contender("csv + pydantic loop, with a journal", lambda: looped(folder)),
        Contender("pandas, with a journal", lambda: in_pandas(folder)),
    ]
    note = "a new community, the reading without a map, checks, entries with salted commitments, SQLite FULL"
    return Trial(contenders, check, note, apart.end)


SUBJECT = Subject(
    "A2",
    "contacts",
    {"smallest": (20,), "quick": (1_000, 10_000), "full": (1_000, 10_000, 100_000)},
    prepare,
    trial,
    "bench.a2_brought:alone",
)
