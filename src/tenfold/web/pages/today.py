"""Today: what is worth doing, and why; and the one tap that records a talk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenfold.web.pages.parsing import whole
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.policies import Data
from tenfold.web.rights.today import day
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import log_talk


@require_GET
@of_community(sees=Data.INTERACTIONS)
def today(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the day's list as the last cycle left it."""
    return render(request, "pages/today.html", {"viewer": viewer, "day": day(viewer)})


@require_POST
@of_community(does=Act.LOG_TALK)
def log(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record a talk that a card asked for."""
    sent = request.POST
    log_talk(
        Actor(viewer, once=sent.get("once")),
        members=sent.getlist("member"),
        channel=sent["channel"],
        minutes=whole(sent.get("minutes")),
        flags=sent.getlist("flag"),
        because=sent.get("because") or None,
    )
    return redirect("pages:today", viewer.community.name)
