"""A7: fifty people at work in the application at once, for some time: they look, and some of them record.

The server is the one that `tenfold serve` starts, its engine beside it; each person is a thread with a connection and a
session of their own, who thinks for a moment between two pages.
"""

import http.client
import signal
import socket
import statistics
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from bench import installed
from bench.apart import Apart, Doings
from bench.harness import PRODUCT, Contender, Subject, Trial

MODULE = "bench.a7_mixed"
MEMBERS, PEOPLE = 50, 50
THINKS = 1.0  # seconds at most between two pages, half of that on average
ALONE_FOR = 5  # seconds that one person alone is looked at
BASE = f"/c/{installed.NAME}"
LOOKS = (f"{BASE}/today", f"{BASE}/people", f"{BASE}/people/m-0000007", f"{BASE}/promises", f"{BASE}/search?q=m-00")
ASK = {"member": "m-0000007", "channel": "call", "asked": "us"}
RECORDS = 0.2  # of all requests
SETTLED = 0.2  # of the time, before memory is looked at
WAITS = 300  # seconds for the server to answer first, on a machine with much else to do


def prepare(folder: Path, size: int) -> None:
    """Write a community; the size is for how many seconds people work."""
    installed.prepare(folder, MEMBERS)


class Server:
    """The pages and their engine, and sessions of people."""

    def __init__(self, folder: Path) -> None:
        from tenfold.web.jobs.recompute import recompute
        from tenfold.web.site.serving import HOST, Wanted, _gunicorn, running

        self.community = installed.taken_in(folder)
        recompute(self.community)
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port = int(free.getsockname()[1])
        self.stack = ExitStack()
        self.pages = self.stack.enter_context(running(_gunicorn(Wanted(port=self.port))))
        self.stack.enter_context(running(["tenfold.web.jobs"]))
        self.people = [Person(self.community, self.port, number) for number in range(PEOPLE)]
        self.wait()

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + WAITS
        while time.monotonic() < until:
            try:
                self.people[0].look("/health")
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server does not answer")

    def work(self, argument: str) -> dict[str, float]:
        """Let so many people work for so many seconds; return p95, requests, errors, and how memory grew (0 to 1)."""
        count, seconds = (int(one) for one in argument.split())
        begun = time.monotonic()
        until = begun + seconds
        threads = [Thread(target=one.work, args=(until,)) for one in self.people[:count]]
        for thread in threads:
            thread.start()
        time.sleep(seconds * SETTLED)
        before = self.resident()
        for thread in threads:
            thread.join()
        took = [one for person in self.people[:count] for one in person.took]
        errors = sum(person.errors for person in self.people[:count])
        grown = self.resident() / before - 1
        for person in self.people:
            person.took, person.errors = [], 0
        return {"p95": statistics.quantiles(took, n=20)[-1], "requests": len(took), "errors": errors, "grown": grown}

    def resident(self) -> int:
        """Return how much memory the pages' processes hold, in pages of the machine."""
        number = self.pages.pid
        children = Path(f"/proc/{number}/task/{number}/children").read_text("utf-8").split()
        return sum(int(Path(f"/proc/{one}/statm").read_text("utf-8").split()[1]) for one in [str(number), *children])

    def whole(self, _: str) -> int:
        """Check the journal from its first entry; return its length."""
        from collections import deque

        from tenfold.journal.check import entries
        from tenfold.web.store.communities import Chain
        from tenfold.web.store.journals import journal_lines

        chain = Chain.objects.get(pk=self.community.pk)
        last = deque(entries(journal_lines(self.community, chain.sequence), chain.hash), maxlen=1)[0]
        return last.sequence

    def end(self, _: str) -> str:
        """End the server."""
        self.stack.close()
        return "ended"


class Person:
    """Somebody with an account and a session: how often one may search is counted for each account."""

    def __init__(self, community: Any, port: int, number: int) -> None:
        from django.test import Client

        from tenfold.web.store.accounts import Account, Seat

        client = Client()
        account = Account.objects.create_user(f"person-{number}@example.org", language="en")
        Seat.objects.create(account=account, community=community, party=installed.WHO)
        client.force_login(account)
        self.cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}; django_language=en"
        self.random, self.port = Random(number), port
        self.took: list[float] = []
        self.errors = 0
        self.line: http.client.HTTPConnection | None = None

    def look(self, address: str) -> int:
        """Open a page; return the status of its answer."""
        return self._asked("GET", address, None)

    def work(self, until: float) -> None:
        """Look and record until an instant, thinking in between."""
        while time.monotonic() < until:
            start = time.monotonic()
            try:
                status = self._one()
            except OSError:
                status = 0
            self.took.append(time.monotonic() - start)
            self.errors += status not in (200, 302)
            time.sleep(self.random.random() * THINKS)

    def _one(self) -> int:
        if self.random.random() < RECORDS:
            return self._asked("POST", f"{BASE}/questions/ask", urlencode(ASK | {"csrfmiddlewaretoken": "a" * 32}))
        return self.look(self.random.choice(LOOKS))

    def _asked(self, method: str, address: str, body: str | None) -> int:
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            self.line.request(method, address, body, headers)
            answer = self.line.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.line.close()
            self.line = None
            raise OSError(str(error)) from None
        return answer.status


def ready(folder: Path) -> Doings:
    """Return what is done by name."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = Server(folder)
    return {"work": server.work, "whole": server.whole, "end": server.end}


def alone(folder: Path) -> None:
    """Let people work for some seconds."""
    apart = Apart(MODULE, folder)
    apart.ask("work", f"{PEOPLE} {ALONE_FOR}")
    apart.ask("end")
    apart.end()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""
    apart = Apart(MODULE, folder)
    found: list[Mapping[str, float]] = []

    def together() -> object:
        found.append(worked(PEOPLE, size))
        return found[-1]

    def worked(people: int, seconds: int) -> Mapping[str, float]:
        answer = apart.ask("work", f"{people} {seconds}")
        assert isinstance(answer, dict)
        return answer

    def check(answers: Mapping[str, object]) -> None:
        """No request failed, and the journal is whole."""
        assert all(one["errors"] == 0 for one in found), found
        assert isinstance(apart.ask("whole"), int)

    def told() -> str:
        assert all(one["errors"] == 0 for one in found), found
        grown = max(one["grown"] for one in found) * 100
        rate = statistics.median(one["requests"] for one in found) / size
        return (
            f"{PEOPLE} people, {rate:.0f} requests a second, a fifth of them records; no error; memory of the pages "
            f"{grown:+.1f} % after the first fifth; what is shown is the 95th percentile"
        )

    contenders = [
        Contender(PRODUCT, together, took=p95),
        Contender("one person alone", lambda: worked(1, min(size, ALONE_FOR)), took=p95),
    ]
    return Trial(contenders, check, told, lambda: apart.end_after("end"))


def p95(answer: object) -> float:
    """Return the seconds within which nineteen of twenty requests were answered."""
    assert isinstance(answer, dict)
    return float(answer["p95"])


SUBJECT = Subject(
    "A7",
    "seconds",
    {"smallest": (3,), "quick": (20,), "full": (600,)},
    prepare,
    trial,
    "bench.a7_mixed:alone",
)
