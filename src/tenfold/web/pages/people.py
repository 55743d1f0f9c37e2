"""People: who is a member, and everything about one of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.people import member as shown
from tenfold.web.rights.people import members
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer

PLACE = "page.people"


@require_GET
@of_community(sees=Data.DIRECTORY)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the members."""
    return render(request, "pages/people.html", {"members": members(viewer), "place": PLACE})


@require_GET
@of_community(sees=Data.DIRECTORY)
def member(request: HttpRequest, viewer: Viewer, party: str) -> HttpResponse:
    """Show one member."""
    found = shown(viewer, party)
    return render(request, "pages/member.html", {"member": found, "place": PLACE})
