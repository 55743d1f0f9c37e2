"""The report in a real browser: phone and desk, both languages, keyboard, print, and axe finds nothing.

Needs Debian's chromium (`apt-get install -y chromium fonts-noto-cjk`); skipped with that line where there is none.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.report.test_page import cycle_of

from tenfold.report.page import write_report
from tenfold.report.words import LANGUAGES, catalogue

SAMPLE = Path(__file__).parents[2] / "docs/sample/report.html"  # long enough to fold decisions
APT = "apt-get install -y chromium fonts-noto-cjk"
PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    return write_report(cycle_of(folder / "community"), folder)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip(f"no browser: {APT}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is in the group dev")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=[PHONE, DESK])
def page(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    opened.goto(report.as_uri())
    yield opened
    opened.close()


def choose(page: Any, language: str) -> None:
    page.locator(f'label[for="choose-{language}"]').click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(page: Any, language: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    choose(page, language)
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_is_shown_and_nothing_is_wider_than_the_screen(page: Any, language: str) -> None:
    choose(page, language)
    shown = page.locator("main:visible")
    assert shown.count() == 1
    assert shown.get_attribute("lang") == language
    assert catalogue(language)["report.question.one"] in shown.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_the_language_is_chosen_by_keyboard_alone(page: Any) -> None:
    page.keyboard.press("Tab")
    before = page.locator("main:visible").get_attribute("lang")
    page.keyboard.press("ArrowRight")
    after = page.locator("main:visible").get_attribute("lang")
    assert {before, after} == set(LANGUAGES)


def test_a_number_leads_to_its_explanation(page: Any) -> None:
    link = page.locator("main:visible a.n").first
    target = link.get_attribute("href")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{target}")
    assert page.locator(":target").is_visible()


def test_print_leaves_the_bar_and_the_contents_out(page: Any) -> None:
    page.emulate_media(media="print")
    assert not page.locator(".bar").is_visible()
    assert page.locator("nav:visible").count() == 0
    assert page.locator("main:visible").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_beside_a_chart_fits_a_phone_or_shows_that_it_scrolls(browser: Any, language: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 900})
    page.goto(SAMPLE.as_uri())
    choose(page, language)
    tables = page.locator("main:visible .chart .scroll")
    wider = tables.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
    shadows = tables.evaluate_all("all => all.map(one => getComputedStyle(one).backgroundImage)")
    assert wider <= 2 < tables.count()
    assert all("gradient" in one for one in shadows)
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_shows_what_there_is_before_it_shows_all(browser: Any, language: str) -> None:
    page = browser.new_page(viewport={"width": PHONE, "height": 900})
    page.goto(SAMPLE.as_uri())
    choose(page, language)
    groups = page.locator("main:visible details.room > summary")
    assert all(groups.evaluate_all("all => all.map(one => one.checkVisibility())"))
    assert groups.count() >= 2 * 10  # decisions and numbers of the ten
    assert page.locator("main:visible .entry:visible").count() == 0
    groups.first.focus()
    page.keyboard.press("Enter")
    assert page.locator("main:visible .entry:visible").count() > 0
    page.close()


def test_what_is_open_is_printed_whole(browser: Any) -> None:
    page = browser.new_page()
    page.goto(SAMPLE.as_uri())
    rooms = page.locator("main:visible details.room")
    longest = rooms.filter(has=page.locator("details.rest")).first
    longest.evaluate("room => { room.open = true }")
    seen = "entries => entries.filter(one => one.checkVisibility()).length"
    entries = longest.locator(".entry")
    assert 0 < entries.evaluate_all(seen) < entries.count()  # the first of a kind are seen, the others unfold
    page.emulate_media(media="print")
    assert entries.evaluate_all(seen) == entries.count()
    assert rooms.locator(".entry").evaluate_all(seen) == entries.count()  # what is folded is not printed
    page.close()
