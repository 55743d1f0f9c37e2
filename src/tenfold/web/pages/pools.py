"""Distribution: pools, what each would pay and why, signatures, the payment file, and a member's statement."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tenfold.exchange.lists.forms import FORMS
from tenfold.exchange.lists.safe import csv_text
from tenfold.report.words import say
from tenfold.web.pages.handing import handed
from tenfold.web.pages.parsing import brings, happened, local_day, money, paper
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights import pools as shown
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.heads import signed_head
from tenfold.web.rights.paying import receipt
from tenfold.web.rights.policies import Data
from tenfold.web.rights.settling import invoicing, settling
from tenfold.web.rights.signing import Signing, signing
from tenfold.web.rights.statements import statement as stated
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import pools as services
from tenfold.web.services.acting import Done

PLACE = "page.distribution"
INVOICE = "invoice"  # what the paper is called that a payee sends
# Signatures, before the pool is handed over, and what was said of payments; what others were shown or given is not.
TAKEN_BACK = ("approve", "receipted", "returned")


@require_http_methods(["GET", "POST"])
@of_community(sees=Data.PAYOUTS)
def pools(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the pools; declare one where the form was sent."""
    if request.method == "POST":
        _declare(request, viewer)
        return redirect("pages:pools", viewer.community.name)
    rules = viewer.rules
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
    payouts, signatures = settling(viewer, pool), signing(viewer, pool)
    content = {
        "pool": found,
        "payouts": payouts,
        "signing": signatures,
        "before": _before(found, signatures),
        "seen": found.seen or "",
        "may_declare": may(viewer, Act.DECLARE_POOL),
        "may_export": may(viewer, Act.EXPORT_POOL),
        "downloaded": any(one.to_pay for one in payouts),
        "payable": any(one.to_pay and not one.owes for one in payouts),
        "comes_back": any("returned" in one.next for one in payouts),
        "once_more": any(one.waits for one in payouts),
        "invoices": invoicing(viewer, pool),
        "today": viewer.today,
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
    done = pressed(request, viewer, pool)
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


def _before(pool: shown.Pool, signing: Signing) -> str | None:
    """Return before which act one looks at a pool's checks: before signing, then before it is handed over."""
    if pool.state not in shown.TO_SIGN:
        return None
    return "export" if signing.complete else "sign"


def _declare(request: HttpRequest, viewer: Viewer) -> None:
    sent = request.POST
    currency = viewer.rules.charter.currency
    digits = viewer.rules.currencies.digits(currency) or 0
    services.declare(
        acting(viewer, sent),
        layer=sent["layer"],
        amount_minor=money(sent["amount"], digits),
        currency=currency,
        period_start=local_day(sent["start"]),
        period_end=local_day(sent["end"]),
    )


def _preview(request: HttpRequest, viewer: Viewer, pool: str) -> Done:
    return services.preview(acting(viewer, request.POST), pool=pool)


def _approve(request: HttpRequest, viewer: Viewer, pool: str) -> Done:
    return services.approve(acting(viewer, request.POST), pool=pool, seen=request.POST.get("seen", ""))


def _export(request: HttpRequest, viewer: Viewer, pool: str) -> Done:
    return services.export(acting(viewer, request.POST), pool=pool)


def _cancel(request: HttpRequest, viewer: Viewer, pool: str) -> Done:
    return services.cancel(acting(viewer, request.POST), pool=pool)


def _settle(state: str, request: HttpRequest, viewer: Viewer, pool: str) -> Done:
    """Say what became of the payouts that are ticked, with what shows it where the form brings that."""
    sent = request.POST
    brought = paper(request, receipt(viewer) if brings(request) else "")
    return services.settle(
        acting(viewer, sent),
        pool=pool,
        state=state,
        parties=sent.getlist("party"),
        papers=[] if brought is None else [brought],
        at=happened(sent.get("day", ""), viewer.today, viewer.rules.charter.timezone),
    )


def _invoice(state: str, request: HttpRequest, viewer: Viewer, pool: str) -> Done:
    """Say whether an invoice is needed of those who are ticked, or is here, with it where the form brings it."""
    brought = paper(request, INVOICE if brings(request) else "")
    return services.invoice(
        acting(viewer, request.POST),
        pool=pool,
        paper=state,
        parties=request.POST.getlist("party"),
        papers=[] if brought is None else [brought],
    )


BUTTONS: Mapping[str, Callable[[HttpRequest, Viewer, str], Done]] = {
    "preview": _preview,
    "approve": _approve,
    "export": _export,
    "receipted": partial(_settle, "receipted"),
    "returned": partial(_settle, "returned"),
    "exported": partial(_settle, "exported"),
    "required": partial(_invoice, "required"),
    "received": partial(_invoice, "received"),
    "not_needed": partial(_invoice, "not_needed"),
    "cancel": _cancel,
}
