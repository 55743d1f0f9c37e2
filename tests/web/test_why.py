"""Why of a number and of a decision: what it is, its rule, from when it is, and what it is made of."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from time import monotonic

import pytest
from django.test import Client
from tests.web.acting import answering, measured, standing
from tests.web.test_pages import HX, LANGUAGES, RAW, cards, text_of

from tenfold.web.jobs.engine import Engine
from tenfold.web.jobs.recompute import recompute
from tenfold.web.rights import explaining
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import log_talk
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.results import CycleRun, DecisionResult
from tenfold.web.store.work import Question, ask

Clients = Callable[[str], Client]
NUMBER = "rel.overdue:lin"
RULE = {"en": "Longest gap between substantive contacts", "zh-hans": "各分组实质互动的最长间隔"}  # of that number
DOOR = re.compile(r'href="(/c/small/number/[^"]+)" aria-label="([^"]+)"')
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def doors(client: Client, address: str) -> list[tuple[str, str]]:
    """The numbers on a page: the address of each one's why, and what its link says to who cannot see."""
    return DOOR.findall(client.get(address).content.decode())


@pytest.mark.parametrize("page", ["people", "people/lin"])
def test_every_number_is_a_door_that_says_its_value_and_name(computed, client_of: Clients, page):
    client = client_of("op")
    client.cookies["django_language"] = "en"
    found = doors(client, f"/c/small/{page}")
    assert found
    for address, label in found:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert unescape(label).partition(", ")[0] in " ".join(text_of(answer).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_says_what_it_is_and_from_when(computed, client_of: Clients, language):
    client = client_of("op")
    client.cookies["django_language"] = language
    page = client.get(f"/c/small/number/{NUMBER}")
    drawer = client.get(f"/c/small/number/{NUMBER}", **HX)
    assert "<html" in page.content.decode()
    assert 'role="dialog"' in drawer.content.decode()
    told = text_of(drawer)
    assert RAW.findall(told) == []
    words = re.search(r"([^<>]+) <code>/interaction/cadence</code>", drawer.content.decode())
    assert words is not None
    assert RULE[language] in words[1]
    assert str(Chain.objects.get(pk=computed.pk).sequence) in told
    assert CycleRun.rows.of(computed).count() == 1


def test_a_number_unfolds_into_its_facts(computed: Community, client_of: Clients, monkeypatch):
    monkeypatch.setattr(explaining, "WAIT", 0.2)
    client, address = client_of("op"), f"/c/small/made-of/{NUMBER}"
    waiting = client.get(address).content.decode()
    assert "hx-trigger" in waiting
    with answering(Engine(computed)):
        until = monotonic() + 60
        while "hx-trigger" in (shown := client.get(address).content.decode()) and monotonic() < until:
            pass
    assert "2026" in shown
    assert re.search(r"\d+ ÷ \d+", shown), "the days passed and the days allowed"
    assert Question.rows.of(computed).count() == 1, "what waits, or is answered, is not asked again"
    assert client.get(address).content.decode() == shown


@pytest.mark.parametrize("page", ["1", "2", "x", "-1", "0", "99"])
def test_no_page_of_facts_breaks(computed: Community, client_of: Clients, monkeypatch, page):
    monkeypatch.setattr(explaining, "WAIT", 0)
    assert client_of("op").get(f"/c/small/made-of/{NUMBER}", {"page": page}).status_code in (200, 422)


def test_what_was_answered_before_new_numbers_is_asked_again(computed: Community, client_of: Clients):
    params = {"id": NUMBER, "page": 1}
    first = ask(computed, "explain", params, wait=0)
    assert ask(computed, "explain", params, wait=0).pk == first.pk
    first.answered_at = first.asked_at
    first.save()
    assert ask(computed, "explain", params, wait=0).pk == first.pk
    run = CycleRun.rows.of(computed).get()
    CycleRun.rows.of(computed).create(
        community=computed,
        sequence=run.sequence,
        as_of=run.as_of,
        known_at=run.known_at,
        charter_version=1,
        finished_at=first.asked_at,
    )
    assert ask(computed, "explain", params, wait=0).pk != first.pk


@pytest.mark.parametrize("id", ["rel.overdue:nobody", "rel.overdue", "no.such:lin", "", "fund.p_target:"])
def test_no_such_number(computed, client_of: Clients, id):
    assert client_of("op").get(f"/c/small/number/{id}").status_code == 404
    assert client_of("op").get(f"/c/small/made-of/{id}").status_code == 404


def test_why_of_a_settled_decision_says_so(computed: Community, client_of: Clients, viewer_of):
    client = client_of("op")
    card = next(id for id in cards(client.get("/c/small/today").content.decode()) if "/touch" in id)
    party = card.partition(":")[2].partition("/")[0]
    assert 'class="settled"' not in client.get(f"/c/small/why/{card}").content.decode()
    log_talk(Actor(viewer_of("op")), members=[party], channel="call", flags=["decision"])
    recompute(computed)
    assert not DecisionResult.rows.of(computed).filter(until=None, decision=card).exists()
    answer = client.get(f"/c/small/why/{card}")
    assert answer.status_code == 200
    assert 'class="settled"' in answer.content.decode()
    assert client_of("lin" if party == "zhou" else "zhou").get(f"/c/small/why/{card}").status_code == 404


def test_a_settled_decision_hides_what_it_hid(community: Community, client_of: Clients):
    message = {"id": "insight.action.question.plain", "params": {"subject": "zhou", "worth": "7654321.09 CNY"}}
    said = standing(community, "insight.next_best_action:zhou/deal:x", "zhou/deal", message=message)
    run = CycleRun.rows.of(community).latest("pk")
    DecisionResult.rows.of(community).filter(decision=said["id"]).update(until=run)
    for who in ("op", "sup"):
        assert "7654321" not in client_of(who).get(f"/c/small/why/{said['id']}").content.decode().replace(",", "")
    assert client_of("sup").get(f"/c/small/why/{said['id']}").status_code == 404


def source_of_too_much(community: Community, amounts: tuple[str, str]) -> str:
    """Let a goal and an alert both wait for money from others, of these amounts; return the address of the number."""
    named = {"id": "fund.top1_group", "subject": "community"}
    measured(community, "fund.top1_group", "community", "0.45", "ratio")
    waits = {"metric": "fund.top1_group", "subject": "community"}
    cures = ("goals.cure.from_others", "risk.cure.money_from_others")
    ids = ("goals.standing:too_much:x", "risk.alert:kri_top1:before")
    for id, cure, amount in zip(ids, cures, amounts, strict=True):
        params = {"amount": amount, "currency": "CNY", "share": "27.0 %"}
        asked = {"message": {"id": cure, "params": params}, "value": amount, "unit": "CNY"}
        message = {"id": "distribution.cure_clawback", "params": {"amount": "12.00", "currency": "CNY"}}
        standing(community, id, "community", message=message, measures=[named], closes_when=waits, cure=asked)
    return "/c/small/number/fund.top1_group:community"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "the amount is not shown to you"), ("zh-hans", "金额不对您显示")]
)
def test_a_cure_whose_amount_is_hidden_says_so_once(community, client_of: Clients, language, said):
    address = source_of_too_much(community, ("7654321.09", "7654321.10"))
    client = client_of("op")
    client.cookies["django_language"] = language
    told = text_of(client.get(address))
    assert told.count(said) == 1
    assert not re.search("— ?(元|CNY|¥)|[¥]—", told)


@pytest.mark.parametrize(("second", "cures"), [("7654321.08", 2), ("7654321.09", 1), ("7654321.10", 2)])
def test_two_cures_that_ask_the_same_are_one(community, client_of: Clients, second, cures):
    address = source_of_too_much(community, ("7654321.09", second))
    client = client_of("fin")
    client.cookies["django_language"] = "en"
    assert text_of(client.get(address)).count("7.66") == cures


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rule_of_a_decision_is_said_in_words_beside_its_pointer(community, client_of: Clients, language):
    pointer = "/insight/next_best_action/effort/deal"
    rests = {"pointer": pointer, "version": 1}
    message = {"id": "insight.action.thanks.plain", "params": {"subject": "zhou"}}
    standing(community, "insight.next_best_action:zhou/deal:x", "zhou/deal", message=message, charter=rests)
    client = client_of("op")
    client.cookies["django_language"] = language
    page = client.get("/c/small/why/insight.next_best_action:zhou/deal:x").content.decode()
    words = re.search(rf"([^<>]+) <code>{pointer}</code>", page)
    assert words is not None
    assert words[1].strip()
    assert RAW.findall(words[1]) == []


@pytest.mark.parametrize(("language", "said"), [("en", "Distribution"), ("zh-Hans", "利益分配")])
def test_a_rule_that_is_a_whole_section_is_said_by_its_name(viewer_of, language, said):
    speech = replace(viewer_of("op"), language=language).phrases()
    assert speech.place("/distribution") == said
    assert said not in speech.place("/distribution/caps")
