"""How long a session lasts, less where nobody does anything in it; and that nothing of it stays in a browser."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

IDLE = 3 * 3600  # seconds without anything that a person did
NOTED_EVERY = 60  # seconds: a session is not written down for each click
BEGAN, SEEN = "began", "seen"  # in the session: seconds since 1970
# What an open page asks for again and again, without anybody doing anything.
BY_ITSELF = frozenset({"numbers", "made", "stations", "ties", "charter_tried", "proposal_tried"})


def limited(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End a session that is too old or was left alone too long; let no browser keep what was answered in one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        was_in = SESSION_KEY in request.session
        if was_in:
            _look(request, time.time())
        response = get_response(request)
        is_in = SESSION_KEY in request.session
        if was_in or is_in:
            response.headers.setdefault("Cache-Control", "no-store")
        if was_in and not is_in and request.is_secure():  # elsewhere browsers do not listen to it
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return middleware


@receiver(user_logged_in)
def begin(sender: object, request: HttpRequest | None, **kwargs: Any) -> None:
    """Count from now on: somebody signed in."""
    if request is not None:
        request.session[BEGAN] = request.session[SEEN] = time.time()


def _look(request: HttpRequest, now: float) -> None:
    session = request.session
    began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
    if now - began >= settings.SESSION_COOKIE_AGE or now - seen >= IDLE:
        logout(request)
    elif now - seen >= NOTED_EVERY and not _by_itself(request):
        session[SEEN] = now


def _by_itself(request: HttpRequest) -> bool:
    """Whether a page asked by itself, so that nobody need sit before it."""
    try:
        return resolve(request.path_info).url_name in BY_ITSELF
    except Resolver404:
        return True
