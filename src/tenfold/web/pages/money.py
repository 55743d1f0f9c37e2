"""Money: what was paid lately, and the form that records a payment, of a deal or of its own."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tenfold.report.words import say
from tenfold.web.pages.parsing import brings, given, happened, money, paper, unread
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.lookup import called
from tenfold.web.rights.paying import paying, payments, receipt
from tenfold.web.rights.policies import Data
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Done
from tenfold.web.services.deals import record_money

PLACE = "page.funding"


@require_http_methods(["GET", "POST"])
@of_community(sees=Data.PIPELINE)
def paid(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show what was paid lately; record a payment where the form was sent."""
    if request.method == "POST":
        return recorded(request, viewer, _recorded(request, viewer), say(viewer.language, "money.recorded"))
    records = may(viewer, Act.RECORD_MONEY)
    content = {
        "payments": payments(viewer),
        "paying": paying(viewer, request.GET.get("deal") or None) if records else None,
        "today": viewer.today,
        "place": PLACE,
    }
    return render(request, "pages/money.html", content)


def _recorded(request: HttpRequest, viewer: Viewer) -> Done:
    sent = request.POST
    deal = sent.get("deal") or None
    known = paying(viewer, deal)
    currency, digits = _currency(viewer, given(sent, "currency"))
    brought = paper(request, receipt(viewer) if brings(request) else "")
    return record_money(
        acting(viewer, sent),
        payer=called(viewer, sent.get("payer", ""), known.payer),
        payee=called(viewer, sent.get("payee", ""), known.project),
        amount_minor=money(given(sent, "amount"), digits),
        currency=currency,
        purpose=given(sent, "purpose"),
        round=None if deal else sent.get("round") or None,
        opportunity=deal,
        pool=sent.get("pool") or None,
        reference=sent.get("reference") or None,
        papers=[] if brought is None else [brought],
        completes="completes" in sent,
        at=_at(viewer, sent),
    )


def _currency(viewer: Viewer, code: str) -> tuple[str, int]:
    """Return a currency as it is written, and how many decimals it has."""
    written = code.strip().upper()
    digits = viewer.rules.currencies.digits(written)
    if digits is None:
        raise unread("acts.currency", code)
    return written, digits


def _at(viewer: Viewer, sent: QueryDict) -> datetime | None:
    return happened(sent.get("day", ""), viewer.today, viewer.rules.charter.timezone)
