"""What stands around every page: who looks, whose community it is, what time it is there, where one can go."""

from dataclasses import dataclass
from datetime import date

from tenfold.report.phrases import Phrases
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.times import time_said
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.accounts import Seat


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of a page.

    name, title   the viewer's name, and what it is here in the charter's words
    project       the name of the project, or of the community
    clock         the community's own clock in words, where it has one
    records       whether the viewer may record a talk
    """

    name: str
    title: str
    project: str
    clock: str | None
    records: bool


def frame(viewer: Viewer) -> Frame:
    """Return what stands around a page for a viewer."""
    rules = viewer.rules
    project = rules.community.project
    speech = viewer.phrases(parties=[viewer.party, *([project] if project else [])])
    clock = viewer.community.clock
    return Frame(
        name=speech.named(viewer.party),
        title=_title(speech, viewer),
        project=speech.named(project) if project else viewer.community.name,
        clock=None if clock is None else time_said(viewer, clock),
        records=may(viewer, Act.LOG_TALK),
    )


def seated(viewer: Viewer) -> list[tuple[str, str]]:
    """Return the other people who have a seat in the viewer's community, by key and name."""
    seats = Seat.objects.filter(community=viewer.community).exclude(party=viewer.party).order_by("pk")
    parties = list(seats.values_list("party", flat=True))
    speech = viewer.phrases(parties=parties)
    return [(party, speech.named(party)) for party in parties]


def local_day(viewer: Viewer) -> date:
    """Return the community's local day."""
    return viewer.today


def _title(speech: Phrases, viewer: Viewer) -> str:
    """Return what the viewer is here, in words: an office before a class of members."""
    held = (*sorted(viewer.offices), *sorted(viewer.classes))
    return next((speech.word("role", post) for post in held), "")
