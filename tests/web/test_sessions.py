"""Sessions end by themselves, money asks for a second factor, secrets are kept encrypted, times are one's own."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.entering import RECORDS, showed
from tests.web.test_entrance import code_of
from tests.web.test_pages import HX, text_of

from tenfold.web.pages import arriving, sessions
from tenfold.web.rights.times import time_said, zones
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.accounts import Account
from tenfold.web.store.ciphers import decrypted, encrypted
from tenfold.web.store.communities import Community

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
HOME, PEOPLE = "/c/small/promises", "/c/small/people"
HOUR = 3600.0
# What is done here goes through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that sessions count by, to be moved."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(sessions.time, "time", lambda: now[0])
    return now


@pytest.mark.parametrize(("idle", "status"), [(3 * HOUR - 1, 200), (3 * HOUR, 302)])
def test_a_session_that_is_left_alone_ends_after_three_hours(
    community, client_of: Clients, clock, idle, status
) -> None:
    client = client_of("op")
    assert client.get(PEOPLE).status_code == 200
    clock[0] += idle
    assert client.get(PEOPLE).status_code == status
    assert client.get(PEOPLE).status_code == status


def test_what_an_open_page_asks_by_itself_keeps_no_session(community, client_of: Clients, clock) -> None:
    client = client_of("op")
    assert client.get(PEOPLE).status_code == 200
    for _ in range(2):
        clock[0] += HOUR
        assert client.get("/c/small/numbers").status_code == 200
    clock[0] += HOUR
    assert client.get("/c/small/numbers").status_code == 302


@pytest.mark.parametrize(("after", "status"), [(12 * HOUR - 1, 200), (12 * HOUR, 302)])
def test_a_session_ends_after_a_working_day_whatever_is_done(
    community, client_of: Clients, clock, after, status
) -> None:
    client = client_of("op")
    began = clock[0]
    for hours in range(0, 12, 2):
        clock[0] = began + hours * HOUR
        assert client.get(PEOPLE).status_code == 200
    clock[0] = began + after
    assert client.get(PEOPLE).status_code == status


def test_a_browser_keeps_nothing_of_a_session(community, client_of: Clients) -> None:
    client = client_of("op")
    assert client.get(PEOPLE).headers["Cache-Control"] == "no-store"
    assert "Clear-Site-Data" not in client.get(PEOPLE, secure=True).headers
    left = client.post("/logout", secure=True)
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in left.headers["Cache-Control"]


def only_password(client: Client) -> None:
    session = client.session
    session[RECORDS] = [one for one in session[RECORDS] if one["method"] == "password"]
    session.save()


@pytest.mark.parametrize(
    ("party", "needed"), [("fin", True), ("comp", True), ("op", False), ("gu", False), ("lin", False)]
)
def test_offices_that_decide_over_money_need_a_second_factor(community, client_of: Clients, party, needed) -> None:
    client_of("aud")
    client = client_of(party)
    assert client.get(HOME).status_code == 200
    only_password(client)
    answer, act = client.get(HOME), client.post("/c/small/line", {"line": "x"})
    assert answer.status_code == (302 if needed else 200)
    if needed:
        assert answer.headers["Location"] == act.headers["Location"] == "/account/second"
        assert client.get(HOME, **HX).headers["HX-Redirect"] == "/account/second"
        assert client.get("/account").status_code == 200, "one's own account is open, to set it up"


def test_whoever_is_alone_in_a_community_is_not_asked_yet(community, client_of: Clients) -> None:
    client = client_of("fin")
    only_password(client)
    assert client.get(HOME).status_code == 200
    client_of("op")
    assert client.get(HOME).status_code == 302


def test_the_page_leads_to_a_second_factor_and_back(community, client_of: Clients, viewer_of: Seated) -> None:
    client_of("op")
    client, account = client_of("fin"), viewer_of("fin").account
    only_password(client)
    page = client.get(HOME, follow=True)
    assert "Your office needs a second factor" in text_of(page)
    assert 'href="/account/authenticator"' in page.content.decode()
    secret = client.get("/account/authenticator").context["form"].secret
    client.post("/account/authenticator", {"code": code_of(secret)})
    assert client.get(HOME).status_code == 200
    assert "You can go on" in text_of(client.get("/account/second"))
    other = Client(HTTP_ACCEPT_LANGUAGE="en")
    other.force_login(account)
    showed(other, account)
    only_password(other)
    page = other.get(HOME, follow=True)
    assert "show it once" in text_of(page), "a session that was there before has not shown it"
    codes = Authenticator.objects.get(user=account, type="recovery_codes").wrap().get_unused_codes()
    other.post("/account/again/code", {"code": codes[0]})
    assert other.get(HOME).status_code == 200


def test_the_demo_asks_nobody_on_its_own_machine(community, client_of: Clients, settings_of) -> None:
    client_of("op")
    client = client_of("fin")
    only_password(client)
    settings_of(DEMO=True)
    assert client.get(HOME).status_code == 200
    assert client.get(HOME, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_secrets_of_second_factors_lie_encrypted(community, client_of: Clients, settings_of) -> None:
    client = client_of("lin")
    secret = client.get("/account/authenticator").context["form"].secret
    shown = client.post("/account/authenticator", {"code": code_of(secret)}, follow=True)
    codes = shown.context["unused_codes"]
    kept = {one.type: one for one in Authenticator.objects.all()}
    assert secret not in str(kept["totp"].data)
    assert decrypted(kept["totp"].data["secret"]) == secret
    assert decrypted(kept["recovery_codes"].data["seed"]) is not None
    assert kept["recovery_codes"].wrap().get_unused_codes() == codes
    settings_of(SECRET_KEY="another installation's secret, as long as it should be")
    assert decrypted(kept["totp"].data["secret"]) is None
    assert set(kept["recovery_codes"].wrap().get_unused_codes()).isdisjoint(codes)
    assert not kept["totp"].wrap().validate_code(code_of(""))


def test_secrets_that_an_older_version_kept_in_the_clear_are_encrypted_once(community, viewer_of: Seated) -> None:
    account, clear = viewer_of("lin").account, "JBSWY3DPEHPK3PXP"
    for kind, name in (("totp", "secret"), ("recovery_codes", "seed")):
        Authenticator.objects.create(user=account, type=kind, data={name: clear, "used_mask": 0})
    upgrade = import_module("tenfold.web.store.migrations.0013_account_zone_and_ciphers").encrypt
    upgrade(apps, None)
    kept = {one.type: one.data for one in Authenticator.objects.all()}
    assert clear not in str(kept)
    assert decrypted(kept["totp"]["secret"]) == decrypted(kept["recovery_codes"]["seed"]) == clear
    upgrade(apps, None)  # a second time nothing is encrypted again
    assert {one.type: one.data for one in Authenticator.objects.all()} == kept


def test_a_secret_of_before_is_read_while_it_is_replaced(database, settings_of) -> None:
    before = encrypted("JBSWY3DPEHPK3PXP")
    assert before != encrypted("JBSWY3DPEHPK3PXP")
    next_one = "the next secret of this installation, long enough"
    settings_of(SECRET_KEY_FALLBACKS=[settings.SECRET_KEY], SECRET_KEY=next_one)
    assert decrypted(before) == "JBSWY3DPEHPK3PXP"
    other = "A" if before[20] != "A" else "B"
    assert decrypted(before[:20] + other + before[21:]) is None
    assert decrypted("JBSWY3DPEHPK3PXP") is None


def test_times_are_read_by_ones_own_clock_and_days_stay_the_communitys(
    community, client_of: Clients, viewer_of: Seated
) -> None:
    at = datetime(2026, 9, 20, 23, 30, tzinfo=UTC)
    assert time_said(viewer_of("op"), at) == "Mon 21 Sep, 07:30"
    client = client_of("op")
    assert client.post("/account/zone", {"zone": "nowhere"}).status_code == 404
    assert client.post("/account/zone", {"zone": "Europe/Berlin"}).status_code == 302
    assert "<option selected>Europe/Berlin</option>" in client.get("/account").content.decode()
    viewer = viewer_of("op")
    assert time_said(viewer, at) == "Mon 21 Sep, 01:30 (UTC+02:00)"
    assert str(viewer.today) == "2026-09-20", "which day it is, the community says"
    Community.objects.filter(pk=community.pk).update(clock=datetime(2026, 9, 20, 16, tzinfo=UTC))
    assert str(viewer_of("op").today) == "2026-09-21"
    assert "18:00 (UTC+02:00)" in text_of(client.get(PEOPLE)), "the community's clock in the frame"
    client.post("/account/zone", {"zone": ""})
    assert Account.objects.get(email="op@example.org").timezone == ""
    assert "00:00" in text_of(client.get(PEOPLE))
    assert {"Asia/Shanghai", "UTC"} <= set(zones())


def test_a_file_that_is_too_large_is_refused_before_it_is_kept(
    community, client_of: Clients, settings_of, monkeypatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(arriving, "LARGEST", 10_000)
    kept: list[object] = []
    large = "django.core.files.uploadhandler.TemporaryFileUploadHandler.new_file"
    monkeypatch.setattr(large, lambda self, *args, **kwargs: kept.append(args))
    settings_of(FILE_UPLOAD_MAX_MEMORY_SIZE=0, FILE_UPLOAD_TEMP_DIR=str(tmp_path))
    client = client_of("op")
    file = SimpleUploadedFile("people.csv", b"x" * 10_001)
    answer = client.post("/c/small/import", {"file": file})
    assert answer.status_code == 413
    assert "Nothing was stored" in text_of(answer)
    file.seek(0)
    beside = client.post("/c/small/import", {"file": file}, **HX)
    assert (beside.status_code, beside.headers["HX-Retarget"]) == (413, "#toasts")
    assert kept == []
    assert list(tmp_path.iterdir()) == []


def test_a_request_that_says_less_than_it_sends_is_refused_while_it_arrives(database, monkeypatch) -> None:
    monkeypatch.setattr(arriving, "LARGEST", 1000)
    handler = arriving.Bounded()
    handler.handle_raw_input(io.BytesIO(), {}, 1000, "x")
    assert handler.receive_data_chunk(b"y" * 1000, 0) == b"y" * 1000
    with pytest.raises(arriving.TooLarge):
        handler.receive_data_chunk(b"z", 1000)
    with pytest.raises(arriving.TooLarge):
        handler.handle_raw_input(io.BytesIO(), {}, 1001, "x")
