"""The signed heads of a community's journal: one a day, kept beside it, and the key that signs them."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import models

from tenfold.journal.heads import SignedHead, signed
from tenfold.journal.tree import Tree
from tenfold.terms.days import local_day
from tenfold.web.store.bound import Appended, AppendOnly
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Chain, Community, JournalEntry

FILE = "journal.key"


class DailyHead(AppendOnly):
    """A signed head, as `journal/heads.py` makes it."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    at = models.DateTimeField()
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    rows = Appended["DailyHead"]()

    class Meta:
        db_table = "daily_head"
        constraints = [models.UniqueConstraint(fields=["community", "day"], name="daily_head_once")]

    @property
    def signed(self) -> SignedHead:
        """The head as it was signed."""
        at = _instant(self.at)
        return SignedHead(self.day.isoformat(), self.sequence, self.hash, self.root, at, self.key, self.signature)


def head_due(community: Community) -> bool:
    """Whether entries wait for a signature, and a local day has begun since the last one was given.

    The day is the machine's, in the community's time zone. Without a home there is no key, and nothing is signed.
    """
    if not Path(settings.HOME).is_dir():
        return False
    last = newest_head(community)
    waiting = Chain.objects.get(pk=community.pk).sequence > (0 if last is None else last.sequence)
    return waiting and (last is None or last.day < _today(community))


def sign_head(community: Community) -> DailyHead:
    """Sign the newest entry of a community's journal."""
    chain = Chain.objects.get(pk=community.pk)
    hashes = JournalEntry.rows.of(community).filter(sequence__lte=chain.sequence).order_by("sequence")
    tree = Tree(bytes.fromhex(hash) for hash in hashes.values_list("hash", flat=True).iterator())
    now = datetime.now(UTC)
    day = _today(community)
    head = SignedHead(day.isoformat(), chain.sequence, chain.hash, tree.root().hex(), _instant(now), "")
    made = signed(head, journal_key(Path(settings.HOME)))
    return DailyHead.rows.of(community).create(
        community=community,
        day=day,
        sequence=made.sequence,
        hash=made.hash,
        root=made.root,
        at=now,
        key=made.key,
        signature=made.signature,
    )


def newest_head(community: Community) -> DailyHead | None:
    """Return the newest signed head of a community."""
    return DailyHead.rows.of(community).order_by("-sequence", "-day").first()


def head_lines(community: Community, until: int) -> Iterator[bytes]:
    """Yield the signed heads up to an entry as lines, as an export writes them."""
    for head in DailyHead.rows.of(community).filter(sequence__lte=until).order_by("sequence", "day"):
        yield head.signed.line


def journal_key(home: Path) -> bytes:
    """Return the private key that signs heads here: made at the first need, readable by its owner alone."""
    path = home / FILE
    if not path.exists():
        _make_key(path)
    return bytes.fromhex(path.read_text("ascii"))


def _make_key(path: Path) -> None:
    """Make a key, whole or not at all; where another process was first, its key stays."""
    partial = path.with_name(f".{FILE}.{uuid4().hex}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _today(community: Community) -> date:
    return local_day(datetime.now(UTC), rulebook_of(community).newest.charter.timezone)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
