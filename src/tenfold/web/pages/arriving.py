"""What arrives where it cannot be taken: more than anybody may send, refused while it arrives; or no form at all."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils.translation import get_language
from django.views.defaults import bad_request

from tenfold.exchange.papers import MEGABYTE, MOST
from tenfold.report.words import language_of, say
from tenfold.web.pages.again import holder, say_once_more
from tenfold.web.pages.viewing import beside

FORM = 256 << 10  # bytes of a form beside its file
LARGEST = MOST * MEGABYTE + FORM
TOO_LARGE = 413
# Pages on which one shows who one is: what comes next may be the address of a form that was sent before.
SIGNING_IN = (
    "account_login",
    "mfa_authenticate",
    "account_login_again",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
)


class TooLarge(SuspiciousOperation):
    """More arrives than anybody may send."""


class Bounded(FileUploadHandler):
    """Stands before the handlers that keep files: it refuses by what is announced, and counts what really comes."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Mapping[str, Any],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse a request that says it is too large, before any of it is read."""
        self.arrived = 0
        if content_length > LARGEST:
            raise TooLarge(content_length)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Count a part of a file, and hand it on to whoever keeps it."""
        self.arrived += len(raw_data)
        if self.arrived > LARGEST:
            raise TooLarge(self.arrived)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to whoever kept it."""


def refuse(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that too much was sent; anything else that is no request is answered as Django does."""
    if not isinstance(exception, TooLarge | RequestDataTooBig):
        return bad_request(request, exception)
    if request.headers.get("HX-Request"):
        sentence = say(language_of(get_language()), "page.too_large.lead", {"most": MOST})
        return beside(render(request, "pages/_refused.html", {"sentences": [sentence]}, status=TOO_LARGE))
    return render(request, "413.html", {"most": MOST}, status=TOO_LARGE)


def led_back(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Lead whoever opens an address that only takes a form to the page around it; at once where they just signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if request.method != "GET" or not isinstance(answer, HttpResponseNotAllowed):
            return answer
        page = holder(request.path)
        if _signed_in(request):
            say_once_more(request, resolve(request.path).kwargs.get("community", ""))
            return redirect(page)
        shown = render(request, "405.html", {"page": _beside(request.path, page)}, status=answer.status_code)
        shown["Allow"] = answer["Allow"]
        return shown

    return middleware


def _beside(path: str, page: str) -> str:
    """Return the way from an address to a page around it without naming what lies above: foreign and missing alike."""
    above = path.rstrip("/").count("/") - page.count("/")
    return page if page == "/" else "../" * above + page.rpartition("/")[2]


def _signed_in(request: HttpRequest) -> bool:
    """Whether somebody comes from where one signs in, or shows again who one is."""
    before = urlsplit(request.headers.get("Referer", ""))
    return before.netloc == request.get_host() and before.path in {reverse(name) for name in SIGNING_IN}
