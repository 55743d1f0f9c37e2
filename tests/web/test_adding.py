"""Somebody new, typed in by hand: nobody twice, nothing before it was looked at, one undo for all of it."""

import re
from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client
from tests.web.acting import at_once, refused
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.people import add_party
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.current import current

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
ADD, PEOPLE, UNDO = "/c/small/people-new", "/c/small/people", "/c/small/undo"
PERSON = {"type": "person", "name": "王建国"}
FIRM = {"type": "organisation", "name": "Pine Capital LLC"}
ANYWAY = "add anyway"
# Pages read through the store, which is held to the same answers on each engine.
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


def sequence(community: Community) -> int:
    return Chain.objects.get(pk=community.pk).sequence


def names(community: Community) -> list[str]:
    """The names of everybody who was added by hand."""
    return sorted(row["name"] for row in current(community, "parties") if re.fullmatch("p[0-9]{6}", row["party"]))


def test_somebody_new_is_on_record_at_once_and_one_undo_takes_all_of_it_back(community, client_of: Clients):
    op, before = client_of("op"), sequence(community)
    more = {"organisation": "lin", "class": "partner", "email": "wang@example.org", "phone": "138 0013 8000"}
    added = op.post(ADD, PERSON | more | {"language": "zh-Hans"})
    assert added.headers["Location"] == f"{PEOPLE}/p000001"
    (party,) = current(community, "parties", party=["p000001"])
    assert (party["type"], party["name"], party["language"]) == ("person", "王建国", "zh-Hans")
    assert (party["email"], party["phone"]) == ("wang@example.org", "138 0013 8000")
    (post,) = current(community, "affiliations", party=["p000001"])
    (membership,) = current(community, "memberships", party=["p000001"])
    assert (post["organisation"], membership["class"], membership["state"]) == ("lin", "partner", "suggested")
    assert sequence(community) == before + 3
    page = op.get(f"{PEOPLE}/p000001")
    assert "王建国 is on record" in text_of(page)
    facts = re.findall(r'name="fact" value="([^"]+)"', page.content.decode())
    assert op.post(UNDO, {"fact": facts}, **HX).status_code == 200
    for table in ("parties", "affiliations", "memberships"):
        assert current(community, table, party=["p000001"]) == []


def test_two_who_add_the_same_one_at_once_add_it_once(community, viewer_of: Seated):
    act = partial(add_party, type="organisation", name="青松资本有限公司")
    came = at_once([partial(act, Actor(viewer_of(who))) for who in ("op", "fin")])
    assert sorted(came) == ["adding.same", "done"]
    assert names(community) == ["青松资本有限公司"]


@sqlite
def test_a_form_sent_five_times_adds_somebody_once(community, client_of: Clients):
    op = client_of("op")
    sent = [op.post(ADD, PERSON | {"once": "key"}) for _ in range(5)]
    assert {answer.headers["Location"] for answer in sent} == {f"{PEOPLE}/p000001"}
    assert names(community) == ["王建国"]


@sqlite
@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (PERSON, PERSON, "the same name"),
        ({"name": "Ada Lovelace"}, {"name": "Adá-Lovelace"}, "only in spelling"),
        (FIRM, FIRM | {"name": "Pine Capital"}, "only in the legal form"),
        ({"email": "x@example.org"}, {"name": "李四", "email": "X@example.org"}, "share an e-mail"),
        ({"phone": "138 0013 8000"}, {"name": "李四", "phone": "+86 138-0013-8000"}, "share a telephone"),
        ({"phone": "138 0013 8000"}, {"phone": "138 0013 8001"}, "the same name"),
    ],
)
def test_who_may_be_on_record_is_shown_first_and_added_where_it_is_somebody_else(
    community, client_of: Clients, first, second, says
):
    op = client_of("op")
    op.post(ADD, PERSON | first)
    before = sequence(community)
    asked = op.post(ADD, PERSON | second)
    page = asked.content.decode()
    assert asked.status_code == 422
    assert sequence(community) == before
    assert f'href="{PEOPLE}/p000001"' in page
    assert says in text_of(asked)
    assert ANYWAY in page
    again = dict(re.findall(r'name="(other|once)" value="([^"]*)"', page))
    assert op.post(ADD, PERSON | second | again).headers["Location"] == f"{PEOPLE}/p000002"
    assert len(names(community)) == 2


@sqlite
@pytest.mark.parametrize(
    ("first", "second"),
    [
        (FIRM, FIRM | {"name": "PINE  capital, llc"}),
        ({"email": "x@example.org"}, {"email": "X@example.org"}),
        ({"phone": "138 0013 8000"}, {"name": "王 建国", "phone": "+86 138-0013-8000"}),
        ({"organisation": "lin"}, {"organisation": "lin"}),
    ],
)
def test_who_is_on_record_for_certain_is_not_added_again(community, client_of: Clients, first, second):
    op = client_of("op")
    op.post(ADD, PERSON | first)
    before = sequence(community)
    for more in ({}, {"other": "p000001"}):
        answer = op.post(ADD, PERSON | second | more)
        assert answer.status_code == 422
        assert f'href="{PEOPLE}/p000001"' in answer.content.decode()
        assert ANYWAY not in text_of(answer)
    assert sequence(community) == before


@sqlite
def test_colleagues_elsewhere_and_other_names_are_nobodys_double(community, client_of: Clients):
    op = client_of("op")
    op.post(ADD, PERSON)
    for other in ({"name": "李四"}, {"name": "王建民", "phone": "138 0013 8001"}, FIRM):
        assert op.post(ADD, PERSON | other).status_code == 302
    assert len(names(community)) == 4


@sqlite
@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"name": " "}, "Enter a name"),
        ({"email": "wang"}, "no e-mail address"),
        ({"organisation": "nowhere"}, "Nobody here is called"),
        ({"organisation": "名字op"}, "That is a person"),
        (FIRM | {"organisation": "lin"}, "Only a person works"),
        ({"language": "xx"}, "no longer here"),
        ({"class": "partner", "state": "alumni"}, "no longer here"),
        ({"class": "emperor"}, "emperor"),
        ({"class": "founder", "state": "active"}, "This is for"),
    ],
)
def test_what_cannot_be_is_said_and_the_form_stays_as_it_was_filled_in(community, client_of: Clients, sent, says):
    before = sequence(community)
    answer = client_of("op").post(ADD, PERSON | {"phone": "138 0013 8000"} | sent)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert 'value="138 0013 8000"' in answer.content.decode()
    assert sequence(community) == before


@sqlite
@pytest.mark.parametrize(("who", "of"), [("op", "partner"), ("fin", "founder")])
def test_somebody_may_be_a_member_already(community, client_of: Clients, who, of):
    client_of(who).post(ADD, PERSON | {"class": of, "state": "active"})
    (membership,) = current(community, "memberships", party=["p000001"])
    assert (membership["class"], membership["state"]) == (of, "active")
    assert "王建国" in text_of(client_of(who).get(PEOPLE))


@sqlite
def test_adding_is_for_those_who_run_the_community(community, viewer_of: Seated, client_of: Clients):
    may, others = ("op", "fin", "comp", "fou"), ("gu", "aud", "lin", "zhou", "sup")
    assert [client_of(who).get(ADD).status_code for who in may] == [200] * len(may)
    assert [client_of(who).post(ADD, PERSON).status_code for who in others] == [403] * len(others)
    assert f'href="{ADD}"' in client_of("op").get(PEOPLE).content.decode()
    assert f'href="{ADD}"' not in client_of("aud").get(PEOPLE).content.decode()
    with refused("acts.not_allowed"):
        add_party(Actor(viewer_of("gu")), **PERSON)


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_speaks_the_readers_language_and_leaves_nothing_raw(community, client_of: Clients, language):
    op = client_of("op")
    op.cookies["django_language"] = language
    op.post(ADD, PERSON)
    for answer in (op.get(ADD), op.post(ADD, PERSON), op.post(ADD, PERSON | {"name": ""})):
        assert RAW.findall(text_of(answer)) == []
        assert re.findall(r"\b(?:adding|reading)\.[a-z_.]+", text_of(answer)) == []
