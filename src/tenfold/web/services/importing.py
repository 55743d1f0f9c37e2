"""A whole file into the facts, all of it or nothing; and the whole of it taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import polars as pl

from tenfold.exchange.reading.confirm import parked_name, write_copy
from tenfold.exchange.reading.imports import FACTS, Imported, undo
from tenfold.exchange.reading.keep import map_text, place_of
from tenfold.exchange.reading.model import Step, nothing_said
from tenfold.exchange.reading.reading import Reading
from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import BETWEEN
from tenfold.web.rights.acts import Act
from tenfold.web.rights.importing import check_tables, payload, preview, read
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor, Doing, act, refuse
from tenfold.web.store.append import IMPORT, IMPORT_UNDONE
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.source import known
from tenfold.web.store.uploads import keep, shelf_folder
from tenfold.web.store.work import WRITING

GIVEN_HERE = ("recorded_at", "recorded_by")  # whoever confirms an import records its rows, and now
Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done about a file.

    do         look: what it would do; bring: do it
    answers    question → answer, where it is another than the one proposed
    sequence   the journal entry that is looked at; to bring what was seen, the one at which it was
    once       the key under which it is brought, so that it is brought once
    """

    do: Literal["look", "bring"]
    answers: Mapping[str, str]
    sequence: int
    once: str | None = None


def run(viewer: Viewer, path: Path, errand: Errand, step: Step = nothing_said) -> dict[str, Any]:
    """Do what is to be done about a file; return it as JSON can hold it.

    That is the preview of a look, or `left` of what was brought: the key of the copy with the rows that could not be
    read, empty where there are none.

    Raises
    ------
    Refused   as `read` and `bring` do
    """
    if errand.do == "look":
        return asdict(preview(viewer, path, errand.answers, step))
    actor = Actor(viewer, errand.once)
    return {"left": bring(actor, path=path, answers=errand.answers, sequence=errand.sequence, step=step)}


def bring(actor: Actor, *, path: Path, answers: Mapping[str, str], sequence: int, step: Step = nothing_said) -> str:
    """Import a file as it was previewed; keep its map for the next file of its shape.

    Returns the key under which the copy is kept that says what could not be read; empty where all was.

    Parameters
    ----------
    sequence
        The journal entry at which the preview was made: where something was recorded since, it is to be made again.

    Raises
    ------
    Refused   a question is open, something was recorded since, or a row cannot be taken; nothing was written
    """
    reading, seen = read(actor.viewer, path, answers, step)
    if seen != sequence:
        raise Refused([Complaint("importing.moved")])
    _check(reading, actor.viewer.language)

    @act(Act.IMPORT)
    def written(doing: Doing, *, file: str, answers: Sequence[tuple[str, str]], sequence: int) -> None:
        doing.forbid(Chain.objects.get(pk=doing.community.pk).sequence != sequence, "importing.moved")
        _add(doing, reading.found.added)
        counts = {name: rows.height for name, rows in reading.found.added.items()}
        doing.writer.note(IMPORT, {"origin": reading.origin, "tables": counts})

    step(WRITING)
    # Pairs, for what is asked may hold words of the file, which are no names of fields.
    written(actor, file=str(reading.content["origin"]), answers=sorted(answers.items()), sequence=sequence)
    _keep(actor.viewer.community, reading, actor.viewer.language)
    return _left(actor.viewer, reading)


def copy_of(reading: Reading, language: str) -> tuple[str, bytes] | None:
    """Return the name and the content of a copy of a file that says what could not be read; None where all was."""
    if not reading.found.unread:
        return None
    with TemporaryDirectory() as folder:
        copy = Path(folder) / parked_name(reading.file)
        write_copy(reading, copy, language)
        return copy.name, copy.read_bytes()


def _left(viewer: Viewer, reading: Reading) -> str:
    copy = copy_of(reading, viewer.language)
    return "" if copy is None else keep(viewer.community, viewer.account, copy[0], [copy[1]])


def _check(reading: Reading, language: str) -> None:
    """Refuse what cannot be written yet, or has nothing to write."""
    if reading.missing:
        texts = BETWEEN.join(say(language, one.text.id, one.text.params) for one in reading.missing)
        raise Refused([Complaint("reading.unanswered", Place(reading.file), {"questions": texts})])
    if not reading.found.added:
        raise Refused([Complaint("reading.show.nothing")])


def _add(doing: Doing, tables: Frames) -> None:
    """Add rows as the reading made them: their ids and origins are its own, whoever confirms records them."""
    for name, rows in tables.items():
        for row in rows.drop(GIVEN_HERE).iter_rows(named=True):
            doing.add(name, **row)


def _keep(community: Community, reading: Reading, language: str) -> None:
    """Keep the map of a shape of file, so that the next one of it asks nothing again."""
    path = shelf_folder(community) / place_of(reading.origin)
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    path.write_text(map_text(reading.content, say(language, "reading.map_head")), encoding="utf-8")


@act(Act.IMPORT)
def take_back(doing: Doing, *, sequence: int) -> None:
    """Take a whole import back, by rows that void what it brought; what it corrected says again what it said.

    Parameters
    ----------
    sequence
        The journal entry that notes the import: the facts that it brought stand before it, one after the other.
    """
    notes = JournalEntry.rows.of(doing.community).filter(fact__isnull=True)
    note = notes.filter(kind=IMPORT, sequence=sequence).first()
    if note is None:
        refuse("acts.unknown")
    undone = {payload(one)["import"] for one in notes.filter(kind=IMPORT_UNDONE)}
    doing.forbid(sequence in undone, "importing.undone_already")
    said = payload(note)
    check_tables(doing.viewer, [*said["tables"]])
    _add(doing, undo(known(doing.community).facts, _imported(doing.community, note, said), (), doing.writer.recorded))
    doing.writer.note(IMPORT_UNDONE, {"import": sequence})


def _imported(community: Community, note: JournalEntry, said: Mapping[str, Any]) -> Imported:
    """Return an import as the command line knows one: its facts are the entries before its note."""
    first = note.sequence - sum(said["tables"].values())
    entries = JournalEntry.rows.of(community).filter(sequence__gte=first, sequence__lt=note.sequence)
    facts = pl.DataFrame([*entries.order_by("sequence").values_list("kind", "fact")], FACTS, orient="row")
    return Imported(str(note.sequence), note.at.isoformat(), (said["origin"],), said["tables"], None, facts)
