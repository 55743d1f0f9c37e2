"""The demo: whoever opens it on this machine may look at it as any of its people. Nowhere else does this exist."""

from collections.abc import Mapping
from ipaddress import ip_address
from types import MappingProxyType

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tenfold.web.services.clocks import next_day as pass_a_day
from tenfold.web.store.accounts import Account, Seat

PASSED_ON = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def is_demo(request: HttpRequest) -> bool:
    """Whether this is the demo, opened on the machine that it runs on."""
    return bool(settings.DEMO) and on_this_machine(request)


def on_this_machine(request: HttpRequest) -> bool:
    """Whether a request comes from the machine itself.

    Behind a proxy on this machine each one seems to: none does where a proxy was named, or where one says so itself.
    """
    sender = request.META["REMOTE_ADDR"]
    if settings.ORIGIN or not sender or any(name in request.headers for name in PASSED_ON):
        return False
    return ip_address(sender).is_loopback


# Where each beat of the story is seen, and who sees it: the person and the page below the community's.
BEATS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "1": ("p000002", "number/fund.top1_group:community"),
        "2": ("p000003", "number/scr.coverage_gain:chenghu"),
        "3": ("p000003", "number/val.ontime:pilot_site"),
        "4": ("p000002", "people/songyan"),
        "5": ("p000005", "people/huixian"),
        "6": ("p000002", "distribution/h1-2026"),
        "7": ("p000002", "governance"),
        "8": ("p000003", "people/p000017"),
        "9": ("p000001", "governance/charter/version/3"),
        "10": ("p000003", "number/brand.inbound_share:community"),
    }
)


@require_POST
def next_day(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock on by a day; the numbers follow."""
    if not is_demo(request) or not isinstance(request.user, Account):
        raise Http404
    for seat in Seat.objects.filter(account=request.user).select_related("community"):
        pass_a_day(seat.community)
    return redirect("pages:home")


@require_POST
def beat(request: HttpRequest) -> HttpResponse:
    """Go to where a beat of the story is seen, as the person who sees it."""
    found = BEATS.get(request.POST.get("beat", ""))
    if not is_demo(request) or found is None:
        raise Http404
    party, page = found
    seat = become(request, party)
    return redirect(f"{reverse('pages:today', args=[seat.community.name]).removesuffix('today')}{page}")


@require_POST
def be(request: HttpRequest) -> HttpResponse:
    """Go on as another person of the demo."""
    if not is_demo(request):
        raise Http404
    become(request, request.POST.get("party", ""))
    return redirect("pages:home")


def become(request: HttpRequest, party: str | None = None) -> Seat:
    """Log in as a person of the demo, the first one where none is named."""
    seats = Seat.objects.select_related("account", "community").order_by("pk")
    seat = (seats.filter(party=party) if party is not None else seats).first()
    if seat is None:
        raise Http404
    login(request, seat.account, BACKEND)
    return seat
