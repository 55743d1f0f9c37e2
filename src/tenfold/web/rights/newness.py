"""How new the numbers of a page are, in a viewer's words; and why they do not follow, for whoever can do something."""

from dataclasses import dataclass

from tenfold.report.days import instant_said
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.viewers import Viewer
from tenfold.web.rights.words import sentences
from tenfold.web.store.complaints import complaints_of
from tenfold.web.store.freshness import Freshness


@dataclass(frozen=True, slots=True)
class Newness:
    """Whether numbers are older than what was recorded, and from when they are.

    as_of    from when, in words; nothing before the first cycle
    failed   whether the last cycle failed
    why      why it failed, in sentences, as far as that is the viewer's to know
    """

    stale: bool
    as_of: str
    failed: bool
    why: str


def newness(viewer: Viewer) -> Newness:
    """Return how new the numbers of the viewer's community are."""
    numbers = viewer.numbers
    return Newness(numbers.stale, _as_of(viewer, numbers), numbers.error is not None, _why(viewer, numbers))


def _as_of(viewer: Viewer, numbers: Freshness) -> str:
    if numbers.as_of is None:
        return ""
    zone = viewer.rules.charter.timezone
    return instant_said(viewer.language, numbers.as_of, zone, local_day(viewer))


def _why(viewer: Viewer, numbers: Freshness) -> str:
    """Return why the last cycle failed: for who runs the community, and may see the amounts that a reason can name."""
    told = may(viewer, Act.IMPORT) and Sight.ALL in viewer.sees(Data.PIPELINE)
    if not told or not numbers.error:
        return ""
    return " ".join(sentences(viewer, complaints_of(numbers.error)))
