"""From where something was recorded, and what was refused: who, by which guard, and nothing personal in the log."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.cache import cache
from django.test import Client
from tests.web.entering import PASSWORD

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.erasing import erase
from tenfold.web.services.talks import log_talk
from tenfold.web.site.logs import Lines
from tenfold.web.store.accounts import Account
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.journals import whole
from tenfold.web.store.requests import KEPT, WritingRequest, forget_addresses

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
HERE, PROXY = "203.0.113.7", "198.51.100.1"
GIVE = {"do": "appoint", "party": "zhou", "role": "panel"}
NASTY = 'canary\r\n{"refused": 1}\x1b[2J\u2028canary'
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """What is logged from the level of warnings on, as machines get it."""
    kept: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(Lines().format(record))

    handler = Kept(logging.WARNING)
    logging.getLogger().addHandler(handler)
    yield kept
    logging.getLogger().removeHandler(handler)


def told(lines: list[str]) -> list[dict[str, Any]]:
    """What was refused, as the log says it."""
    found = [json.loads(line) for line in lines]
    return [one for one in found if one["message"] == "refused"]


def recorded(client: Client, **headers: str) -> tuple[Any, WritingRequest]:
    """Record something; return the answer and the note of where it came from."""
    answer = client.post("/c/small/questions/ask", {"member": "lin", "channel": "call", "asked": "us"}, **headers)
    assert answer.status_code == 302
    return answer, WritingRequest.rows.of(Community.objects.get()).latest("last")


def test_what_is_recorded_is_noted_with_its_request(community: Community, client_of: Clients, viewer_of: Seated):
    before = Chain.objects.get().sequence
    answer, note = recorded(client_of("op"), REMOTE_ADDR=HERE)
    assert (note.first, note.last) == (before + 1, Chain.objects.get().sequence)
    assert (note.party, note.request, note.address) == ("op", answer.headers["X-Request-ID"], HERE)
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call")
    assert WritingRequest.rows.of(community).count() == 1, "a command comes from no address"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        (0, f"{HERE}", PROXY),  # whoever asks may write anything there
        (1, f"6.6.6.6, {HERE}", HERE),
        (1, "", PROXY),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, f"fe80::1%{'x' * 90}", "fe80::1"),
        (1, NASTY.replace("\r\n", ""), ""),
        (2, HERE, ""),
    ],
)
def test_the_address_is_the_one_that_the_trusted_proxy_saw(
    client_of: Clients, settings_of: Callable[..., None], trusted: int, forwarded: str, address: str
):
    settings_of(ALLAUTH_TRUSTED_PROXY_COUNT=trusted)
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    _, note = recorded(client_of("op"), REMOTE_ADDR=PROXY, **headers)
    assert note.address == address


def test_an_auditor_sees_from_where_others_by_which_request(
    community: Community, client_of: Clients, monkeypatch: pytest.MonkeyPatch
):
    answer, _ = recorded(client_of("op"), REMOTE_ADDR=HERE)
    monkeypatch.setattr("tenfold.web.rights.audit.SAMPLE", Chain.objects.get().sequence)
    request = answer.headers["X-Request-ID"][:12]
    for party, seen in (("aud", True), ("fin", False)):
        page = client_of(party).get("/c/small/reports/audit").content.decode()
        assert request in page
        assert (HERE in page) == seen, party


def test_an_address_is_forgotten_in_time_and_with_the_person(
    community: Community, client_of: Clients, viewer_of: Seated
):
    notes = WritingRequest.rows.of(community)
    for party in ("op", "fin", "gu"):
        recorded(client_of(party), REMOTE_ADDR=HERE)
    head = Chain.objects.get().hash
    oldest = notes.earliest("last")
    notes.filter(pk=oldest.pk).update(at=oldest.at - KEPT - timedelta(seconds=1))
    notes.filter(party="fin").update(at=oldest.at - KEPT + timedelta(hours=1))
    forget_addresses(community)
    assert dict(notes.values_list("party", "address")) == {"op": "", "fin": HERE, "gu": HERE}
    assert whole(community).head.hash == head, "it is no part of the journal"
    erase(Actor(viewer_of("comp")), party="fin")
    assert dict(notes.filter(request__gt="").values_list("party", "address")) == {"op": "", "fin": "", "gu": HERE}
    assert whole(community).head.hash == Chain.objects.get().hash


def wrong(client: Client, times: int = 1) -> Any:
    """Log in with a wrong password."""
    for _ in range(times):
        answer = client.post("/login", {"login": "op@example.org", "password": f"canary {PASSWORD}"})
    return answer


def coded(client: Client) -> Any:
    """Show a wrong recovery code to an account that has some."""
    RecoveryCodes.activate(Account.objects.get(email="op@example.org"))
    return client.post("/account/again/code", {"code": "canary"})


REFUSED: dict[str, tuple[str, Callable[[Callable[[str], Client]], Any]]] = {
    "a page": ("rights", lambda of: of("lin").get("/c/small/access")),
    "an act": ("rights", lambda of: of("op").post("/c/small/access/do", GIVE)),
    "another community": ("not_here", lambda of: of("op").get("/c/canary/people")),
    "a password": ("password", lambda of: wrong(Client())),
    "many passwords": ("too_often", lambda of: wrong(Client(), 6)),
    "a password again": ("password", lambda of: of("op").post("/account/again", {"password": "canary"})),
    "a code": ("factor", lambda of: coded(of("op"))),
    "a form": ("form", lambda of: Client(enforce_csrf_checks=True).post("/login", {"login": "canary"})),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_a_line_with_its_guard(
    community: Community, client_of: Clients, viewer_of: Seated, lines: list[str], what: str
):
    cache.clear()
    account = viewer_of("op").account
    account.set_password(PASSWORD)
    account.save()
    why, do = REFUSED[what]
    answer = do(client_of)
    line = told(lines)[-1]
    assert (line["refused"], line["request"]) == (why, answer.headers["X-Request-ID"])
    assert line["level"] == "warning"
    who = answer.wsgi_request.user
    assert line["account"] == (who.pk if isinstance(who, Account) else None)
    assert not any("canary" in one or "op@example.org" in one or "127.0.0.1" in one for one in lines)


def test_nothing_that_somebody_sends_breaks_a_line(client_of: Clients, lines: list[str]):
    cache.clear()
    client = client_of("lin")
    sent = {"HTTP_USER_AGENT": NASTY, "HTTP_X_FORWARDED_FOR": NASTY, "HTTP_X_REQUEST_ID": NASTY}
    client.get("/c/small/access", {"q": NASTY}, REMOTE_ADDR=HERE, **sent)
    client.generic(NASTY.split()[0] + "\x1b", "/c/small/access", REMOTE_ADDR=HERE)
    client.get("/c/small/access", REMOTE_ADDR=PROXY)
    first, *others = told(lines)
    assert [one["from"] == first["from"] for one in others][-1] is False, "another address, another code"
    assert {len(one["from"]) for one in (first, *others)} == {12}
    assert all(line.isascii() and line.isprintable() for line in lines)
    assert not any("canary" in line for line in lines)
