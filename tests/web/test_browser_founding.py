"""The wizard in a real browser, from nothing to people with their last talks: nothing is cut off, axe finds nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.web.browsing import EXAMINED, page_in, served, too_wide, violations
from tests.web.test_founding import EMAIL, PASSWORD

from tenfold.web.rights.founding import STEPS
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current

PASTED = "Anna Berg, Nordlicht Capital, investor\n王小明\n"
TAPS = (".swept button[value=week]", ".swept button[value=quarter]")

# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


# Names of needs that run into the slider beside them.
SQUEEZED = """[...document.querySelectorAll('.weight > span')]
    .filter(name => name.scrollWidth > name.clientWidth + 1).map(name => name.textContent)"""


@pytest.fixture
def site(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An installation without anybody, served at a loopback address."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    with served() as address:
        yield address


def looked_at(page: Any) -> None:
    """Look at the page as it stands: all of it is to be seen, and by everybody."""
    assert too_wide(page) == 0, page.url
    assert page.evaluate(SQUEEZED) == [], page.url
    assert violations(page) == [], page.url


@pytest.mark.parametrize(("width", "language", "scheme"), EXAMINED)
def test_a_community_is_made_and_its_people_are_there(
    browser: Any, site: str, width: int, language: str, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, locale=language, color_scheme=scheme)
    page = page_in(context)
    page.goto(site)
    looked_at(page)
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click(".btn-do")
    page.wait_for_url("**/new/project")
    page.fill("[name=project]", "青岚感知")
    page.fill("[name=person]", "顾青岚")
    for step in STEPS:
        page.wait_for_url(f"**/new/{step}")
        looked_at(page)
        page.click(".question .btn-do")
    page.wait_for_url("**/start")
    looked_at(page)
    page.click(".headline .btn-do")
    page.wait_for_url("**/start/people")
    looked_at(page)
    page.fill("[name=people]", PASTED)
    page.click("form:has(textarea) .btn-do")
    page.wait_for_selector("button[value=confirm]")
    looked_at(page)
    page.click("button[value=confirm]")
    page.wait_for_url("**/start/talks")
    looked_at(page)
    for tap in TAPS:
        page.locator(tap).first.click()
        page.wait_for_selector(f"{tap}[aria-pressed=true]")
    page.goto(page.url.replace("/talks", "/deals"))
    looked_at(page)
    (community,) = Community.objects.all()
    names = {row["name"] for row in current(community, "parties")}
    assert {"Anna Berg", "王小明", "青岚感知", "顾青岚"} <= names
    assert page.wrong == []
    context.close()
