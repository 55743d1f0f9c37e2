"""The one line in a real browser: typed, understood, recorded, taken back; nothing is lost or recorded twice."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.web.browsing import PHONE

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.people import add_party
from tenfold.web.store.communities import Community
from tenfold.web.store.declared import MODELS

# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


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
    assert page.evaluate("getComputedStyle(document.querySelector('.toast-line button')).flexShrink") == "0"
    page.click(".toast-line button")
    page.wait_for_selector(".toast-line button", state="detached")
    assert rows.filter(void=True).count() == 1
    assert page.wrong == []


def test_what_is_typed_while_a_line_is_recorded_is_a_line_of_its_own(
    page_of: Callable[..., Any], site: str, computed: Community
) -> None:
    page, held = page_of("op", PHONE), []
    page.goto(f"{site}/c/small/today")
    page.route("**/line", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.fill("#quick-line", "call lin 25 min")
    page.keyboard.press("Enter")
    page.wait_for_selector("form.quick.htmx-request")
    page.keyboard.type("call zhou 10 min")
    held[0].continue_()
    page.wait_for_selector(".toast-line")
    assert page.input_value("#quick-line") == "call zhou 10 min"
    page.unroute("**/line")
    page.keyboard.press("Enter")
    rows = MODELS["interactions"].rows.of(computed).filter(recorded_by="op")
    page.wait_for_selector("#quick-line:placeholder-shown")  # it is empty again
    assert sorted(row.minutes for row in rows) == [10, 25]


@pytest.mark.parametrize(("language", "said"), [("en-GB", "Recording …"), ("zh-CN", "正在记录……")])
def test_a_line_that_is_recorded_for_longer_than_a_moment_says_so_and_a_short_one_says_nothing(
    page_of: Callable[..., Any], site: str, language: str, said: str
) -> None:
    page, held = page_of("op", language=language), []
    page.clock.install(time=0)
    page.goto(f"{site}/c/small/today")
    page.route("**/line", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.fill("#quick-line", "call lin 25 min")
    page.clock.pause_at(60_000)
    page.keyboard.press("Enter")
    page.wait_for_selector("form.quick.htmx-request")
    sign = page.locator("form.quick [role=status]")
    page.clock.run_for(199)
    assert sign.inner_text() == ""
    page.clock.run_for(1)
    assert sign.inner_text() == said
    page.clock.resume()
    held[0].continue_()
    page.wait_for_selector(".toast-line")
    assert sign.inner_text() == ""


def test_a_line_that_is_changed_and_sent_again_at_once_is_recorded_too(
    page_of: Callable[..., Any], site: str, computed: Community
) -> None:
    page, held = page_of("op"), []
    page.goto(f"{site}/c/small/today")
    page.route("**/line", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.fill("#quick-line", "call lin 25 min")
    page.keyboard.press("Enter")
    page.wait_for_selector("form.quick.htmx-request")
    page.fill("#quick-line", "call zhou 10 min")
    page.keyboard.press("Enter")
    held[0].continue_()
    while len(held) < 2:
        page.wait_for_timeout(50)
    held[1].continue_()
    page.wait_for_selector("#quick-line:placeholder-shown")  # it is empty again
    rows = MODELS["interactions"].rows.of(computed).filter(recorded_by="op")
    assert sorted(row.minutes for row in rows) == [10, 25]


def test_who_is_meant_is_said_beside_the_line_which_stays_until_it_is_recorded(
    page_of: Callable[..., Any], site: str, computed: Community, viewer_of: Callable[[str], Viewer]
) -> None:
    for name in ("Ann Smith", "Ann Jones"):
        add_party(Actor(viewer_of("op")), type="person", name=name)
    page = page_of("op")
    page.goto(f"{site}/c/small/today")
    page.keyboard.press("/")
    page.keyboard.type("call Ann 25 min")
    page.wait_for_selector("#line-chips input[type=radio]")
    page.evaluate("document.querySelector('#line-chips fieldset').dataset.before = ''")
    page.keyboard.press("Enter")
    page.wait_for_selector("#line-chips fieldset:not([data-before])")
    assert page.input_value("#quick-line") == "call Ann 25 min"
    page.locator("#line-chips input[type=radio]").first.check()
    page.click("#line-chips .btn-do")
    page.wait_for_selector(".toast-line")
    rows = MODELS["interactions"].rows.of(computed).filter(recorded_by="op")
    assert [row.minutes for row in rows] == [25]
    assert page.input_value("#quick-line") == ""
