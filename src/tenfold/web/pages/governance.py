"""Governance: alerts and what one does about them; the charter as a form, tried on history, proposed as a change."""

from collections.abc import Mapping
from datetime import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.terms.days import instant_at
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.parsing import given, local_day
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights import charter as shown
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.alerts import alerts as standing
from tenfold.web.rights.policies import Data
from tenfold.web.rights.proposals import proposals
from tenfold.web.rights.proposing import first_force
from tenfold.web.rights.viewers import Viewer
from tenfold.web.rights.words import sentences
from tenfold.web.services.charters import as_next_version, propose_charter
from tenfold.web.services.decisions import handle_alert
from tenfold.web.store.work import ask

PLACE = "page.governance"
MORNING = time(6)  # what rests until a day is back before people start
BODY = "charter"  # the kind of decision that a change of the charter is, unless one chooses another
WAIT = 1.0  # seconds that a trial may take before the page says that it runs


@require_GET
@of_community(sees=Data.CHARTER)
def alerts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the alerts that stand; whoever sees none of them is shown the charter."""
    if not viewer.sees(Data.RISKS):
        return redirect("pages:charter", viewer.community.name)
    return render(request, "pages/alerts.html", {"alerts": standing(viewer), "place": PLACE, "tab": "alerts"})


@require_POST
@of_community(does=Act.HANDLE_ALERT)
def alert_act(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Own an alert, act on it, let it rest, clear it, or call it false."""
    sent = request.POST
    zone = viewer.rules.charter.timezone
    until = instant_at(local_day(sent["until"]), MORNING, zone) if sent.get("until") else None
    actor = acting(viewer, sent)
    step = given(sent, "do")
    done = handle_alert(actor, alert=given(sent, "alert"), step=step, until=until, reason=sent.get("reason") or None)
    told = say(viewer.language, "line.recorded", {"what": say(viewer.language, f"alert.step.{step}")})
    return recorded(request, viewer, done, told, reverse("pages:governance", args=[viewer.community.name]))


@require_GET
@of_community(sees=Data.CHARTER)
def charter(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the charter as sentences."""
    return render(request, "pages/charter.html", _charter(viewer))


@require_GET
@of_community(sees=Data.CHARTER)
def charter_yaml(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the charter as it is written."""
    content = {"text": shown.charter_text(viewer), "place": PLACE, "tab": "charter"}
    return render(request, "pages/charter_yaml.html", content)


@require_POST
@of_community(does=Act.PROPOSE_CHARTER, often={"POST": "trial"})
def charter_try(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Try changed values on history, or propose them as the next version."""
    sent: Mapping[str, str] = request.POST
    if sent.get("do") == "propose":
        return _propose(viewer, sent, shown.wanted(viewer.rulebook.newest, sent))
    try:
        return _try(request, viewer, shown.wanted(viewer.rulebook.newest, sent))
    except Refused as refused:
        if not request.headers.get("HX-Request"):
            raise
        return _not_tried(request, viewer, refused)


def _try(request: HttpRequest, viewer: Viewer, values: Mapping[str, str]) -> HttpResponse:
    if not values:
        return _said(request, viewer, {"tried": None, "asked": None})
    text = shown.with_values(viewer, values).decode("utf-8")
    asked = ask(viewer.community, "trial", {"charter": text}, WAIT)
    content = {"tried": shown.tried(viewer, asked.pk), "asked": asked.pk, "look": _look(viewer, asked.pk)}
    return _said(request, viewer, content | {"values": values})


def _not_tried(request: HttpRequest, viewer: Viewer, refused: Refused) -> HttpResponse:
    """Say why a value cannot be tried where its trial would stand: else the one before it seems to answer it."""
    content = {"refused": sentences(viewer, refused.complaints)}
    return render(request, "pages/_tried.html", content, status=422)


@require_GET
@of_community(does=Act.PROPOSE_CHARTER)
def charter_tried(request: HttpRequest, viewer: Viewer, question: int) -> HttpResponse:
    """Say what came of a trial; the page asks again while it runs."""
    found = shown.tried(viewer, question)
    content = {"tried": found, "asked": question, "look": _look(viewer, question)}
    return render(request, "pages/_tried.html", content)


def _look(viewer: Viewer, question: int) -> str:
    """Return where one looks whether a trial is answered."""
    return reverse("pages:charter_tried", args=[viewer.community.name, question])


def _propose(viewer: Viewer, sent: Mapping[str, str], values: Mapping[str, str]) -> HttpResponse:
    if not values:
        raise Refused([Complaint("rulebook.unchanged")])
    content = as_next_version(viewer.community, shown.with_values(viewer, values), local_day(sent["from"]))
    propose_charter(acting(viewer, sent), content=content, body=sent["body"])
    return redirect("pages:charter", viewer.community.name)


def _charter(viewer: Viewer) -> dict[str, object]:
    newest = viewer.rulebook.newest
    return {
        "charter": shown.charter_page(viewer),
        "proposals": proposals(viewer),
        "may_try": may(viewer, Act.PROPOSE_CHARTER),
        "first": first_force(newest, newest.adjustment.decisions.get(BODY), viewer.today),
        "place": PLACE,
        "tab": "charter",
    }


def _said(request: HttpRequest, viewer: Viewer, content: dict[str, object]) -> HttpResponse:
    """Answer with what was tried alone where the page asked by itself, else with the whole page."""
    if request.headers.get("HX-Request"):
        return render(request, "pages/_tried.html", content)
    return render(request, "pages/charter.html", _charter(viewer) | content)
