"""Today: what is worth doing, and what one does about it with one tap."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.cards import Card
from tenfold.report.words import say
from tenfold.terms.days import days_later, instant_at
from tenfold.web.pages.deciding import MORNING
from tenfold.web.pages.demo import become, is_demo, on_this_machine
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.frame import local_day
from tenfold.web.rights.line import channel_of
from tenfold.web.rights.policies import Data
from tenfold.web.rights.today import day, proposed
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor, Done
from tenfold.web.services.decisions import dismiss, handle_alert, snooze
from tenfold.web.services.lines import Talk, record_talk
from tenfold.web.services.promises import deliver
from tenfold.web.services.talks import answer, thank
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.foundings import awaits_first


@require_GET
@of_community(sees=Data.INTERACTIONS)
def today(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the day's list as the last cycle left it."""
    return render(request, "pages/today.html", {"day": day(viewer), "place": "page.today"})


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Open Today in the first community that the account has a seat in; the demo needs no login."""
    if not request.user.is_authenticated and is_demo(request):
        become(request)
    if not isinstance(request.user, Account):
        near = awaits_first() and on_this_machine(request)
        return redirect("pages:first" if near else "account_login")
    seats = Seat.objects.filter(account=request.user).select_related("community")
    seat = seats.order_by("community__name").first()
    if seat is None:
        return redirect("pages:found")
    return redirect("pages:today", seat.community.name)


@require_GET
@of_community(sees=Data.CHARTER)
def numbers(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say whether the numbers have followed what was recorded; when they have, the page takes them."""
    response = render(request, "pages/_numbers.html")
    if not viewer.numbers.stale:
        response["HX-Trigger"] = "numbers"
    return response


@require_POST
@of_community(sees=Data.INTERACTIONS)
def card(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Do what a button of a card says; the card then leaves the list."""
    sent = request.POST
    tapped = TAPS.get(sent.get("do", ""))
    if tapped is None:
        raise Http404
    one = proposed(viewer, sent.get("decision", ""))
    actor = acting(viewer, sent)
    return recorded(request, viewer, tapped(actor, one), say(viewer.language, "card.done"))


def _log(actor: Actor, one: Card) -> Done:
    viewer = actor.viewer
    talk = Talk(
        members=(one.proposes["member"],),
        channel=channel_of(viewer, None),
        on=local_day(viewer),
        direction=one.proposes["direction"],
        minutes=one.minutes,
        flags=tuple(one.proposes.get("flags", ())),
    )
    return record_talk(actor, talk=talk, because=one.id)


def _answer(actor: Actor, one: Card) -> Done:
    channel = channel_of(actor.viewer, "message")
    return answer(actor, question=one.proposes["replies_to"], channel=channel, because=one.id)


def _deliver(actor: Actor, one: Card) -> Done:
    return deliver(actor, commitment=one.proposes["commitment"], because=one.id)


def _own(actor: Actor, one: Card) -> Done:
    return handle_alert(actor, alert=one.proposes["alert"], step="own", because=one.id)


def _thank(actor: Actor, one: Card) -> Done:
    return thank(actor, party=one.proposes["party"], because=one.id)


def _snooze(actor: Actor, one: Card) -> Done:
    zone = actor.viewer.rules.charter.timezone
    morning = instant_at(days_later(local_day(actor.viewer), 1), MORNING, zone)
    return snooze(actor, decision=one.id, until=morning)


def _dismiss(actor: Actor, one: Card) -> Done:
    return dismiss(actor, decision=one.id, reason=say(actor.viewer.language, "card.not_useful"))


TAPS: Mapping[str, Callable[[Actor, Card], Done]] = {
    "answer": _answer,
    "deliver": _deliver,
    "dismiss": _dismiss,
    "log": _log,
    "own": _own,
    "snooze": _snooze,
    "thank": _thank,
}
