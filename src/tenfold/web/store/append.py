"""The one way by which facts come in: row and journal entry together, in one transaction, or not at all."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain as chained
from typing import Any

from django.db import connection, models, transaction

from tenfold.facts.declaration import TABLES
from tenfold.journal.entry import Draft, Head, append
from tenfold.terms.canonical import canonical
from tenfold.terms.days import TICK
from tenfold.web.store.communities import Chain, CharterDraft, CharterText, Community, JournalEntry, PersonalCell
from tenfold.web.store.declared import MODELS
from tenfold.web.store.new_rows import Ready, check_new
from tenfold.web.store.party_keys import PartyKey, keys_of
from tenfold.web.store.requests import note_request

PORTION = 10_000  # rows of a kind that wait in memory to be inserted together
SALT_BYTES = 32
ID_BYTES = 8
# Kinds of entries beside the tables of facts.
CHARTER, DRAFT, ERASURE = "charter", "charter_draft", "erasure"
IMPORT, IMPORT_UNDONE = "import", "import_undone"
ACCESS = "access"  # who was invited, came in, was shut out
Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes: a party of the community, and for whom where that is somebody else."""

    party: str
    on_behalf_of: str | None = None


@dataclass
class Writer:
    """What is about to be written down, while nobody else writes into the same community.

    now       what time it is in the community
    recorded  when the community learns it: later than anything that it was told before
    rows      to be checked; `checked` are rows that were checked as a whole, and are taken one after the other
    """

    community: Community
    author: Author
    now: datetime
    recorded: datetime
    checked: Iterable[Ready] = ()
    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    notes: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    charters: list[tuple[type[CharterText | CharterDraft], int, bytes]] = field(default_factory=list)

    def add(self, table: str, **cells: Any) -> str:
        """Add a row by its stored column names; return its fact id.

        What is left out: `fact` is a new id, it occurs and is recorded now, `recorded_by` is the author.
        """
        row = {
            "fact": new_id(table),
            "occurred_at": self.now,
            "recorded_at": self.recorded,
            "recorded_by": self.author.party,
            **{name: cell for name, cell in cells.items() if cell is not None},
        }
        self.rows.append((table, row))
        return str(row["fact"])

    def note(self, kind: str, payload: Mapping[str, Any]) -> None:
        """Write down something that is no fact: an erasure, an import."""
        self.notes.append((kind, payload))

    def charter(self, version: int, content: bytes) -> None:
        """Add a version of the charter, which was loaded before."""
        self.charters.append((CharterText, version, content))

    def draft(self, version: int, content: bytes) -> None:
        """Add the text of a version that is proposed."""
        self.charters.append((CharterDraft, version, content))


@contextmanager
def writing(community: Community, author: Author) -> Iterator[Writer]:
    """Hold the community's journal while an act looks at what is there and adds to it; commit at the end.

    Raises
    ------
    Refused   a row is not one that a file could bring: nothing was written
    """
    with transaction.atomic(durable=True), within(community, author) as writer:
        yield writer


@contextmanager
def within(community: Community, author: Author) -> Iterator[Writer]:
    """Do as `writing` does as a part of a transaction that makes the community itself."""
    chain = Chain.objects.select_for_update().get(pk=community.pk)
    if community.clock is not None:  # it may have been moved on until this one's turn came
        community.refresh_from_db(fields=["clock"])
    now = clock_of(community)
    # Order survives a clock that stands still or goes back.
    recorded = now if chain.recorded_at is None else max(now, chain.recorded_at + TICK)
    writer = Writer(community, author, now, recorded)
    yield writer
    _settle(writer, chain)


def new_id(table: str) -> str:
    """Return a fact id that nobody has used: the table and 64 random bits."""
    return f"{table.replace('_', '-')}-{secrets.token_hex(ID_BYTES)}"


def clock_of(community: Community) -> datetime:
    """Return what time it is in a community: its own clock's, or the machine's."""
    return community.clock or datetime.now(UTC)


def _settle(writer: Writer, chain: Chain) -> None:
    """Check the rows, then write them with their entries."""
    new = check_new(writer.community, writer.rows)
    written = _Written(writer, chain)
    for model, version, content in writer.charters:
        written.charter(model, version, content)
    for one in chained(writer.checked, new):
        written.fact(one)
    for kind, note in writer.notes:
        written.entry(kind, None, canonical(note))
    written.insert()
    note_request(writer.community, writer.author.party, chain.sequence + 1, written.head.sequence)
    chain.sequence, chain.hash = written.head.sequence, written.head.hash
    chain.recorded_at = written.recorded
    chain.save()


class _Written:
    """Rows, entries and personal cells on their way into the database: each kind with one statement a portion.

    recorded   when the newest of all rows was recorded, those of before included
    """

    def __init__(self, writer: Writer, chain: Chain) -> None:
        self.community, self.author = writer.community, writer.author
        self.at, self.head, self.recorded = datetime.now(UTC), Head(chain.sequence, chain.hash), chain.recorded_at
        self.waiting: dict[type[models.Model], list[models.Model]] = {}

    def fact(self, one: Ready) -> None:
        """Take a row with its entry."""
        recorded = one.row["recorded_at"]
        self.recorded = recorded if self.recorded is None else max(recorded, self.recorded)
        cells = _personal(one.table, one.row)
        said = canonical({cell.column: commitment(cell.salt, cell.text) for cell in cells})
        self.entry(one.table, one.row["fact"], b'{"commitments":%b,"row":%b}' % (said, one.line.encode()))
        model = MODELS[one.table]
        own = {column.stored for column in model.declared.columns.values() if not column.personal}
        filled = {name: cell for name, cell in one.row.items() if name in own and cell != []}
        self._take(model(community_id=self.community.pk, sequence=self.head.sequence, **filled))
        for cell in cells:
            cell.community, cell.sequence = self.community, self.head.sequence
            self._take(cell)
        if one.table == "parties":
            for use, key in keys_of(one.row):
                self._take(PartyKey(community=self.community, fact=one.row["fact"], use=use, key=key))

    def charter(self, model: type[CharterText | CharterDraft], version: int, content: bytes) -> None:
        """Take a version of the charter, in force or proposed, with its entry."""
        sha256 = hashlib.sha256(content).hexdigest()
        kind = CHARTER if model is CharterText else DRAFT
        self.entry(kind, None, canonical({"sha256": sha256, "version": version}))
        given = {"sequence": self.head.sequence, "version": version, "sha256": sha256, "content": content}
        self._take(model(community=self.community, **given))

    def entry(self, kind: str, fact: str | None, payload: bytes) -> None:
        """Take the entry that follows the head."""
        entry = append(self.head, Draft(self.at, self.author.party, kind, payload, self.author.on_behalf_of))
        row = JournalEntry(
            community=self.community,
            sequence=entry.sequence,
            kind=kind,
            fact=fact,
            at=self.at,
            body=entry.body.decode(),
            hash=entry.hash,
        )
        self._take(row)
        self.head = entry.head

    def _take(self, row: models.Model) -> None:
        rows = self.waiting.setdefault(type(row), [])
        rows.append(row)
        if len(rows) >= PORTION:
            self.insert()

    def insert(self) -> None:
        """Insert what is waiting."""
        for model, rows in self.waiting.items():
            _insert(model, rows)
        self.waiting.clear()


def commitment(salt: str, text: str) -> str:
    """Return what the journal says of a personal text: HMAC-SHA256 under a salt that is kept, and erased, with it."""
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()


def _personal(table: str, row: Cells) -> list[PersonalCell]:
    """Return the personal cells of a row, each with its salt."""
    named = [column.name for column in TABLES[table].columns.values() if column.personal]
    return [
        PersonalCell(table=table, fact=row["fact"], column=name, text=row[name], salt=secrets.token_hex(SALT_BYTES))
        for name in named
        if row.get(name) is not None
    ]


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert rows of one model with one statement: no signals, no second look (PERF A3)."""
    fields = [one for one in model._meta.concrete_fields if not one.primary_key]
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
    places = ", ".join("%s" for _ in fields)
    values = [[one.get_db_prep_save(getattr(row, one.attname), connection) for one in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})", values)


def open_chain(community: Community) -> None:
    """Begin a community's journal."""
    Chain.objects.create(community=community, hash=Head().hash)
