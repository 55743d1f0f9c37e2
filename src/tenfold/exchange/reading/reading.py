"""The reading of a file: opened, its table found, its columns understood, its map built and run, nothing written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

import polars as pl

from tenfold.exchange.lists.back import Returned
from tenfold.exchange.reading import mails, older, owned
from tenfold.exchange.reading.asked import NEW, Asked, Asker, says_codes
from tenfold.exchange.reading.build import SOURCE, Builder
from tenfold.exchange.reading.chains import chained, with_chains
from tenfold.exchange.reading.chains import said as chains_said
from tenfold.exchange.reading.columns import candidates
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.file import Opened, open_file
from tenfold.exchange.reading.grid import ROW, Grid
from tenfold.exchange.reading.keep import Kept, Shelf
from tenfold.exchange.reading.kinds import ROLE, Taken, choose
from tenfold.exchange.reading.model import (
    Asking,
    ColumnRead,
    Option,
    Question,
    Step,
    Words,
    nothing_said,
    options,
    told,
)  # fmt: skip
from tenfold.exchange.reading.own import KIND, compared, own_list
from tenfold.exchange.reading.paid_deals import YES, paid_deals, wired_map, wired_question
from tenfold.exchange.reading.parts import Parts, parts_of
from tenfold.exchange.reading.payments import payments_asked
from tenfold.exchange.reading.preview import Preview, by_sum, preview_of
from tenfold.exchange.reading.styles import Styles, styles_of
from tenfold.exchange.reading.table import LeftOut, Table, table_of, whole_table
from tenfold.exchange.reading.values import is_placeholder
from tenfold.exchange.reading.whom import answered, questions_of
from tenfold.facts.complaints import SCHEMA
from tenfold.facts.maps.language import maps_of
from tenfold.facts.maps.result import Import, run_maps
from tenfold.facts.maps.sources import Sources
from tenfold.report.words import LANGUAGES, say
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed
from tenfold.terms.reason import Reason

NAMED = 10  # names that a note lists
SAMPLES = 3  # cells of a column that are shown
REGISTER = "captable"
TASK = "task"  # how far a task is
NAMES = ("party", "person", "organisation", "holder", "contact")
OF_ONE_FILE = (mails.OWNER, older.QUESTION)  # questions whose answers hold for one file, not for its shape


@dataclass(frozen=True)
class Reading:
    """What a file is taken for, what is asked, and what would be written."""

    file: str
    sheet: str | None
    kind: str
    columns: tuple[ColumnRead, ...]
    left_out: tuple[LeftOut, ...]
    notes: tuple[Reason, ...]
    questions: tuple[Question, ...]
    taken: Mapping[str, str]  # question: answer, proposals included
    unanswered: tuple[str, ...]
    origin: str
    content: Mapping[str, Any]  # the map file
    preview: Preview
    table: Table = field(repr=False)
    found: Import = field(repr=False)
    known_shape: bool = False

    @property
    def missing(self) -> tuple[Question, ...]:
        """The questions that have neither an answer nor a proposal: nothing is written before them."""
        return tuple(one for one in self.questions if one.id in self.unanswered and one.proposed is None)

    def as_dict(self, words: Words) -> dict[str, Any]:
        """Return the reading as JSON can hold it, its sentences in words."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "kind": self.kind,
            "columns": [column.as_dict(words) for column in self.columns],
            "left_out": [
                {"why": one.why, "row": one.row, "column": one.column, "sheet": one.sheet, "text": one.text}
                for one in self.left_out
            ],
            "notes": [words(note) for note in self.notes],
            "questions": [question.as_dict(words) for question in self.questions],
            "taken": dict(self.taken),
            "unanswered": list(self.unanswered),
            "known_shape": self.known_shape,
            "preview": self.preview.as_dict() | {"samples": [words(one) for one in self.preview.samples]},
            "origin": self.origin,
        }


def read_file(
    path: Path, around: Around, shelf: Shelf, answers: Mapping[str, str], step: Step = nothing_said
) -> Reading:
    """Read a file of people's own for a community.

    Parameters
    ----------
    answers
        Question → answer, of a person; what a shape of file was answered before stands behind them.
    step
        Is told each of STEPS when it begins.

    Raises
    ------
    Refused   when the file cannot be opened, an answer is none, or no kind of sheet fits
    """
    step("opening")
    asking = Asking(dict(answers), path.name)
    opened = _opened(path, asking)
    step("columns")
    own = own_list(opened.grids)
    if own is not None:
        return _of_own(path.name, *own, around)
    grid, left = _sheet(opened, asking)
    if grid.origin.get("format") == mails.FORMAT:
        grid, without = mails.talks_of(grid, asking, around)
        left += without
    is_made = "format" in grid.origin  # by a program: no titles, notes or totals stand among its records
    table = _without_reasons(whole_table(grid) if is_made else table_of(grid, _header(asking)))
    kept = shelf.find(table.names)
    if kept is not None:
        asking.answers = {**kept.answers, **answers}
    taken = choose(candidates(table), asking)
    if taken is None:
        raise Refused([_no_kind(table)])
    return _Assembly(
        path.name, asking, table, taken, around, kept or Kept(shelf.free_name(_name(grid))), left, opened.sha256, step
    ).read(kept is not None)


def _of_own(file: str, grid: Grid, found: Returned, around: Around) -> Reading:
    """Return the reading of a list that Tenfold wrote: no map comes of it, for nothing is left to understand."""
    own = compared(grid, found, around)
    empty: tuple[()] = ()
    return Reading(
        file,
        grid.sheet,
        KIND,
        own.columns,
        empty,
        empty,
        empty,
        {},
        empty,
        "",
        {},
        own.preview,
        own.table,
        own.found,
        True,
    )


def _opened(path: Path, asking: Asking) -> Opened:
    opened = open_file(path, asking.answers.get("encoding"), asking.answers.get("separator"))
    if not opened.rivals:
        return opened
    own = opened.grids[0].origin["encoding"]
    listed = [Option(own, told("reading.encoding.own", encoding=own))]
    listed += [Option(one, told("reading.encoding.rival", encoding=one, words=words)) for one, words in opened.rivals]
    why = told("reading.encoding.why", encoding=own)
    asking.ask(Question("encoding", told("reading.ask.encoding"), tuple(listed), own, why))
    return opened


def _sheet(opened: Opened, asking: Asking) -> tuple[Grid, list[LeftOut]]:
    """Return the likeliest sheet; hidden ones are named and left out, and several are asked about."""
    shown = [grid for grid in opened.grids if not grid.hidden] or list(opened.grids)
    titles = {grid.sheet for grid in shown}
    left = [LeftOut("hidden_sheet", sheet=grid.sheet) for grid in opened.grids if grid.sheet not in titles]
    if len(shown) == 1:
        return shown[0], left
    scored = []
    for grid in shown:
        taken = choose(candidates(table_of(grid)), Asking({}))
        scored.append((taken.score * min(grid.height, 50) if taken else 0.0, grid))
    best = max(scored, key=lambda one: one[0])[1]
    likely = [grid for score, grid in scored if score > 0] or [best]
    answer = best.sheet
    if len(likely) > 1 or "sheet" in asking.answers:
        listed = tuple(Option(str(grid.sheet), told("reading.sheet.one", sheet=grid.sheet)) for grid in shown)
        why = told("reading.sheet.why", sheet=best.sheet)
        answer = asking.ask(Question("sheet", told("reading.ask.sheet"), listed, best.sheet, why))
    chosen = next(grid for grid in shown if grid.sheet == answer)
    return chosen, [*left, *(LeftOut("other_sheet", sheet=grid.sheet) for grid in shown if grid is not chosen)]


def _header(asking: Asking) -> tuple[int, ...] | None:
    """Return the rows of the header that a person named: `3`, `3-4`, or `0` for none."""
    given = asking.answers.get("header")
    if given is None:
        return None
    first, _, last = given.partition("-")
    if not first.isdigit() or (last and not last.isdigit()):
        params = {"seen": given, "expected": "3, 3-4, 0", "question": "header"}
        raise Refused([Complaint("reading.answer", Place(asking.file), params)])
    return tuple(range(int(first), int(last or first) + 1)) if int(first) else ()


def _without_reasons(table: Table) -> Table:
    """Return the table without the column of reasons that a parked copy has."""
    headers = {say(language, "maps.reason_header") for language in LANGUAGES}
    places = {name: place for name, place in table.places.items() if name not in headers}
    return replace(table, places=places, rows=table.rows.drop([name for name in table.names if name in headers]))


def _no_kind(table: Table) -> Complaint:
    place = Place(table.label, table.header[0] if table.header else None)
    return Complaint("reading.no_kind", place, {"seen": Listed(table.names)})


def _name(grid: Grid) -> str:
    """Return what a new source is called: by its file, for a person to recognise; it is never compared again."""
    return PurePath(grid.file).stem


@dataclass
class _Assembly:
    """Puts a reading together."""

    file: str
    asking: Asking
    table: Table
    taken: Taken
    around: Around
    kept: Kept
    left: list[LeftOut]
    sha256: str
    step: Step
    again: bool = False  # whether the older states that the file says are so now

    def read(self, known_shape: bool) -> Reading:
        self._leave_out_placeholders()
        styles = styles_of(self.asking, self.table, self.taken, self.around)
        self._leave_out_sums(styles)
        asked = Asker(self.asking, self.table, self.taken, styles, self.around).ask()
        asked.values |= {"file": self.file, "sha256": self.sha256}
        parts = self._of_company(parts_of(self.asking, self.table, self.taken))
        builder = Builder(self.table, self.taken, styles, asked, parts, self.around)
        notes = list(self._dated(asked, styles, builder.applied()))
        self.step("matching")
        content, found = self._run(builder)
        content, found, chains = self._chained(content, found)
        self.step("showing")
        preview = preview_of(found, self.table, self.taken, styles, self.around)
        return Reading(
            self.file,
            self.table.grid.sheet,
            self.taken.kind.name,
            tuple(self._columns(styles, asked, parts)),
            (*self.left, *self.table.left_out, *self.table.totals),
            (*self._notes(asked), *notes, *owned.said(found, self.table, self.taken), *chains),
            tuple(self.asking.questions.values()),
            self.asking.taken,
            tuple(question.id for question in self.asking.unanswered),
            self.kept.origin,
            content,
            preview,
            self.table,
            found,
            known_shape,
        )

    # ---- rows ---------------------------------------------------------------------------------------------------

    def _leave_out_placeholders(self) -> None:
        """Leave out rows whose name stands for none: Info Requested, 匿名."""
        names = [self.taken.columns[slot].name for slot in ("first_name", *NAMES) if slot in self.taken.columns]
        if not names or self.taken.kind.name in ("tasks", "survey"):
            return
        cells = self.table.rows[names[0]]
        empty = [text for text in cells.drop_nulls().unique().to_list() if is_placeholder(text)]
        rows = self.table.rows.filter(pl.col(names[0]).is_in(empty)).select(ROW, names[0])
        self.table = self.table.without([LeftOut("placeholder", row, text=text) for row, text in rows.iter_rows()])

    def _leave_out_sums(self, styles: Styles) -> None:
        names = [self.taken.columns[slot].name for slot in NAMES if slot in self.taken.columns]
        rows = by_sum(self.table, self.taken, styles, names) if names else []
        if rows:
            self.table = self.table.without([], [LeftOut("sum", row) for row in dict.fromkeys(rows)])

    def _of_company(self, parts: Parts) -> Parts:
        """Ask whose shares a register lists that has no column for it and names another company in its title."""
        if self.taken.kind.name != REGISTER or "company" in self.taken.columns:
            return parts
        name = owned.company_in_title(self.table, self.around.project_names)
        if name is None:
            return parts
        question = owned.asked_about(name, self.around.project_names)
        if self.asking.ask(question) == owned.US:
            return parts
        # The map makes the column of the next file too; in this one it stands beside the holders to be compared.
        self.table = replace(self.table, rows=self.table.rows.with_columns(pl.lit(name).alias(owned.COMPANY)))
        return owned.with_company(parts, name)

    # ---- dates of rows that have none ---------------------------------------------------------------------------

    def _dated(self, asked: Asked, styles: Styles, facts: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
        """Say from when rows without a date are: the day that the sheet states, or the one that is answered."""
        dated = [days for fact in facts if (days := _days(fact))]
        columns = {self.taken.columns[slot].name for days in dated for slot in days if slot in self.taken.columns}
        undated = self.table.rows
        if columns:
            undated = undated.filter(pl.all_horizontal(pl.col(sorted(columns)).is_null()))
        if not undated.height or not dated:
            return
        if styles.stated:
            asked.values["undated"] = styles.stated
            yield told("reading.undated.stated", day=styles.stated)
        else:
            before = f"<{self.around.today}"
            question = Question(
                "undated",
                told("reading.ask.undated", rows=undated.height),
                (Option(before, told("reading.undated.before", day=self.around.today)),),
                before,
                told("reading.undated.why"),
                open=True,
            )
            asked.values["undated"] = self.asking.ask(question) or before

    # ---- the map ------------------------------------------------------------------------------------------------

    def _run(self, builder: Builder) -> tuple[dict[str, Any], Import]:
        """Build and run the map; whom it finds likely is asked, and the map is run again with the answers."""
        same = dict(self.kept.same)
        content = builder.content(self.kept.origin, self._answers(), same)
        found = self._import(content)
        assert found.run is not None
        names = self._names(found)
        questions = list(questions_of(found.run.likely, names, same))
        questions += payments_asked(found.run.meetings, self.around)
        given = {question.id.removeprefix("same."): self.asking.ask(question) for question in questions}
        same |= {digest: answer for digest, answer in given.items() if answer is not None}
        if {*given.values()} - {None, NEW}:  # whoever is somebody else was taken for that already
            content = builder.content(self.kept.origin, self._answers(), same)
            found = self._import(content)
        found = self._or_again(content, found)
        further = self._wired(found, builder)
        if further is not None:
            content["maps"] = [*content["maps"], further]
            found = self._import(content)
        assert found.run is not None
        content["same"] = answered(same, found.run.people)
        return {word: value for word, value in content.items() if value}, found

    def _names(self, found: Import) -> dict[str, str]:
        """Return the names of those whom a file speaks of and of those who are known."""
        assert found.run is not None
        return {**{one.party: one.name for one in found.run.mentions}, **self.around.names}

    def _chained(self, content: dict[str, Any], found: Import) -> tuple[dict[str, Any], Import, tuple[Reason, ...]]:
        """Add the links that a register shows through others: the map file, what it comes to, and how that is."""
        assert found.run is not None
        if self.taken.kind.name != REGISTER:
            return content, found, ()
        kinds = {**{one.party: one.kind for one in found.run.mentions}, **self.around.kinds}
        links = chained(found, self.around, kinds)
        if not links:
            return content, found, ()
        names = self._names(found)
        content = with_chains(content, links, names)
        found = self._or_again(content, self._import(content))
        return content, found, tuple(chains_said(links, names))

    def _or_again(self, content: dict[str, Any], found: Import) -> Import:
        """Return what the file comes to once people said whether the older states in it are so again."""
        question = older.asked_about(found, self.around)
        if question is None or self.asking.ask(question) != older.AGAIN:
            return found
        self.again = True
        return self._import(content)

    def _wired(self, found: Import, builder: Builder) -> dict[str, Any] | None:
        """Return a map that advances the deals which a bank statement shows to be paid in full, if people agree."""
        round_key = builder.asked.values.get("round_key", "")
        if self.taken.kind.name != "bank" or not round_key:
            return None
        paid = paid_deals(found, round_key, self.around)
        if not paid or self.asking.ask(wired_question(paid, self.around)) != YES:
            return None
        column = self.taken.columns["party"].name
        return wired_map(paid, self.table.rows[column].drop_nulls().unique().to_list(), column, round_key, SOURCE)

    def _answers(self) -> dict[str, str]:
        """Return the answers to keep: those of before too, and none about persons, who are kept as digests.

        What somebody takes a column for was not asked, and is kept like an answer. Whose mailbox a file is, and whether
        what it says is so again, holds for that file alone: the next one is of the same shape.
        """
        ids = [f"{ROLE}{name}" for name in self.table.names]
        roles = {id: self.asking.answers[id] for id in ids if id in self.asking.answers}
        answers = {**self.kept.answers, **roles, **self.asking.taken}
        return {id: answer for id, answer in answers.items() if not id.startswith("same.") and id not in OF_ONE_FILE}

    def _import(self, content: dict[str, Any]) -> Import:
        maps = maps_of(content, f"{self.kept.origin}.yaml")
        sources = Sources.given(SOURCE, self.table.rows, self._unvalued())
        around = self.around
        return run_maps(maps, sources, around.store, around.context, around.now, self.again)

    def _unvalued(self) -> pl.DataFrame:
        """Return the cells that no text can stand for, as complaints under the names of their columns."""
        names = {place: name for name, place in self.table.places.items()}
        rows = [
            (trouble.row + 1, names[trouble.column], trouble.id, trouble.seen, "")
            for trouble in self.table.grid.troubles
            if trouble.column in names
        ]
        return pl.DataFrame(rows, schema=SCHEMA, orient="row")

    # ---- what is said -------------------------------------------------------------------------------------------

    def _columns(self, styles: Styles, asked: Asked, parts: Parts) -> Iterator[ColumnRead]:
        slots = {column.name: slot for slot, column in self.taken.columns.items()}
        for name in self.table.names:
            slot = slots.get(name, "")
            says = [*parts.says.get(name, ())]
            for known in (styles.amounts.get(slot), styles.dates.get(slot)):
                says += known.says if known is not None else ()
            says += says_codes(asked.codes.get(slot, {}), name, self._codes_of(slot))
            by = "answer" if f"{ROLE}{name}" in self.asking.answers else "header" if slot else ""
            if slot and not self.taken.columns[slot].by_header and by == "header":
                by = "values"
            sample = self.table.rows[name].drop_nulls().unique(maintain_order=True).head(SAMPLES).to_list()
            yield ColumnRead(name, slot, by, tuple(says), tuple(sample))

    def _codes_of(self, slot: str) -> str:
        """Return what the words of a slot are codes of."""
        return TASK if (self.taken.kind.name, slot) == ("tasks", "state") else slot

    def _notes(self, asked: Asked) -> Iterator[Reason]:
        """Yield what is assumed, because a sheet does not say it."""
        if asked.values.get("round_key") and asked.values.get("round") != NEW and "round" not in self.asking.questions:
            yield told("reading.note.round", stage=self.around.called_rounds[asked.values["round_key"]])
        format_ = self.table.grid.origin.get("format")
        if format_ in ("ocf", "icalendar", mails.FORMAT):
            yield told(f"reading.note.{format_}")
        if self.taken.kind.name == "pipeline":
            yield from self._without_amount()
        if self.taken.kind.name == REGISTER and not {"company"} & {*self.taken.columns, *self.asking.questions}:
            yield told("reading.note.own_register")
        if self.taken.kind.name == "bank":
            nameless = self.table.rows[self.taken.columns["party"].name].null_count()
            if nameless:
                yield told("reading.bank.nameless", rows=nameless)
        if "talked_on" in self.taken.columns and "channel" not in self.taken.columns and asked.values.get("channel"):
            yield told("reading.note.channel", channel=asked.values["channel"])

    def _without_amount(self) -> Iterator[Reason]:
        """Name those whose amount is open: they are known from now on, without a deal."""
        columns = [self.taken.columns[slot].name for slot in ("amount", "received") if slot in self.taken.columns]
        party = self.taken.columns["party"].name
        rows = self.table.rows.filter(pl.all_horizontal(pl.col(columns).is_null())) if columns else self.table.rows
        names = rows[party].drop_nulls().unique(maintain_order=True).to_list()
        if names:
            yield told("reading.note.no_amount", rows=len(names), names=Listed(names[:NAMED]))


def _days(fact: Mapping[str, Any]) -> Sequence[str]:
    """Return the slots of dates that a fact is dated by, if it takes the sheet's day where all are empty."""
    spec = fact["set"].get("occurred_at", {})
    return spec.get("day", ()) if not spec.get("last") and spec.get("else") != "event" else ()


__all__ = ["Reading", "options", "read_file"]
