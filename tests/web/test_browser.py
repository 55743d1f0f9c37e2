"""The application in a real browser: phone and desk, both languages, keyboard, and axe finds nothing.

Needs Debian's chromium (`apt-get install -y chromium fonts-noto-cjk`); skipped with that line where there is none.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.test import Client
from tests.web.acting import tied
from tests.web.entering import PASSWORD
from tests.web.test_proposals import announced, told_who_votes

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current
from tenfold.web.store.declared import MODELS
from tenfold.web.store.outbox import PATH as OUTBOX

APT = "apt-get install -y chromium fonts-noto-cjk"
PHONE, DESK = 390, 1280
LANGUAGES = ("zh-CN", "en-GB")
# What axe looks at is made alike in either language: it examines each in one width; nothing is cut off in both widths.
EXAMINED = {(PHONE, "zh-CN"), (DESK, "en-GB")}
# Pages of money and rules, as the finance lead sees them; the others as the operator does.
FINANCE = (
    "funding/money",
    "funding/money?deal=a-zhou",
    "distribution",
    "distribution/h1",
    "distribution/h1/to/lin",
    "governance",
    "governance/charter",
    "governance/charter/yaml",
    "governance/charter/history",
    "reports",
    "reports/audit",
    "access",
)
PAGES = (
    "today",
    "people",
    "people/zhou",
    "funding",
    "promises",
    "number/rel.strength:zhou",
    "thread/deal-1",
    "search?q=lin",
    "import",
    "groups",
    "questions",
)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
# What somebody who is signed in sees of their account, then what everybody sees.
ENTRANCE = (
    "/account/authenticator",
    "/account/passkeys/add",
    "/account/second",
    "/account",
    "/login",
    "/password/forgotten",
    "/outbox",
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Quiet(WSGIRequestHandler):
    """Answers without a line a request."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site(computed: Community) -> Iterator[str]:
    """The community with its numbers, served at a loopback address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip(f"no browser: {APT}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is in the group dev")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop in this thread
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_of(browser: Any, site: str, client_of: Callable[[str], Client]) -> Iterator[Callable[..., Any]]:
    """Return a page of somebody who is logged in; what the browser complains of is kept in `page.wrong`."""
    contexts = []

    def opened(party: str, width: int = DESK, language: str = "en-GB") -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale=language)
        contexts.append(context)
        session = client_of(party).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_and_nothing_is_cut_off(page_of: Callable[..., Any], site: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    for language in LANGUAGES:
        opened = [(page_of(who, width, language), pages) for who, pages in (("op", PAGES), ("fin", FINANCE))]
        for page, address in [(page, address) for page, pages in opened for address in pages]:
            page.goto(f"{site}/c/small/{address}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, language)
            found = axe.Axe().run(page).response["violations"] if (width, language) in EXAMINED else []
            told = [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found]
            assert told == [], (address, language, width)
        assert [page.wrong for page, _ in opened] == [[], []]


@pytest.mark.parametrize(("width", "language"), sorted(EXAMINED))
def test_the_entrance_is_for_everybody(
    page_of: Callable[..., Any], site: str, width: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    monkeypatch.setattr(settings, "EMAIL_BACKEND", OUTBOX)
    page = page_of("fin", width, language)
    for address in ENTRANCE:
        page.goto(f"{site}{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        found = axe.Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found] == [], address
        if address == "/account":
            page.click("form[action$='/logout'] button")
    assert page.wrong == []


@pytest.mark.parametrize(("width", "language"), sorted(EXAMINED))
def test_the_network_is_drawn_and_its_table_is_reached_by_keyboard(
    page_of: Callable[..., Any], site: str, computed: Community, width: int, language: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    tied(computed, [("chen", "lin", 2), ("lin", "zhou", 3)])
    page = page_of("op", width, language)
    page.goto(f"{site}/c/small/network")
    page.wait_for_selector("#network .chart svg")
    assert page.evaluate("document.querySelector('#network .chart').textContent").count("zhou") == 1
    page.focus("#network summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "lin"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found] == []
    assert page.wrong == []


@pytest.mark.parametrize(("width", "language"), sorted(EXAMINED))
def test_a_vote_is_cast_by_keyboard_and_taken_in(
    page_of: Callable[..., Any],
    site: str,
    computed: Community,
    viewer_of: Callable[[str], Viewer],
    width: int,
    language: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    key = announced(viewer_of)
    told_who_votes(computed, key, {"lin": ("lin", 1), "zhou": ("zhou", 1)})
    page = page_of("lin", width, language)
    page.goto(f"{site}/c/small/governance/proposals/{key}")
    page.click("details.fold summary")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found] == []
    page.focus("button[value=against]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status], .toast-line")
    assert [row["choice"] for row in current(computed, "votes")] == ["against"]
    assert page.wrong == []


def test_a_passkey_logs_in_alone(browser: Any, site: str, computed: Community) -> None:
    """By a virtual authenticator of the browser, under the one name without TLS that passkeys work for."""
    _, token = invited(Wanted("mei@example.org", "en", computed, "lin", "fin"))
    site = site.replace("127.0.0.1", "localhost")
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto(f"{site}/invitation/{token}")
    page.fill("input[name=password]", PASSWORD)
    page.click(".btn-do")
    page.wait_for_url(f"{site}/c/small/**")
    page.goto(f"{site}/account/passkeys/add")
    page.click(".btn-do")
    page.wait_for_selector(".codes")
    page.goto(f"{site}/account")
    page.click("form[action$='/logout'] button")
    page.wait_for_selector("input[name=login]")
    page.click("form[data-passkey] button")
    page.wait_for_url(f"{site}/c/small/**")
    context.close()


@pytest.mark.parametrize(("width", "language"), sorted(EXAMINED))
def test_a_sheet_is_looked_at_and_confirmed(
    page_of: Callable[..., Any],
    site: str,
    computed: Community,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    language: str,
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    monkeypatch.setattr(settings, "HOME", tmp_path)
    page = page_of("op", width, language)
    page.goto(f"{site}/c/small/import")
    sheet = {"name": "people.csv", "mimeType": "text/csv", "buffer": "姓名,公司\n王小明,青松资本\n".encode()}
    page.set_input_files("input[type=file]", sheet)
    page.click(".form .btn-do")
    page.wait_for_selector("button[value=confirm]")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found] == []
    page.click("button[value=confirm]")
    page.wait_for_selector("form[action$='/import/back']")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.wrong == []


def test_a_line_is_typed_understood_recorded_and_taken_back(
    page_of: Callable[..., Any], site: str, computed: Community
) -> None:
    page = page_of("op")
    page.goto(f"{site}/c/small/today")
    page.keyboard.press("/")
    page.keyboard.type("call lin 25 min")
    page.wait_for_selector("#line-chips .chip-accent")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast-line")
    rows = MODELS["interactions"].rows.of(computed).filter(recorded_by="op")
    assert [row.minutes for row in rows] == [25]
    assert page.input_value("#quick-line") == ""
    page.click(".toast-line button")
    page.wait_for_selector(".toast-line button", state="detached")
    assert rows.filter(void=True).count() == 1
    assert page.wrong == []


def test_why_opens_over_the_page_and_back_closes_it(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("op")
    page.goto(f"{site}/c/small/today")
    page.locator(".doing a[data-why]").first.click()
    page.wait_for_selector(".drawer")
    assert "/why/" in page.url
    page.keyboard.press("Escape")
    page.wait_for_selector(".drawer", state="detached")
    assert page.url.endswith("/today")
    page.locator(".doing a[data-why]").first.click()
    page.wait_for_selector(".drawer")
    page.go_back()
    page.wait_for_selector(".drawer", state="detached")
    assert page.wrong == []


def test_a_proposal_is_answered_in_its_why_with_a_reason(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("op", PHONE)
    page.goto(f"{site}/c/small/today")
    page.locator(".doing a[data-why]").first.click()
    page.wait_for_selector(".drawer button[value=confirm]")
    page.locator("#deciding summary").last.press("Enter")
    page.locator("#deciding details[open] [name=reason]").fill("he has changed jobs")
    page.keyboard.press("Enter")
    page.get_by_text("he has changed jobs").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    page.keyboard.press("Escape")
    page.wait_for_selector(".drawer", state="detached")
    assert page.wrong == []


def test_money_is_recorded_from_a_deal_by_keyboard(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("fin", PHONE)
    page.goto(f"{site}/c/small/funding/money?deal=a-zhou")
    page.focus("[name=amount]")
    page.keyboard.type("1200000.50")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast-line")
    page.wait_for_selector(".table-t tbody tr")
    assert page.input_value("[name=amount]") == ""
    page.fill("[name=amount]", "nothing")
    page.keyboard.press("Enter")
    page.wait_for_selector(".toast-line[role=alert]")
    assert page.input_value("[name=amount]") == "nothing", "what was typed stays"
    assert [one for one in page.wrong if "422" not in one] == []


def test_a_number_within_a_why_opens_the_next_and_escape_leaves_all(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("op")
    page.goto(f"{site}/c/small/today")
    page.locator(".doing a[data-why]").first.click()
    page.locator(".drawer .tree a[data-why]").first.click()
    page.wait_for_url("**/number/**")
    page.wait_for_selector(".drawer .equation")
    page.go_back()
    page.wait_for_url("**/why/**")
    page.locator(".drawer .tree a[data-why]").first.click()
    page.wait_for_selector(".drawer .equation")
    page.keyboard.press("Escape")
    page.wait_for_selector(".drawer", state="detached")
    assert page.url.endswith("/today")
    assert page.wrong == []


def test_a_promise_is_stepped_where_it_stands_and_taken_back(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("op")
    page.goto(f"{site}/c/small/promises")
    page.click('.owed button[value="accepted"]')
    page.wait_for_selector('.owed button[value="accepted"]', state="detached")
    page.click(".toast-line button")
    page.wait_for_selector('.owed button[value="accepted"]')
    page.locator(".owed .ask summary").first.click()
    page.fill(".ask[open] [name=day]", "2026-10-01")
    page.fill(".ask[open] [name=reason]", "earlier")
    page.click(".ask[open] button")
    page.wait_for_selector(".toast-line[role=alert]")
    assert page.locator(".owed").count() == 1
    assert [one for one in page.wrong if "422" not in one] == []


def test_the_curve_is_drawn_and_follows_what_is_tried(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("fin")
    page.goto(f"{site}/c/small/funding")
    page.wait_for_selector(".chart svg")
    page.select_option(".cols aside select", "lost")
    page.wait_for_selector(".cols aside [role=status]")
    page.wait_for_selector(".chart svg")
    page.click(".deal .ask summary")
    page.select_option(".ask[open] [name=stage]", "signed")
    page.click(".ask[open] button")
    page.wait_for_selector(".toast-line")
    assert page.wrong == []


def test_a_tapped_card_leaves_at_once(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("op")
    page.goto(f"{site}/c/small/today")
    before = page.locator(".act").count()
    page.locator('.act button[value="log"]').first.click()
    page.locator(".act").nth(before - 1).wait_for(state="detached")
    page.wait_for_selector(".toast-line")
    assert page.wrong == []


def test_on_a_phone_the_further_places_open_and_close(page_of: Callable[..., Any], site: str) -> None:
    page = page_of("fin", PHONE)
    page.goto(f"{site}/c/small/today")
    page.locator(".bottom summary").press("Enter")
    page.locator('.bottom .menu a[href$="/reports"]').wait_for(state="visible")
    page.keyboard.press("Escape")
    page.locator(".bottom .menu").wait_for(state="hidden")
    page.locator(".bottom summary").click()
    page.locator('.bottom .menu a[href$="/reports"]').click()
    page.wait_for_url("**/reports")
    assert page.wrong == []
