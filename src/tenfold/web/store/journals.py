"""A community's journal as it lies in the database: its lines, whether it is whole, and some entries to look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from tenfold.journal.check import entries
from tenfold.journal.entry import Entry, Head
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.declared import MODELS


@dataclass(frozen=True, slots=True)
class Whole:
    """A journal that was read from its first entry: its head, and how many of its entries are facts."""

    head: Head
    facts: int


def journal_lines(community: Community, until: int) -> Iterator[bytes]:
    """Yield the journal's lines up to an entry, as an export writes them."""
    rows = JournalEntry.rows.of(community).filter(sequence__lte=until).order_by("sequence")
    for body, hash in rows.values_list("body", "hash").iterator():
        yield Entry(0, body.encode(), hash).line


def whole(community: Community) -> Whole:
    """Read a journal from its first entry, and compare it with the head and the rows beside it.

    Raises
    ------
    Refused   names the first entry that is not as it was written, or says what does not belong to the journal
    """
    chain = Chain.objects.get(pk=community.pk)
    last = Head()
    for entry in entries(journal_lines(community, chain.sequence)):
        last = entry.head
    if last != Head(chain.sequence, chain.hash):
        raise Refused([Complaint("journal.head", params={"entries": str(last.sequence)})])
    until = {"sequence__lte": chain.sequence}
    facts = JournalEntry.rows.of(community).filter(**until).exclude(fact=None).count()
    rows = sum(model.rows.of(community).filter(**until).count() for model in MODELS.values())
    if rows != facts:
        raise Refused([Complaint("journal.rows", params={"rows": str(rows), "facts": str(facts)})])
    return Whole(last, facts)
