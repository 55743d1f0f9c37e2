"""The people and the calendar that one line is read with, as the viewer may know them."""

from typing import Any

from tenfold.charter.calendar import calendar_of
from tenfold.exchange.line import Known, Line, Person, names_in, read_line
from tenfold.web.rights.lookup import named_in
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current
from tenfold.web.store.party_keys import person_of, typed_as

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
    rules = viewer.rules
    calendar = calendar_of(rules.charter.calendar)
    people = meant(viewer.community, text)
    return read_line(text, Known(people, rules.community.project, viewer.today, calendar))


def channel_of(viewer: Viewer, kind: str | None) -> str:
    """Return the charter's channel for a kind of talk; for none the weightiest that is a relation."""
    weights: dict[str, Any] = viewer.rules.interaction.channel_weight
    for channel in LIKE.get(kind or "call", ()):
        if channel in weights:
            return channel
    return max(sorted(weights), key=lambda channel: float(weights[channel]))


def meant(community: Community, text: str) -> list[Person]:
    """Return the parties that a line may name."""
    keys = list(named_in(community, typed_as(community, names_in(text))))
    works = {row["party"]: row["organisation"] for row in current(community, "affiliations", party=keys)}
    parties = current(community, "parties", ("type", "name", "name_other"), party=keys)
    return [person_of(row, works.get(row["party"])) for row in parties]
