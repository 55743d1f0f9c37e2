"""The demo: whoever opens it on this machine may look at it as any of its people. Nowhere else does this exist."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tenfold.web.store.accounts import Seat

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def is_demo(request: HttpRequest) -> bool:
    """Whether this is the demo, opened on the machine that it runs on."""
    return bool(settings.DEMO) and on_this_machine(request)


def on_this_machine(request: HttpRequest) -> bool:
    """Whether a request comes from the machine itself; behind a proxy each one seems to, so none does."""
    return not settings.ORIGIN and ip_address(request.META["REMOTE_ADDR"]).is_loopback


@require_POST
def be(request: HttpRequest) -> HttpResponse:
    """Go on as another person of the demo."""
    if not is_demo(request):
        raise Http404
    become(request, request.POST.get("party", ""))
    return redirect("pages:home")


def become(request: HttpRequest, party: str | None = None) -> None:
    """Log in as a person of the demo, the first one where none is named."""
    seats = Seat.objects.select_related("account").order_by("pk")
    seat = (seats.filter(party=party) if party is not None else seats).first()
    if seat is None:
        raise Http404
    login(request, seat.account, BACKEND)
