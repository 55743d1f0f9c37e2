"""Search: what one types, and what it finds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.policies import Data
from tenfold.web.rights.search import search as found
from tenfold.web.rights.viewers import Viewer

PLACE = "page.search"
LONGEST = 80


@require_GET
@of_community(sees=Data.DIRECTORY, often={"GET": "search"})
def search(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what a text finds."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "pages/search.html", {"text": text, "found": found(viewer, text), "place": PLACE})
