"""One entry of the journal, and the chain that entries make.

An entry's body is canonical JSON (RFC 8785) that names the hash of the entry before; its hash is SHA-256 of the body.
Whoever changes, moves or leaves out an entry changes every hash after it.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from tenfold.terms.canonical import canonical

START = "0" * 64  # what the first entry names as the one before


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written down: who did what, for whom, and when the journal learnt it; `payload` is canonical."""

    at: datetime
    actor: str
    kind: str
    payload: bytes
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain: its sequence and hash. An empty chain has sequence 0."""

    sequence: int = 0
    hash: str = START


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is stored: `body` is the canonical text that was hashed."""

    sequence: int
    body: bytes
    hash: str

    @property
    def head(self) -> Head:
        """The chain's head once this entry is its newest."""
        return Head(self.sequence, self.hash)

    @property
    def content(self) -> dict[str, Any]:
        """The body as an object: actor, at, kind, on_behalf_of, payload, previous, sequence."""
        content: dict[str, Any] = msgspec.json.decode(self.body)
        return content

    @property
    def line(self) -> bytes:
        """The entry as a line of an exported journal: canonical as a whole."""
        return b'{"entry":%b,"hash":"%b"}\n' % (self.body, self.hash.encode())


def entry_hash(body: bytes) -> str:
    """Return the hash of an entry: SHA-256 of its body, in hex."""
    return hashlib.sha256(body).hexdigest()


def append(head: Head, draft: Draft) -> Entry:
    """Return the entry that follows a head.

    Raises
    ------
    ValueError   the instant has no zone
    """
    if draft.at.tzinfo is None:
        raise ValueError("an instant without a zone")
    sequence = head.sequence + 1
    at = draft.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    behalf = canonical(draft.on_behalf_of)
    # Names in their order, so that the whole is canonical where its parts are.
    body = b'{"actor":%b,"at":"%b","kind":%b,"on_behalf_of":%b,"payload":%b,"previous":"%b","sequence":%d}' % (
        canonical(draft.actor),
        at.encode(),
        canonical(draft.kind),
        behalf,
        draft.payload,
        head.hash.encode(),
        sequence,
    )
    return Entry(sequence, body, entry_hash(body))
