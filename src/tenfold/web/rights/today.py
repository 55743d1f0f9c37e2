"""Today's list as one viewer may be given it."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenfold.report.phrases import Phrases
from tenfold.terms.reason import Reason
from tenfold.web.rights.names import phrases
from tenfold.web.rights.results import Result, Results
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.freshness import Freshness, freshness


@dataclass(frozen=True, slots=True)
class Card:
    """One act that is worth doing today.

    id         the decision that proposes it
    verb       what to do, as a message id
    whom       whom or what it is about, by name
    sentence   why, in one sentence
    minutes    how long it takes, where that is known
    proposes   the fact that the act would record
    """

    id: str
    verb: str
    whom: str
    sentence: Markup
    minutes: str | None
    proposes: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Day:
    """The day's list, from when it is, and whether something newer was recorded since."""

    cards: tuple[Card, ...]
    as_of: str | None
    numbers: Freshness


def day(viewer: Viewer) -> Day:
    """Return the list that the last cycle left."""
    decisions = Results(viewer).decisions(rank__isnull=False)
    speech = phrases(viewer.community, viewer.language, decisions)
    numbers = freshness(viewer.community)
    as_of = None if numbers.as_of is None else speech.minute(numbers.as_of)
    return Day(tuple(_card(speech, one) for one in decisions), as_of, numbers)


def _card(speech: Phrases, decision: Result) -> Card:
    message = decision["message"]
    return Card(
        id=decision["id"],
        verb=decision["proposal"],
        whom=speech.named(decision["subject"].partition("/")[0]),
        sentence=speech.sentence(Reason(message["id"], message["params"])),
        minutes=message["params"].get("minutes"),
        proposes=decision["proposes"],
    )
