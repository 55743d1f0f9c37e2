"""Pages as the people of the small community see them."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client
from tests.web.place import AMOUNT

from tenfold.report.days import instant_said
from tenfold.report.words import language_of, say
from tenfold.web.jobs.engine import BROKEN
from tenfold.web.jobs.recompute import recompute
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Chain
from tenfold.web.store.complaints import kept
from tenfold.web.store.declared import MODELS
from tenfold.web.store.keeping import keep_failure

Clients = Callable[[str], Client]
PAGES = ("/c/small/today", "/c/small/people", "/c/small/people/zhou", "/c/small/people/lin")
LANGUAGES = ("zh-hans", "en")
RAW = re.compile(
    r"\b(?:page|card|line|today|people|member|why|number|promise|funding|thread|search|talk|day|code|report|money|decide|question|acts)\.[a-z_.]+|\{[a-z_]+\}"
)
HX = {"HTTP_HX_REQUEST": "true"}
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def text_of(answer: object) -> str:
    """What a page says, without its tags."""
    content = answer.content.decode()
    return unescape(re.sub(r"<[^>]*>", " ", content))


def cards(page: str) -> list[str]:
    """The decisions of the cards on a page."""
    return [unescape(id) for id in re.findall(r'data-decision="([^"]+)"', page)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(computed, client_of: Clients, language):
    client = client_of("op")
    client.cookies["django_language"] = language
    for address in PAGES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert RAW.findall(text_of(answer)) == [], address
        assert f'lang="{language}"' in answer.content.decode()


def test_no_amount_reaches_an_operator(computed, client_of: Clients):
    figure = AMOUNT.split(".", maxsplit=1)[0]
    shown = {who: "".join(text_of(client_of(who).get(address)) for address in PAGES) for who in ("op", "fin")}
    assert figure not in shown["op"].replace(",", "")


def test_what_is_not_for_somebody_is_not_there(computed, client_of: Clients):
    client = client_of("sup")
    assert client.get("/c/small/today").status_code == 403
    assert client.get("/c/small/people/nobody").status_code in (403, 404)
    assert Client().get("/c/small/today").status_code == 302


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "请再做一次"), ("en", "Please do that again")])
def test_an_address_that_takes_a_form_alone_leads_whoever_opens_it_back(community, client_of, language, said):
    known, unknown = client_of("op"), Client()
    for client in (known, unknown):
        client.cookies["django_language"] = language
        answer = client.get("/c/small/today/card")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        assert said in text_of(answer)
        assert RAW.findall(text_of(answer)) == []
        assert '<a class="btn btn-do" href="../today">' in answer.content.decode()
        assert '<a class="btn btn-do" href="/">' in client.get("/c/small/decide").content.decode()
    assert known.get("/c/small/today/card").content == known.get("/c/nowhere/today/card").content
    assert known.put("/c/small/today/card").content == b"", "no browser sends that by itself"


def test_every_answer_tells_the_browser_to_be_strict(computed, client_of: Clients):
    policy = client_of("op").get("/c/small/today").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_tapped_card_leaves_the_list_and_the_fact_names_it(computed, client_of: Clients):
    client = client_of("op")
    page = client.get("/c/small/today").content.decode()
    card = next(id for id in cards(page) if "/touch" in id or "/deal" in id)
    sent = {"decision": card, "do": "log", "once": "tap"}
    for _ in range(5):
        assert client.post("/c/small/today/card", sent).status_code == 302
    rows = MODELS["interactions"].rows.of(computed).filter(because=card)
    assert rows.count() == 1
    assert card not in cards(client.get("/c/small/today").content.decode())


@pytest.mark.parametrize("do", ["snooze", "dismiss"])
def test_a_card_is_put_off_or_away(computed, client_of: Clients, do):
    client = client_of("op")
    card = cards(client.get("/c/small/today").content.decode())[0]
    answer = client.post("/c/small/today/card", {"decision": card, "do": do, "once": "x"}, **HX)
    assert answer.status_code == 200
    assert card not in cards(client.get("/c/small/today").content.decode())
    acts = MODELS["decision_acts"].rows.of(computed).filter(decision=card)
    assert [act.act for act in acts] == [do]


def test_what_no_card_says_is_not_done(computed, client_of: Clients):
    client = client_of("op")
    card = cards(client.get("/c/small/today").content.decode())[0]
    assert client.post("/c/small/today/card", {"decision": card, "do": "pay"}).status_code == 404
    assert client.post("/c/small/today/card", {"decision": "insight.x:y:z", "do": "log"}).status_code == 404


def test_a_line_is_understood_before_anything_is_stored(computed, client_of: Clients):
    client, before = client_of("op"), Chain.objects.get(pk=computed.pk).sequence
    client.cookies["django_language"] = "en"
    shown = text_of(client.get("/c/small/line", {"line": "call lin 25 min, he sends the report by Fri"}))
    assert "lin" in shown
    assert "25" in shown
    assert "sends the report" in shown
    assert "by Fri 25 Sep" in shown
    assert not re.search(r"\d{4}-\d\d-\d\d", shown)  # days are said as pages say them
    assert Chain.objects.get(pk=computed.pk).sequence == before


def test_a_line_becomes_a_talk_and_promises(computed, client_of: Clients):
    client = client_of("op")
    text = "yesterday call lin 25 min; he sends the report by 2026-09-25; we send samples by 2026-09-24; asks the date"
    answer = client.post("/c/small/line", {"line": text, "once": "one"}, **HX)
    assert answer.status_code == 200
    talks = MODELS["interactions"].rows.of(computed).filter(recorded_by="op", occasion__isnull=False)
    told = sorted((row.member, row.direction, row.minutes, tuple(row.flags)) for row in talks)
    assert told == [("lin", "in", None, ("question_asked",)), ("lin", "out", 25, ("commitment_made",))]
    promises = MODELS["commitments"].rows.of(computed).filter(recorded_by="op")
    assert sorted((row.party, row.to_party, str(row.due_at.date())) for row in promises) == [
        ("lin", "us", "2026-09-25"),
        ("us", "lin", "2026-09-24"),
    ]


@pytest.mark.parametrize("text", ["call 25 min", "tomorrow call lin", "call nobody at all"])
def test_a_line_that_lacks_something_is_asked_back(computed, client_of: Clients, text):
    client, before = client_of("op"), Chain.objects.get(pk=computed.pk).sequence
    answer = client.post("/c/small/line", {"line": text}, **HX)
    assert answer.status_code == 422
    assert 'class="problem"' in answer.content.decode()
    assert Chain.objects.get(pk=computed.pk).sequence == before


def test_what_is_typed_is_shown_as_text(computed, client_of: Clients):
    hostile = "call lin, he sends <script>alert(1)</script> by Fri"
    shown = client_of("op").get("/c/small/line", {"line": hostile}).content.decode()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown


def test_what_was_just_recorded_is_taken_back(computed, client_of: Clients):
    client = client_of("op")
    answer = client.post("/c/small/line", {"line": "call lin 25 min"}, **HX).content.decode()
    facts = re.findall(r'name="fact" value="([^"]+)"', answer)
    assert len(facts) == 1
    assert client.post("/c/small/undo", {"fact": facts}, **HX).status_code == 200
    assert MODELS["interactions"].rows.of(computed).filter(corrects=facts[0], void=True).count() == 1


def test_why_unfolds_a_card_in_the_drawer_and_as_a_page(computed, client_of: Clients):
    client = client_of("op")
    card = cards(client.get("/c/small/today").content.decode())[0]
    page, drawer = client.get(f"/c/small/why/{card}"), client.get(f"/c/small/why/{card}", **HX)
    assert page.status_code == drawer.status_code == 200
    assert "<html" in page.content.decode()
    assert "<html" not in drawer.content.decode()
    assert 'role="dialog"' in drawer.content.decode()
    assert RAW.findall(text_of(drawer)) == []
    assert client.get("/c/small/why/insight.next_best_action:x/touch:y").status_code == 404


def test_the_page_says_when_its_numbers_have_followed(computed, client_of: Clients):
    client = client_of("op")
    client.post("/c/small/line", {"line": "call lin 25 min"})
    assert 'class="banner"' in client.get("/c/small/today").content.decode()
    waiting = client.get("/c/small/numbers")
    assert "HX-Trigger" not in waiting.headers
    recompute(computed)
    assert client.get("/c/small/numbers").headers["HX-Trigger"] == "numbers"


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_that_do_not_follow_say_on_each_page_from_when_they_are_and_why(computed, client_of: Clients, language):
    client_of("op").post("/c/small/line", {"line": "call lin 25 min"})
    keep_failure(computed, Chain.objects.get(pk=computed.pk).sequence, computed.clock, kept([BROKEN]))
    why = say(language_of(language), BROKEN.id)
    at = instant_said(language_of(language), computed.clock, "Asia/Shanghai", computed.clock.date())
    failed = say(language_of(language), "page.failed", {"at": at})
    for who, told in (("fin", True), ("op", False)):  # a reason can name amounts, which are not the operator's
        client = client_of(who)
        client.cookies["django_language"] = language
        for address in ("/c/small/today", "/c/small/funding", "/c/small/people/zhou", "/c/small/numbers"):
            shown = text_of(client.get(address))
            assert failed in shown, (who, address)
            assert (why in shown) == told, (who, address)


def test_before_the_first_numbers_a_failure_says_that_there_are_none(community, client_of: Clients):
    client = client_of("fin")
    client.cookies["django_language"] = "en"
    keep_failure(community, Chain.objects.get(pk=community.pk).sequence, community.clock, kept([BROKEN]))
    assert "The first computation did not succeed" in text_of(client.get("/c/small/funding"))


def test_whoever_logs_in_lands_on_today(computed, client_of: Clients):
    assert client_of("op").get("/").headers["Location"] == "/c/small/today"
    login = Client().get("/login")
    assert login.status_code == 200
    assert RAW.findall(text_of(login)) == []


def test_before_the_first_numbers_today_says_that_they_come_and_never_that_nothing_is_to_be_done(
    community, client_of: Clients
):
    client = client_of("op")
    client.cookies["django_language"] = "en"
    said = text_of(client.get("/c/small/today"))
    assert "The first numbers are being computed" in said
    assert "Nothing has to be done" not in said
    recompute(community)
    assert "The first numbers" not in text_of(client.get("/c/small/today"))


def test_a_page_of_somebody_says_how_they_are_reached_to_whoever_sees_that(community, client_of: Clients) -> None:
    with writing(community, Author("op")) as writer:
        mail = {"email": "zhou@mail.example", "phone": "+86 21 5555 0100"}
        writer.add("parties", party="zhou", type="person", name="zhou", **mail)
        writer.add("affiliations", party="zhou", organisation="us", title="adviser")
        writer.add("affiliations", party="zhou", organisation="lin", title="departed", until=date(2026, 9, 20))
    told = text_of(client_of("op").get("/c/small/people/zhou"))
    assert all(one in told for one in ("zhou@mail.example", "+86 21 5555 0100", "adviser", "departed"))
    assert "zhou@mail.example" not in client_of("sup").get("/c/small/people/zhou").content.decode()
