"""Papers: handed out as files to be saved, never shown within a page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tenfold.web.pages.handing import handed
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.papers import opened
from tenfold.web.rights.viewers import Viewer


@require_GET
@of_community()
def paper(request: HttpRequest, viewer: Viewer, fact: str, document: str) -> HttpResponse:
    """Hand a paper out, by way of the row that names it, to whoever sees that row whole."""
    found = opened(viewer, fact, document)
    return handed(found.content, found.name, found.media)
