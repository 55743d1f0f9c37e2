"""The frame of pages as templates get it: places with their addresses, and the viewer in words."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from tenfold.exchange.papers import MOST, TAKEN
from tenfold.web.pages.demo import BEATS, is_demo
from tenfold.web.pages.recorded import told_before
from tenfold.web.pages.viewing import viewer_of
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.frame import frame, seated
from tenfold.web.rights.newness import newness
from tenfold.web.rights.policies import Data

# The places of the frame in their order: message id, address, and the data that whoever goes there must see.
PLACES = (
    ("page.today", "pages:today", Data.INTERACTIONS),
    ("page.people", "pages:people", Data.DIRECTORY),
    ("page.funding", "pages:funding", Data.PIPELINE),
    ("page.promises", "pages:promises", Data.PROMISES),
    ("page.distribution", "pages:pools", Data.PAYOUTS),
    ("page.governance", "pages:governance", Data.CHARTER),
    ("page.reports", "pages:reports", Data.CHARTER),
    ("page.search", "pages:search", Data.DIRECTORY),
)

NEAREST = 5  # places in the bar of a phone; where there are more, its last one opens the others


def framed(request: HttpRequest) -> dict[str, Any]:
    """Return what every page of a community has around it; nothing where no community is looked at."""
    viewer = viewer_of(request)
    if viewer is None:
        return {}
    community = viewer.community.name
    places = [(id, reverse(name, args=[community])) for id, name, data in PLACES if viewer.sees(data)]
    return {  # parts of pages have no frame around them: what it says is asked for when it is shown
        "people": SimpleLazyObject(lambda: seated(viewer) if is_demo(request) else []),
        "beats": [(number, f"beat.{number}") for number in BEATS],
        "viewer": viewer,
        "just_told": SimpleLazyObject(lambda: told_before(request, viewer)),
        "frame": SimpleLazyObject(lambda: frame(viewer)),
        "newness": SimpleLazyObject(lambda: newness(viewer)),
        "places": places,
        "nearest": places if len(places) <= NEAREST else places[: NEAREST - 1],
        "further": [] if len(places) <= NEAREST else places[NEAREST - 1 :],
        "paper_kinds": ",".join(TAKEN),
        "paper_most": MOST,
        "sees_groups": viewer.sees(Data.PIPELINE),
        "sees_network": viewer.sees(Data.INTERACTIONS),
        "may_add": may(viewer, Act.ADD_PARTY),
        "may_ask": may(viewer, Act.ASK),
        "may_decide": may(viewer, Act.DECIDE),
        "may_import": may(viewer, Act.IMPORT),
        "may_invite": may(viewer, Act.INVITE),
    }
