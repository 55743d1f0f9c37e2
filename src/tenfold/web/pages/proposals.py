"""Proposals: how a change of the charter is tried, announced, voted on and recorded; and the charter's history."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.web.pages.parsing import given, local_day
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act
from tenfold.web.rights.charter import tried
from tenfold.web.rights.charter_history import brought, changed, history
from tenfold.web.rights.deciding import digest_of
from tenfold.web.rights.policies import Data
from tenfold.web.rights.proposals import refused, shown
from tenfold.web.rights.proposing import VOTE, standing
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.services import proposals as services
from tenfold.web.services.acting import Actor, Done
from tenfold.web.store.append import clock_of
from tenfold.web.store.work import ask

PLACE, TAB = "page.governance", "charter"
WAIT = 1.0  # seconds that an engine may take before the page says that it is asked


@require_GET
@of_community(sees=Data.CHARTER)
def charter_history(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show every version of the charter with its votes, and what was not adopted."""
    content = {"versions": history(viewer), "refused": refused(viewer), "place": PLACE, "tab": TAB}
    return render(request, "pages/charter_history.html", content)


@require_GET
@of_community(sees=Data.CHARTER)
def charter_version(request: HttpRequest, viewer: Viewer, version: int) -> HttpResponse:
    """Show what a version changed, and how it was decided."""
    content = {"one": changed(viewer, version), "version": version, "place": PLACE, "tab": TAB}
    return render(request, "pages/charter_version.html", content)


@require_GET
@of_community(sees=Data.CHARTER)
def proposal(request: HttpRequest, viewer: Viewer, proposal: str) -> HttpResponse:
    """Show a proposal, how far it is and whom it waits for."""
    _ask_who_votes(viewer, proposal)
    found = shown(viewer, proposal)
    result = found.vote.result
    seen = "" if result is None else digest_of(result)
    content = {"one": found, "seen": seen, "brought": brought(viewer, proposal), "place": PLACE, "tab": TAB}
    return render(request, "pages/proposal.html", content)


@require_GET
@of_community(sees=Data.CHARTER)
def proposal_tried(request: HttpRequest, viewer: Viewer, proposal: str) -> HttpResponse:
    """Say what a proposed charter would have changed, as far as the viewer may see it; ask again while that runs."""
    text = standing(viewer.community, proposal).text
    if text is None:
        raise NotHere(proposal)
    asked = ask(viewer.community, "trial", {"charter": text.decode("utf-8")}, WAIT)
    look = reverse("pages:proposal_tried", args=[viewer.community.name, proposal])
    return render(request, "pages/_tried.html", {"tried": tried(viewer, asked.pk), "asked": asked.pk, "look": look})


@require_POST
@of_community(does=Act.VOTE, again=["POST"])
def proposal_do(request: HttpRequest, viewer: Viewer, proposal: str) -> HttpResponse:
    """Do what a button of a proposal's page says."""
    do = request.POST.get("do", "")
    pressed = BUTTONS.get(do)
    if pressed is None:
        raise Http404
    _ask_who_votes(viewer, proposal)
    pressed(acting(viewer, request.POST), proposal, request.POST)
    page = reverse("pages:proposal", args=[viewer.community.name, proposal])
    return recorded(request, viewer, Done(()), say(viewer.language, f"proposal.done.{do}"), page)


def _ask_who_votes(viewer: Viewer, proposal: str) -> None:
    """Ask the engine who may vote, while votes are taken: what it says is kept until there are new numbers."""
    if standing(viewer.community, proposal).step(clock_of(viewer.community)) == VOTE:
        ask(viewer.community, "voices", {"proposal": proposal}, WAIT)


def _simulate(actor: Actor, proposal: str, sent: QueryDict) -> Done:
    return services.simulate(actor, proposal=proposal)


def _announce(actor: Actor, proposal: str, sent: QueryDict) -> Done:
    opens, closes = local_day(given(sent, "opens")), local_day(given(sent, "closes"))
    return services.announce(actor, proposal=proposal, opens=opens, closes=closes)


def _vote(actor: Actor, proposal: str, sent: QueryDict) -> Done:
    return services.cast(actor, proposal=proposal, choice=given(sent, "choice"), voter=given(sent, "voter"))


def _settle(actor: Actor, proposal: str, sent: QueryDict) -> Done:
    return services.settle(actor, proposal=proposal, seen=sent.get("seen", ""))


def _withdraw(actor: Actor, proposal: str, sent: QueryDict) -> Done:
    return services.withdraw(actor, proposal=proposal)


def _take_effect(actor: Actor, proposal: str, sent: QueryDict) -> Done:
    return services.take_effect(actor, proposal=proposal)


BUTTONS: Mapping[str, Callable[[Actor, str, QueryDict], Done]] = {
    "simulate": _simulate,
    "announce": _announce,
    "vote": _vote,
    "settle": _settle,
    "withdraw": _withdraw,
    "take_effect": _take_effect,
}
