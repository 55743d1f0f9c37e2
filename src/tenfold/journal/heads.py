"""Signed heads of a journal: once a day somebody puts their name to its newest entry (Ed25519, RFC 8032).

Whoever holds the database can write a whole journal anew, with hashes that fit. A head that was signed, and is kept
elsewhere (on a receipt, by a member), no longer fits that journal; nobody without the key makes another one. What is
signed is canonical JSON: the day, the entry's sequence and hash, the root of the tree over all entries, the instant.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tenfold.journal.tree import Tree
from tenfold.terms.canonical import canonical
from tenfold.terms.errors import Complaint, Place, Refused

FILE = "heads.jsonl"
NAMES = frozenset({"at", "day", "hash", "key", "root", "sequence", "signature"})


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest entry of a journal on a day, and who vouches for it.

    day         the local day, ISO
    sequence    of the entry; `hash` is its hash, `root` the tree head over all entries up to it, in hex
    at          when it was signed, in UTC
    key         the public key, in hex (32 bytes); `signature` in hex (64 bytes)
    """

    day: str
    sequence: int
    hash: str
    root: str
    at: str
    key: str
    signature: str = ""

    @property
    def said(self) -> bytes:
        """What is signed."""
        names = ("at", "day", "hash", "key", "root", "sequence")
        return canonical({name: getattr(self, name) for name in names})

    @property
    def line(self) -> bytes:
        """The head as a line of an export, and as a member keeps it."""
        return canonical({name: getattr(self, name) for name in sorted(NAMES)}) + b"\n"


def signed(head: SignedHead, key: bytes) -> SignedHead:
    """Return a head with its signature; `key` is the private key, 32 bytes, and its public part becomes the head's."""
    private = Ed25519PrivateKey.from_private_bytes(key)
    named = replace(head, key=public_of(key))
    return replace(named, signature=private.sign(named.said).hex())


def public_of(key: bytes) -> str:
    """Return the public part of a private key, in hex."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw().hex()


def is_signed(head: SignedHead) -> bool:
    """Whether the signature of a head is that of its key."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key))
        public.verify(bytes.fromhex(head.signature), head.said)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_head(line: bytes, number: int = 1, file: str = FILE) -> SignedHead:
    """Read a signed head from its line.

    Raises
    ------
    Refused   it is not written as heads are, or its signature is not that of its key
    """
    place = Place(file, line=number)
    try:
        told = json.loads(line)
        found = SignedHead(**told)
        canonical_line = found.line
    except (TypeError, ValueError):
        raise Refused([Complaint("journal.head_line", place)]) from None
    if not _typed(told) or canonical_line.rstrip(b"\n") != line.rstrip(b"\r\n"):
        raise Refused([Complaint("journal.head_line", place)])
    if not is_signed(found):
        raise Refused([Complaint("journal.head_signature", place, {"day": found.day})])
    return found


def _typed(told: Mapping[str, object]) -> bool:
    """Whether everything that a head says is of its kind: a number the sequence, a text everything else."""
    texts = all(isinstance(told.get(name), str) for name in NAMES - {"sequence"})
    return texts and type(told["sequence"]) is int


def newest_in(folder: Path) -> SignedHead | None:
    """Return the newest signed head that lies in a folder; nothing where none does.

    Raises
    ------
    Refused   the last line is no signed head
    """
    path = folder / FILE
    if not path.is_file():
        return None
    lines = path.read_bytes().splitlines()
    return read_head(lines[-1], len(lines)) if lines else None


def check_heads(heads: Iterable[SignedHead], hashes: Sequence[str]) -> int:
    """Compare signed heads with a journal's entries; return how many there were.

    hashes   of every entry, in their order

    Raises
    ------
    Refused   names the first head that the journal does not bear out: cut off, or written anew
    """
    count, tree, last = 0, Tree(), 0
    for head in heads:
        params = {"day": head.day, "entry": str(head.sequence)}
        if not last <= head.sequence <= len(hashes) or head.sequence < 1:
            raise Refused([Complaint("journal.head_lost", Place(FILE), params)])
        for hash in hashes[last : head.sequence]:
            tree.append(bytes.fromhex(hash))
        last = head.sequence
        if (hashes[last - 1], tree.root().hex()) != (head.hash, head.root):
            raise Refused([Complaint("journal.head_other", Place(FILE), params)])
        count += 1
    return count
