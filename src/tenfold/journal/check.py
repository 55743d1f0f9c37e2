"""Checking an exported journal: its chain, entry by entry, with nothing but the file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tenfold.journal.entry import START, Entry, Head, entry_hash
from tenfold.terms.canonical import from_canonical
from tenfold.terms.errors import Complaint, Place, Refused

FILE = "journal.jsonl"
BEFORE, BETWEEN, AFTER = b'{"entry":', b',"hash":"', b'"}\n'
HASH = 64


def entries(lines: Iterable[bytes], head: str | None = None) -> Iterator[Entry]:
    """Yield the entries of an exported journal, each checked against the one before.

    head   the hash that somebody kept of this journal's newest entry, or of an earlier one: without it, nobody can see
           that entries were cut off at the end, or that the whole was written anew

    Raises
    ------
    Refused   names the first entry that is not as it was written, or says that the kept head is not in the journal
    """
    before, kept = Head(0, START), head is None
    for number, line in enumerate(lines, start=1):
        entry = _entry(line, before, number)
        kept = kept or entry.hash == head
        before = entry.head
        yield entry
    if not kept:
        raise Refused([Complaint("journal.head", Place(FILE), {"entries": str(before.sequence)})])


def _entry(line: bytes, before: Head, number: int) -> Entry:
    """Read a line; its body is canonical, its hash is that of the body, and it follows what was before."""
    body, stated = line[len(BEFORE) : -(HASH + len(AFTER) + len(BETWEEN))], line[-(HASH + len(AFTER)) : -len(AFTER)]
    entry = Entry(number, body, stated.decode("ascii", "replace"))
    if entry.line != line:
        raise _bad("journal.line", number)
    if entry_hash(body) != entry.hash:
        raise _bad("journal.changed", number)
    try:
        content = from_canonical(body)
    except ValueError:
        raise _bad("journal.line", number) from None
    _follows(content, before, number)
    return entry


def _follows(content: Mapping[str, Any], before: Head, number: int) -> None:
    if content.get("sequence") != number:
        raise _bad("journal.missing", number)
    if content.get("previous") != before.hash:
        raise _bad("journal.broken", number)


def _bad(id: str, number: int) -> Refused:
    return Refused([Complaint(id, Place(FILE, line=number), {"entry": str(number)})])
