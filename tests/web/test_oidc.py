"""Logging in where another provider vouches for somebody (OpenID Connect), against a provider on this machine."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from tests.web.entering import PASSWORD

from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.site.outside import oidc_of, origins_of
from tenfold.web.store.accounts import Account
from tenfold.web.store.communities import Community

# What is told apart here lies above the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Provider(ThreadingHTTPServer):
    """A provider, and whom it vouches for next."""

    person: dict[str, Any]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answers(BaseHTTPRequestHandler):
    """What a provider says."""

    server: Provider

    def do_GET(self) -> None:
        """Say where everything is, or who somebody is."""
        issuer = self.server.issuer
        places = {name: f"{issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        told = {"issuer": issuer, "userinfo_endpoint": f"{issuer}/userinfo", **places}
        self._say(self.server.person if self.path == "/userinfo" else told)

    def do_POST(self) -> None:
        """Give a token for a code."""
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if sent["code"] != ["right"] or "code_verifier" not in sent:
            self._say({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.server.issuer, "aud": "client", "iat": now, "exp": now + 60} | self.server.person
        token = jwt.encode(claims, "a secret that nobody checks, for TLS vouches", algorithm="HS256")
        self._say({"access_token": "token", "token_type": "Bearer", "id_token": token})

    def _say(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def provider(community: Community, settings_of: Callable[..., None]) -> Iterator[Provider]:
    """A provider that vouches for mei, who has an account here."""
    _, token = invited(Wanted("mei@example.org", "en", community, "lin", "fin"))
    Client().post(f"/invitation/{token}", {"password": PASSWORD})
    server = Provider(("127.0.0.1", 0), Answers)
    server.person = {"sub": "42", "email": "mei@example.org", "email_verified": True}
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = server.issuer.replace("://", "://client:secret@")
    settings_of(SOCIALACCOUNT_PROVIDERS=oidc_of({"TENFOLD_OIDC": address, "TENFOLD_OIDC_NAME": "青岚通行"}))
    yield server
    server.shutdown()
    server.server_close()


def go(code: str = "right") -> tuple[Client, Any]:
    """Log in at the provider; return the client, and the answer to coming back."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    there = client.post("/login/with/oidc")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"]
    assert asked["code_challenge_method"] == ["S256"]
    back = client.get("/login/with/oidc/back", {"code": code, "state": asked["state"][0]})
    return client, back


def entry(client: Client) -> int:
    """Whether the community opens."""
    return client.get("/c/small/promises").status_code


def test_whom_the_provider_vouches_for_is_the_account_of_that_address(provider: Provider) -> None:
    assert "青岚通行" in Client().get("/login").content.decode()
    client, back = go()
    assert (back.status_code, entry(client)) == (302, 200)
    provider.person |= {"email": "mei.chen@example.org"}  # the same person by the provider's own number
    assert entry(go()[0]) == 200


@pytest.mark.parametrize(
    "person", [{"email_verified": False}, {"email": "nobody@example.org"}, {"sub": "43", "email": ""}]
)
def test_nobody_else_gets_in_and_no_account_is_made(provider: Provider, person: dict[str, Any]) -> None:
    provider.person |= person
    count = Account.objects.count()
    client, back = go()
    assert "You have no account here" in back.content.decode()
    assert entry(client) == 302
    assert Account.objects.count() == count


def test_a_provider_that_says_no_is_told_in_words(provider: Provider) -> None:
    client, back = go("wrong")
    assert "That did not work" in back.content.decode()
    assert entry(client) == 302
    stranger = Client(HTTP_ACCEPT_LANGUAGE="en").get("/login/with/oidc/back", {"code": "right", "state": "forged"})
    assert "That did not work" in stranger.content.decode()


def test_a_link_of_a_stranger_logs_nobody_in(provider: Provider) -> None:
    assert Client().get("/login/with/oidc").status_code == 200  # asks for a tap first
    assert Client(enforce_csrf_checks=True).post("/login/with/oidc").status_code == 403


def test_somebody_who_was_shut_out_stays_out(provider: Provider) -> None:
    go()
    Account.objects.update(is_active=False)
    client, back = go()
    assert back["Location"] == "/login/inactive"
    assert entry(client) == 302


@pytest.mark.parametrize(
    "address", ["https://issuer.example", "https://client@issuer.example", "https://client:secret@"]
)
def test_a_provider_without_its_client_or_secret_is_refused(database: str, address: str) -> None:
    with pytest.raises(ValueError, match="TENFOLD_OIDC"):
        oidc_of({"TENFOLD_OIDC": address})


def test_the_form_may_lead_to_the_provider_alone(database: str) -> None:
    found = oidc_of({"TENFOLD_OIDC": "https://client:secret@issuer.example:8443/realms/a"})
    assert origins_of(found) == ["https://issuer.example:8443"]
    assert origins_of(oidc_of({})) == []


@pytest.mark.parametrize(("process", "status"), [("login", 302), ("connect", 404), ("redirect", 404)])
def test_nobody_ties_another_identity_to_an_open_session(provider: Provider, process: str, status: int) -> None:
    client = Client()
    client.force_login(Account.objects.get(email="mei@example.org"))
    assert client.post(f"/login/with/oidc?process={process}").status_code == status
