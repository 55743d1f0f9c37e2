"""People: who is a member, and everything about one of them."""

from collections.abc import Mapping
from math import isnan
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.exporting import downloads
from tenfold.web.pages.filters import keep as keep_filter
from tenfold.web.pages.filters import kept
from tenfold.web.pages.parsing import given, local_day, proof
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.members import Place, Wanted, members
from tenfold.web.rights.people import choices
from tenfold.web.rights.people import member as shown
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.erasing import erase
from tenfold.web.services.papers import record_agreement, record_check

PLACE = "page.people"
LONGEST = 80
STATES = ("draft", "sent", "part_signed", "in_force", "terminated", "renewed")  # of an agreement
RESULTS = ("pass", "fail")  # of a check


@require_GET
@of_community(sees=Data.DIRECTORY)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the members, all or those of a filter."""
    wanted = _wanted(request.GET)
    query = _query(wanted)
    held, found = kept(viewer, PLACE), members(viewer, wanted, _place(request.GET))
    classes, channels = choices(viewer)
    content = {
        "members": found.shown,
        "count": found.count,
        "beyond": found.beyond,
        "wanted": wanted,
        "query": query,
        "address": request.get_full_path(),
        "next": "" if found.next is None else _beginning(query, found.next),
        "later": "after" in request.GET,
        "kept": [(one, _said(viewer, one, dict(classes))) for one in held],
        "may_keep": bool(query) and query not in held,
        "classes": classes,
        "downloads": downloads(viewer, "people"),
        "channels": channels,
        "place": PLACE,
        "tab": "members",
    }
    return render(request, "pages/people.html", content)


@require_POST
@of_community(sees=Data.DIRECTORY)
def keep(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Keep a filter of the members, or forget one."""
    query = _query(_wanted(request.POST))
    forget = "forget" in request.POST
    keep_filter(viewer, PLACE, query, forget=forget)
    address = reverse("pages:people", args=[viewer.community.name])
    return redirect(address if forget or not query else f"{address}?{query}")


def _wanted(sent: QueryDict) -> Wanted:
    who = sent.get("who", "").strip()[:LONGEST]
    return Wanted(who, sent.get("of", "")[:LONGEST], sent.get("late") == "1")


def _place(sent: QueryDict) -> Place | None:
    """Return where a page begins: after a member, of whom it is known how long overdue, or not."""
    if "after" not in sent:
        return None
    try:
        number = float(str(sent.get("over") or "nan"))
    except ValueError:
        raise Http404 from None
    return None if isnan(number) else number, str(sent["after"])[:LONGEST]


def _beginning(query: str, place: Place) -> str:
    """Return the query of the page that begins after a place."""
    number, party = place
    begins = urlencode({"over": "" if number is None else number, "after": party})
    return f"{query}&{begins}" if query else begins


def _query(wanted: Wanted) -> str:
    """Return a filter as the page's address says it."""
    said = {"who": wanted.who, "of": wanted.of, "late": "1" if wanted.late else ""}
    return urlencode({name: text for name, text in said.items() if text})


def _said(viewer: Viewer, query: str, classes: Mapping[str, str]) -> str:
    """Return a filter in words."""
    wanted = _wanted(QueryDict(query))
    late = say(viewer.language, "people.filter.late") if wanted.late else ""
    return " · ".join(part for part in (wanted.who, classes.get(wanted.of, wanted.of), late) if part)


@require_GET
@of_community(sees=Data.DIRECTORY)
def member(request: HttpRequest, viewer: Viewer, party: str) -> HttpResponse:
    """Show one member."""
    found = shown(viewer, party)
    may_erase = may(viewer, Act.ERASE) and party not in viewer.own
    content = {
        "member": found,
        "states": STATES,
        "results": RESULTS,
        "recording": request.GET.get("record", ""),
        "gate": request.GET.get("gate", ""),
        "may_erase": may_erase,
        "place": PLACE,
    }
    return render(request, "pages/member.html", content)


@require_POST
@of_community(does=Act.ERASE, again=["POST"])
def erased(request: HttpRequest, viewer: Viewer, party: str) -> HttpResponse:
    """Erase a person: what they are called, what was typed about them, and how they get in."""
    if "sure" not in request.POST:
        raise Refused([Complaint("acts.field")])
    erase(acting(viewer, request.POST), party=party)
    return redirect("pages:people", viewer.community.name)


@require_POST
@of_community(sees=Data.DIRECTORY, does=Act.ADD_DOCUMENT)
def agreement(request: HttpRequest, viewer: Viewer, party: str) -> HttpResponse:
    """Record how an agreement with a member stands, with its paper."""
    sent = request.POST
    papers = proof(request, given(sent, "type"))
    done = record_agreement(
        acting(viewer, sent),
        party=party,
        type=given(sent, "type"),
        state=given(sent, "state"),
        expires_at=local_day(sent["expires"]) if sent.get("expires") else None,
        paper=papers[0] if papers else None,
    )
    return recorded(request, viewer, done, say(viewer.language, "agreement.recorded"))


@require_POST
@of_community(sees=Data.DIRECTORY, does=Act.RECORD_CHECK)
def check(request: HttpRequest, viewer: Viewer, party: str) -> HttpResponse:
    """Record whether a member passed a gate, with the evidence."""
    sent = request.POST
    papers = proof(request, given(sent, "gate"))
    done = record_check(
        acting(viewer, sent),
        party=party,
        gate=given(sent, "gate"),
        result=given(sent, "result"),
        valid_until=local_day(sent["until"]) if sent.get("until") else None,
        paper=papers[0] if papers else None,
    )
    return recorded(request, viewer, done, say(viewer.language, "check.recorded"))
