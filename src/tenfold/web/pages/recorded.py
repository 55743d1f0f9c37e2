"""What a page says after something was recorded: a toast that can take it back, and numbers that follow."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor, Done

TOLD = "told"  # in the session: what an act told that the browser did not ask for by itself


def acting(viewer: Viewer, sent: Mapping[str, str]) -> Actor:
    """Return who acts by a form: what is sent twice under its key is done once."""
    return Actor(viewer, once=sent.get("once") or None)


def recorded(request: HttpRequest, viewer: Viewer, done: Done, told: str, page: str = "") -> HttpResponse:
    """Answer an act: with a toast where the browser asked by itself, else with a page, or the one it came from."""
    if not request.headers.get("HX-Request"):
        request.session[TOLD] = {"told": told, "facts": [*done.facts], "community": viewer.community.name}
        return redirect(page or came_from(request, viewer))
    response = render(request, "pages/_recorded.html", {"told": told, "facts": done.facts})
    response["HX-Trigger"] = "recorded"  # lists of facts follow at once
    return response


def told_before(request: HttpRequest, viewer: Viewer) -> dict[str, Any] | None:
    """Return what the act before this page told, once: the toast that can take it back comes with the next page."""
    told: dict[str, Any] | None = request.session.pop(TOLD, None)
    return told if told is not None and told["community"] == viewer.community.name else None


def came_from(request: HttpRequest, viewer: Viewer) -> str:
    """Return the page that a form stood on, of this site alone; else Today."""
    referrer = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(referrer, {request.get_host()}, require_https=request.is_secure()):
        return referrer
    return f"/c/{viewer.community.name}/today"
