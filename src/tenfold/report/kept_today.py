"""Today in words, and kept by a cycle in `today.json` so that whoever asks again the same day waits for nothing.

What was kept stands while the program, the charters, the facts and the folder's clock are what they were, byte for
byte, and until the local day is over. The file holds names, as report.html does.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tenfold.facts.commit import Change, input_files
from tenfold.facts.files import file_bytes
from tenfold.report.words import LANGUAGES
from tenfold.terms.errors import Refused

if TYPE_CHECKING:  # whoever finds the day's list kept does not wait for the engine
    from tenfold.engine.cycle import Cycle

NAME = "today.json"
PROGRAM = Path(__file__).parent.parent
MADE = "__pycache__"


@dataclass(frozen=True, slots=True)
class Today:
    """The day's list.

    as_of      the instant that it is of, and `at` the same for people
    decisions  its acts as `decisions.jsonl` writes them, in their rank
    rows       number, whom, what to do, why now, minutes of each, in one language
    unproven   what stands on word alone (report/terminal.py), if anything does
    notes      what the calendar has to say about it, in sentences
    """

    as_of: str
    at: str
    decisions: Sequence[Mapping[str, Any]]
    rows: Sequence[Sequence[str]]
    unproven: Mapping[str, str] | None
    notes: Sequence[str]


def today(cycle: "Cycle", language: str) -> Today:
    """Return the day's list of a cycle in words."""
    from tenfold.engine.today import today as listed
    from tenfold.engine.written import decision_object, instant_text
    from tenfold.report.days import calendar_notes
    from tenfold.report.terminal import Spoken, acts, unproven
    from tenfold.terms.days import local_day

    as_of, decisions, speech = instant_text(cycle.moment.as_of), listed(cycle), Spoken(cycle.board, language)
    written = [decision_object(one, as_of) for one in decisions]
    day = local_day(cycle.moment.as_of, speech.zone)
    rows = [[*row] for row in acts(speech, written, day)]
    at = speech.minute(cycle.moment.as_of)
    notes = calendar_notes(language, speech.rules.calendar, day)
    return Today(as_of, at, written, rows, unproven(speech), notes)


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of the program and of what a community is read from."""
    program = (path for path in PROGRAM.rglob("*") if path.is_file() and MADE not in path.parts)
    digest = hashlib.sha256()
    for root, paths in ((PROGRAM, program), (folder, input_files(folder))):
        for path in sorted(paths):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").digest()
            digest.update(os.fsencode(path.relative_to(root)) + b"\0" + content)
    return digest.hexdigest()


def keep(cycle: "Cycle", change: Change, inputs: str) -> None:
    """Let a change write the day's list of a cycle on the folder's clock, or else the machine's.

    inputs   the fingerprint from before the folder was read: what changes meanwhile is not taken for what was read
    """
    until = None if cycle.community.clock else _until(cycle).isoformat()
    said = {language: asdict(today(cycle, language)) for language in LANGUAGES}
    content = {"inputs": inputs, "from": cycle.moment.as_of.isoformat(), "until": until, "today": said}
    with change.place(NAME) as place:
        place.write_text(sealed(content), encoding="utf-8")


def _until(cycle: "Cycle") -> datetime:
    """Return when a list is over: with the local day, or when the next instant that a fact names has come."""
    from polars import selectors

    from tenfold.terms.days import days_later, first_instant, local_day

    as_of = cycle.moment.as_of
    zone = cycle.board.main[0].charter.timezone
    over = first_instant(days_later(local_day(as_of, zone), 1), zone)
    tables = cycle.community.facts.tables.values()
    instants = (column for rows in tables for column in rows.select(selectors.datetime()).iter_columns())
    coming = (column.filter(column > as_of).min() for column in instants)
    return min([over, *(at for at in coming if isinstance(at, datetime))])


def sealed(content: Mapping[str, Any]) -> str:
    """Return what is kept as its file holds it, with the SHA-256 of what it says."""
    said = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return json.dumps({"said": said, "sha256": _sha256(said)}, ensure_ascii=False) + "\n"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def kept(folder: Path, out: Path, language: str, now: datetime) -> Today | None:
    """Return the list that a cycle kept in `out`, if it still is today's."""
    try:
        file = json.loads(file_bytes(out / NAME, NAME))
        said, seal = file["said"], file["sha256"]
    except (Refused, OSError, ValueError, KeyError, TypeError):  # none is kept, or something else is in its place
        return None
    if seal != _sha256(str(said)):
        return None  # somebody changed it
    content = json.loads(said)
    over = content["until"]
    of_the_day = over is None or datetime.fromisoformat(content["from"]) <= now < datetime.fromisoformat(over)
    return Today(**content["today"][language]) if of_the_day and content["inputs"] == fingerprint(folder) else None
