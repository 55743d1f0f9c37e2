"""The people and the calendar that one line is read with, as the viewer may know them."""

from functools import lru_cache
from typing import Any

from tenfold.charter.calendar import calendar_of
from tenfold.exchange.line import Known, Line, read_line
from tenfold.exchange.line.people import Book
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.current import current
from tenfold.web.store.party_keys import person_of

KEPT = 8  # books of names in memory: one is made anew when something was recorded

# Where a charter has no channel of that name, the first of these that it has.
LIKE = {
    "call": ("call", "phone", "video"),
    "meeting": ("meeting", "in_person", "visit"),
    "message": ("message", "email", "chat", "forum"),
    "interview": ("interview", "meeting"),
    "event": ("event", "meeting"),
    "broadcast": ("broadcast",),
}


def understood(viewer: Viewer, text: str) -> Line:
    """Return a line as it is understood in the viewer's community."""
    rules = rules_of(viewer.community)
    book = book_of(viewer.community)
    calendar = calendar_of(rules.charter.calendar)
    return read_line(text, Known(book.people, rules.community.project, local_day(viewer), calendar), book)


def channel_of(viewer: Viewer, kind: str | None) -> str:
    """Return the charter's channel for a kind of talk; for none the weightiest that is a relation."""
    weights: dict[str, Any] = rules_of(viewer.community).interaction.channel_weight
    for channel in LIKE.get(kind or "call", ()):
        if channel in weights:
            return channel
    return max(sorted(weights), key=lambda channel: float(weights[channel]))


def book_of(community: Community) -> Book:
    """Return the names of a community's parties, in every way in which people write them."""
    return _book(community, Chain.objects.values_list("hash", flat=True).get(pk=community.pk))


@lru_cache(maxsize=KEPT)
def _book(community: Community, head: str) -> Book:
    """Return the names of a community's parties as they were at a head of its journal."""
    works = {post["party"]: post["organisation"] for post in current(community, "affiliations")}
    parties = [row for row in current(community, "parties") if row["merged_into"] is None]
    return Book([person_of(row, works.get(row["party"])) for row in parties])
