"""The ten beats of the demo's story, each on the page that it opens, as the person who sees it there.

What happened in a beat is read from its page; then, in a real browser, the person in it does what comes next.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.demo.conftest import SEED
from tests.web import acting
from tests.web.browsing import DESK, page_in, served
from tests.web.databases import TABLES, Kept
from tests.web.test_pages import RAW, text_of

from tenfold.demo import PEOPLE, write_demo
from tenfold.web.jobs.engine import Engine
from tenfold.web.pages.demo import BEATS
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.folders import take_in
from tenfold.web.store.work import open_questions

# What stands on the page of each beat: its named numbers (DOMAIN §13), or whom it is about.
SAID = {
    "1": ("39.3 %",),
    "2": ("1.53",),
    "3": ("85.7 %",),
    "4": ("Songyan Capital",),
    "5": ("Huixian Photonics",),
    "6": ("1,200,000.00", "300,000.00", "260,852.15"),
    "7": ("39.3 %",),
    "8": ("Expert 07",),
    "9": ("500", "800", "30 %", "25 %"),
    "10": ("24.0 %",),
}
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def fill(folder: Path) -> Engine:
    """Write the demo into the database, with its people and its numbers; return the engine that computed them."""
    write_demo(folder, 58, SEED)
    community = take_in(folder, "a-project", Author("import:a-project"))
    for party in PEOPLE:
        account = Account.objects.create_user(f"{party}@example.org")
        Seat.objects.create(account=account, community=community, party=party)
    engine = Engine(community)
    assert engine.recompute().error is None
    return engine


@pytest.fixture(scope="session")
def engines() -> dict[str, Engine]:
    """The engine that computed what is kept, as warm as it is beside a site that runs."""
    return {}


@pytest.fixture
def engine(kept: Kept, engines: dict[str, Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine of the demo, which is open with its people and its numbers on the machine that it runs on."""
    kept.open("demo", TABLES, lambda: engines.update(demo=fill(tmp_path / "demo")))
    monkeypatch.setattr(settings, "DEMO", True)
    return engines["demo"]


@pytest.mark.usefixtures("engine")
def test_the_ten_beats_are_seen_by_the_people_in_them() -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert client.get("/").headers["Location"] == "/c/a-project/today"
    assert set(SAID) == set(BEATS)
    for number, said in SAID.items():
        answer = client.get(client.post("/demo/beat", {"beat": number}).headers["Location"])
        assert answer.status_code == 200, number
        text = " ".join(text_of(answer).split())  # blanks that do not break are blanks
        assert [one for one in said if one not in text] == [], number
        assert RAW.findall(text) == [], number


class Player:
    """Somebody in front of the demo, who is one of its people at a time."""

    def __init__(self, page: Any, site: str, follow: Event) -> None:
        self.page, self.site, self.follow = page, site, follow

    def play(self, beats: Mapping[str, Callable[["Player"], None]]) -> None:
        """Go to beats one after the other, and do in each what comes next."""
        for number, comes_next in beats.items():
            self.beat(number)
            comes_next(self)

    def beat(self, number: str) -> None:
        """Go to a beat by the menu of the clock; what the story names stands on its page."""
        self.page.click(".clock summary")
        self.page.click(f".clock button[name=beat][value='{number}']")
        self.page.wait_for_selector(f"#content :text('{SAID[number][0]}')")
        self.page.wait_for_load_state()
        assert [one for one in SAID[number] if one not in self.said()] == [], number

    def be(self, party: str) -> None:
        """Go on as somebody else, by the menu of people."""
        self.page.click(".who:not(.clock) summary")
        self.page.click(f".menu button[name=party][value='{party}']")
        self.page.wait_for_url("**/today")

    def go(self, address: str) -> None:
        """Open a page of the community."""
        self.page.goto(f"{self.site}/c/a-project/{address}")

    def open(self, link: str) -> None:
        """Follow a link by its words."""
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def said(self) -> str:
        """What the page says; blanks that do not break are blanks."""
        return " ".join(self.page.inner_text("body").split())

    def shows(self, text: str) -> None:
        """Wait until the page says something: what was done, or what was asked of an engine."""
        self.page.locator("#content").filter(has_text=text).wait_for()

    def note(self, line: str) -> None:
        """Record one line, from the key that leads to it to the toast that can take it back."""
        self.page.keyboard.press("/")
        self.page.keyboard.type(line)
        self.page.wait_for_selector("#line-chips .chip-accent")
        self.page.keyboard.press("Enter")
        self.recorded()

    def recorded(self) -> None:
        """Wait until the page says that something was recorded, and send that away."""
        self.page.wait_for_selector(".toast-line")
        self.page.evaluate("document.querySelectorAll('.toast-line').forEach(one => one.remove())")


def one_more_source(chen: Player) -> None:
    """① Unfold the share, and talk with a second source."""
    chen.shows("¥33 m ÷ ¥84 m")
    chen.note("call Yunshan Valley 25 min; they send the term sheet by Fri")
    chen.go("people/yunshan")
    chen.shows("term sheet")


def the_institute(lin: Player) -> None:
    """② See what rests on the gain: the institute is proposed for admission, and it is the council that admits."""
    resting = lin.page.locator("details.fold:has(.rests)")  # others come with what an engine says
    resting.locator("summary").click()
    resting.locator("a[data-why]").first.click()
    lin.page.wait_for_selector(".drawer h1")
    assert "Chenghu" in lin.page.inner_text(".drawer")
    lin.page.keyboard.press("Escape")
    lin.page.wait_for_selector(".drawer", state="detached")


def a_promise_of_ours(lin: Player) -> None:
    """③ Deliver the pilot site that is owed next."""
    lin.go("promises")
    lin.page.fill(".filter [name=who]", "Chuanping Distribution")
    lin.page.select_option(".filter [name=side]", "we")
    lin.page.click(".filter button")
    lin.page.click(".owed button[value=delivered]")
    lin.recorded()
    lin.shows("Chuanping Distribution")


def without_nordvik(chen: Player) -> None:
    """④ Try what the round is without a deal that falls silent."""
    chen.go("funding")
    chen.page.get_by_label("Nordvik Grid").select_option("lost")
    chen.page.locator("aside [role=status]", has_text="→ 48.").wait_for()


def an_excuse(su: Player) -> None:
    """⑤ Excuse a late promise for the reason that became a precedent."""
    su.go("promises?who=Wangshu")
    su.page.locator(".ask summary", has_text="Excuse").click()
    su.page.fill(".ask[open] [name=reason]", "customs strike")
    assert su.page.evaluate(ASKED) == 0  # what is being written stays
    su.page.click(".ask[open] button.btn-do")
    su.recorded()


def the_second_signature(chen: Player) -> None:
    """⑥ The founder signs too, once the numbers know what the beats before recorded; the CFO hands the pool over."""
    chen.shows("1/2")
    chen.be("p000001")
    chen.go("distribution/h1-2026")
    chen.shows("sign in a moment")
    assert chen.page.locator("button[value=approve]").count() == 0
    chen.follow.set()
    chen.page.click("button[value=approve]")  # comes by itself
    chen.shows("2/2")
    chen.be("p000002")
    chen.go("distribution/h1-2026")
    chen.page.click("button[value=export]")
    with chen.page.expect_download() as handed:
        chen.page.click("a[download]")
    assert Path(handed.value.path()).read_text(encoding="utf-8-sig").count("300000.00") == 2  # both at the cap


def one_group(chen: Player) -> None:
    """⑦ Two more turn out to be connected: who sees it says so, and it counts once compliance stands behind it."""
    chen.be("p000003")
    chen.go("groups")
    chen.page.locator(".ask summary").click()
    chen.page.fill("#groups [name=party]", "Yuanqiao")
    chen.page.select_option("#groups [name=relation]", "controls")
    chen.page.fill("#groups [name=other]", "Luyu")
    chen.page.click(".ask[open] .btn-do")
    chen.recorded()
    chen.be("p000005")
    chen.go("groups")
    chen.page.click("form[action$='/groups/confirm'] button")
    chen.recorded()
    chen.shows("confirmed by Su Rui")


def another_bridge(lin: Player) -> None:
    """⑧ See the expert among those around, and note an introduction."""
    lin.page.get_by_role("link", name="Network", exact=True).first.click()
    lin.page.wait_for_selector("#network .chart svg")
    lin.note("meeting Expert 07 40 min; he introduces the dispatch centre by Fri")
    lin.go("people/p000017")
    lin.shows("introduces the dispatch centre")


def a_lower_cap(gu: Player) -> None:
    """⑨ Try a lower cap on the half-year that was, and propose it."""
    gu.go("governance/charter")
    cap = gu.page.locator("[name='/distribution/caps/member_share']")
    cap.fill("20")
    cap.blur()
    for one in ("−¥60,000.00", "−¥20,852.15", "+¥59,575.17", "¥1,200,000.00"):
        gu.shows(one)
    gu.page.fill("[name=from]", "2027-01-01")
    with gu.page.expect_navigation():
        gu.page.click("button[value=propose]")
    gu.open("charter version 4")  # drafted last, listed first
    gu.shows("Members sharing more than 20 % of a pool are capped (was 25 %).")


def who_came_by_themselves(lin: Player) -> None:
    """⑩ Talk with whom the day proposes."""
    lin.go("today")
    cards = lin.page.locator(".act").count()
    lin.page.locator(".act button[value=log]").first.click()
    lin.page.locator(".act").nth(cards - 1).wait_for(state="detached")
    lin.recorded()


def answers(engine: Engine, follow: Event) -> bool:
    """Answer what a page asks; numbers follow where a beat waits for them, for that is asked elsewhere."""
    if follow.is_set():
        follow.clear()
        engine.recompute()
        return True
    question = open_questions(engine.community).first()
    if question is None:
        return False
    engine.answer(question)
    return True


# How many requests a page makes at once when it is told that its numbers have changed.
ASKED = """() => {
  let sent = 0;
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...body) { sent += 1; return send.apply(this, body); };
  htmx.trigger(document.body, "numbers");
  XMLHttpRequest.prototype.send = send;
  return sent;
}"""
PLAYED = {
    "1": one_more_source,
    "2": the_institute,
    "3": a_promise_of_ours,
    "4": without_nordvik,
    "5": an_excuse,
    "6": the_second_signature,
    "7": one_group,
    "8": another_bridge,
    "9": a_lower_cap,
    "10": who_came_by_themselves,
}


def test_each_does_in_a_browser_what_comes_next_in_the_story(
    browser: Any, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow = Event()
    monkeypatch.setattr(acting, "work", partial(answers, follow=follow))
    context = browser.new_context(viewport={"width": DESK, "height": 900}, locale="en-GB")
    page = page_in(context)
    with served() as site:
        page.goto(site)
        page.wait_for_url("**/today")
        player = Player(page, site, follow)
        with acting.answering(engine):
            player.play(PLAYED)
        context.close()
    assert page.wrong == []
