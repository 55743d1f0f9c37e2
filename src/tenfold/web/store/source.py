"""The facts of a database community as the engine reads them: whole columns, up to one journal entry.

Rows are only ever added and carry their journal sequence, so that every table read up to one sequence is the community
at that moment, whatever is written meanwhile.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db import connection

from tenfold.engine.community import Community as Known
from tenfold.facts.complaints import Complaints
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.sources import Part, joined
from tenfold.facts.store import FactStore
from tenfold.web.store.charters import context_of, rulebook_of
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.declared import MODELS

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

AT_ONCE = 50_000  # rows in memory as Python's own objects
# What stands where a cell that must be filled was erased.
ERASED = "—"


def known(community: Community, sequence: int | None = None) -> Known:
    """Return a community as the engine knows it, as of a journal entry; the newest where none is named."""
    until = Chain.objects.get(pk=community.pk).sequence if sequence is None else sequence
    return Known(rulebook_of(community), read_facts(community, until=until))


def read_facts(community: Community, until: int, after: int = 0) -> FactStore:
    """Return the facts that journal entries after one and up to another accepted, in the order of files."""
    return joined([InDatabase(community, until, after)], context_of(community))


@dataclass(frozen=True)
class InDatabase:
    """The facts that journal entries after one and up to another accepted, as a source like a folder."""

    community: Community
    until: int
    after: int = 0

    def parts(self, context: Context, complaints: Complaints) -> Iterator[Part]:
        """Yield each table; its cells were checked when they were written down."""
        wanted: Iterable[str] = TABLES
        if self.after:
            wanted = _kinds_since(self.community, self.after, self.until)
        with _reading() as fetch:
            for name in wanted:
                yield Part(name, _read(fetch, self.community, TABLES[name], self.after, self.until))


def _kinds_since(community: Community, after: int, until: int) -> list[str]:
    """Return the tables of which entries between two accepted rows: most of the others would be asked for nothing."""
    entries = JournalEntry.rows.of(community).filter(sequence__gt=after, sequence__lte=until, kind__in=[*TABLES])
    return sorted(set(entries.values_list("kind", flat=True)))


Fetch = Callable[[str, Sequence[str]], pl.DataFrame]  # a query of texts and the names of its columns → what it finds


@contextmanager
def _reading() -> Iterator[Fetch]:
    """Yield how queries are answered as columns."""
    if connection.vendor != "postgresql":
        yield _by_rows
        return
    import adbc_driver_postgresql.dbapi as postgresql

    with postgresql.connect(_uri(connection.settings_dict)) as reader:
        yield partial(_by_adbc, reader)


def _by_adbc(reader: "Connection", query: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return what a query finds; ADBC gives no types where there is no row."""
    with reader.cursor() as cursor:
        cursor.execute(query)
        found = pl.DataFrame(pl.from_arrow(cursor.fetch_arrow_table()))
    return found if found.height else pl.DataFrame(schema=dict.fromkeys(columns, pl.String))


def _by_rows(query: str, columns: Sequence[str]) -> pl.DataFrame:
    """Return what a query finds, some rows at a time.

    SQLite is not read by ADBC: its driver brings a second copy of SQLite into the process, and when either copy closes
    a file, the system drops the locks that the other one holds on it.
    """
    schema = dict.fromkeys(columns, pl.String)
    with connection.cursor() as cursor:
        cursor.execute(query)
        parts = [pl.DataFrame(rows, schema, orient="row") for rows in iter(partial(cursor.fetchmany, AT_ONCE), [])]
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _uri(settings: dict[str, Any]) -> str:
    """Return Django's settings of a PostgreSQL database as one address."""
    from urllib.parse import quote, urlencode

    user = quote(settings["USER"], safe="")
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    parts = {"host": settings["HOST"], "port": str(settings["PORT"])}
    query = urlencode({name: part for name, part in parts.items() if part})
    return f"postgresql://{user}{password}{'@' if user else ''}/{quote(settings['NAME'])}?{query}"


def _read(fetch: Fetch, community: Community, table: Table, after: int, until: int) -> pl.DataFrame:
    """Return the rows of one table in the types of the declaration."""
    own = [column for column in table.columns.values() if not column.personal]
    where = f"community_id = {community.pk} AND sequence > {after} AND sequence <= {until}"
    cells = ", ".join(f"{_text(column)} AS {_quoted(column.stored)}" for column in own)
    name = MODELS[table.name]._meta.db_table
    text = fetch(f"SELECT {cells} FROM {name} WHERE {where} ORDER BY sequence", [c.stored for c in own])
    typed = text.select(_typed(column) for column in own)
    personal = [column.name for column in table.columns.values() if column.personal]
    if not personal:
        return typed.select(table.schema.keys())
    said = fetch(
        f'SELECT fact, "column", text FROM personal_cell WHERE "table" = \'{table.name}\' AND {where}',
        ["fact", "column", "text"],
    )
    return _with_personal(table, typed, said, personal)


def _with_personal(table: Table, rows: pl.DataFrame, said: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return rows with their personal cells; one that must be filled and was erased says so."""
    for name in columns:
        own = said.filter(pl.col("column") == name).select("fact", pl.col("text").alias(name))
        rows = rows.join(own, on="fact", how="left", maintain_order="left")
    required = [name for name in columns if table.columns[name].required]
    return rows.with_columns(pl.col(required).fill_null(ERASED)).select(table.schema.keys())


def _quoted(name: str) -> str:
    return f'"{name}"'


def _text(column: Column) -> str:
    """Return SQL that gives a cell as text, never missing: ADBC guesses SQLite's types by the first rows alone."""
    name = _quoted(column.stored)
    if column.kind == "instant" and connection.vendor == "postgresql":
        return f"coalesce(to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '')"
    return f"coalesce(CAST({name} AS text), '')"


def _typed(column: Column) -> pl.Expr:
    """Return the expression that reads a cell's text; an empty one is missing."""
    text = pl.when(pl.col(column.stored) != "").then(pl.col(column.stored))
    match column.kind:
        case "instant":
            read = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
        case "date":
            read = text.str.to_date("%Y-%m-%d")
        case "bool":  # SQLite has numbers for it
            read = text.is_in(["1", "true"])
        case "list":
            read = text.str.json_decode(pl.List(pl.String)).fill_null([])
        case _:
            read = text.cast(column.dtype)
    return read.alias(column.stored)
