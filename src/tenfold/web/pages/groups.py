"""Groups and the network: who is one voice with whom, who says so, who confirms it; who talks with whom."""

import re
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.web.pages.parsing import given, proof, unread
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights import groups as shown
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.lookup import party_called
from tenfold.web.rights.network import MOST
from tenfold.web.rights.network import ties as network_of
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.deals import confirm_link, propose_link

PLACE = "page.people"
HUNDRED = Decimal(100)
PERCENT = re.compile(r"[0-9]+(\.[0-9]+)?")


@require_GET
@of_community(sees=Data.PIPELINE)
def groups(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show which parties are one voice, and what waits to be confirmed."""
    content = {
        "groups": shown.groups(viewer),
        "relations": shown.RELATIONS,
        "may_propose": may(viewer, Act.PROPOSE_LINK),
        "place": PLACE,
        "tab": "groups",
    }
    return render(request, "pages/groups.html", content)


@require_POST
@of_community(does=Act.PROPOSE_LINK)
def link(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say that two parties belong together; it counts once compliance confirms it."""
    sent = request.POST
    done = propose_link(
        acting(viewer, sent),
        party=party_called(viewer, given(sent, "party")),
        other=party_called(viewer, given(sent, "other")),
        relation=given(sent, "relation"),
        share=_share(sent.get("share", "")),
        papers=proof(request, shown.REGISTER),
    )
    return recorded(request, viewer, done, say(viewer.language, "group.proposed"))


@require_POST
@of_community(does=Act.CONFIRM_LINK)
def confirm(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Stand behind a link that somebody proposed."""
    sent = request.POST
    done = confirm_link(acting(viewer, sent), link=given(sent, "link"), reason=sent.get("reason") or None)
    return recorded(request, viewer, done, say(viewer.language, "group.confirmed"))


@require_GET
@of_community(sees=Data.INTERACTIONS)
def network(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the frame of the network; what is in it comes by itself."""
    content = {"around": request.GET.get("around", ""), "place": PLACE, "tab": "network"}
    return render(request, "pages/network.html", content)


@require_GET
@of_community(sees=Data.INTERACTIONS)
def ties(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who talks with whom, once the engine has said it."""
    around = request.GET.get("around", "")
    content = {"network": network_of(viewer, around), "around": around, "most": MOST}
    if request.headers.get("HX-Request"):
        return render(request, "pages/_network.html", content)
    return render(request, "pages/network.html", content | {"place": PLACE, "tab": "network", "here": True})


def _share(text: str) -> Decimal | None:
    """Return a share that is typed in percent, as a part of one; nothing where none is typed."""
    plain = text.strip().rstrip("%％").strip()
    if not plain:
        return None
    share = Decimal(plain) / HUNDRED if PERCENT.fullmatch(plain) else Decimal()
    if not 0 < share <= 1:
        raise unread("acts.share", plain)
    return share
