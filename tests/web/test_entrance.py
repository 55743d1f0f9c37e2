"""The entrance outside the demo: invitations, passwords, second factors, and sessions that end at once."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.test import Client
from tests.web.acting import refused
from tests.web.entering import PASSWORD, Letters, mail_server, showed

from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.site import users
from tenfold.web.store.accounts import Account, Invitation, Letter, Seat
from tenfold.web.store.communities import Community, JournalEntry
from tenfold.web.store.declared import MODELS
from tenfold.web.store.outbox import PATH as OUTBOX

Clients = Callable[[str], Client]
# What is told apart here lies above the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def letters() -> Iterator[Letters]:
    with mail_server() as taken:
        yield taken


@pytest.fixture
def mei(community: Community) -> Account:
    """Somebody with a password and a seat, as party lin."""
    wanted = Wanted("mei@example.org", "en", community, "lin", "fin")
    _, token = invited(wanted)
    assert Client().post(f"/invitation/{token}", {"password": PASSWORD}).status_code == 302
    return Account.objects.get(email="mei@example.org")


def sign_in(password: str = PASSWORD, email: str = "mei@example.org", language: str = "en") -> tuple[Client, int]:
    """Sign in; return the client, and the answer's status."""
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    answer = client.post("/login", {"login": email, "password": password})
    return client, answer.status_code


def entry(client: Client) -> int:
    """Whether the community opens."""
    return client.get("/c/small/promises").status_code


def invite(client: Client, HTTP_HOST: str = "testserver", **sent: str) -> object:
    form = {"do": "invite", "language": "zh-Hans", "email": "lin@example.com", "party": "lin", "name": "", "role": ""}
    return client.post("/c/small/access/do", form | sent, HTTP_HOST=HTTP_HOST)


def test_an_invitation_by_letter_opens_the_community_once(
    community: Community, client_of: Clients, letters: Letters
) -> None:
    assert invite(client_of("fin")).status_code == 302
    (letter,) = letters.all
    assert (letter["To"], letter["From"]) == ("lin@example.com", "tenfold@example.org")
    assert "名字fin" in letter["Subject"]
    guest = Client(HTTP_ACCEPT_LANGUAGE="zh")
    assert "lin@example.com" in guest.get(letters.path).content.decode()
    weak = guest.post(letters.path, {"password": "short"})
    assert "至少 12 个字符" in weak.content.decode()
    assert not Account.objects.filter(email="lin@example.com").exists()
    assert guest.post(letters.path, {"password": PASSWORD}).status_code == 302
    assert entry(guest) == 200
    assert Seat.objects.get(account__email="lin@example.com").party == "lin"
    assert Client().get(letters.path).status_code == 410
    assert Client().post(letters.path, {"password": PASSWORD}).status_code == 410
    acts = JournalEntry.rows.of(community).filter(kind="access").order_by("sequence").values_list("body", flat=True)
    assert [('"invited"' in body, '"joined"' in body) for body in acts] == [(True, False), (False, True)]
    assert not any("@" in body for body in acts)


@pytest.mark.parametrize(("seconds", "status"), [(1, 200), (0, 410), (-1, 410)])
def test_an_invitation_ends_at_its_time(community: Community, seconds: int, status: int, monkeypatch) -> None:
    made, token = invited(Wanted("lin@example.com", "en", community, "lin", "fin"))
    now = made.expires_at - timedelta(seconds=seconds)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return now

    monkeypatch.setattr("tenfold.web.services.invitations.datetime", Clock)
    assert Client().get(f"/invitation/{token}").status_code == status


def test_a_second_invitation_ends_the_first_and_one_that_is_taken_back_is_over(
    community: Community, client_of: Clients, letters: Letters
) -> None:
    client = client_of("fin")
    invite(client)
    first = letters.path
    invite(client)
    assert Client().get(first).status_code == 410
    assert Client().get(letters.path).status_code == 200
    waiting = Invitation.objects.get(used_at=None, withdrawn_at=None)
    client.post("/c/small/access/do", {"do": "withdraw", "invitation": str(waiting.pk)})
    assert Client().get(letters.path).status_code == 410


def test_an_address_with_an_account_joins_with_it(mei: Account, client_of: Clients, letters: Letters) -> None:
    Seat.objects.all().delete()
    invite(client_of("fin"), email="mei@example.org", party="zhou")
    stranger = client_of("op")
    assert stranger.post(letters.path, {"password": PASSWORD}).status_code == 200
    client, _ = sign_in()
    assert client.post(letters.path).status_code == 302
    assert Seat.objects.get(account=mei).party == "zhou"


def test_a_mail_server_that_fails_is_said_and_loses_nothing(
    community: Community, client_of: Clients, settings_of: Callable[..., None]
) -> None:
    settings_of(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
    client = client_of("fin")
    client.cookies["django_language"] = "en"
    assert invite(client).status_code == 302
    assert "the e-mail was not sent" in client.get("/c/small/access").content.decode()


def test_without_a_mail_server_letters_lie_in_the_outbox_of_this_machine(
    community: Community, client_of: Clients, settings_of: Callable[..., None]
) -> None:
    settings_of(EMAIL_BACKEND=OUTBOX)
    invite(client_of("fin"))
    assert Letter.objects.count() == 1
    assert "/invitation/" in Client().get("/outbox").content.decode()
    assert Client(REMOTE_ADDR="192.0.2.7").get("/outbox").status_code == 404
    settings_of(ORIGIN="https://tenfold.example.org")
    assert Client().get("/outbox").status_code == 404


def test_with_a_mail_server_there_is_no_outbox(community: Community, letters: Letters) -> None:
    assert Client().get("/outbox").status_code == 404


def test_a_password_signs_in_and_a_wrong_one_does_not(mei: Account) -> None:
    client, status = sign_in()
    assert (status, entry(client)) == (302, 200)
    client, status = sign_in("something else entirely")
    assert (status, entry(client)) == (200, 302)
    client, status = sign_in(email="nobody@example.org")
    assert (status, entry(client)) == (200, 302)


def test_the_sixth_wrong_password_in_five_minutes_is_not_looked_at(mei: Account) -> None:
    for number in range(5):
        assert "is wrong" in sign_in_text(f"wrong password {number}")
    assert "Too many attempts" in sign_in_text("wrong password 6")
    client, status = sign_in()
    assert (status, entry(client)) == (200, 302)


def sign_in_text(password: str) -> str:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    return client.post("/login", {"login": "mei@example.org", "password": password}).content.decode()


def test_a_forgotten_password_is_chosen_anew_by_letter_and_other_sessions_end(mei: Account, letters: Letters) -> None:
    before, _ = sign_in()
    Client().post("/password/forgotten", {"email": "nobody@example.org"})
    assert letters.all == []
    Client().post("/password/forgotten", {"email": "mei@example.org"})
    assert letters.all[-1]["Subject"] == "A new password for Tenfold"
    guest = Client()
    form = guest.get(letters.path, follow=True)
    chosen = guest.post(form.request["PATH_INFO"], {"password1": "two herons stand in the reeds"})
    assert chosen.status_code == 302
    assert "changed" in letters.text
    assert entry(before) == 302
    assert sign_in()[1] == 200
    assert entry(sign_in("two herons stand in the reeds")[0]) == 200
    assert Client().get(form.request["PATH_INFO"], follow=True).status_code == 200  # says that the link is over


def test_how_long_it_takes_tells_nobody_who_has_an_account(mei: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    def answered(**_: object) -> None:
        happened.append("answered")

    monkeypatch.setattr("tenfold.web.pages.adapters.post", lambda *given, **said: happened.append("sent"))
    request_finished.connect(answered)
    try:
        for email in ("nobody@example.org", "mei@example.org"):
            assert Client().post("/password/forgotten", {"email": email})["Location"] == "/password/forgotten/sent"
    finally:
        request_finished.disconnect(answered)
    assert happened == ["answered", "answered", "sent"]


def test_too_many_letters_are_not_sent(mei: Account, letters: Letters) -> None:
    came = [Client().post("/password/forgotten", {"email": "mei@example.org"}).status_code for _ in range(6)]
    assert came == [302] * 5 + [429]
    assert len(letters.all) == 5


def test_letters_name_the_installation_whatever_name_a_request_came_under(
    mei: Account, client_of: Clients, letters: Letters, settings_of: Callable[..., None]
) -> None:
    settings_of(ORIGIN="https://tenfold.example.org", ALLOWED_HOSTS=["tenfold.example.org", "localhost"])
    invite(client_of("fin"), email="other@example.com", party="zhou", HTTP_HOST="localhost:8443")
    assert "https://tenfold.example.org/invitation/" in letters.text
    Client().post("/password/forgotten", {"email": "mei@example.org"}, HTTP_HOST="tenfold.example.org:8443")
    assert "https://tenfold.example.org/password/new/" in letters.text


PROXIES = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


@pytest.mark.parametrize("header", PROXIES)
def test_what_comes_by_a_proxy_does_not_come_from_this_machine(
    community: Community, settings_of: Callable[..., None], header: str
) -> None:
    settings_of(EMAIL_BACKEND=OUTBOX)
    assert Client().get("/outbox").status_code == 200
    assert Client(headers={header: "for=192.0.2.7"}).get("/outbox").status_code == 404
    assert Client(REMOTE_ADDR="").get("/outbox").status_code == 404


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now: a step before it would be over before a busy machine has sent it."""
    _before, now, _after = yield_hotp_counters_from_time()
    return format_hotp_value(hotp_value(secret, now))


def with_authenticator(mei: Account) -> tuple[str, list[str]]:
    """Set up an authenticator app; return its secret and the recovery codes."""
    client, _ = sign_in()
    secret = client.get("/account/authenticator").context["form"].secret
    shown = client.post("/account/authenticator", {"code": code_of(secret)}, follow=True)
    return secret, shown.context["unused_codes"]


def test_a_second_factor_is_asked_for_and_a_recovery_code_works_once(mei: Account, letters: Letters) -> None:
    _, codes = with_authenticator(mei)
    assert "authenticator app" in letters.text
    assert len(codes) == 10
    client, status = sign_in()
    assert (status, entry(client)) == (302, 302)
    assert client.post("/login/second", {"code": "000000"}).status_code == 200
    assert entry(client) == 302
    assert client.post("/login/second", {"code": codes[0]}).status_code == 302
    assert entry(client) == 200
    again, _ = sign_in()
    assert again.post("/login/second", {"code": codes[0]}).status_code == 200
    assert entry(again) == 302


def test_a_new_password_by_letter_does_not_go_around_the_second_factor(mei: Account, letters: Letters) -> None:
    with_authenticator(mei)
    Client().post("/password/forgotten", {"email": "mei@example.org"})
    guest = Client()
    form = guest.get(letters.path, follow=True)
    guest.post(form.request["PATH_INFO"], {"password1": "two herons stand in the reeds"})
    client, status = sign_in("two herons stand in the reeds")
    assert (status, entry(client)) == (302, 302)


def test_recovery_codes_are_shown_once(mei: Account) -> None:
    with_authenticator(mei)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    client, _ = sign_in()
    client.post("/login/second", {"code": codes[0]})
    page = client.get("/account/codes").content.decode()
    assert not any(code in page for code in codes)


def test_somebody_who_is_shut_out_is_out_at_once(mei: Account, client_of: Clients) -> None:
    client, _ = sign_in()
    assert entry(client) == 200
    shut = client_of("fin").post("/c/small/access/do", {"do": "shut_out", "party": "lin"})
    assert shut.status_code == 302
    assert entry(client) == 302
    assert client.get("/account").status_code == 302
    assert sign_in()[0].get("/account").status_code == 302
    assert not Account.objects.get(pk=mei.pk).is_active


def test_every_other_session_ends_where_somebody_wants_it(mei: Account) -> None:
    here, there = sign_in()[0], sign_in()[0]
    here.post("/account/everywhere")
    assert (entry(here), entry(there)) == (200, 302)


def test_a_stranger_makes_no_account(community: Community) -> None:
    count = Account.objects.count()
    for address in ("/signup", "/accounts/signup/", "/login/signup"):
        assert Client().post(address, {"email": "x@example.org", "password1": PASSWORD}).status_code == 404
    assert Account.objects.count() == count


@pytest.mark.parametrize("ago", [299, 301])
def test_what_is_hard_to_take_back_asks_again_after_five_minutes(
    community: Community, client_of: Clients, viewer_of: Callable[..., object], ago: int
) -> None:
    client, account = client_of("fin"), viewer_of("fin").account
    account.set_password(PASSWORD)
    account.save()
    client.force_login(account)
    showed(client, account, ago)
    answer = client.post("/c/small/access/do", {"do": "appoint", "party": "zhou", "role": "council"})
    if ago < 300:
        assert answer["Location"] == "/c/small/access"
        return
    assert answer["Location"].startswith("/account/again")
    assert "council" not in [row.role for row in terms(community, "zhou")]
    wrong = client.post(answer["Location"], {"password": "no"})
    assert wrong.status_code == 200
    done = client.post(answer["Location"], {"password": PASSWORD, "next": "/c/small/access/do"})
    assert done["Location"] == "/c/small/access"  # the form went on by itself
    assert "council" in [row.role for row in terms(community, "zhou")]


# Addresses that only take a form → the page around each.
HELD = {
    "/c/small/today/card": "/c/small/today",
    "/c/small/distribution/h1/do": "/c/small/distribution/h1",
    "/c/small/governance/proposals/p/do": "/c/small/governance/proposals/p",
    "/c/small/people/lin/erase": "/c/small/people/lin",
    "/c/small/access/do": "/c/small/access",
    "/c/small/governance/charter/try": "/c/small/governance/charter",
    "/c/small/decide": "/",
    "/account/zone": "/account",
}


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "请再确认一次"), ("en", "please do it once more")])
def test_who_signs_in_again_comes_back_to_the_page_of_the_form(
    community: Community, client_of: Callable[[str], Client], language: str, said: str
) -> None:
    client = Client()
    client.cookies["django_language"] = language
    for address, page in HELD.items():
        sent = client.post(address, {"do": "preview"})
        assert (sent.status_code, sent["Location"]) == (302, f"/login?{urlencode({'next': page})}")
    stood = "http://testserver/c/small/distribution/h1?x=1"
    by_itself = client.post("/c/small/distribution/h1/do", headers={"HX-Request": "true", "Referer": stood})
    assert by_itself.status_code == 204
    assert by_itself["HX-Redirect"] == f"/login?{urlencode({'next': stood})}"
    elsewhere = client.post("/c/small/today/card", headers={"Referer": "https://example.org/x"})
    assert elsewhere["Location"] == f"/login?{urlencode({'next': '/c/small/today'})}"
    came = client_of("fin")
    came.cookies["django_language"] = language
    for name in ("login", "login/second", "account/again", "account/again/code"):
        back = came.get("/c/small/distribution/h1/do", headers={"Referer": f"http://testserver/{name}?next=%2Fx"})
        assert (back.status_code, back["Location"]) == (302, "/c/small/distribution/h1"), name
    assert said in came.get(back["Location"]).content.decode()
    assert said not in came.get(back["Location"]).content.decode(), "it is said once"
    assert came.get("/c/small/distribution/h1/do", headers={"Referer": "http://testserver/x"}).status_code == 405


def test_a_form_that_brings_a_file_is_sent_once_more(
    community: Community, client_of: Callable[[str], Client], viewer_of: Callable[..., object]
) -> None:
    """No session keeps a file: the act would go on without what proves it."""
    client, account = client_of("fin"), viewer_of("fin").account
    account.set_password(PASSWORD)
    account.save()
    client.force_login(account)
    showed(client, account, 301)
    client.cookies["django_language"] = "en"
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1")
    answer = client.post("/c/small/distribution/h1/do", {"do": "receipted", "party": "lin", "file": receipt})
    page = "/c/small/distribution/h1"
    assert answer["Location"] == f"/account/again?{urlencode({'next': page})}"
    done = client.post(answer["Location"], {"password": PASSWORD, "next": page})
    assert done["Location"] == page
    assert "please do it once more" in client.get(page).content.decode()


def terms(community: Community, party: str) -> list[object]:
    return list(MODELS["role_terms"].rows.of(community).filter(party=party))


def test_the_first_account_begins_by_a_link_of_the_command_and_has_no_password_on_it(community: Community) -> None:
    path = urlsplit(users.add("first@example.org", "en", "small", "gu")).path
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert client.post(path, {"password": PASSWORD}).status_code == 302
    assert entry(client) == 200
    assert [(one.email, one.active, one.communities) for one in users.listed()] == [
        ("first@example.org", True, ("small",))
    ]
    with refused("user.known"):
        users.add("first@example.org", "en")
    users.close("first@example.org")
    assert entry(client) == 302
    assert sign_in(email="first@example.org")[0].get("/account").status_code == 302


@pytest.mark.parametrize(
    ("email", "place", "party", "why"),
    [
        ("nothing", None, None, "user.address"),
        ("x@example.org", "none", "gu", "user.community"),
        ("x@example.org", "small", "none", "user.party"),
        ("x@example.org", "small", None, "user.party"),
    ],
)
def test_an_account_that_cannot_be_is_refused(community: Community, email, place, party, why) -> None:
    with refused(why):
        users.add(email, "en", place, party)


def test_lost_second_factors_are_forgotten_by_the_command_alone(mei: Account) -> None:
    with_authenticator(mei)
    path = urlsplit(users.link("mei@example.org", forget=True)).path
    guest = Client()
    form = guest.get(path, follow=True)
    guest.post(form.request["PATH_INFO"], {"password1": "two herons stand in the reeds"})
    assert entry(sign_in("two herons stand in the reeds")[0]) == 200
    with refused("user.unknown"):
        users.link("nobody@example.org")
