"""Funding: what the round may bring, the board of deals, on whom the money hangs; a deal moves where it stands."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.web.pages.exporting import downloads
from tenfold.web.pages.parsing import given, paper
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.forecasting import LOST, WON
from tenfold.web.rights.funding import funding as shown
from tenfold.web.rights.funding import moving
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.deals import move_deal

PLACE = "page.funding"
IF = "if."  # before the key of a deal that somebody tries as won or lost


@require_GET
@of_community(sees=Data.PIPELINE)
def funding(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the current round."""
    ifs = _ifs(request.GET)
    page = shown(viewer, ifs)
    tries = [(one, ifs.get(one.deal, "")) for one in page.weights]
    query = urlencode({f"{IF}{deal}": way for deal, way in ifs.items()})
    trying = {"tries": tries, "ways": WAYS, "before": IF, "query": query}
    content = {
        "funding": page,
        "moving": moving(viewer),
        "downloads": downloads(viewer, "money", "holdings"),
        "place": PLACE,
        **trying,
    }
    return render(request, "pages/funding.html", content)


@require_POST
@of_community(sees=Data.PIPELINE, does=Act.MOVE_DEAL)
def move(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Move a deal to another stage, with a paper that proves it or as a claim."""
    sent = request.POST
    actor = acting(viewer, sent)
    brought = paper(request, sent.get("kind", ""))
    papers = [] if brought is None else [brought]
    reason = sent.get("reason") or None
    done = move_deal(actor, opportunity=given(sent, "deal"), stage=given(sent, "stage"), papers=papers, reason=reason)
    return recorded(request, viewer, done, say(viewer.language, "funding.moved" if papers else "funding.claimed"))


WAYS = (("", "funding.if.open"), (WON, "funding.if.won"), (LOST, "funding.if.lost"))


def _ifs(sent: QueryDict) -> dict[str, str]:
    """Return the deals that somebody tries as won or lost."""
    given = {name.removeprefix(IF): str(way) for name, way in sent.items() if name.startswith(IF)}
    return {deal: way for deal, way in given.items() if way in (WON, LOST)}
