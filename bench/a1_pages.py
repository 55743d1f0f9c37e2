"""A1: pages of the application at a size of the community, beside an empty view behind the same middleware.

What counts is the time within which nineteen of twenty requests are answered. The pages are asked for one after the
other by somebody who is signed in, through every layer of the application but the socket.
"""

import statistics
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import ModuleType

from bench import installed
from bench.apart import Apart, Doings
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial

MODULE = "bench.a1_pages"
REQUESTS = 20
PARTY = "m-0000007"  # one of those with many talks
BASE = f"/c/{installed.NAME}"
EMPTY = "/empty"
# Page → its address, and what it must say.
PAGES = {
    "today": (f"{BASE}/today", "today"),
    "member": (f"{BASE}/people/{PARTY}", PARTY),
    "people": (f"{BASE}/people", "m-0"),
    "search": (f"{BASE}/search?q={PARTY}", PARTY),
    "promises": (f"{BASE}/promises", "promises"),
    "empty": (EMPTY, ""),
}
WHO = {
    "today": PRODUCT,
    "empty": f"{LIMIT}: empty view, same middleware, signed in",
    "member": "tenfold, a member",
    "people": "tenfold, the members",
    "search": "tenfold, search for one",
    "promises": "tenfold, promises",
}


def prepare(folder: Path, size: int) -> None:
    """Write a community of so many members."""
    installed.prepare(folder, size)


def with_empty_view() -> ModuleType:
    """Return the site's addresses and one more, of a page that says nothing to whoever is signed in."""
    from django.contrib.auth.decorators import login_required
    from django.http import HttpRequest, HttpResponse
    from django.urls import path

    from tenfold.web.site import urls

    @login_required
    def empty(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    addresses = ModuleType("addresses")
    addresses.urlpatterns = [path(EMPTY.removeprefix("/"), empty), *urls.urlpatterns]  # type: ignore[attr-defined]
    return addresses


class Pages:
    """Somebody who is signed in, and opens pages."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings
        from django.test import Client

        from tenfold.web.jobs.recompute import recompute
        from tenfold.web.store.accounts import Account

        recompute(installed.taken_in(folder))
        settings.ROOT_URLCONF = with_empty_view()
        settings.ACCOUNT_RATE_LIMITS = {"search": "1000/s/user"}  # counted as ever, and never too many
        self.client = Client(HTTP_HOST="localhost")
        self.client.force_login(Account.objects.get(email=installed.EMAIL))
        self.client.cookies["django_language"] = "en"

    def open(self, page: str) -> float:
        """Open a page so many times; return the seconds within which nineteen of twenty were answered."""
        address, said = PAGES[page]
        took = []
        for _ in range(REQUESTS):
            start = time.perf_counter()
            answer = self.client.get(address)
            took.append(time.perf_counter() - start)
            assert answer.status_code == 200, (page, answer.status_code)
            assert said in answer.content.decode(), page
        return statistics.quantiles(took, n=20)[-1]


def ready(folder: Path) -> Doings:
    """Return what is done by name."""
    return {"open": Pages(folder).open}


def alone(folder: Path) -> None:
    """Open the list of members."""
    apart = Apart(MODULE, folder)
    apart.ask("open", "people")
    apart.end()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""
    apart = Apart(MODULE, folder)

    def check(answers: Mapping[str, object]) -> None:
        """The process has looked at what each page said; it answers in some time."""
        assert all(isinstance(took, float) and took > 0 for took in answers.values())

    contenders = [Contender(WHO[page], partial(apart.ask, "open", page), apart.cpu, seconds) for page in PAGES]
    note = f"{size * installed.EACH:,} talks; 95th percentile of {REQUESTS} requests, SQLite, numbers kept by one cycle"
    return Trial(contenders, check, note, apart.end)


def seconds(answer: object) -> float:
    """Return what was answered, in seconds."""
    assert isinstance(answer, float)
    return answer


SUBJECT = Subject(
    "A1",
    "members",
    {"smallest": (20,), "quick": (100, 1_000, 10_000), "full": (1_000, 10_000, 1_000_000)},
    prepare,
    trial,
    "bench.a1_pages:alone",
)
