"""Funding: what the round may bring, the board of deals, on whom the money hangs; a deal moves where it stands."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Refused
from tenfold.web.pages.exporting import downloads
from tenfold.web.pages.parsing import given, money, paper
from tenfold.web.pages.recorded import acting, recorded
from tenfold.web.pages.viewing import of_community
from tenfold.web.rights.acts import Act, may
from tenfold.web.rights.dealing import moving, new_deal
from tenfold.web.rights.forecasting import LOST, WON
from tenfold.web.rights.funding import funding as shown
from tenfold.web.rights.lookup import party_called
from tenfold.web.rights.policies import Data
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.deals import move_deal, open_deal
from tenfold.web.services.papers import Paper

PLACE = "page.funding"
IF = "if."  # before the key of a deal that somebody tries as won or lost


@require_GET
@of_community(sees=Data.PIPELINE)
def funding(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the current round."""
    ifs = _ifs(request.GET)
    page = shown(viewer, ifs)
    tries = [(one, ifs.get(one.deal, "")) for one in page.weights]
    query = urlencode({f"{IF}{deal}": way for deal, way in ifs.items()})
    trying = {"tries": tries, "ways": WAYS, "before": IF, "query": query}
    content = {
        "funding": page,
        "moving": moving(viewer),
        "opening": new_deal(viewer),
        "pays": may(viewer, Act.RECORD_MONEY),
        "downloads": downloads(viewer, "money", "holdings"),
        "place": PLACE,
        **trying,
    }
    return render(request, "pages/funding.html", content)


@require_POST
@of_community(sees=Data.PIPELINE, does=Act.MOVE_DEAL)
def move(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Move a deal to another stage, with a paper that proves it or as a claim."""
    sent = request.POST
    deal, papers = given(sent, "deal"), _papers(request)
    done = move_deal(
        acting(viewer, sent),
        opportunity=deal,
        stage=given(sent, "stage"),
        amount_minor=_new_amount(viewer, deal, sent.get("amount", "")),
        papers=papers,
        reason=sent.get("reason") or None,
    )
    return recorded(request, viewer, done, say(viewer.language, "funding.moved" if papers else "funding.claimed"))


@require_POST
@of_community(sees=Data.PIPELINE, does=Act.MOVE_DEAL)
def opened(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Open a deal, with a paper that proves its stage or as a claim."""
    sent = request.POST
    round, currency = _round(viewer, given(sent, "round"))
    introduced = sent.get("introduced_by", "").strip()
    papers = _papers(request)
    done = open_deal(
        acting(viewer, sent),
        round=round,
        party=party_called(viewer, given(sent, "party")),
        amount_minor=money(given(sent, "amount"), _digits(viewer, currency)),
        currency=currency,
        stage=given(sent, "stage"),
        source=sent.get("source") or None,
        introduced_by=party_called(viewer, introduced) if introduced else None,
        papers=papers,
    )
    return recorded(request, viewer, done, say(viewer.language, "funding.opened" if papers else "funding.opened.claim"))


def _papers(request: HttpRequest) -> list[Paper]:
    """Return the paper that a form brings to prove a stage, where it brings one."""
    brought = paper(request, request.POST.get("kind", ""))
    return [] if brought is None else [brought]


def _round(viewer: Viewer, key: str) -> tuple[str, str]:
    """Return a round and its currency."""
    found = current_rows(viewer, "rounds", round=[key])
    if not found:
        raise Refused([Complaint("acts.unknown")])
    return key, found[0]["currency"]


def _new_amount(viewer: Viewer, deal: str, text: str) -> int | None:
    """Return a deal's new amount in its currency, where one was typed."""
    found = current_rows(viewer, "opportunities", opportunity=[deal]) if text.strip() else []
    return money(text, _digits(viewer, found[0]["currency"])) if found else None


def _digits(viewer: Viewer, currency: str) -> int:
    return viewer.rules.currencies.digits(currency) or 0


WAYS = (("", "funding.if.open"), (WON, "funding.if.won"), (LOST, "funding.if.lost"))


def _ifs(sent: QueryDict) -> dict[str, str]:
    """Return the deals that somebody tries as won or lost."""
    given = {name.removeprefix(IF): str(way) for name, way in sent.items() if name.startswith(IF)}
    return {deal: way for deal, way in given.items() if way in (WON, LOST)}
