"""The application in a real browser: phone, desk, both languages, light, dark, keyboard; and axe finds nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.web.acting import tied
from tests.web.browsing import DESK, EXAMINED, LANGUAGES, PHONE, too_wide, violations
from tests.web.entering import PASSWORD
from tests.web.test_proposals import announced, told_who_votes

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current
from tenfold.web.store.outbox import PATH as OUTBOX

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
    "people-new",
    "people/zhou",
    "funding",
    "promises",
    "number/rel.strength:zhou",
    "thread/deal-1",
    "search?q=lin",
    "import",
    "groups",
    "questions",
    "looks",
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

# How high what stands in each of some elements is; the texts of the choices that are wider than their field.
HEIGHTS = """(chosen) => [...document.querySelectorAll(chosen)].map((one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getBoundingClientRect().height;
})"""
CUT = """(chosen) => [...document.querySelectorAll(chosen)].flatMap((one) => {
    const style = getComputedStyle(one), pen = document.createElement("canvas").getContext("2d");
    pen.font = style.font;
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const said = one.selectedOptions[0].text;
    return pen.measureText(said).width > room + 1 ? [said] : [];
})"""
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_axe_finds_nothing_and_nothing_is_cut_off(page_of: Callable[..., Any], site: str, width: int) -> None:
    scheme_of = {(at, language): scheme for at, language, scheme in EXAMINED}
    for language in LANGUAGES:
        scheme = scheme_of.get((width, language))
        people = (("op", PAGES), ("fin", FINANCE))
        opened = [(page_of(who, width, language, scheme or "light"), pages) for who, pages in people]
        for page, address in [(page, address) for page, pages in opened for address in pages]:
            page.goto(f"{site}/c/small/{address}")
            assert too_wide(page) == 0, (address, language)
            assert scheme is None or violations(page) == [], (address, language, width)
        assert [page.wrong for page, _ in opened] == [[], []]


@pytest.mark.parametrize(("width", "language", "scheme"), EXAMINED)
def test_the_entrance_is_for_everybody(
    page_of: Callable[..., Any], site: str, width: int, language: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", OUTBOX)
    page = page_of("fin", width, language, scheme)
    for address in ENTRANCE:
        page.goto(f"{site}{address}")
        assert too_wide(page) == 0, address
        assert violations(page) == [], address
        if address == "/account":
            page.click("form[action$='/logout'] button")
    assert page.wrong == []


@pytest.mark.parametrize(("width", "language", "scheme"), EXAMINED)
def test_the_network_is_drawn_and_its_table_is_reached_by_keyboard(
    page_of: Callable[..., Any], site: str, computed: Community, width: int, language: str, scheme: str
) -> None:
    tied(computed, [("chen", "lin", 2), ("lin", "zhou", 3)])
    page = page_of("op", width, language, scheme)
    page.goto(f"{site}/c/small/network")
    page.wait_for_selector("#network .chart svg")
    assert page.evaluate("document.querySelector('#network .chart').textContent").count("zhou") == 1
    page.focus("#network summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "lin"
    assert too_wide(page) == 0
    assert violations(page) == []
    assert page.wrong == []


@pytest.mark.parametrize(("width", "language", "scheme"), EXAMINED)
def test_a_vote_is_cast_by_keyboard_and_taken_in(
    page_of: Callable[..., Any],
    site: str,
    computed: Community,
    viewer_of: Callable[[str], Viewer],
    width: int,
    language: str,
    scheme: str,
) -> None:
    key = announced(viewer_of)
    told_who_votes(computed, key, {"lin": ("lin", 1), "zhou": ("zhou", 1)})
    page = page_of("lin", width, language, scheme)
    page.goto(f"{site}/c/small/governance/proposals/{key}")
    page.click("details.fold summary")
    assert too_wide(page) == 0
    assert violations(page) == []
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


def dropped_on(page: Any, *sheets: Path) -> None:
    """Drag files from outside the browser into the middle of a page and let them go, as the browser itself does."""
    hand = page.context.new_cdp_session(page)
    held = {"items": [], "files": [str(sheet) for sheet in sheets], "dragOperationsMask": 1}
    for moved in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": moved, "x": 200, "y": 450, "data": held})


@pytest.mark.parametrize(
    ("width", "language", "scheme", "elsewhere"), [(*EXAMINED[0], "people/zhou"), (*EXAMINED[1], "today")]
)
def test_a_sheet_is_looked_at_and_confirmed_and_may_be_dropped_on_any_page(
    page_of: Callable[..., Any],
    site: str,
    computed: Community,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    language: str,
    scheme: str,
    elsewhere: str,
) -> None:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    page = page_of("op", width, language, scheme)
    page.goto(f"{site}/c/small/import")
    sheet = {"name": "people.csv", "mimeType": "text/csv", "buffer": "姓名,公司\n王小明,青松资本\n".encode()}
    page.set_input_files("input[type=file]", sheet)
    page.click(".form .btn-do")
    page.wait_for_selector("button[value=confirm]")
    assert too_wide(page) == 0
    assert violations(page) == []
    page.click("button[value=confirm]")
    page.wait_for_selector("form[action$='/import/back']")
    assert too_wide(page) == 0
    another = tmp_path / "others.csv"
    another.write_text("姓名,公司\n李小红,松柏资本\n", encoding="utf-8")
    page.goto(f"{site}/c/small/{elsewhere}")
    dropped_on(page, another, another)
    told = {"zh-CN": "请一次放入一个文件", "en-GB": "One file at a time"}[language]
    assert told in page.inner_text("#toasts")
    assert page.locator("#drop").is_hidden()
    dropped_on(page, another)
    page.wait_for_selector("button[value=confirm]")
    assert "李小红" in page.inner_text("main")
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
    assert too_wide(page) == 0
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


def test_a_deal_offers_one_act_and_what_else_can_be_done_is_one_tap_away(
    page_of: Callable[..., Any], site: str
) -> None:
    page = page_of("fin")
    page.goto(f"{site}/c/small/funding")
    deal = page.locator(".deal").first
    offered = deal.locator(".btn:visible")
    assert offered.count() == 1
    deal.locator(".doing > .fold > summary").press("Enter")
    assert [one.get_attribute("href") is not None for one in offered.all()] == [False, True, True]
    deal.locator("a[href*='money?deal=']").click()
    page.wait_for_selector("main h1")
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_phone_somebody_takes_two_lines_or_three(page_of: Callable[..., Any], site: str, language: str) -> None:
    page = page_of("op", PHONE, language)
    page.goto(f"{site}/c/small/people")
    rows = page.locator(".persons tbody tr").all()
    assert rows
    line = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.persons td')).lineHeight)")
    for row in rows:
        lines = {round(cell.bounding_box()["y"]) for cell in row.locator("td").all()}
        assert len(lines) == 2
        assert row.bounding_box()["height"] < 4 * line
    assert page.locator(".persons th.r").first.is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_an_entry_was_made_stands_in_one_line_and_what_is_chosen_is_not_cut(
    page_of: Callable[..., Any], site: str, language: str
) -> None:
    page = page_of("fin", DESK, language)
    page.goto(f"{site}/c/small/reports/audit")
    heights = page.evaluate(HEIGHTS, "td.when")
    assert len(set(heights)) == 1
    page.goto(f"{site}/c/small/access")
    for fold in page.locator(".table-t .fold > summary").all():
        fold.click()
    assert page.locator(".change .form-select").count()
    assert page.evaluate(CUT, ".change .form-select") == []
