"""A community that begins: what is known already, what is missing, and what to do next (DOMAIN §10)."""

from collections.abc import Iterator
from dataclasses import dataclass

from tenfold.report.figures import Figure, figure, missing
from tenfold.report.phrases import Phrases
from tenfold.web.rights.dealing import ENDED, WIRED
from tenfold.web.rights.results import Results
from tenfold.web.rights.rows import COMMUNITY, current_rows
from tenfold.web.rights.sweeping import Swept, sweep
from tenfold.web.rights.viewers import Viewer, holders
from tenfold.web.store.freshness import Freshness

KNOWN = ("scr.coverage", "fund.top1_group", "rel.dormant_share")  # what the first numbers are about
SECOND = ("compliance", "auditor")  # offices that are for somebody else than whoever runs the community
HELPING = ("people", "talks")  # parts without which Today has nothing true to say
TODAY = "today"
Named = tuple[tuple[str, str], ...]  # key and name, as fields of a form offer them


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a beginning: how many there are, of how many."""

    id: str
    count: int
    of: int

    @property
    def done(self) -> bool:
        """Whether there is something."""
        return self.count > 0


OVER = (WIRED, *ENDED)  # stages in which a deal is no longer in progress


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a community that begins has.

    parts     people, talks, deals
    next      the part that helps most now; today where nothing is missing
    vacant    offices that somebody else has to hold, in words
    figures   the first numbers; `cards` how many things Today has; `numbers` how new both are
    """

    parts: tuple[Part, ...]
    next: str
    vacant: str
    figures: tuple[Figure, ...]
    cards: int
    numbers: Freshness


@dataclass(frozen=True, slots=True)
class Opening:
    """What the form for a first deal offers: with whom, at which stage, in which currency; `round` is the open one."""

    parties: Named
    stages: Named
    currency: str
    round: str | None


def beginning(viewer: Viewer) -> Beginning:
    """Return what a viewer who runs the community is told of its beginning."""
    people = sweep(viewer)
    parts = _parts(viewer, people)
    speech = viewer.phrases()
    results = Results(viewer)
    return Beginning(
        parts=parts,
        next=next((part.id for part in parts if part.id in HELPING and not part.done), TODAY),
        vacant=_vacant(viewer, speech),
        figures=tuple(_figures(results, speech)),
        cards=len(results.decisions(rank__isnull=False)),
        numbers=viewer.numbers,
    )


def classes(viewer: Viewer) -> Named:
    """Return the classes that somebody new may be of."""
    return tuple((one.id, one.label(viewer.language)) for one in viewer.rules.community.member_classes)


def opening(viewer: Viewer) -> Opening:
    """Return what a first deal may be."""
    rules = viewer.rules
    rounds = [row["round"] for row in current_rows(viewer, "rounds") if row["state"] == "open"]
    return Opening(
        parties=tuple((one.party, one.name) for one in sweep(viewer)),
        stages=tuple((one.id, one.label(viewer.language)) for one in rules.goals.funnel.stages),
        currency=rules.charter.currency,
        round=rounds[-1] if rounds else None,
    )


def _parts(viewer: Viewer, people: list[Swept]) -> tuple[Part, ...]:
    talked = sum(1 for one in people if one.last)
    deals = sum(row["stage"] not in OVER for row in current_rows(viewer, "opportunities"))
    return Part("people", len(people), len(people)), Part("talks", talked, len(people)), Part("deals", deals, deals)


def _vacant(viewer: Viewer, speech: Phrases) -> str:
    roles = {role.id for role in viewer.rules.community.roles}
    offices = [office for office in SECOND if office in roles and not holders(viewer.community, office)]
    return speech.listed(speech.word("role", office) for office in offices)


def _figures(results: Results, speech: Phrases) -> Iterator[Figure]:
    found = {row["id"]: row for row in results.measures(measure__in=KNOWN, subject=COMMUNITY)}
    for id in KNOWN:
        yield figure(speech, found[id], speech.words[f"report.name.{id}"]) if id in found else missing(speech, id)
