"""Today's list as one viewer may be given it."""

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from tenfold.report.phrases import Phrases
from tenfold.terms.reason import Reason
from tenfold.web.rights.names import phrases
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.communities import Chain
from tenfold.web.store.results import CycleRun, DecisionResult


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
    stale: bool


def day(viewer: Viewer) -> Day:
    """Return the list that the last cycle left."""
    standing = DecisionResult.rows.of(viewer.community).filter(until=None, rank__isnull=False).order_by("rank")
    decisions = [json.loads(content) for content in standing.values_list("content", flat=True)]
    speech = phrases(viewer.community, viewer.language, decisions)
    run = CycleRun.rows.of(viewer.community).filter(error__isnull=True).order_by("-pk").first()
    sequence = Chain.objects.values_list("sequence", flat=True).get(pk=viewer.community.pk)
    return Day(
        tuple(_card(speech, one) for one in decisions),
        None if run is None else speech.minute(run.as_of),
        run is None or run.sequence < sequence,
    )


def _card(speech: Phrases, decision: dict[str, Any]) -> Card:
    message = decision["message"]
    return Card(
        id=decision["id"],
        verb=decision["proposal"],
        whom=speech.named(decision["subject"].partition("/")[0]),
        sentence=speech.sentence(Reason(message["id"], message["params"])),
        minutes=message["params"].get("minutes"),
        proposes=decision["proposes"],
    )
