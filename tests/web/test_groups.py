"""Groups and the network: who is one voice with whom and who says so; who talks with whom, cut to what one may see."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.acting import answering, refused, tied
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.engine.cycle import run
from tenfold.web.jobs.engine import Engine
from tenfold.web.rights.groups import groups, standing
from tenfold.web.rights.lookup import party_called
from tenfold.web.rights.network import largest, nearest, ties
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import deals
from tenfold.web.services.acting import Actor
from tenfold.web.store import source
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Community
from tenfold.web.store.current import current
from tenfold.web.store.work import ask

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
GROUPS, NETWORK = "/c/small/groups", "/c/small/network"
LINK = {"party": "zhou", "other": "chen", "relation": "controls"}
TIES = [("chen", "lin", 2), ("lin", "zhou", 3)]
# Pages read through the store, which is held to the same answers on each engine.
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


def joined(viewer: Viewer) -> list[list[str]]:
    return [[party for party, _ in one.members] for one in groups(viewer).groups]


@sqlite
def test_a_link_waits_for_compliance_and_then_joins_two(community, viewer_of: Seated, client_of: Clients):
    op, comp = client_of("op"), client_of("comp")
    sent = {**LINK, "share": "62 %", "file": SimpleUploadedFile("register.pdf", b"%PDF-1")}
    assert op.post(f"{GROUPS}/link", sent, **HX).headers["HX-Trigger"] == "recorded"
    (link,) = current(community, "group_links")
    assert (link["party"], link["other"], Decimal(link["share"]), len(link["evidence"])) == (
        "zhou", "chen", Decimal("0.62"), 1,
    )  # fmt: skip
    assert joined(viewer_of("op")) == []
    assert "waits for compliance" in text_of(op.get(GROUPS))
    assert 'name="link"' not in op.get(GROUPS).content.decode()
    assert op.post(f"{GROUPS}/confirm", {"link": link["fact"]}).status_code == 403
    assert f'value="{link["fact"]}"' in comp.get(GROUPS).content.decode()
    assert comp.post(f"{GROUPS}/confirm", {"link": link["fact"]}).status_code == 302
    assert joined(viewer_of("comp")) == [["chen", "zhou"]]
    shown = " ".join(text_of(client_of("fin").get(GROUPS)).split())
    assert "1 connected group" in shown
    assert "recorded by 名字op" in shown
    assert "confirmed by 名字comp" in shown
    assert "62 %" in shown
    assert "62 %" not in text_of(op.get(GROUPS)), "the operator sees no shares"


@sqlite
def test_what_the_engine_joins_the_page_joins(community, viewer_of: Seated):
    (own,) = deals.propose_link(Actor(viewer_of("comp")), **LINK).facts
    deals.propose_link(Actor(viewer_of("op")), party="lin", other="wang", relation="controls")
    found = {row["fact"]: row for row in standing(community).iter_rows(named=True)}
    assert found[own]["office"] == "term-comp"
    assert {row["joins"] for row in found.values()} == {True}
    known = source.known(community)
    counted = run(known, known.moment()).board.results["view.group"]
    assert set(counted["party"]) == {"chen", "zhou"}
    assert joined(viewer_of("fin")) == [["chen", "zhou"]]


@sqlite
@pytest.mark.parametrize(("share", "joins"), [("24.99", False), ("25", True), ("25.01", True)])
def test_ownership_joins_from_a_quarter_on(community, viewer_of: Seated, client_of: Clients, share, joins):
    client_of("comp").post(f"{GROUPS}/link", {**LINK, "relation": "owns", "share": share})
    found = groups(viewer_of("fin"))
    assert (len(found.groups), len(found.loose)) == ((1, 0) if joins else (0, 1))


@sqlite
@pytest.mark.parametrize(
    ("clock", "lasts"), [("2026-09-30T15:59:59", True), ("2026-09-30T16:00:00", False)]
)  # the last instant of a day in Shanghai, and the first of the next
def test_a_link_that_ended_joins_nobody(community, viewer_of: Seated, clock, lasts):
    with writing(community, Author("comp")) as writer:
        writer.add("group_links", **LINK, until=datetime(2026, 9, 30, tzinfo=UTC).date())
    community.clock = datetime.fromisoformat(clock).replace(tzinfo=UTC)
    community.save()
    assert bool(groups(viewer_of("fin")).groups) is lasts


@sqlite
def test_whoever_operates_too_confirms_nothing(community, viewer_of: Seated):
    (link,) = deals.propose_link(Actor(viewer_of("fin")), **LINK).facts
    with writing(community, Author("gu")) as writer:
        writer.add("role_terms", party="comp", role="operator", until=datetime(2027, 1, 1, tzinfo=UTC).date())
    with refused("acts.compliance_alone"):
        deals.confirm_link(Actor(viewer_of("comp")), link=link)


@sqlite
@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"party": "nobody"}, "Nobody here is called"),
        ({"party": "名字"}, "could mean several"),
        ({"other": "zhou"}, "Two different parties"),
        ({"share": "0"}, "above 0"),
        ({"share": "100.01"}, "above 0"),
        ({"share": "many"}, "above 0"),
        ({"share": "NaN"}, "above 0"),
        ({"share": "-1"}, "above 0"),
    ],
)
def test_a_link_that_cannot_be_is_refused(community, client_of: Clients, sent, says):
    answer = client_of("op").post(f"{GROUPS}/link", {**LINK, **sent}, **HX)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert current(community, "group_links") == []


@sqlite
def test_a_whole_name_is_meant_before_a_part_of_one(community, viewer_of: Seated):
    with writing(community, Author("op")) as writer:
        writer.add("parties", party="p1", type="organisation", name="linden capital")
    assert party_called(viewer_of("op"), "lin") == "lin"
    assert party_called(viewer_of("op"), "lindencap") == "p1"
    with refused("acts.called_nobody"):
        party_called(viewer_of("lin"), "zhou")


@sqlite
def test_each_sees_groups_and_ties_that_they_may(community, viewer_of: Seated, client_of: Clients):
    deals.propose_link(Actor(viewer_of("comp")), **LINK)
    tied(community, TIES)
    pages = {who: client_of(who).get(GROUPS).status_code for who in ("op", "aud", "zhou", "lin", "sup")}
    assert pages == {"op": 200, "aud": 200, "zhou": 200, "lin": 403, "sup": 403}
    assert joined(viewer_of("zhou")) == [["chen", "zhou"]]
    seen = {who: ties(viewer_of(who)) for who in ("op", "lin", "zhou")}
    assert {who: [one.party for one in found.shown] for who, found in seen.items()} == {
        "op": ["lin", "zhou", "chen"], "lin": ["lin", "zhou", "chen"], "zhou": ["lin", "zhou"],
    }  # fmt: skip
    assert {who: client_of(who).get(NETWORK).status_code for who in ("op", "lin", "gu", "sup")} == {
        "op": 200, "lin": 200, "gu": 403, "sup": 403,
    }  # fmt: skip
    assert [ties(viewer_of("zhou"), who).shown for who in ("chen", "nobody")] == [(), ()]
    unseen, missing = (client_of("zhou").get(f"{NETWORK}/ties?around={who}") for who in ("chen", "nobody"))
    assert unseen.status_code == 200
    assert text_of(unseen) == text_of(missing)  # nobody learns that there is somebody


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(community, viewer_of, client_of: Clients, language):
    deals.propose_link(Actor(viewer_of("op")), **LINK)
    tied(community, TIES)
    client = client_of("op")
    client.cookies["django_language"] = language
    for address in (GROUPS, NETWORK, f"{NETWORK}/ties", f"{NETWORK}/ties?around=lin"):
        told = text_of(client.get(address))
        assert RAW.findall(told) == []
        assert re.findall(r"\b(?:group|network)\.[a-z_.]+", told) == [], address


@sqlite
def test_the_table_says_what_the_picture_shows(community, client_of: Clients):
    tied(community, TIES)
    page = client_of("op").get(f"{NETWORK}/ties", **HX).content.decode()
    rows = [" ".join(text.split()) for text in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)[1:]]
    told = [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]
    assert told == ["lin holds it together partner 2 5 zhou · chen", "zhou investor 1 3 lin", "chen investor 1 2 lin"]
    assert '"ties": [["2", "0", 2], ["0", "1", 3]]' in page


@sqlite
def test_the_engine_counts_talks_of_substance_between_two(community: Community, viewer_of: Seated) -> None:
    with writing(community, Author("op")) as writer:
        talk = {"member": "lin", "direction": "out", "channel": "call"}
        writer.add("interactions", **talk, other="zhou", flags=["decision"])
        writer.add("interactions", **talk, other="us", flags=["decision"])
        writer.add("interactions", **talk, other="chen")
    engine = Engine(community)
    engine.recompute()
    with answering(engine):
        assert ask(community, "ties", {}, 20).answer == [["lin", "zhou", 1]]
    (first, second) = ties(viewer_of("op")).shown
    assert {first.party, second.party} == {"lin", "zhou"}


RING = [(f"p{number:03}", f"p{(number + 1) % 100:03}", 1) for number in range(100)]
STAR = [("q000", f"q{number:03}", number) for number in range(1, 80)]


@pytest.mark.parametrize(("most", "count"), [(99, 99), (100, 100), (101, 101), (179, 179), (180, 180), (181, 180)])
def test_the_largest_parts_come_first_and_never_too_many(most: int, count: int) -> None:
    kept = largest([*RING, *STAR], most)
    assert len(kept) == len(set(kept)) == count
    assert {one[0] for one in kept[:100]} == {"p"}
    if most == 101:
        assert kept[100:] == ["q000"]


def test_the_nearest_are_those_of_fewest_steps_and_most_talks() -> None:
    assert nearest(STAR, "q000", 3) == ["q000", "q079", "q078"]
    assert nearest(RING, "p000", 5) == ["p000", "p001", "p099", "p002", "p098"]
    assert nearest(RING, "p000", 1) == ["p000"]
