"""Why, of a decision and of a number: in the drawer where a page asks for it, else as a page of its own."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenfold.web.pages.parsing import whole
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.deciding import deciding
from tenfold.web.rights.number import made_of
from tenfold.web.rights.number import number as measured
from tenfold.web.rights.viewers import Viewer
from tenfold.web.rights.why import why as unfolded


@require_GET
@of_community()
def why(request: HttpRequest, viewer: Viewer, decision: str) -> HttpResponse:
    """Unfold a decision, as far as the viewer may see what is below it."""
    found = unfolded(viewer, decision)
    return opened(request, "pages/_why.html", {"why": found, "deciding": deciding(viewer, decision)})


@require_GET
@of_community()
def number(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Say what a number is; what it is made of follows when its engine has said so."""
    found = measured(viewer, number)
    return opened(request, "pages/_number.html", {"number": found})


@require_GET
@of_community()
def made(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Unfold a number into those below it and into facts; the page asks again while nothing has answered."""
    page = whole(request.GET.get("page")) or 1
    found = made_of(viewer, number, page)
    return render(request, "pages/_made.html", {"made": found, "number": number, "page": page})


def opened(request: HttpRequest, inside: str, content: dict[str, Any]) -> HttpResponse:
    """Answer with what a drawer holds: over the page where that asked by itself, else as a page of its own."""
    within = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    return render(request, "pages/_drawer.html" if within else "pages/why.html", {**content, "inside": inside})
