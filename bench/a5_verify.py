"""A5: a journal is verified: its chain entry by entry, and that each body is canonical."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rfc8785

from bench.data import interactions
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.facts.canonical import canonical_lines
from tenfold.facts.declaration import TABLES
from tenfold.journal.check import AFTER, BEFORE, BETWEEN, FILE, HASH, entries
from tenfold.journal.entry import START, Draft, Head, append
from tenfold.terms.errors import Refused

TABLE = TABLES["interactions"]
EACH = 100  # facts of a member
AT = datetime(2026, 11, 30, tzinfo=UTC)
HEAD = "head.txt"


def prepare(folder: Path, size: int) -> None:
    """Write a journal of so many entries, and the hash of its newest."""
    folder.mkdir(parents=True, exist_ok=True)
    head = Head()
    with (folder / FILE).open("wb") as file:
        for line in canonical_lines(TABLE, interactions(size, max(1, size // EACH))):
            entry = append(head, Draft(AT, "bench", TABLE.name, b'{"commitments":{},"row":%b}' % line.encode()))
            file.write(entry.line)
            head = entry.head
    (folder / HEAD).write_text(head.hash, "utf-8")


def verified(folder: Path) -> str:
    """Check every entry; return the newest one's hash."""
    with (folder / FILE).open("rb") as lines:
        return deque(entries(lines), maxlen=1)[0].hash


def hashed(folder: Path) -> str:
    """Hash the stored bytes and compare each with what is stated; return the newest hash."""
    before = START
    with (folder / FILE).open("rb") as lines:
        for line in lines:
            body = line[len(BEFORE) : -(HASH + len(AFTER) + len(BETWEEN))]
            before = hashlib.sha256(body).hexdigest()
            assert before.encode() == line[-(HASH + len(AFTER)) : -len(AFTER)]
    return before


def reread(folder: Path, encode: Callable[[Any], bytes]) -> str:
    """Parse each entry, write it again, hash that and follow the chain; return the newest hash."""
    before = START
    with (folder / FILE).open("rb") as lines:
        for line in lines:
            said = json.loads(line)
            assert said["entry"]["previous"] == before
            before = hashlib.sha256(encode(said["entry"])).hexdigest()
            assert before == said["hash"]
    return before


def sorted_json(value: Any) -> bytes:
    """Return JSON as the standard library writes it with sorted keys."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""

    def check(answers: Mapping[str, object]) -> None:
        """All come to the head that was written; a journal with one digit changed is refused."""
        assert set(answers.values()) == {(folder / HEAD).read_text("utf-8")}
        lines = (folder / FILE).read_bytes().splitlines(keepends=True)
        lines[size // 2] = lines[size // 2].replace(b'"direction":"in"', b'"direction":"On"')
        lines[size // 2] = lines[size // 2].replace(b'"direction":"out"', b'"direction":"in"')
        try:
            deque(entries(lines), maxlen=0)
        except Refused as refused:
            assert refused.complaints[0].id == "journal.changed"
        else:
            raise AssertionError("a changed journal was taken for whole")

    contenders = [
        Contender(PRODUCT, lambda: verified(folder)),
        Contender(f"{LIMIT}: SHA-256 of the stored bytes", lambda: hashed(folder)),
        Contender("json of the standard library", lambda: reread(folder, sorted_json)),
        Contender("rfc8785", lambda: reread(folder, rfc8785.dumps)),
    ]
    return Trial(contenders, check, "chain, hash, and that each body is canonical; streamed from a file")


SUBJECT = Subject(
    "A5",
    "entries",
    {"smallest": (50,), "quick": (1_000, 10_000, 100_000), "full": (10_000, 100_000, 1_000_000)},
    prepare,
    trial,
    "bench.a5_verify:verified",
)
