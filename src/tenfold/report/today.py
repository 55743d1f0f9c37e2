"""Today in words, and kept by a cycle in `today.json` so that whoever asks again the same day waits for nothing.

What was kept stands while the program, the charters, the facts and the folder's clock are what they were, byte for
byte, and until the local day is over. The file holds names, as report.html does.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tenfold.report.words import LANGUAGES

if TYPE_CHECKING:  # whoever finds the day's list kept does not wait for the engine
    from tenfold.engine.cycle import Cycle

NAME = "today.json"
PROGRAM = Path(__file__).parent.parent
INPUTS = ("charter.yaml", "charters", "facts", "facts.xlsx", "clock.txt")  # what a list of the day is made of
MADE = "__pycache__"


@dataclass(frozen=True, slots=True)
class Today:
    """The day's list.

    as_of      the instant that it is of, and `at` the same for people
    decisions  its acts as `decisions.jsonl` writes them, in their rank
    rows       number, whom, what and why, minutes of each, in one language
    unproven   what stands on word alone (report/terminal.py), if anything does
    """

    as_of: str
    at: str
    decisions: Sequence[Mapping[str, Any]]
    rows: Sequence[Sequence[str]]
    unproven: Mapping[str, str] | None


def today(cycle: "Cycle", language: str) -> Today:
    """Return the day's list of a cycle in words."""
    from tenfold.engine.today import today as listed
    from tenfold.engine.written import decision_object, instant_text
    from tenfold.report.terminal import Spoken, acts, unproven

    as_of, decisions, speech = instant_text(cycle.moment.as_of), listed(cycle), Spoken(cycle.board, language)
    written = [decision_object(one, as_of) for one in decisions]
    rows = [[*row] for row in acts(speech, decisions)]
    return Today(as_of, speech.minute(cycle.moment.as_of), written, rows, unproven(speech))


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 over the names and bytes of the program and of what a community is read from."""
    digest = hashlib.sha256()
    for root, names in ((PROGRAM, (".",)), (folder, INPUTS)):
        for path in (path for name in names for path in _files(root / name)):
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """Yield a file, or every file below a folder by name, but for what Python makes of its sources."""
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from sorted(one for one in path.rglob("*") if one.is_file() and MADE not in one.parts)


def keep(cycle: "Cycle", out: Path, inputs: str) -> None:
    """Write the day's list of a cycle on the folder's clock, or else the machine's, into `out`.

    inputs   the fingerprint from before the folder was read: what changes meanwhile is not taken for what was read
    """
    zone = ZoneInfo(cycle.board.main[0].charter.timezone)
    day = cycle.moment.as_of.astimezone(zone).date()
    over = None if cycle.community.clock else datetime.combine(day + timedelta(days=1), time(), zone).isoformat()
    said = {language: asdict(today(cycle, language)) for language in LANGUAGES}
    content = {"inputs": inputs, "from": cycle.moment.as_of.isoformat(), "until": over, "today": said}
    path, temporary = out / NAME, out / f".{NAME}.new"
    temporary.write_text(json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def kept(folder: Path, out: Path, language: str, now: datetime) -> Today | None:
    """Return the list that a cycle kept in `out`, if it still is today's."""
    try:
        content = json.loads((out / NAME).read_text(encoding="utf-8"))
        until = content["until"]
        of_the_day = until is None or datetime.fromisoformat(content["from"]) <= now < datetime.fromisoformat(until)
        if not of_the_day or content["inputs"] != fingerprint(folder):
            return None
        return Today(**content["today"][language])
    except (OSError, ValueError, KeyError, TypeError):  # none kept, or no longer what a cycle wrote
        return None
