"""A whole file into the facts, all of it or nothing; and the whole of it taken back."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from tenfold.exchange.reading.imports import FACTS, Imported, undo
from tenfold.exchange.reading.keep import map_text, place_of
from tenfold.exchange.reading.reading import Reading
from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.web.rights.acts import Act
from tenfold.web.rights.importing import check_tables, payload, read
from tenfold.web.services.acting import Actor, Doing, Done, act, refuse
from tenfold.web.store.append import IMPORT, IMPORT_UNDONE
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.source import known
from tenfold.web.store.uploads import shelf_folder

GIVEN_HERE = ("recorded_at", "recorded_by")  # whoever confirms an import records its rows, and now
Frames = Mapping[str, pl.DataFrame]


def bring(actor: Actor, *, path: Path, answers: Mapping[str, str], sequence: int) -> Done:
    """Import a file as it was previewed; keep its map for the next file of its shape.

    Parameters
    ----------
    sequence
        The journal entry at which the preview was made: where something was recorded since, it is to be made again.

    Raises
    ------
    Refused   a question is open, something was recorded since, or a row cannot be taken; nothing was written
    """
    reading, seen = read(actor.viewer, path, answers)
    if seen != sequence:
        raise Refused([Complaint("importing.moved")])
    _check(reading, actor.viewer.language)

    @act(Act.IMPORT)
    def written(doing: Doing, *, file: str, answers: Mapping[str, str], sequence: int) -> None:
        doing.forbid(Chain.objects.get(pk=doing.community.pk).sequence != sequence, "importing.moved")
        _add(doing, reading.found.added)
        counts = {name: rows.height for name, rows in reading.found.added.items()}
        doing.writer.note(IMPORT, {"origin": reading.origin, "tables": counts})

    done = written(actor, file=str(reading.content["origin"]), answers=dict(answers), sequence=sequence)
    _keep(actor.viewer.community, reading, actor.viewer.language)
    return done


def _check(reading: Reading, language: str) -> None:
    """Refuse what cannot be written yet, or has nothing to write."""
    if reading.missing:
        texts = "; ".join(say(language, one.text.id, one.text.params) for one in reading.missing)
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
