"""The lists: people, money, promises, holdings; each a table of text cells that a program of any maker can show.

A cell is text that says all: amounts in major units with a currency beside them, local days, no keys but the record's
own, by which a row is known when the file comes back.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time

import polars as pl

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.safe import plain
from tenfold.facts.declaration import TABLES
from tenfold.facts.write import text_cells
from tenfold.report.words import catalogue, say
from tenfold.terms.days import local_times

RECORD = "record"
MARKS = ("extended", "private_word", "used")  # steps that leave a promise as open as it was
OPEN = ("proposed", "accepted", "rejected")  # states in which a promise is still to be delivered
DAY, MINUTE = "%Y-%m-%d", "%Y-%m-%d %H:%M"
LAST_MINUTE = time(23, 59)  # due on a day: at its end


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: its columns, the fact table of its records, and how its cells are made.

    columns   in their order; `record` is the id of the fact that a row is
    coded     column → the family of its codes' words
    table     None for a list that is known by what it says, and not by records
    """

    name: str
    table: str | None
    columns: tuple[str, ...]
    coded: Mapping[str, str]
    cells: Callable[[Held], pl.DataFrame]

    def shown(self, held: Held, language: str) -> pl.DataFrame:
        """Return the rows for people: headers and codes in words."""
        cells = self.cells(held).select(self.columns)
        worded = [cells[column].replace(words(family, language)) for column, family in self.coded.items()]
        return cells.with_columns(worded).rename(dict(zip(self.columns, self.headers(language), strict=True)))

    def plain(self, held: Held) -> Iterator[dict[str, str]]:
        """Yield the rows for programs: column → one line of text, codes as they are."""
        for row in self.cells(held).iter_rows(named=True):
            yield {name: plain(cell or "") for name, cell in row.items()}

    def headers(self, language: str) -> tuple[str, ...]:
        """Return the names of the columns in a language."""
        return tuple(say(language, f"exporting.column.{column}") for column in self.columns)


def words(family: str, language: str) -> dict[str, str]:
    """Return code → word of a family of codes."""
    prefix = f"code.{family}."
    return {id.removeprefix(prefix): text for id, text in catalogue(language).items() if id.startswith(prefix)}


# ---- people -------------------------------------------------------------------------------------------------------


def people(held: Held) -> pl.DataFrame:
    """Return who is known: a row for each person and each organisation they work for, then organisations.

    A record that was merged into another is that other; whoever does not wish it is not in the list. Beside the list's
    columns stands `party`, by which a program knows the card of a person again.
    """
    parties = held.tables["parties"].filter(pl.col("merged_into").is_null(), ~pl.col("party").is_in(list(held.left)))
    named = parties.filter(pl.col("name").is_not_null()).sort("name", "party")
    persons = named.filter(pl.col("type") == "person")
    others = named.filter(pl.col("type") != "person")
    belongs = _belonging(held, others)
    rows = persons.join(belongs, on="party", how="left", maintain_order="left")
    same = ("email", "phone", "country", "region", "party")
    silent = pl.lit(None, pl.String)
    persons_told = rows.select(*same, "organisation", "title", person="name", registration="organisation_registration")
    others_told = others.select(*same, "registration", organisation="name", person=silent, title=silent)
    return pl.concat([persons_told, others_told], how="diagonal").select(*PEOPLE.columns, "party")


def _belonging(held: Held, others: pl.DataFrame) -> pl.DataFrame:
    """Return party, and name and registration of each organisation that they work for still, with their title."""
    posts = held.tables["affiliations"].filter(pl.col("until").is_null())
    firms = others.select(key="party", organisation_name="name", organisation_registration="registration")
    found = posts.join(firms, left_on="organisation", right_on="key", how="inner", maintain_order="left")
    return found.sort("party", "organisation").select(
        "party", "title", "organisation_registration", organisation="organisation_name"
    )


# ---- money, holdings ----------------------------------------------------------------------------------------------


def _texts(held: Held, table: str) -> pl.DataFrame:
    """Return the rows of a table as text, every column there, with the local day of each."""
    rows = held.tables[table]
    text = text_cells(TABLES[table], rows, held.currencies)
    missing = [name for name in TABLES[table].columns if name not in text.columns]
    day = rows.select(local_times("occurred_at", held.zone).dt.strftime(DAY).alias("date"))
    return text.with_columns(pl.lit(None, pl.String).alias(name) for name in missing).with_columns(day["date"])


def _named(held: Held, column: str) -> pl.Expr:
    """Return the names of a column of parties; a key that nobody has a name for stays."""
    return pl.col(column).replace(dict(held.names))


def money(held: Held) -> pl.DataFrame:
    """Return every payment: day, who paid whom how much for what."""
    rows = _texts(held, "cash_movements").filter(pl.col("amount").is_not_null())
    return rows.select(
        pl.col("fact").alias(RECORD),
        "date",
        _named(held, "payer"),
        _named(held, "payee"),
        "amount",
        "currency",
        "purpose",
        "reference",
    )


def holdings(held: Held) -> pl.DataFrame:
    """Return every change of who holds which shares."""
    rows = _texts(held, "holdings").filter(pl.col("units").is_not_null())
    return rows.select(
        pl.col("fact").alias(RECORD),
        "date",
        _named(held, "party").alias("holder"),
        "security",
        "action",
        "units",
        "price",
        "currency",
        "cost",
    )


# ---- promises -----------------------------------------------------------------------------------------------------


def promises(held: Held) -> pl.DataFrame:
    """Return every promise: who owes whom what, until when, and how it stands.

    A promise that is due on a day is due at its end; the last date that it was extended to counts.
    """
    steps = held.tables["commitment_steps"]
    moved = steps.filter(pl.col("step") == "extended", pl.col("due_at").is_not_null())
    last = moved.group_by("commitment", maintain_order=True).agg(extended_to=pl.col("due_at").last())
    state = steps.filter(~pl.col("step").is_in(MARKS)).group_by("commitment", maintain_order=True)
    rows = held.tables["commitments"].join(last, on="commitment", how="left", maintain_order="left")
    rows = rows.join(state.agg(state=pl.col("step").last()), on="commitment", how="left", maintain_order="left")
    due = local_times(pl.coalesce("extended_to", "due_at"), held.zone)
    at_its_end = due.dt.time() >= LAST_MINUTE
    return rows.select(
        pl.col("fact").alias(RECORD),
        "what",
        _named(held, "party").alias("from"),
        _named(held, "to_party").alias("to"),
        pl.when(at_its_end).then(due.dt.strftime(DAY)).otherwise(due.dt.strftime(MINUTE)).alias("due"),
        pl.col("state").fill_null("proposed"),
    )


PEOPLE = Listing(
    "people",
    None,
    ("person", "organisation", "title", "email", "phone", "registration", "country", "region"),
    {},
    people,
)
MONEY = Listing(
    "money",
    "cash_movements",
    (RECORD, "date", "payer", "payee", "amount", "currency", "purpose", "reference"),
    {"purpose": "purpose"},
    money,
)
PROMISES = Listing(
    "promises", "commitments", (RECORD, "what", "from", "to", "due", "state"), {"state": "step"}, promises
)
HOLDINGS = Listing(
    "holdings",
    "holdings",
    (RECORD, "date", "holder", "security", "action", "units", "price", "currency", "cost"),
    {"action": "action"},
    holdings,
)
LISTS: Mapping[str, Listing] = {one.name: one for one in (PEOPLE, MONEY, PROMISES, HOLDINGS)}
