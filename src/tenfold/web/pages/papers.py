"""Papers: handed out as files to be saved, never shown within a page."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.papers import opened
from tenfold.web.rights.viewers import Viewer

# What a browser may do with a paper should it show one after all: nothing.
NOTHING = "sandbox; default-src 'none'; frame-ancestors 'none'"


@require_GET
@of_community()
def paper(request: HttpRequest, viewer: Viewer, fact: str, document: str) -> HttpResponse:
    """Hand a paper out, by way of the row that names it, to whoever sees that row whole."""
    found = opened(viewer, fact, document)
    response = HttpResponse(found.content, content_type=found.media)
    response["Content-Disposition"] = str(content_disposition_header(True, found.name))
    response["Content-Security-Policy"] = NOTHING
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
