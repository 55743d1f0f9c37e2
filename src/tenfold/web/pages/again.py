"""Who somebody is, asked again before what is hard to take back: once, and then not for a while."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from tenfold.web.store.accounts import Account

SECOND = "mfa"  # as allauth notes a code, a passkey, or a recovery code
SPAN = 300  # seconds for which one answer is enough


def lately(request: HttpRequest) -> bool:
    """Whether somebody showed within this session and the last five minutes that they are who they are."""
    account = request.user if isinstance(request.user, Account) else None
    return any(time.time() - record["at"] < SPAN for record in get_authentication_records(request, account))


def showed_second(request: HttpRequest) -> bool:
    """Whether somebody showed a second factor within this session, or has just set one up in it."""
    account = request.user if isinstance(request.user, Account) else None
    return any(record["method"] == SECOND for record in get_authentication_records(request, account))


def ask_second(request: HttpRequest) -> HttpResponse:
    """Lead to where a second factor is shown, or set up; a part of a page begins again from its page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("second_needed")})
    return redirect("second_needed")


def ask(request: HttpRequest) -> HttpResponse:
    """Ask who somebody is. A form goes on by itself after that; a part of a page begins again from its page.

    Raises
    ------
    ReauthenticationRequired   the request waits in the session, and the answer's page follows
    """
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    known_here = bool(methods)
    if known_here and not request.headers.get("HX-Request"):
        raise ReauthenticationRequired
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    address = methods[0]["url"] if known_here else reverse("account_login_again")
    target = f"{address}?{urlencode({'next': before if ours else '/'})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)
