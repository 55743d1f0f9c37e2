"""A confirmed reading is written: facts, the copy with what was left out, the map for the next file of its shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.imports import note_import
from tenfold.exchange.reading.keep import Shelf, map_text, place_of
from tenfold.exchange.reading.model import Step, nothing_said
from tenfold.exchange.reading.parked import SUFFIX, reasons_of, write_parked
from tenfold.exchange.reading.reading import Reading, read_file
from tenfold.facts.commit import Change
from tenfold.facts.maps.language import maps_of
from tenfold.facts.store import FactStore
from tenfold.report.words import complaint, say
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import BETWEEN


@dataclass(frozen=True)
class Confirmed:
    """What was written: the import's number, and the copies with what could not be read."""

    id: str | None
    parked: tuple[str, ...]
    maps: tuple[str, ...]


def read_files(
    files: Sequence[Path], around: Around, shelf: Shelf, answers: Mapping[str, str], step: Step = nothing_said
) -> list[Reading]:
    """Read several files one after the other, each as if those before it were in the community already.

    Raises
    ------
    Refused   as `read_file` does
    """
    readings = []
    for path in files:
        reading = read_file(path, around, shelf, answers, step)
        readings.append(reading)
        around = replace(around, store=_with(around.store, reading.found.added))
        if reading.content:
            shelf = Shelf((*shelf.maps, maps_of(dict(reading.content), place_of(reading.origin))))
    return readings


def _with(store: FactStore, added: Mapping[str, pl.DataFrame]) -> FactStore:
    tables = {name: pl.concat([rows, added[name]]) if name in added else rows for name, rows in store.tables.items()}
    return FactStore(tables)


def confirm(
    readings: Sequence[Reading], files: Sequence[Path], change: Change, now: datetime, language: str, gone: bool = False
) -> Confirmed:
    """Let a change of the community write what confirmed readings say, all of it or nothing.

    Parameters
    ----------
    gone
        Withdraw the things that the files no longer list.

    Raises
    ------
    Refused   when a question is open that has no proposal, or the community would not load any more
    """
    missing = [question for reading in readings for question in reading.missing]
    if missing:
        raise Refused([_missing(reading, language) for reading in readings if reading.missing])
    joined = replace(
        readings[0].found,
        added=_together([reading.found.added for reading in readings]),
        gone=_together([reading.found.gone for reading in readings]),
        problems={},
    )
    added = joined.merged(gone)
    joined.put(change, without_gone=gone)
    id = note_import(change, files, added, now) if added else None
    maps = [_keep(reading, change, language) for reading in readings if reading.content]
    parked = [name for reading in readings if (name := park(reading, change, language))]
    return Confirmed(id, tuple(parked), tuple(maps))


def _together(tables: Sequence[Mapping[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    names = dict.fromkeys(name for one in tables for name in one)
    return {name: pl.concat([one[name] for one in tables if name in one]) for name in names}


def _missing(reading: Reading, language: str) -> Complaint:
    texts = BETWEEN.join(say(language, question.text.id, question.text.params) for question in reading.missing)
    return Complaint("reading.unanswered", Place(reading.file), {"questions": texts})


def _keep(reading: Reading, change: Change, language: str) -> str:
    """Keep the map of a shape of file under its own name."""
    name = place_of(reading.origin)
    with change.place(name) as path:
        path.write_text(map_text(reading.content, say(language, "reading.map_head")), encoding="utf-8")
    return name


def park(reading: Reading, change: Change, language: str) -> str | None:
    """Write the copy of a file that says what could not be read, if there is anything."""
    if not reading.found.unread:
        return None
    name = parked_name(reading.file)
    with change.place(name) as path:
        write_copy(reading, path, language)
    return name


def parked_name(file: str) -> str:
    """Return what the copy of a file is called that says what could not be read."""
    return f"{Path(file).name.split('.parked')[0].rsplit('.', 1)[0]}{SUFFIX}"


def write_copy(reading: Reading, path: Path, language: str) -> None:
    """Write the copy of a file whose last column says what could not be read of each row."""

    def words(one: Complaint) -> str:
        """Say what is wrong with a row beside it: by its column alone."""
        return complaint(language, replace(one, place=Place(column=one.place.column)))

    problems = pl.concat([found for found in reading.found.problems.values() if found.height])
    reasons = reasons_of(problems, reading.file, words)
    write_parked(path, reading.table, reasons, say(language, "maps.reason_header"))
