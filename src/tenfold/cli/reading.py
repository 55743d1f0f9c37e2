"""Files of people's own, read without a map: shown as a reading, written when it is confirmed, taken back by undo."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tenfold.cli.options import Folder, output_of, tell_left
from tenfold.cli.output import Output
from tenfold.report.words import complaint
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

if TYPE_CHECKING:
    from tenfold.exchange.reading.community import Around
    from tenfold.exchange.reading.model import Question, Words
    from tenfold.exchange.reading.reading import Reading

ALWAYS = frozenset({"encoding", "separator", "header", "sheet", "kind"})  # what may be answered unasked
UNREAD_LISTED = 10  # rows that cannot be read, shown with their reasons


def read_and_write(
    output: Output, files: Sequence[Path], folder: Path, yes: bool, answers: Path | None, gone: bool
) -> None:
    """Show what files are taken for; write it when the proposals are taken, or everything is answered."""
    from tenfold.engine.community import Community
    from tenfold.exchange.reading.community import Around
    from tenfold.exchange.reading.confirm import confirm, read_files
    from tenfold.exchange.reading.keep import Shelf
    from tenfold.facts.commit import changing

    given, now = _answers(answers), datetime.now(UTC)
    with changing(folder, "import") as change:
        with output.working("cli.working.import"):
            around = Around.of(Community.load(folder), now, output.language)
            readings = read_files(files, around, Shelf.of(folder), given)
        words = _words(output, around)
        for reading in readings:
            _show(output, reading, words)
        _tell_unasked(output, readings, given)
        open_ = any(reading.unanswered for reading in readings)
        if not yes and (open_ or answers is None):
            output.result({"readings": _told(readings, words), "written": None})
            output.line(_not_written(readings, open_))
            return
        written = confirm(readings, files, change, now, output.language, gone)
        change.commit()
    output.result({"readings": _told(readings, words), "written": written.id, "parked": list(written.parked)})
    if written.id is None:
        output.line("reading.show.nothing")
    else:
        output.line("reading.show.written", id=written.id)
    for name in written.parked:
        output.line("reading.show.parked", file=folder / name)


def _answers(path: Path | None) -> Mapping[str, str]:
    """Read `question: answer`, one a line."""
    from tenfold.facts.maps.document import read_document

    content = read_document(path).content if path else {}
    if not isinstance(content, dict) or not all(isinstance(answer, str) for answer in content.values()):
        raise Refused([Complaint("reading.show.answers", Place(str(path)))])
    return content


def _tell_unasked(output: Output, readings: "Sequence[Reading]", given: Mapping[str, str]) -> None:
    """Name the answers to what no file asks: a slip of the pen would else be taken for nothing said."""
    from tenfold.exchange.reading.kinds import ROLE

    asked = {question.id for reading in readings for question in reading.questions}
    asked |= {f"{ROLE}{column.name}" for reading in readings for column in reading.columns} | ALWAYS
    unasked = [id for id in given if id not in asked]
    if unasked:
        output.line("reading.show.unasked", count=len(unasked), questions=output.say("report.comma").join(unasked))


def _not_written(readings: "Sequence[Reading]", is_open: bool) -> str:
    """Return what to say where nobody confirmed yet: there may be nothing to confirm."""
    if is_open:
        return "reading.show.next"
    brings = any(reading.found.added or reading.found.gone for reading in readings)
    return "reading.show.confirm" if brings else "reading.show.nothing"


def _words(output: Output, around: "Around") -> "Words":
    """Return how sentences of a reading are said: in the words of the community's charter."""
    from tenfold.exchange.reading.saying import said
    from tenfold.report.phrases import Phrases

    return partial(said, Phrases(around.charter, output.language, {}, {}))


def _told(readings: "Sequence[Reading]", words: "Words") -> list[dict[str, Any]]:
    return [reading.as_dict(words) for reading in readings]


def _show(output: Output, reading: "Reading", words: "Words") -> None:
    """Print one reading, from what the file is taken for to what it would write."""
    output.line("reading.show.head", file=reading.file, kind=output.say(f"reading.kind.{reading.kind}"))
    for column in reading.columns:
        if column.role:
            role = output.say(f"reading.role.{column.role}")
            says = "".join(f" · {words(one)}" for one in column.says)
            output.text(f"  {column.name} → {role}{says}")
    unused = Listed(column.name for column in reading.columns if not column.role)
    if unused:
        output.line("reading.show.unused", columns=unused)
    for left in reading.left_out:
        place = {"row": left.row, "column": left.column, "sheet": left.sheet, "text": left.text}
        output.line(f"reading.left.{left.why}", **place)
    for note in reading.notes:
        output.text(words(note))
    _show_preview(output, reading, words)
    for question in reading.questions:
        if question.id in reading.unanswered:
            _show_question(output, question, words)


def _show_question(output: Output, question: "Question", words: "Words") -> None:
    said = {option.value: words(option.text) for option in question.options}

    def named(value: str) -> str:
        return output.say("reading.show.option", value=value, word=said.get(value, value))

    why = words(question.why) if question.why else ""
    text = words(question.text)
    if question.proposed is None:
        listed = output.say("report.comma").join(named(value) for value in said)
        output.line("reading.show.open", text=text, id=question.id, options=listed, why=why)
        return
    output.line("reading.show.question", text=text, id=question.id, proposed=named(question.proposed), why=why)


def _show_preview(output: Output, reading: "Reading", words: "Words") -> None:
    from tenfold.facts.declaration import TABLES, title_of

    def titled(table: str) -> str:
        return title_of(table, TABLES[table].label, output.language)

    older = joined = 0
    for counted in reading.preview.counts:
        states = {name: counted.states.get(name, 0) for name in ("new", "changed", "same")}
        older += counted.states.get("older", 0)
        joined += counted.states.get("joined", 0)
        output.line("reading.show.counts", table=titled(counted.table), **states)
    for sample in reading.preview.samples:
        output.text(f"  {words(sample)}")
    if joined:
        output.line("reading.show.joined", rows=joined)
    if older:
        output.line("reading.show.older", rows=older)
    for total in reading.preview.totals:
        output.text(words(total.told))
    for table, rows in reading.preview.gone.items():
        output.line("reading.show.gone", table=titled(table), rows=rows)
    if reading.preview.unread:
        output.line("reading.show.unread", rows=reading.preview.unread)
        for one in reading.found.complaints()[:UNREAD_LISTED]:
            output.text(f"  {complaint(output.language, _placed(one, reading.file))}")


def _placed(one: Complaint, file: str) -> Complaint:
    """Name the user's own file in a complaint about its table."""
    return Complaint(one.id, Place(file, one.place.row, one.place.column), one.params)


def undo(
    context: typer.Context,
    folder: Folder,
    which: Annotated[str | None, typer.Argument(metavar="[IMPORT]")] = None,
) -> None:
    """Take a whole import back, by rows that void it."""
    from tenfold.engine.community import Community
    from tenfold.exchange.reading.imports import find_import, imports_of, note_undone
    from tenfold.exchange.reading.imports import undo as taken_back
    from tenfold.facts.commit import changing
    from tenfold.facts.write import add_facts

    output, now = output_of(context), datetime.now(UTC)
    tell_left(output, folder)
    with changing(folder, "undo") as change:
        imported = find_import(folder, which)
        community = Community.load(folder)
        others = [one for one in imports_of(folder) if one.id != imported.id]
        rows = taken_back(community.facts, imported, others, now)
        add_facts(change, community.facts, rows, community.rulebook.newest.currencies)
        note_undone(change, imported, now)
        change.commit()
    count = sum(one.height for one in rows.values())
    output.result({"undone": imported.id, "rows": count})
    output.line("reading.show.undone", id=imported.id, rows=count)


COMMANDS: dict[str, Callable[..., Any]] = {"undo": undo}
