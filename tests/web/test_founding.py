"""The wizard: from nothing to a community of one's own, with its people, their last talks and a true first Today."""

import re
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape
from tests.web.test_importing import confirmed
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.charter.profiles import known_profiles, profile
from tenfold.terms.days import days_later, local_day
from tenfold.web.jobs.recompute import recompute
from tenfold.web.rights.beginning import beginning
from tenfold.web.rights.founding import STEPS
from tenfold.web.rights.roles import Role
from tenfold.web.rights.viewers import viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.deals import move_deal
from tenfold.web.services.invitations import Wanted, invited
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.charters import rulebook_of
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.current import current
from tenfold.web.store.foundings import Founding

# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
EMAIL, PASSWORD = "maker@example.org", "a long enough secret"
FIELD = re.compile(r'<(?:input|select)[^>]*name="([^"]+)"[^>]*>')
VALUE = re.compile(r'value="([^"]*)"')
BOX = re.compile(r'type="(?:radio|checkbox)"')
UNTOLD = re.compile(r"\b(?:founding|beginning|sweep)\.[a-z_.]+")


@pytest.fixture(autouse=True)
def home(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation's home of its own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)


@pytest.fixture
def maker(database: str) -> Client:
    """Whoever made the first account."""
    client = Client(HTTP_ACCEPT_LANGUAGE="zh-CN")
    client.cookies["django_language"] = "en"
    answer = client.post("/first", {"email": EMAIL, "password": PASSWORD})
    assert answer.headers["Location"] == "/new"
    return client


def fields(page: Any) -> dict[str, Any]:
    """What a question's form would send as it stands."""
    content = page.content.decode().partition('<form class="question"')[2].partition("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", content):
        (name,), value = FIELD.findall(tag) or ("",), VALUE.search(tag)
        if not name or name == "csrfmiddlewaretoken" or (BOX.search(tag) and "checked" not in tag):
            continue
        found.setdefault(name, []).append(value[1] if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', content, re.DOTALL):
        found[name] = re.findall(r'value="([^"]*)" selected', options)
    return found


def answered(client: Client, step: str, **given: Any) -> Any:
    """Answer a question as it stands, but for what is given; follow to the next one."""
    page = client.get(f"/new/{step}")
    assert page.status_code == 200, step
    assert UNTOLD.findall(text_of(page)) == [], step
    assert RAW.findall(text_of(page)) == [], step
    return client.post(f"/new/{step}", fields(page) | given)


def made(client: Client, **given: Any) -> Community:
    """Go through the whole wizard with what it proposes; return the community."""
    answered(client, "project", project="青岚感知", person="顾青岚")
    for step in STEPS[1:-1]:
        answer = answered(client, step, **given.get(step, {}))
        assert answer.status_code == 302, text_of(answer)
    answer = answered(client, "rules", do="found", **given.get("rules", {}))
    assert answer.status_code == 302, text_of(answer)
    community = Community.objects.get()
    assert answer.headers["Location"] == f"/c/{community.name}/start"
    return community


def seen_by(community: Community) -> Any:
    return viewer(Account.objects.get(), community.name, "en")


def test_an_empty_installation_asks_for_its_first_account_and_for_no_second(database):
    client = Client()
    assert client.get("/").headers["Location"] == "/first"
    assert "Nobody has an account here yet" in text_of(client.get("/first", HTTP_ACCEPT_LANGUAGE="en"))
    wrong = (("maker", PASSWORD), (EMAIL, "shorter"), (EMAIL, EMAIL), ("", ""))
    for email, password in wrong:
        assert client.post("/first", {"email": email, "password": password}).status_code == 422, (email, password)
    assert not Account.objects.exists()
    assert client.post("/first", {"email": EMAIL, "password": PASSWORD}).headers["Location"] == "/new"
    assert client.get("/new").headers["Location"] == "/new/project"
    assert Client().get("/first").status_code == 404
    assert Client().get("/").headers["Location"] == "/login"
    assert Client().post("/login", {"login": EMAIL, "password": PASSWORD}).headers["Location"] == "/"


@pytest.mark.parametrize(("address", "origin"), [("192.0.2.7", ""), ("127.0.0.1", "https://example.org")])
def test_the_first_account_is_made_at_the_machine_itself(database, monkeypatch, address: str, origin: str):
    monkeypatch.setattr(settings, "ORIGIN", origin)
    client = Client(REMOTE_ADDR=address)
    assert client.get("/").headers["Location"] == "/login"
    assert client.get("/first").status_code == 404
    assert client.post("/first", {"email": EMAIL, "password": PASSWORD}).status_code == 404
    assert not Account.objects.exists()


def test_whom_the_machine_invites_makes_a_community(database):
    _, token = invited(Wanted(EMAIL, "en"))
    client = Client()
    assert client.get("/new").headers["Location"].startswith("/login")
    client.post(f"/invitation/{token}", {"password": PASSWORD})
    assert client.get("/").headers["Location"] == "/new"
    assert client.get("/new").headers["Location"] == "/new/project"


def test_a_demo_has_people_of_its_own(database, monkeypatch):
    monkeypatch.setattr(settings, "DEMO", True)
    assert Client().get("/first").status_code == 404


def test_what_is_proposed_makes_a_community_with_its_round_and_its_makers_offices(maker):
    community = made(maker)
    assert community.name == "qinglanganzhi"
    charter = rulebook_of(community).newest
    assert charter.charter.title.zh == "青岚感知章程"
    assert str(charter.effective_from.date())  # in force from now on
    seen = seen_by(community)
    assert seen.roles == {Role.FINANCE, Role.OPERATOR, Role.COUNCIL, Role.FOUNDER}  # nobody else leads yet
    assert {row["name"] for row in current(community, "parties")} == {"青岚感知", "顾青岚"}
    (opened,) = current(community, "rounds")
    assert (opened["stage"], opened["target_minor"], opened["state"]) == ("seed", 800_000_000, "open")
    entries = JournalEntry.rows.of(community)
    assert next(entry.kind for entry in entries.order_by("sequence")) == "charter"
    assert Chain.objects.get(pk=community.pk).sequence == entries.count()
    assert not Founding.objects.exists()
    assert maker.get("/new").status_code == 302  # whoever runs one may make another


@pytest.mark.parametrize("kind", ["infrastructure", "open-community", "blank"])
def test_every_kind_of_community_can_be_made(maker, kind: str):
    community = made(maker, kind={"kind": kind, "size": "medium"})
    assert maker.get(f"/c/{community.name}/start").status_code == 200
    assert maker.get(f"/c/{community.name}/today").status_code == 200


def test_answers_stand_in_the_charter(maker):
    law = {"currency": "EUR", "timezone": "Europe/Berlin", "profile": ["us-506b"]}
    goal = {"stage": "series_a", "target": "12,000,000", "close_by": "2031-05-01"}
    needs = {"need.capital": "8", "need.grid_access": "4", "need.technology": "0"}
    rules = {"/interaction/cadence/angel": "10"}
    charter = rulebook_of(made(maker, law=law, goal=goal, needs=needs, rules=rules)).newest
    assert (charter.charter.currency, charter.charter.timezone) == ("EUR", "Europe/Berlin")
    assert list(charter.charter.jurisdiction) == ["us-506b"]
    assert charter.community.current_stage == "series_a"
    assert str(charter.goals.stages["series_a"].raise_.target) == "12000000 EUR"
    weights = {need.id: need.weight for need in charter.screening.needs}
    assert (weights["capital"], weights["grid_access"], "technology" in weights) == (8, 4, False)
    assert str(charter.interaction.cadence["angel"]) == "10d"


@pytest.mark.parametrize(
    ("step", "given", "said"),
    [
        ("project", {"person": " "}, "Both names"),
        ("kind", {"kind": "sect"}, "not one of the answers"),
        ("law", {"timezone": "Moon/Base"}, "not a time zone"),
        ("law", {"currency": "QQQ"}, "QQQ"),
        ("goal", {"target": "much"}, "“much” is not a whole, exact amount in CNY"),
        ("goal", {"target": "3m USD"}, "amount in CNY"),
        ("goal", {"target": "$3m"}, "amount in CNY"),
        ("goal", {"target": "约500万"}, "amount in CNY"),
        ("goal", {"target": "3-5m"}, "amount in CNY"),
        ("goal", {"target": "12000000.5"}, "amount in CNY"),
        ("goal", {"target": "-3m"}, "amount in CNY"),
        ("goal", {"close_by": "soon"}, "day"),
        ("rules", {"/interaction/cadence/angel": "often"}, "often"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_the_ones_before_it_stay(maker, step, given, said):
    answered(maker, "project", project="Kiln", person="Anna")
    before = Founding.objects.get().answers
    answer = answered(maker, step, **given)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert Founding.objects.get().answers == before
    assert not Community.objects.exists()


@pytest.mark.parametrize("target", ["12000000", "12,000,000", "1200万", "1,200万元", "¥12m", "CNY 12m"])
def test_a_target_is_written_as_people_write_amounts(maker, target: str):
    answered(maker, "project", project="Kiln", person="Anna")
    assert answered(maker, "goal", target=target).status_code == 302
    assert Founding.objects.get().answers["target"] == 12_000_000


@pytest.mark.parametrize(("points", "status"), [("7", 302), ("8", 302), ("9", 422)])
def test_twenty_points_are_given_at_most(maker, points: str, status: int):
    answered(maker, "project", project="Kiln", person="Anna")
    zero = dict.fromkeys(fields(maker.get("/new/needs")), "0")
    given = zero | {"need.market": "1", "need.capital": "11", "need.technology": points}
    answer = maker.post("/new/needs", given)
    assert answer.status_code == status
    if status == 422:  # what was just given still stands in the form
        assert fields(answer)["need.capital"] == ["11"]


def test_the_wizard_is_taken_up_where_it_was_left_and_another_kind_asks_anew(maker):
    answered(maker, "project", project="Kiln", person="Anna")
    answered(maker, "kind", kind="venture", size="small")
    answered(maker, "law", currency="USD")
    again = Client()
    again.force_login(Account.objects.get())
    assert again.get("/new").headers["Location"] == "/new/goal"
    answered(again, "kind", kind="open-community", size="small")
    assert 'value="EUR"' in again.get("/new/law").content.decode()
    assert "Kiln" in again.get("/new/project").content.decode()


def test_a_community_is_made_once(maker):
    community = made(maker)
    assert maker.post("/new/rules", {"do": "found"}).status_code == 422
    assert list(Community.objects.all()) == [community]


def test_two_communities_of_one_name_have_addresses_of_their_own(maker):
    made(maker)
    answered(maker, "project", project="青岚感知", person="顾青岚")
    assert answered(maker, "rules", do="found").headers["Location"] == "/c/qinglanganzhi-2/start"
    assert Seat.objects.count() == 2


@pytest.mark.parametrize(
    ("language", "shown", "hidden"),
    [("en", "pasted list.csv: read as", "姓名"), ("zh-hans", "粘贴的名单.csv：识别为", "organisation")],
)
def test_pasted_people_are_shown_in_the_language_of_whoever_pasted(maker, language, shown, hidden):
    at = f"/c/{made(maker).name}"
    maker.cookies["django_language"] = language
    preview = maker.post(f"{at}/start/people", {"people": "Anna Berg, Kiln", "class": "investor"})
    page = text_of(maker.get(preview.headers["Location"]))
    assert shown in page
    assert hidden not in page


def test_people_pasted_and_tapped_make_a_true_first_today(maker):
    community = made(maker)
    at = f"/c/{community.name}"
    assert f'href="{at}/start/people"' in maker.get(f"{at}/start").content.decode()
    preview = maker.post(f"{at}/start/people", {"people": "1. 王小明，青松资本\n李雷\n韩梅梅", "class": "investor"})
    address = preview.headers["Location"]
    page = maker.get(address)
    assert confirmed(maker, address, page).headers["Location"] == f"{at}/start/talks"
    members = [row for row in current(community, "memberships") if row["class"] == "investor"]
    assert len(members) == 3
    called = {row["name"]: row["party"] for row in current(community, "parties")}
    assert "青松资本" in called
    for name, when in (("王小明", "longer"), ("李雷", "week")):
        assert maker.post(f"{at}/start/talks", {"member": called[name], "when": when}).status_code == 302
    recompute(community)
    today = maker.get(f"{at}/today").content.decode()
    assert f"{called['王小明']}/touch" in today
    assert f"{called['李雷']}/touch" not in today
    assert 'class="sheet empty"' not in today
    for language, place in product(LANGUAGES, ("", "/people", "/talks", "/deals")):
        maker.cookies["django_language"] = language
        shown = maker.get(f"{at}/start{place}")
        assert shown.status_code == 200
        assert UNTOLD.findall(text_of(shown)) == RAW.findall(text_of(shown)) == [], (place, language)


@pytest.mark.parametrize(
    ("when", "days", "precision"),
    [("week", 3, "month"), ("month", 18, "month"), ("quarter", 60, "quarter"), ("longer", 228, "year")],
)
def test_a_tap_is_a_talk_as_precise_as_it_is_remembered(community, client_of, when, days, precision):
    client = client_of("op")
    assert client.post("/c/small/start/talks", {"member": "zhou", "when": when}).status_code == 302
    (row,) = current(community, "interactions", origin=["sweep"])
    zone = rulebook_of(community).newest.charter.timezone
    assert row["precision"] == precision
    assert local_day(row["occurred_at"], zone) == days_later(local_day(community.clock, zone), -days)


def test_another_tap_corrects_and_never_takes_back(community, client_of):
    client = client_of("op")
    for when in ("week", "longer"):
        client.post("/c/small/start/talks", {"member": "zhou", "when": when})
    assert [row["precision"] for row in current(community, "interactions", origin=["sweep"])] == ["year"]
    assert client.post("/c/small/start/talks", {"member": "zhou", "when": "never"}).status_code == 302
    assert current(community, "interactions", origin=["sweep"]) == []
    assert client.post("/c/small/start/talks", {"member": "zhou", "when": "never"}).status_code == 422
    assert client.post("/c/small/start/talks", {"member": "nobody", "when": "week"}).status_code == 422
    assert client.post("/c/small/start/talks", {"member": "zhou", "when": "once"}).status_code == 422


def test_a_deal_in_progress_stands_in_the_funnel(maker):
    community = made(maker)
    at = f"/c/{community.name}"
    address = maker.post(f"{at}/start/people", {"people": "Anna Berg", "class": "investor"}).headers["Location"]
    confirmed(maker, address, maker.get(address))
    (party,) = [row["party"] for row in current(community, "parties") if row["name"] == "Anna Berg"]
    sent = {"party": party, "amount": "1,500,000.50", "stage": "committed"}
    assert maker.post(f"{at}/start/deal", sent).status_code == 302
    assert [row["amount_minor"] for row in current(community, "opportunities")] == [150_000_050]
    assert maker.post(f"{at}/start/deal", sent | {"amount": "much"}).status_code == 422


def test_a_deal_that_is_over_is_in_progress_no_longer(community, viewer_of):
    def deals() -> list[int]:
        return [part.count for part in beginning(viewer_of("fou")).parts if part.id == "deals"]

    assert deals() == [1]
    move_deal(Actor(viewer_of("fin")), opportunity="a-zhou", stage="declined", reason="no")
    assert deals() == [0]


EMPTY = {
    "people": "start/people",
    "funding": "start/deals",
    "distribution": "governance/charter",
    "governance": "governance/charter",
    "reports": "start",
    "search?q=nobody": "start/people",
    "import": "start/people",
    "start/talks": "start/people",
    "start/deals": "start/people",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_empty_page_says_what_is_missing_and_the_one_act_that_helps(maker, language: str):
    at = f"/c/{made(maker).name}"
    maker.cookies["django_language"] = language
    for page, helps in EMPTY.items():
        answer = maker.get(f"{at}/{page}")
        assert answer.status_code == 200, page
        empty = answer.content.decode().partition('class="sheet empty"')[2].partition("</div>")[0]
        assert re.findall(r'class="btn btn-do" href="([^"]+)"', empty) == [f"{at}/{helps}"], page
        assert RAW.findall(text_of(answer)) == re.findall(r"\bnothing\.[a-z]+", text_of(answer)) == [], page


def test_who_does_not_run_the_community_begins_nothing(community, client_of):
    for party, status in (("op", 200), ("fin", 200), ("zhou", 403), ("sup", 403), ("aud", 403)):
        assert client_of(party).get("/c/small/start").status_code == status, party
        assert client_of(party).get("/new").status_code == (302 if status == 200 else 404), party


@pytest.mark.parametrize(
    ("wanted", "country", "money"),
    [
        ("zh-CN,zh;q=0.9", "CN", ["CNY"]),
        ("en-GB,en;q=0.9", "GB", ["GBP"]),
        ("en", "US", ["USD"]),
        ("de", "DE", ["EUR"]),
        ("de;q=0.4, fr-CH;q=0.9", "CH", ["CHF"]),  # the best liked, not the first
        ("de;q=0.9, fr-CH;q=0.9", "DE", ["EUR"]),  # liked alike: the first
        ("de;q=0, ja;q=0.1", "JP", ["JPY"]),  # of weight zero is what nobody wants to read
        ("de;q=0.001, ja;q=0", "DE", ["EUR"]),
        ("*", "US", ["USD"]),  # what the page speaks: English
    ],
)
def test_the_country_is_proposed_by_the_browsers_language(maker, wanted: str, country: str, money: list[str]):
    maker.defaults["HTTP_ACCEPT_LANGUAGE"] = wanted
    answered(maker, "project", project="Blue", person="Ann")
    assert fields(maker.get("/new/kind"))["country"] == [country]
    answered(maker, "kind")
    assert fields(maker.get("/new/law"))["currency"] == money


def test_the_country_changes_money_clock_and_law_and_locks_none_of_them(maker):
    answered(maker, "project", project="Blue", person="Ann")
    answered(maker, "kind", country="DE")
    law = fields(maker.get("/new/law"))
    assert (law["currency"], law["timezone"]) == (["EUR"], ["Europe/Berlin"])
    assert law["profile"] == ["eu-privacy", "eu-private-offering"]
    assert fields(maker.get("/new/goal"))["target"] == ["1000000"]
    answered(maker, "law", currency="CHF", profile=["us-506c"])
    assert fields(maker.get("/new/law"))["profile"] == ["us-506c"]
    assert fields(maker.get("/new/law"))["currency"] == ["CHF"]
    answered(maker, "kind", country="DE")  # the same answer again changes nothing
    assert fields(maker.get("/new/law"))["currency"] == ["CHF"]
    answered(maker, "kind", country="JP")
    law = fields(maker.get("/new/law"))
    assert (law["currency"], law["timezone"], law.get("profile")) == (["JPY"], ["Asia/Tokyo"], None)
    assert fields(maker.get("/new/goal"))["target"] == ["150000000"]


def test_a_country_that_is_none_is_refused(maker):
    answered(maker, "project", project="Blue", person="Ann")
    assert answered(maker, "kind", country="ZZ").status_code == 422


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_legal_profile_is_one_line_with_every_fact_behind_more(maker, language: str):
    maker.cookies["django_language"] = language
    answered(maker, "project", project="Blue", person="Ann")
    answered(maker, "kind")
    page = maker.get("/new/law").content.decode()
    for id in known_profiles():
        _, _, after = page.partition(f'value="{id}"')
        line, _, more = after.partition("<details")
        means = profile(id).means.label(language)
        assert escape(means) not in line.partition("</label>")[0], id
        assert escape(means) in more.partition("</details>")[0], id
