"""A mailbox as talks: who wrote to whom and when, by the heads of its messages; nothing that they say is read or kept.

Whose mailbox it is, is asked; whoever wrote or was written to is taken only by their own consent (decision 0082). Mail
of lists and of machines is no talk.
"""

import mailbox
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from tenfold.exchange.lists.held import willing
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.grid import Grid
from tenfold.exchange.reading.model import Asking, Option, Question, told
from tenfold.exchange.reading.table import LeftOut
from tenfold.facts.maps.match import living, newest
from tenfold.terms.days import local_day
from tenfold.terms.errors import Complaint, Place, Refused

TELLS = re.compile(r"^From \S+[^\n]*\n[!-9;-~]+:")
FORMAT, OWNER = "mbox", "mailbox"
HEADS = ("date", "from", "to", "message id")
TALKS = ("talked on", "direction", "channel", "full name", "email")
HEAD_AT_MOST = 64 << 10  # bytes of one message's head
TO = ("to", "cc")
OWNERS_SHOWN = 5
MOST = 0.9  # of the messages that whoever owns the mailbox takes part in
BULK = ("bulk", "list", "junk", "auto_reply")
Rows = list[list[str | None]]


def heads(data: bytes, file: str) -> Rows:
    """Return when, from whom, to whom and the id of each message of a mailbox that a person wrote, each once."""
    rows: dict[str, list[str | None]] = {}
    with TemporaryDirectory() as folder:  # the library reads from a file alone
        path = Path(folder) / "mbox"
        path.write_bytes(data)
        with closing(mailbox.mbox(path, create=False)) as box:
            for number in box.iterkeys():
                with closing(box.get_file(number)) as message:
                    head = _head(message)
                if _is_of_a_person(head):
                    id = str(head.get("message-id", "")).strip() or str(number)
                    rows.setdefault(id, [_date(head), *_between(head), id])
    return [*rows.values()]


def _head(message: Iterable[bytes]) -> Message:
    """Parse the head of a message; its body is not even read."""
    lines: list[bytes] = []
    size = 0
    for line in message:
        size += len(line)
        if not line.strip() or size > HEAD_AT_MOST:
            break
        lines.append(line)
    return BytesHeaderParser().parsebytes(b"".join(lines))


def _is_of_a_person(head: Message) -> bool:
    automatic = str(head.get("auto-submitted", "no")).strip().casefold() != "no"
    bulk = str(head.get("precedence", "")).strip().casefold() in BULK
    return not (automatic or bulk or "list-id" in head)


def _date(head: Message) -> str | None:
    """Return when a message was sent, in UTC; the text itself where it is no date, to be complained about."""
    text = str(head.get("date", "")).strip()
    try:
        sent = parsedate_to_datetime(text)
    except ValueError:
        return text or None
    return (sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent.astimezone(UTC)).isoformat()


def _between(head: Message) -> tuple[str | None, str | None]:
    """Return the address that a message is from, and those that it is to."""
    sender = next(iter(_addresses(head, ("from",))), None)
    return sender, " ".join(_addresses(head, TO)) or None


def _addresses(head: Message, names: Sequence[str]) -> list[str]:
    listed = [str(value) for name in names for value in head.get_all(name, [])]
    found = (address.strip().casefold() for _, address in getaddresses(listed))
    return [*dict.fromkeys(address for address in found if "@" in address and " " not in address)]


def talks_of(grid: Grid, asking: Asking, around: Around) -> tuple[Grid, list[LeftOut]]:
    """Return a mailbox as a log of talks between its owner and those who consented, and what is left out.

    Raises
    ------
    Refused   nobody in it consented
    """
    heads = [[*row] for row in grid.cells.rows()[1:]]
    by_mail = _willing(around)
    question = _owner(heads)
    answer = asking.ask(question)
    # Until somebody says whose it is, it is shown as one of the likeliest would have it, and cannot be written.
    for owner in [answer] if answer else [option.value for option in question.options]:
        rows, without = _with_willing(heads, owner.casefold(), by_mail, around.names)
        if rows:
            left = [LeftOut("no_consent", text=str(without))] if without else []
            return _talks(grid, rows), left  # nobody who did not consent is named
    raise Refused([Complaint("reading.format.no_consent", Place(grid.file))])


def _with_willing(heads: Rows, owner: str, by_mail: Mapping[str, str], names: Mapping[str, str]) -> tuple[Rows, int]:
    """Return the talks of an owner with those who consented, and how many there were with others."""
    rows: Rows = []
    without = 0
    for day, direction, address in _exchanged(heads, owner):
        party = by_mail.get(address)
        if party is None:
            without += 1
        else:
            rows.append([day, direction, "email", names[party], address])
    return rows, without


def _owner(heads: Rows) -> Question:
    """Ask whose mailbox it is; proposed where one address takes part in nearly all messages, and no other does."""
    parts: Counter[str] = Counter()
    for _, sender, to, _ in heads:
        parts.update({*filter(None, [sender]), *(to or "").split()})
    likely = sorted(parts.items(), key=lambda one: (-one[1], one[0]))[:OWNERS_SHOWN]
    most = [address for address, count in likely if count >= MOST * len(heads)]
    proposed = most[0] if len(most) == 1 else None
    return Question(
        OWNER,
        told("reading.ask.mailbox"),
        tuple(Option(one, told("reading.mailbox.one", email=one, rows=count)) for one, count in likely),
        proposed,
        told("reading.mailbox.why" if proposed else "reading.mailbox.why_open"),
        open=True,
    )


def _exchanged(heads: Rows, owner: str) -> Iterator[tuple[str | None, str, str]]:
    """Yield when, in which direction and with whom the owner wrote, once for each whom a message went to."""
    for day, sender, to, _ in heads:
        others = [one for one in (to or "").split() if one != owner]
        if sender == owner:
            for other in others:
                yield day, "out", other
        elif sender is not None:
            yield day, "in", sender


def _willing(around: Around) -> Mapping[str, str]:
    """Return address → party of those who agreed to the relationship."""
    parties = newest(living(around.store.tables["parties"]), "party")
    agreed = willing(around.store, local_day(around.now, around.context.timezone))
    known = parties.filter(pl.col("party").is_in(agreed)).select("email", "party").drop_nulls()
    return {str(email).casefold(): party for email, party in known.iter_rows()}


def _talks(grid: Grid, rows: Rows) -> Grid:
    lines: Rows = [[*TALKS], *rows]
    columns = zip(*lines, strict=True)
    cells = pl.DataFrame({str(place): pl.Series(list(column), dtype=pl.String) for place, column in enumerate(columns)})
    return Grid(grid.file, cells, origin=grid.origin)
