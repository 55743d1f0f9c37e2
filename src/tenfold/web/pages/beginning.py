"""After the wizard's questions: people pasted, the sweep, first deals; each on its own, and left whenever one likes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenfold.exchange.pasted import people_sheet
from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.importing import BEGINNING, MOST, TAKEN, preview_of
from tenfold.web.pages.parsing import given, money
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.beginning import beginning, classes, opening
from tenfold.web.rights.sweeping import WHEN, sweep
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.deals import open_deal
from tenfold.web.services.sweeping import NEVER, last_talk
from tenfold.web.store.uploads import keep

LONGEST = 200_000  # characters that are pasted at once


@require_GET
@of_community(does=Act.IMPORT)
def start(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what the community has, and what helps most now."""
    return render(request, "pages/beginning.html", {"beginning": beginning(viewer)})


@require_http_methods(["GET", "POST"])
@of_community(does=Act.IMPORT)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take people as they are pasted, or a file; what would become of them is shown before anything is written."""
    if request.method == "POST":
        return preview_of(viewer, _pasted(viewer, request), after=BEGINNING)
    content = {"classes": classes(viewer), "taken": ",".join(TAKEN), "most": MOST, "after": BEGINNING}
    return render(request, "pages/begin_people.html", content)


def _pasted(viewer: Viewer, request: HttpRequest) -> str:
    """Keep what was pasted as a file that waits to be imported; return its key."""
    text = request.POST.get("people", "")[:LONGEST]
    if not text.strip():
        raise Refused([Complaint("beginning.nobody")])
    names = dict(classes(viewer))
    sheet = people_sheet(text, names.get(request.POST.get("class", ""), ""), viewer.language)
    name = f"{say(viewer.language, 'beginning.people.pasted')}.csv"
    return keep(viewer.community, viewer.account, name, [sheet])


@require_http_methods(["GET", "POST"])
@of_community(does=Act.LOG_TALK)
def talks(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ask of each member when one last talked with them; each tap is recorded at once."""
    if request.method == "POST":
        when = given(request.POST, "when")
        last_talk(acting(viewer, request.POST), member=given(request.POST, "member"), when=when)
        return _tapped(request, viewer)
    return render(request, "pages/begin_talks.html", {"members": sweep(viewer), "when": (*WHEN, NEVER)})


def _tapped(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Answer a tap: it shows in the list at once, where another tap takes it back, so that no toast has to."""
    if not request.headers.get("HX-Request"):
        return redirect("pages:begin_talks", viewer.community.name)
    return HttpResponse(status=204, headers={"HX-Trigger": "recorded"})


@require_POST
@of_community(does=Act.MOVE_DEAL)
def deal(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Record a deal in progress."""
    sent, now = request.POST, opening(viewer)
    if now.round is None:
        raise Refused([Complaint("beginning.no_round")])
    digits = viewer.rules.currencies.digits(now.currency) or 0
    done = open_deal(
        acting(viewer, sent),
        round=now.round,
        party=given(sent, "party"),
        amount_minor=money(given(sent, "amount"), digits),
        currency=now.currency,
        stage=given(sent, "stage"),
    )
    return recorded(request, viewer, done, say(viewer.language, "beginning.deal.done"))


@require_GET
@of_community(does=Act.MOVE_DEAL)
def deals(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Ask for deals in progress, one after the other."""
    return render(request, "pages/begin_deals.html", {"opening": opening(viewer), "beginning": beginning(viewer)})
