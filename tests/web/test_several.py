"""Several members at once: chosen, one act for all, looked at before, one undo; filters that one person keeps."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from tests.web.acting import measured, refused
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.rights import members as rights
from tenfold.web.rights.members import Wanted, members
from tenfold.web.rights.several import MOST
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.several import promise_each, set_membership
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.current import counting, current

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
PEOPLE, SEVERAL, KEEP, UNDO = "/c/small/people", "/c/small/several", "/c/small/people-filters", "/c/small/undo"
TALK = {"do": "talk", "channel": "call", "minutes": "25", "day": "2026-09-18"}
PROMISE = {"do": "promise", "what": "the yearly report", "due": "2026-10-31"}
TWO = {"party": ["lin", "zhou"]}
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


def facts_in(answer: object) -> list[str]:
    return re.findall(r'name="fact" value="([^"]+)"', answer.content.decode())


def sequence(community: Community) -> int:
    return Chain.objects.get(pk=community.pk).sequence


def test_nothing_is_written_before_it_was_looked_at_and_one_undo_takes_all_back(community, client_of: Clients):
    op, before = client_of("op"), sequence(community)
    shown = op.post(SEVERAL, TALK | TWO, **HX)
    assert sequence(community) == before
    rows = [" ".join(text.split()) for text in re.findall(r"<tr>(.*?)</tr>", shown.content.decode(), re.DOTALL)]
    assert len(rows) == 3
    assert "25 min" in text_of(shown)
    assert "Record for 2 members" in text_of(shown)
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', shown.content.decode()))
    again = {name: hidden[name] for name in ("do", "channel", "minutes", "day", "confirm", "once")}
    for _ in range(5):
        done = op.post(SEVERAL, again | TWO, **HX)
        assert done.status_code == 200
    facts = facts_in(done)
    talks = counting(community, "interactions").filter(fact__in=facts)
    assert sorted(talks.values_list("member", "minutes")) == [("lin", 25), ("zhou", 25)]
    assert len({*talks.values_list("occasion", flat=True)}) == 1, "one talk with both"
    assert op.post(UNDO, {"fact": facts}, **HX).status_code == 200
    assert not counting(community, "interactions").filter(fact__in=facts).exists()


def test_the_same_is_promised_to_each(community, client_of: Clients):
    op = client_of("op")
    assert "We: the yearly report" in text_of(op.post(SEVERAL, PROMISE | TWO))
    answer = op.post(SEVERAL, PROMISE | TWO | {"confirm": "1"})
    assert answer.headers["Location"] == PEOPLE
    rows = counting(community, "commitments").filter(party="us")
    assert sorted(rows.values_list("to_party", flat=True)) == ["lin", "zhou"]
    assert len({*rows.values_list("commitment", flat=True)}) == 2


@pytest.mark.parametrize(("do", "value"), [("tier", "inner"), ("sponsor", "chen")])
def test_a_circle_and_whoever_looks_after_them_is_set_and_everything_else_stays(
    community, client_of: Clients, do, value
):
    op = client_of("op")
    before = {row["party"]: row for row in current(community, "memberships")}
    shown = text_of(op.post(SEVERAL, {"do": do, do: value, **TWO}, **HX))
    assert value in shown
    done = op.post(SEVERAL, {"do": do, do: value, "confirm": "1", **TWO}, **HX)
    after = {row["party"]: row for row in current(community, "memberships")}
    for party, row in before.items():
        assert after[party]["state"] == row["state"]
        assert after[party]["class"] == row["class"]
        assert after[party][do] == (value if party in TWO["party"] else row[do])
    assert "Nothing would change" in text_of(op.post(SEVERAL, {"do": do, do: value, **TWO}, **HX))
    assert op.post(SEVERAL, {"do": do, do: value, "confirm": "1", **TWO}, **HX).status_code == 422
    op.post(UNDO, {"fact": facts_in(done)}, **HX)
    back = {row["party"]: row[do] for row in current(community, "memberships")}
    assert back == {party: row[do] for party, row in before.items()}


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Say with whom"),
        ({"party": ["nobody"]}, "no longer here"),
        ({"party": ["lin", "us"]}, "no longer here"),
        ({"party": [f"p{number}" for number in range(MOST + 1)]}, "At most 200"),
        (TWO | {"do": "promise"}, "missing in the form"),
        (TWO | {"do": "promise", "what": " "}, "missing in the form"),
        (TWO | {"do": "talk", "channel": "call", "day": "2027-01-01", "confirm": "1"}, "has not come yet"),
        (TWO | {"do": "sponsor", "sponsor": "lin", "confirm": "1"}, "looks after themselves"),
    ],
)
def test_what_cannot_be_done_for_all_is_done_for_nobody(community, client_of: Clients, sent, says):
    before = sequence(community)
    answer = client_of("op").post(SEVERAL, TALK | sent, **HX)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert sequence(community) == before


def test_each_act_is_for_whoever_may_do_it_alone(community, viewer_of: Seated, client_of: Clients):
    codes = {who: client_of(who).post(SEVERAL, PROMISE | TWO).status_code for who in ("comp", "gu", "aud", "lin")}
    assert codes == {"comp": 403, "gu": 403, "aud": 403, "lin": 403}
    assert client_of("comp").post(SEVERAL, TALK | TWO).status_code == 200
    assert client_of("op").post(SEVERAL, TWO | {"do": "erase"}).status_code == 404
    with refused("acts.not_allowed"):
        promise_each(Actor(viewer_of("lin")), parties=["zhou"], what="x")
    with refused("acts.not_allowed"):
        set_membership(Actor(viewer_of("lin")), parties=["lin"], tier="inner")
    assert 'form="several"' not in client_of("aud").get(PEOPLE).content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(community, client_of: Clients, language):
    op = client_of("op")
    op.cookies["django_language"] = language
    for answer in (op.get(PEOPLE), op.get(f"{PEOPLE}?who=nobody&late=1"), op.post(SEVERAL, TALK | TWO)):
        assert answer.status_code == 200
        assert RAW.findall(text_of(answer)) == []
        assert re.findall(r"\b(?:several|group|network)\.[a-z_.]+", text_of(answer)) == []


@pytest.mark.parametrize(("overdue", "late"), [("0.99", False), ("1", False), ("1.01", True)])
def test_the_list_is_filtered_by_name_class_and_whether_a_talk_is_overdue(community, viewer_of, overdue, late):
    op = viewer_of("op")
    measured(community, "rel.overdue", "lin", overdue, "ratio")
    assert {one.party for one in members(op, Wanted(of="partner")).shown} == {"lin", "zhao"}
    assert [one.party for one in members(op, Wanted(who="lin")).shown] == ["lin"]
    assert members(op, Wanted(who="lin", of="investor")).shown == []
    assert [one.party for one in members(op, Wanted(late=True)).shown] == (["lin"] if late else [])


def test_a_page_holds_the_longest_overdue_and_says_how_many_there_are(community, viewer_of, client_of, monkeypatch):
    op = viewer_of("op")
    everybody = members(op)
    assert len(everybody.shown) == everybody.count
    assert "in all" not in text_of(client_of("op").get(PEOPLE))
    measured(community, "rel.overdue", "zhou", "3", "ratio")
    measured(community, "rel.overdue", "lin", "2", "ratio")
    monkeypatch.setattr(rights, "MOST", 2)
    assert [one.party for one in members(op).shown] == ["zhou", "lin"]
    assert members(op).count == everybody.count
    assert f"{everybody.count} in all" in text_of(client_of("op").get(PEOPLE))
    monkeypatch.setattr(rights, "MOST", everybody.count)
    assert "in all" not in text_of(client_of("op").get(PEOPLE))


@pytest.mark.parametrize(("counted", "said"), [(-1, True), (0, False), (1, False)])
def test_members_are_counted_so_far_and_no_further(
    counted: int, said: bool, community, client_of, viewer_of, monkeypatch
):
    everybody = members(viewer_of("op")).count
    monkeypatch.setattr(rights, "MOST", 2)
    monkeypatch.setattr(rights, "COUNTED", everybody + counted)
    text = text_of(client_of("op").get(PEOPLE))
    assert (f"More than {everybody - 1} members" in text) is said
    assert (f"More than {everybody - 1} in all, 2 of them here" in text) is said
    assert (f"{everybody} in all" in text) is not said


def test_a_filter_is_kept_for_one_person_and_forgotten(community, client_of: Clients):
    op, fin = client_of("op"), client_of("fin")
    wanted = {"who": "lin", "of": "partner", "late": "1"}
    address = op.post(KEEP, wanted).headers["Location"]
    assert address == f"{PEOPLE}?who=lin&of=partner&late=1"
    shown = op.get(address).content.decode()
    assert "lin · partner · Talk overdue" in shown
    assert 'name="forget"' in shown
    assert "Talk overdue</a>" not in fin.get(PEOPLE).content.decode()
    assert op.post(KEEP, wanted | {"forget": "1"}).headers["Location"] == PEOPLE
    assert "lin · partner" not in op.get(PEOPLE).content.decode()
    for number in range(10):
        op.post(KEEP, {"who": f"n{number}"})
    held = re.findall(r">(n[0-9])</a>", op.get(PEOPLE).content.decode())
    assert held == [f"n{number}" for number in range(2, 10)]
