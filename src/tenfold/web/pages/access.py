"""People and roles: who is in the community and as what; inviting, giving and ending offices, shutting out."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenfold.web.pages.handing import address
from tenfold.web.pages.parsing import given, local_day, whole
from tenfold.web.pages.recorded import acting
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.access import access
from tenfold.web.rights.acts import Act
from tenfold.web.rights.looks import SHOWN, looks, sees_all_looks
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import seats
from tenfold.web.services.acting import Actor, Done

PLACE = "page.access"


@require_GET
@of_community(does=Act.INVITE)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who is in the community, and whom one may invite of those who are called as is asked."""
    who = request.GET.get("who", "").strip()
    return render(request, "pages/access.html", {"access": access(viewer, who), "who": who, "place": PLACE})


@require_POST
@of_community(does=Act.INVITE, again=["POST"], often={"POST": "invite"})
def change(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Do what a button of the page says."""
    done = BUTTONS.get(request.POST.get("do", ""))
    if done is None:
        raise Http404
    done(request, acting(viewer, request.POST), request.POST)
    return redirect("pages:access", viewer.community.name)


@require_GET
@of_community(sees=Data.CHARTER)
def looked(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who looked at data about the viewer; to compliance, about everybody."""
    content = {"looks": looks(viewer), "whole": sees_all_looks(viewer), "most": SHOWN, "place": "page.looks"}
    return render(request, "pages/looks.html", content)


def _invite(request: HttpRequest, actor: Actor, sent: QueryDict) -> Done:
    link = address(request, reverse("invitation", args=["-"])).removesuffix("-")
    name = sent.get("name", "").strip() or None
    party = None if name else given(sent, "party")
    return seats.invite(
        actor,
        email=given(sent, "email"),
        language=given(sent, "language"),
        link=link,
        party=party,
        name=name,
        role=sent.get("role") or None,
    )


def _withdraw(request: HttpRequest, actor: Actor, sent: QueryDict) -> Done:
    return seats.withdraw(actor, invitation=whole(given(sent, "invitation")) or 0)


def _appoint(request: HttpRequest, actor: Actor, sent: QueryDict) -> Done:
    day = sent.get("until") or None
    until = None if day is None else local_day(str(day))
    return seats.appoint(actor, party=given(sent, "party"), role=given(sent, "role"), until=until)


def _relieve(request: HttpRequest, actor: Actor, sent: QueryDict) -> Done:
    return seats.relieve(actor, party=given(sent, "party"), role=given(sent, "role"))


def _shut_out(request: HttpRequest, actor: Actor, sent: QueryDict) -> Done:
    return seats.shut_out(actor, party=given(sent, "party"))


BUTTONS: Mapping[str, Callable[[HttpRequest, Actor, QueryDict], Done]] = {
    "invite": _invite,
    "withdraw": _withdraw,
    "appoint": _appoint,
    "relieve": _relieve,
    "shut_out": _shut_out,
}
