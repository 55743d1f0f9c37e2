"""Who somebody is, asked again before what is hard to take back: once, and then not for a while."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language

from tenfold.report.words import language_of, say
from tenfold.web.pages.recorded import TOLD
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


def ask(request: HttpRequest, community: str) -> HttpResponse:
    """Ask who somebody is. A form goes on by itself after that, unless it brings a file, which no session keeps.

    Raises
    ------
    ReauthenticationRequired   the request waits in the session, and the answer's page follows
    """
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if methods and not request.headers.get("HX-Request") and not request.FILES:
        raise ReauthenticationRequired
    return _and_back(request, methods[0]["url"] if methods else reverse("account_login_again"), community)


def sign_in(request: HttpRequest, community: str | None = None) -> HttpResponse:
    """Lead to where one signs in, and then back: to the page that was asked for, or that holds the form."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    return _and_back(request, reverse("account_login"), community)


def holder(path: str) -> str:
    """Return the nearest page around an address that only takes a form: the page that the form stands on."""
    parts = path.strip("/").split("/")
    while parts := parts[:-1]:
        page = "/" + "/".join(parts)
        try:
            resolve(page)
        except Resolver404:
            continue
        return page
    return "/"


def say_once_more(request: HttpRequest, community: str) -> None:
    """Let the next page of a community say that nothing was recorded, and that one has to do it once more."""
    told = say(language_of(get_language()), "page.once_more")
    request.session[TOLD] = {"told": told, "facts": [], "community": community}


def _and_back(request: HttpRequest, address: str, community: str | None) -> HttpResponse:
    """Lead to an address, and from there back to the page that a form stood on."""
    if community is not None:
        say_once_more(request, community)
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure())
    target = f"{address}?{urlencode({'next': before if ours else holder(request.path)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)
