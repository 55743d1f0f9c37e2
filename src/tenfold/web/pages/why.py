"""Why: in the drawer where a page asks for it, else as a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.rights.why import why as unfolded


@require_GET
@of_community()
def why(request: HttpRequest, viewer: Viewer, decision: str) -> HttpResponse:
    """Unfold a decision, as far as the viewer may see what is below it."""
    try:
        found = unfolded(viewer, decision)
    except NotHere:
        raise Http404 from None
    within = request.headers.get("HX-Request") and not request.headers.get("HX-History-Restore-Request")
    template = "pages/_drawer.html" if within else "pages/why.html"
    return render(request, template, {"why": found})
