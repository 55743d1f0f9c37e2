"""Distribution: pools, what each would pay and why, signatures, the payment file, and a member's statement."""

from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenfold.exchange.lists.forms import FORMS
from tenfold.exchange.lists.safe import csv_text
from tenfold.report.words import say
from tenfold.web.pages.handing import handed
from tenfold.web.pages.parsing import local_day, money
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights import pools as shown
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.heads import signed_head
from tenfold.web.rights.names import rules_of
from tenfold.web.rights.policies import Data
from tenfold.web.rights.signing import signing
from tenfold.web.rights.statements import statement as stated
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import pools as services
from tenfold.web.services.acting import Actor, Done

PLACE = "page.distribution"
TAKEN_BACK = ("approve",)  # before the pool is handed over; what others were shown or given is not


@require_http_methods(["GET", "POST"])
@of_community(sees=Data.PAYOUTS)
def pools(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the pools; declare one where the form was sent."""
    if request.method == "POST":
        _declare(request, viewer)
        return redirect("pages:pools", viewer.community.name)
    rules = rules_of(viewer.community)
    content = {
        "pools": shown.pools(viewer),
        "whole": shown.sees_all(viewer),
        "may_declare": may(viewer, Act.DECLARE_POOL),
        "layers": shown.layers(viewer),
        "currency": rules.charter.currency,
        "place": PLACE,
    }
    return render(request, "pages/pools.html", content)


@require_GET
@of_community(sees=Data.PAYOUTS)
def pool(request: HttpRequest, viewer: Viewer, pool: str) -> HttpResponse:
    """Show what a pool would pay, and how far its signatures are."""
    found = shown.pool(viewer, pool)
    content = {
        "pool": found,
        "signing": signing(viewer, pool),
        "seen": found.seen or "",
        "may_declare": may(viewer, Act.DECLARE_POOL),
        "may_export": may(viewer, Act.EXPORT_POOL),
        "downloaded": found.state in shown.EXPORTED,
        "place": PLACE,
    }
    return render(request, "pages/pool.html", content)


@require_POST
@of_community(sees=Data.PAYOUTS, again=["POST"])
def pool_act(request: HttpRequest, viewer: Viewer, pool: str) -> HttpResponse:
    """Do what a button of a pool's page says."""
    do = request.POST.get("do", "")
    pressed = BUTTONS.get(do)
    if pressed is None or not shown.sees_all(viewer):
        raise Http404
    done = pressed(acting(viewer, request.POST), pool, request.POST)
    page = reverse("pages:pool", args=[viewer.community.name, pool])
    taken_back = done if do in TAKEN_BACK else Done(())
    return recorded(request, viewer, taken_back, say(viewer.language, f"pool.done.{do}"), page)


@require_GET
@of_community(does=Act.EXPORT_POOL, again=["GET"], often={"GET": "export"})
def payments(request: HttpRequest, viewer: Viewer, pool: str) -> HttpResponse:
    """Give the payment file of a pool that was exported; it opens safely in a sheet."""
    return handed(csv_text(shown.payments(viewer, pool)), "payments.csv", FORMS["csv"].kind)


@require_GET
@of_community(sees=Data.PAYOUTS)
def statement(request: HttpRequest, viewer: Viewer, pool: str, party: str) -> HttpResponse:
    """Show what somebody gets of a pool, and the whole sum."""
    found = stated(viewer, pool, party)
    content = {"statement": found, "signed": signed_head(viewer), "place": PLACE}
    return render(request, "pages/statement.html", content)


def _declare(request: HttpRequest, viewer: Viewer) -> None:
    sent = request.POST
    currency = rules_of(viewer.community).charter.currency
    digits = rules_of(viewer.community).currencies.digits(currency) or 0
    services.declare(
        acting(viewer, sent),
        layer=sent["layer"],
        amount_minor=money(sent["amount"], digits),
        currency=currency,
        period_start=local_day(sent["start"]),
        period_end=local_day(sent["end"]),
    )


def _preview(actor: Actor, pool: str, sent: Mapping[str, str]) -> Done:
    return services.preview(actor, pool=pool)


def _approve(actor: Actor, pool: str, sent: Mapping[str, str]) -> Done:
    return services.approve(actor, pool=pool, seen=sent.get("seen", ""))


def _export(actor: Actor, pool: str, sent: Mapping[str, str]) -> Done:
    return services.export(actor, pool=pool)


def _cancel(actor: Actor, pool: str, sent: Mapping[str, str]) -> Done:
    return services.cancel(actor, pool=pool)


BUTTONS: Mapping[str, Callable[[Actor, str, Mapping[str, str]], Done]] = {
    "preview": _preview,
    "approve": _approve,
    "export": _export,
    "cancel": _cancel,
}
