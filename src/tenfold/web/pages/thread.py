"""Threads: the page of one, and its stations when the engine has told them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.dealing import dealing, moving
from tenfold.web.rights.thread import about
from tenfold.web.rights.thread import thread as told
from tenfold.web.rights.viewers import Viewer


@require_GET
@of_community()
def thread(request: HttpRequest, viewer: Viewer, thing: str) -> HttpResponse:
    """Say what a thread is about; its stations follow."""
    found = about(viewer, thing)
    deal = None if found.deal is None else dealing(viewer, found.deal)
    content = {"about": found, "thing": thing, "dealing": deal, "moving": None if deal is None else moving(viewer)}
    return render(request, "pages/thread.html", content)


@require_GET
@of_community()
def stations(request: HttpRequest, viewer: Viewer, thing: str) -> HttpResponse:
    """Tell what was said, done and decided; the page asks again while nothing has answered."""
    found = told(viewer, thing)
    return render(request, "pages/_stations.html", {"thread": found, "thing": thing})
