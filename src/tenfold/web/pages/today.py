"""Today: what is worth doing, and why; and the one tap that records a talk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.today import day
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.talks import log_talk


@require_GET
@of_community
def today(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the day's list as the last cycle left it."""
    return render(request, "pages/today.html", {"viewer": viewer, "day": day(viewer)})


@require_POST
@of_community
def log(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record a talk that a card asked for."""
    sent = request.POST
    log_talk(
        viewer.community,
        viewer.author,
        sent.getlist("member"),
        sent["channel"],
        minutes=int(sent["minutes"]) if sent.get("minutes") else None,
        flags=sent.getlist("flag"),
        because=sent.get("because") or None,
    )
    return redirect("pages:today", viewer.community.name)
