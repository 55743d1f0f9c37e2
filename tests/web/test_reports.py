"""Reports as the people of the small community see them: the ten with what travels between them, and the audit."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from tests.web.acting import standing
from tests.web.place import AMOUNT
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.web.rights.audit import SAMPLE, sequences
from tenfold.web.store.communities import Chain, Community

Clients = Callable[[str], Client]
TEN, AUDIT = "/c/small/reports", "/c/small/reports/audit"
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


def said(answer: object) -> str:
    return " ".join(text_of(answer).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(computed, client_of: Clients, language):
    client = client_of("fin")
    client.cookies["django_language"] = language
    for address in (TEN, AUDIT):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert RAW.findall(text_of(answer)) == []
        assert re.findall(r"\b(?:ten|audit|reports|hand_off)\.[a-z_.]+", text_of(answer)) == [], address


def test_what_travels_between_the_ten_is_counted_as_far_as_it_may_be_seen(community: Community, client_of: Clients):
    message = {"id": "value.fit_gap.none", "params": {"job": "x", "segment": "y"}}
    for number, status in enumerate(("proposed", "confirmed", "executed")):
        id = f"incentives.reward:lin/{number}:x"
        standing(community, id, f"lin/{number}", message=message, status=status)
    standing(community, "goals.need:zhou:x", "zhou", message=message)
    # What is executed is over; the table that a decision proposes says along which way it goes.
    standing(community, "risk.alert:kri:a", "kri", message=message, proposes={"table": "needs"})
    standing(community, "risk.alert:kri:b", "kri", message=message, proposes={"table": "alert_acts"})
    page = client_of("fin").get(TEN)
    rows = dict(
        re.findall(r"<td data-label=\"What is handed on\">([^<]*)</td><td[^>]*>(?:<b>)?([^<]*)", page.content.decode())
    )
    assert rows["points earned and points deducted"] == "2"
    assert rows["a second holder for a need, when too much depends on one"] == "1"
    assert rows["an action with owner, minutes and effect"] == "2"
    assert "5 decisions are open" in said(page)
    assert "1 decisions" not in said(client_of("zhou").get(TEN))
    assert "1 decision is open" in said(client_of("zhou").get(TEN))
    assert "0 decisions are open" in said(client_of("sup").get(TEN))
    assert 'role="img"' in page.content.decode()


def test_a_sample_is_the_same_for_everybody_and_another_for_another_number(community: Community, client_of: Clients):
    chain = Chain.objects.get(pk=community.pk)
    drawn = sequences(chain.sequence, chain.hash, "1")
    assert drawn == sequences(chain.sequence, chain.hash, "1")
    assert drawn != sequences(chain.sequence, chain.hash, "2")
    assert len(set(drawn)) == SAMPLE
    assert set(drawn) <= set(range(1, chain.sequence + 1))
    assert sequences(3, chain.hash, "1") == [1, 2, 3]
    assert sequences(0, chain.hash, "1") == []
    shown = re.findall(r'<td class="r" data-label="Entry">(\d+)', client_of("aud").get(AUDIT).content.decode())
    assert [int(number) for number in shown] == drawn
    assert chain.hash in said(client_of("aud").get(AUDIT))


def test_an_entry_shows_what_its_reader_may_see(community: Community, client_of: Clients, monkeypatch):
    monkeypatch.setattr("tenfold.web.rights.audit.SAMPLE", Chain.objects.get(pk=community.pk).sequence)
    figure = AMOUNT.partition(".")[0]
    whole = {who: said(client_of(who).get(AUDIT)).replace(",", "") for who in ("aud", "op")}
    assert figure in whole["aud"]
    assert figure not in whole["op"]
    assert "not for you to see" in whole["op"]
    for who in ("zhou", "lin", "sup"):
        assert client_of(who).get(AUDIT).status_code == 403


def test_a_journal_is_read_from_its_first_entry(community: Community, client_of: Clients, monkeypatch):
    entries = Chain.objects.get(pk=community.pk).sequence
    client = client_of("aud")
    assert "The journal is whole" not in said(client.get(AUDIT))
    assert f"The journal is whole: {entries} entries, {entries - 1} facts" in said(client.post(AUDIT))
    monkeypatch.setattr("tenfold.web.rights.audit.AT_ONCE", entries - 1)
    assert "too long to be read within a page" in said(client.post(AUDIT))
    monkeypatch.setattr("tenfold.web.rights.audit.AT_ONCE", entries)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_entry_no_update")
        cursor.execute("UPDATE journal_entry SET body = replace(body, '765432109', '965432109')")
    broken = client.post(AUDIT)
    assert "does not match its hash" in said(broken)
    assert "The journal is whole" not in said(broken)
