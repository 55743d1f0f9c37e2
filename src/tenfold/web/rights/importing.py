"""A file as it would be imported: what it is taken for, what becomes what, what is asked; and the imports so far."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.confirm import read_files
from tenfold.exchange.reading.grid import ROW
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.kinds import UNUSED, kinds
from tenfold.exchange.reading.model import STEPS, ColumnRead, Side, Step, nothing_said
from tenfold.exchange.reading.model import Question as About
from tenfold.exchange.reading.reading import Reading
from tenfold.exchange.reading.saying import said
from tenfold.facts.declaration import TABLES, title_of
from tenfold.report.days import day_said
from tenfold.report.phrases import Phrases
from tenfold.report.words import comma, say
from tenfold.terms.days import local_day
from tenfold.terms.errors import Complaint, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason
from tenfold.web.rights.acts import MAY, Act
from tenfold.web.rights.policies import DATA_OF, POLICY, Data, Sight
from tenfold.web.rights.roles import Role
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.append import IMPORT, IMPORT_UNDONE, clock_of
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.source import known
from tenfold.web.store.uploads import shelf_folder
from tenfold.web.store.work import WRITING, Question, sheets, silent

LISTED = 10  # rows that cannot be read, and rows left out, that are shown
DIED = "importing.died"  # what is said of a file whose process ended before it was read
WAITS = "waiting"  # the step before those of a reading
LATEST = 20  # imports that are shown
SHOWN, CELL_AT_MOST = 3, 80  # first rows of the file that are shown, and characters of their cells
TABLE_OF = MappingProxyType({"organisation": "affiliations"})  # fields of who may be one that are no party's own

# Which act adds rows of a table: whoever may not do it by hand does not do it by a file.
ACT_OF: Mapping[str, Act] = MappingProxyType(
    {
        **dict.fromkeys(("parties", "affiliations", "memberships"), Act.ADD_PARTY),
        **dict.fromkeys(("interactions", "events", "attendances"), Act.LOG_TALK),
        **dict.fromkeys(("rounds", "opportunities"), Act.MOVE_DEAL),
        **dict.fromkeys(("cash_movements", "holdings"), Act.RECORD_MONEY),
        **dict.fromkeys(("agreements", "documents"), Act.ADD_DOCUMENT),
        "group_links": Act.PROPOSE_LINK,
        "commitments": Act.MAKE_PROMISE,
        "commitment_steps": Act.JUDGE_PROMISE,
    }
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer, in words; whether it is the one that is taken now."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its first cells with their rows, what it may be taken for, its units and conventions.

    own    whether somebody chose what it is
    """

    name: str
    cells: tuple[tuple[int, str], ...]
    roles: tuple[Choice, ...]
    own: bool
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """What those who may be one say of a field: its name; of each side who says it, and its text."""

    name: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the file: its choices, and what is taken where another text may be typed too.

    heads, sides   of those who may be one: who says it, and field by field what
    """

    id: str
    text: str
    why: str
    proposed: str
    choices: tuple[Choice, ...]
    typed: str
    open: bool
    heads: tuple[str, ...]
    sides: tuple[Fields, ...]


@dataclass(frozen=True, slots=True)
class Becomes:
    """How many rows of a table are new, changed and the same."""

    table: str
    new: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, in words; nothing is written.

    shown      the numbers of the rows whose cells stand in `columns`
    tables     the tables of facts that it is about
    parked     why rows cannot be read; `unread` how many
    open       how many questions have neither an answer nor a proposal
    rows       how many rows would be written; `sequence` the journal entry that it was read at
    """

    file: str
    kind: str
    columns: tuple[Column, ...]
    shown: tuple[int, ...]
    tables: tuple[str, ...]
    notes: tuple[str, ...]
    counts: tuple[Becomes, ...]
    samples: tuple[str, ...]
    totals: tuple[str, ...]
    parked: tuple[str, ...]
    unread: int
    asked: tuple[Asked, ...]
    open: int
    rows: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Brought:
    """One import so far: its journal entry, its source, its day in words, its rows by table; whether it was undone."""

    sequence: int
    origin: str
    day: str
    rows: int
    counts: str
    undone: bool


def read(viewer: Viewer, path: Path, answers: Mapping[str, str], step: Step = nothing_said) -> tuple[Reading, int]:
    """Read a file for a viewer's community; return it with the journal entry up to which facts were looked at.

    Parameters
    ----------
    step
        Is told each step of the reading when it begins.

    Raises
    ------
    Refused   it cannot be read, or holds what the viewer may not add: nobody is shown what stands beside that
    """
    community = viewer.community
    sequence = newest_entry(community)
    around = Around.of(known(community, sequence), clock_of(community), viewer.language)
    (reading,) = read_files([path], around, Shelf.of(shelf_folder(community)), answers, step)
    check_tables(viewer, tables_of(reading))
    return reading, sequence


def newest_entry(community: Community) -> int:
    """Return the number of the newest journal entry."""
    return int(Chain.objects.get(pk=community.pk).sequence)


def tables_of(reading: Reading) -> tuple[str, ...]:
    """Return the tables of facts that a reading is about."""
    return tuple(dict.fromkeys([*(one.table for one in reading.preview.counts), *reading.found.added]))


def check_tables(viewer: Viewer, tables: Sequence[str]) -> None:
    """Refuse rows of tables that the viewer may not add, and say who may.

    Raises
    ------
    Refused   with each such table
    """
    wrong = []
    for name in dict.fromkeys(tables):
        able = _able(viewer.community, name)
        if viewer.roles.isdisjoint(able):
            who = Listed(sorted(able))
            params = {"what": _titled(viewer, name), "who": who}
            wrong.append(Complaint("importing.not_yours" if able else "importing.nobodys", params=params))
    if wrong:
        raise Refused(wrong)


def _able(community: Community, table: str) -> frozenset[Role]:
    """Return who may bring rows of a table: whoever does its act, and sees the amounts that it is compared with."""
    act = ACT_OF.get(table)
    if act is None:
        return frozenset()
    able = MAY[act] & MAY[Act.IMPORT]
    if DATA_OF[table] is not Data.PIPELINE:
        return able
    own = community.policy.get("sights", {}).get(Data.PIPELINE, {})
    return frozenset(role for role in able if Sight(own.get(role, POLICY[Data.PIPELINE][role])) is Sight.ALL)


def preview(viewer: Viewer, path: Path, answers: Mapping[str, str], step: Step = nothing_said) -> Preview:
    """Return what importing a file would do. Raises Refused as `read` does."""
    reading, sequence = read(viewer, path, answers, step)
    told = _Telling(viewer, reading, viewer.phrases())
    found = reading.preview
    return Preview(
        file=reading.file,
        kind=told.say(f"reading.kind.{reading.kind}"),
        columns=tuple(map(told.column, reading.columns)),
        shown=tuple(reading.table.rows[ROW].head(SHOWN).to_list()),
        tables=tables_of(reading),
        notes=tuple(told.notes()),
        counts=tuple(told.counts()),
        samples=tuple(map(told.reason, found.samples)),
        totals=tuple(told.totals()),
        parked=tuple(told.parked()),
        unread=found.unread,
        asked=tuple(map(told.asked, reading.questions)),
        open=len(reading.missing),
        rows=sum(rows.height for rows in reading.found.added.values()),
        sequence=sequence,
    )


@dataclass(frozen=True, slots=True)
class _Telling:
    """Puts a reading into the viewer's words."""

    viewer: Viewer
    reading: Reading
    speech: Phrases

    def say(self, id: str, **params: object) -> str:
        return say(self.viewer.language, id, params)

    def reason(self, one: Reason) -> str:
        """Say a sentence of the reading, with the community's words for its codes."""
        return said(self.speech, one)

    def column(self, one: ColumnRead) -> Column:
        rows = self.reading.table.rows.select(ROW, pl.col(one.name).fill_null("")).head(SHOWN)
        cells = tuple((row, text[:CELL_AT_MOST]) for row, text in rows.iter_rows())
        says = tuple(map(self.reason, one.says))
        return Column(one.name, cells, tuple(self._roles(one)), one.by == "answer", says)

    def _roles(self, one: ColumnRead) -> Iterator[Choice]:
        """Yield what a column may be in a sheet of this kind; in a list of our own it is what it is."""
        kind = next((kind for kind in kinds() if kind.name == self.reading.kind), None)
        for slot in kind.slots if kind else filter(None, [one.role]):
            yield Choice(slot, self.say(f"reading.role.{slot}"), slot == one.role)
        if kind or not one.role:
            yield Choice(UNUSED, self.say("importing.not_used"), not one.role)

    def notes(self) -> Iterator[str]:
        for left in self.reading.left_out[:LISTED]:
            place = {"row": left.row, "column": left.column, "sheet": left.sheet, "text": left.text}
            yield self.say(f"reading.left.{left.why}", **place)
        yield from map(self.reason, self.reading.notes)
        for state in ("joined", "older"):
            rows = sum(one.states.get(state, 0) for one in self.reading.preview.counts)
            if rows:
                yield self.say(f"reading.show.{state}", rows=rows)

    def counts(self) -> Iterator[Becomes]:
        for one in self.reading.preview.counts:
            title = _titled(self.viewer, one.table)
            yield Becomes(title, *(one.states.get(state, 0) for state in ("new", "changed", "same")))

    def totals(self) -> Iterator[str]:
        for one in self.reading.preview.totals:
            yield self.say(one.told.id, **one.told.params)

    def parked(self) -> Iterator[str]:
        for one in self.reading.found.complaints()[:LISTED]:
            where = self.say("importing.place", row=one.place.row or "", column=one.place.column or "")
            yield where + self.say(one.id, **one.params)

    def asked(self, one: About) -> Asked:
        taken = self.reading.taken.get(one.id, "")
        choices = tuple(Choice(option.value, self.reason(option.text), option.value == taken) for option in one.options)
        typed = "" if any(choice.chosen for choice in choices) else taken
        why = self.reason(one.why) if one.why else ""
        heads, sides = tuple(map(self._head, one.sides)), tuple(self._sides(one))
        return Asked(one.id, self.reason(one.text), why, one.proposed or "", choices, typed, one.open, heads, sides)

    def _head(self, side: Side) -> str:
        """Say where it is known from what stands on a side."""
        return self.say("importing.known") if side.row is None else self.say("importing.row", row=side.row)

    def _sides(self, one: About) -> Iterator[Fields]:
        """Yield each field that some side says something of."""
        for name in dict.fromkeys(name for side in one.sides for name in side.known):
            title = title_of(name, TABLES[TABLE_OF.get(name, "parties")].columns[name].label, self.viewer.language)
            yield Fields(title, tuple((self._head(side), side.known.get(name, "")) for side in one.sides))


def sheet_asked(viewer: Viewer, upload: str, question: int) -> Question | None:
    """Return what the viewer asked about a file; None where they did not, or it was forgotten."""
    asked = sheets(viewer.community).filter(pk=question).first()
    if asked is None or (asked.params["account"], asked.params["upload"]) != (viewer.account.pk, upload):
        return None
    return asked


def died(question: Question) -> bool:
    """Whether the process that read a file ended before it was read: somebody saw that, or it has fallen silent."""
    if question.error is not None:
        return any(one["id"] == DIED for one in question.error)
    return silent(question.community).filter(pk=question.pk).exists()


def step_of(step: str) -> tuple[int, int, str]:
    """Return which step of how many a file is at, and its name."""
    names = [WAITS, *STEPS, WRITING]
    name = step if step in names else WAITS
    return names.index(name), len(names), name


def brought(viewer: Viewer) -> list[Brought]:
    """Return the latest imports, the newest first."""
    notes = JournalEntry.rows.of(viewer.community).filter(fact__isnull=True)  # few, and found by their index
    undone = {payload(note)["import"] for note in notes.filter(kind=IMPORT_UNDONE)}
    latest = notes.filter(kind=IMPORT).order_by("-sequence")[:LATEST]
    return [_brought(viewer, note, note.sequence in undone) for note in latest]


def _brought(viewer: Viewer, note: JournalEntry, undone: bool) -> Brought:
    noted = payload(note)
    day = local_day(note.at, viewer.rules.charter.timezone)
    counts = [f"{_titled(viewer, name)} {rows}" for name, rows in noted["tables"].items()]
    shown = day_said(viewer.language, day, viewer.today)
    facts = comma(viewer.language).join(counts)
    return Brought(note.sequence, noted["origin"], shown, sum(noted["tables"].values()), facts, undone)


def payload(note: JournalEntry) -> Any:
    """Return what an entry says that is no fact."""
    return json.loads(note.body)["payload"]


def _titled(viewer: Viewer, table: str) -> str:
    return title_of(table, TABLES[table].label, viewer.language)
