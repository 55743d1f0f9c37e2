"""Each request has an id, which its answer, its line in the log, and what it recorded carry."""

import logging
from collections.abc import Callable
from time import monotonic
from uuid import uuid4

from allauth.core.internal.httpkit import get_client_ip
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from tenfold.web.pages.refusing import refused
from tenfold.web.store.accounts import Account
from tenfold.web.store.requests import Asked, asking

LOG = logging.getLogger("tenfold.request")
HEADER = "X-Request-ID"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
STAND_IN = 12  # signs


def logged(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Write a line for each request, under an id that the answer carries too; a graver one where it was refused."""

    def answered(request: HttpRequest) -> HttpResponse:
        began, id, address = monotonic(), uuid4().hex, _address(request)
        with asking(Asked(id, address)):
            response = answer(request)
        response[HEADER] = id
        matched = request.resolver_match
        said = {
            "request": id,
            "method": request.method if request.method in METHODS else "other",
            "route": matched.route if matched else None,
            "status": response.status_code,
            "ms": round(1000 * (monotonic() - began), 1),
        }
        why = refused(request, response)
        if why is None:
            LOG.info("request", extra={"said": said})
        else:
            told = {"refused": why, "account": _account(request), "from": _stand_in(address)}
            LOG.warning("refused", extra={"said": said | told})
        return response

    return answered


def _address(request: HttpRequest) -> str:
    """Return the address that a request came from, through the proxies that are trusted; empty where unknown."""
    try:
        found = get_client_ip(request) or ""
        return found.partition("%")[0]  # a scope is of the machine that saw it, and may be any text
    except ImproperlyConfigured:  # fewer proxies than are trusted
        return ""


def _account(request: HttpRequest) -> int | None:
    """Return the number of the account that asks; None where nobody is signed in."""
    user = getattr(request, "user", None)
    return user.pk if isinstance(user, Account) else None


def _stand_in(address: str) -> str:
    """Return what stands for an address in a line: the same for the same one, and no address."""
    return salted_hmac("tenfold.from", address).hexdigest()[:STAND_IN] if address else ""
