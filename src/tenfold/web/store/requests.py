"""From where something was recorded: beside the journal and not in it, so that an address can be forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import models

from tenfold.web.store.bound import Bound
from tenfold.web.store.communities import Community

KEPT = timedelta(days=184)  # of an address: six months, for which the law wants such records (docs/decisions/0083)


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that is answered now: the id that its answer carries, and the address that it came from."""

    id: str
    address: str


_NOW: ContextVar[Asked | None] = ContextVar("request", default=None)


class WritingRequest(models.Model):
    """A request that recorded something: who it was, and the journal entries that it added, from `first` to `last`.

    address   empty where it is not known, was forgotten, or was erased with the person
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", db_index=False)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    at = models.DateTimeField()
    party = models.TextField()
    request = models.CharField(max_length=32)
    address = models.CharField(max_length=45, default="")

    rows = Bound["WritingRequest"]()

    class Meta:
        db_table = "writing_request"
        constraints = [models.UniqueConstraint(fields=["community", "last"], name="writing_request_last")]
        indexes = [
            models.Index(fields=["community", "at"], condition=~models.Q(address=""), name="writing_request_from"),
        ]


@contextmanager
def asking(asked: Asked | None) -> Iterator[None]:
    """Let what is recorded meanwhile come from a request; from none where a command or an engine records."""
    token = _NOW.set(asked)
    try:
        yield
    finally:
        _NOW.reset(token)


def asked_now() -> Asked | None:
    """Return the request that is answered now."""
    return _NOW.get()


def note_request(community: Community, party: str, first: int, last: int) -> None:
    """Write down from where entries of the journal come, where a request records them."""
    asked = asked_now()
    if asked is not None and first <= last:
        WritingRequest.rows.of(community).create(
            community=community,
            first=first,
            last=last,
            at=datetime.now(UTC),
            party=party,
            request=asked.id,
            address=asked.address,
        )


def request_of(community: Community, sequence: int) -> WritingRequest | None:
    """Return the request that added an entry of the journal; None where none did, or none was noted."""
    found = WritingRequest.rows.of(community).filter(last__gte=sequence).order_by("last").first()
    return found if found is not None and found.first <= sequence else None


def forget_addresses(community: Community) -> None:
    """Forget the addresses that were kept long enough."""
    old = WritingRequest.rows.of(community).filter(at__lt=datetime.now(UTC) - KEPT).exclude(address="")
    if old.exists():  # asked often, and SQLite has one writer
        old.update(address="")


def erase_addresses(community: Community, party: str) -> None:
    """Forget from where somebody recorded anything."""
    WritingRequest.rows.of(community).filter(party=party).update(address="")
