"""Promises: who owes whom what, and what one records of each where it stands."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from tests.web.place import AMOUNT
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.rights.lookup import parties_like
from tenfold.web.rights.promises import Side, When, ledger
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import people, promises
from tenfold.web.services.acting import Actor
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
PAGE, STEP, KEEP = "/c/small/promises", "/c/small/promises/step", "/c/small/promises/keep"
MAKE = "/c/small/promises/make"
OFFERED = re.compile(r'name="step" value="([a-z_]+)"')
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def offered(client: Client) -> list[str]:
    """The steps that the page offers."""
    return OFFERED.findall(client.get(PAGE).content.decode())


def steps(community: Community) -> list[tuple[str, str]]:
    rows = counting(community, "commitment_steps").order_by("recorded_at").values_list("step", "by")
    return [(step, by) for step, by in rows]


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_readers_language(computed, client_of: Clients, language):
    client = client_of("op")
    client.cookies["django_language"] = language
    told = text_of(client.get(PAGE))
    assert RAW.findall(told) == []
    assert ("交付样件" if language == "zh-hans" else "deliver samples") in told


@sqlite
def test_each_sees_what_they_may(community, client_of: Clients):
    shown = {who: client_of(who).get(PAGE) for who in ("op", "fin", "gu", "lin", "zhou", "sup")}
    assert {who: answer.status_code for who, answer in shown.items()} == {
        "op": 200, "fin": 200, "gu": 200, "lin": 200, "zhou": 200, "sup": 403,
    }  # fmt: skip
    figure = AMOUNT.partition(".")[0]
    seen = {who: figure in text_of(answer).replace(",", "") for who, answer in shown.items()}
    assert seen == {"op": False, "fin": True, "gu": True, "lin": True, "zhou": False, "sup": False}
    assert "样件" not in text_of(shown["zhou"])


@sqlite
def test_each_is_offered_what_their_act_would_let_through(community, client_of: Clients):
    assert offered(client_of("op")) == ["accepted", "delivered", "extended", "declined"]
    assert offered(client_of("lin")) == ["accepted", "delivered", "declined"]
    assert offered(client_of("gu")) == ["extended", "excused", "waived"]
    assert offered(client_of("fin")) == ["accepted", "delivered", "extended", "excused", "waived", "declined"]
    assert offered(client_of("aud")) == []


def test_the_button_of_a_step_stands_before_what_may_be_brought_with_it(community, client_of: Clients):
    page = client_of("op").get("/c/small/promises").content.decode()
    (form,) = [one for one in page.split("<form")[1:] if 'value="delivered"' in one]
    assert form.index('value="delivered"') < form.index('class="fold"')


def test_a_promise_goes_its_way_on_the_page(community: Community, client_of: Clients) -> None:
    lin, gu = client_of("lin"), client_of("gu")
    for _ in range(5):
        assert lin.post(STEP, {"promise": "sample", "step": "accepted", "once": "a"}).status_code == 302
    later = {"promise": "sample", "step": "extended", "day": "2026-11-01", "reason": "parts are late"}
    assert lin.post(STEP, later).status_code == 422, "nobody moves the day of their own promise"
    assert gu.post(STEP, later | {"reason": " "}).status_code == 422
    assert gu.post(STEP, later | {"day": "soon"}).status_code == 422
    assert gu.post(STEP, {"promise": "sample", "step": "extended"}).status_code == 422
    assert gu.post(STEP, later).status_code == 302
    assert lin.post(STEP, {"promise": "sample", "step": "delivered"}, **HX).headers["HX-Trigger"] == "recorded"
    assert offered(gu) == ["verified", "rejected", "excused", "waived"]
    assert gu.post(STEP, {"promise": "sample", "step": "rejected", "reason": "wrong size"}).status_code == 302
    assert lin.post(STEP, {"promise": "sample", "step": "delivered"}).status_code == 302
    assert gu.post(STEP, {"promise": "sample", "step": "verified"}).status_code == 302
    assert steps(community) == [
        ("accepted", "lin"), ("extended", "gu"), ("delivered", "lin"), ("rejected", "gu"), ("delivered", "lin"),
        ("verified", "gu"),
    ]  # fmt: skip
    assert offered(gu) == []


@sqlite
@pytest.mark.parametrize("sent", [{"step": "proposed"}, {"step": ""}, {}])
def test_what_the_page_does_not_offer_is_not_done(community, client_of: Clients, sent):
    assert client_of("fin").post(STEP, {"promise": "sample", **sent}).status_code == 404
    assert client_of("fin").post(STEP, {"promise": "nothing", "step": "accepted"}).status_code == 422
    assert client_of("fin").post(STEP, {"step": "accepted"}).status_code == 422


@sqlite
def test_of_what_is_late_a_word_is_recorded_once_and_a_breach(community: Community, client_of: Clients):
    fin, gu = client_of("fin"), client_of("gu")
    rare = {"private_word", "breached"}
    assert fin.post(STEP, {"promise": "sample", "step": "accepted"}).status_code == 302
    assert not rare & set(offered(fin))
    community.clock = "2026-10-11T01:00:00Z"
    community.save()
    assert rare <= set(offered(fin))
    assert client_of("lin").post(STEP, {"promise": "sample", "step": "private_word"}).status_code == 422
    assert gu.post(STEP, {"promise": "sample", "step": "private_word"}).status_code == 302
    assert rare & set(offered(fin)) == {"breached"}
    assert gu.post(STEP, {"promise": "sample", "step": "private_word"}).status_code == 422
    assert fin.post(STEP, {"promise": "sample", "step": "breached", "reason": " "}).status_code == 422
    assert fin.post(STEP, {"promise": "sample", "step": "breached", "reason": "nothing came"}).status_code == 302
    assert [step for step, _ in steps(community)] == ["accepted", "private_word", "breached"]


@sqlite
def test_an_offer_that_was_delivered_is_used_once(community: Community, client_of: Clients, viewer_of: Seated):
    offer = {"party": "us", "to_party": "zhou", "what": "the data room", "source_kind": "offer"}
    (fact,) = promises.make_promise(Actor(viewer_of("op")), **offer).facts
    key = counting(community, "commitments").get(fact=fact).commitment
    op, zhou = client_of("op"), client_of("zhou")
    assert "used" not in offered(zhou)
    op.post(STEP, {"promise": key, "step": "delivered"})
    assert "used" in offered(zhou)
    assert zhou.post(STEP, {"promise": key, "step": "used"}).status_code == 302
    assert "used" not in offered(zhou)


@sqlite
def test_a_promise_is_recorded_by_its_form(community: Community, client_of: Clients):
    op, zhou = client_of("op"), client_of("zhou")
    between = {"party": "lin", "to": "zhou", "what": "drawings", "due": "2026-10-01", "verifier": "gu"}
    for _ in range(5):
        assert op.post(MAKE, {**between, "once": "x"}).status_code == 302
    assert (
        op.post(MAKE, {"party": "us", "to": "lin", "what": "a reply", "consequence": "an apology"}).status_code == 302
    )
    own = {"party": "lin", "to": "lin", "what": "an introduction", "accept_test": "they met"}
    assert zhou.post(MAKE, own, **HX).headers["HX-Trigger"] == "recorded", "members promise for themselves"
    made = counting(community, "commitments").exclude(fact="promise-1").order_by("recorded_at")
    assert [(row.party, row.to_party, row.verifier) for row in made] == [
        ("lin", "zhou", "gu"), ("us", "lin", None), ("zhou", "us", None),
    ]  # fmt: skip
    assert made[0].due_at.isoformat() == "2026-10-01T15:59:59+00:00"
    assert "drawings" in text_of(op.get(PAGE))


@sqlite
def test_a_promise_that_cannot_be_is_not_recorded(community, client_of: Clients):
    clients = {who: client_of(who) for who in ("gu", "aud", "sup", "op")}
    for who, changed, status in (
        ("gu", {}, 403),
        ("aud", {}, 403),
        ("sup", {}, 403),
        ("op", {"what": "  "}, 422),
        ("op", {"to": "lin"}, 422),
        ("op", {"party": "nobody"}, 422),
        ("op", {"verifier": "lin"}, 422),
        ("op", {"due": "soon"}, 422),
    ):
        sent = {"party": "lin", "to": "us", "what": "drawings"} | changed
        assert clients[who].post(MAKE, sent).status_code == status, changed
    assert counting(community, "commitments").count() == 1


@sqlite
def test_a_refusal_stands_over_the_page_and_leaves_it(community, client_of: Clients):
    answer = client_of("op").post(STEP, {"promise": "sample", "step": "verified"}, **HX)
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "<html" not in answer.content.decode()
    assert RAW.findall(text_of(answer)) == []


@sqlite
@pytest.mark.parametrize(
    ("clock", "when", "tone"),
    [
        ("2026-10-09", When.DUE, None),
        ("2026-10-10", When.DUE, "warn"),
        ("2026-10-11", When.LATE, "warn"),
        ("2026-10-17", When.LATE, "warn"),
        ("2026-10-18", When.LATE, "bad"),
    ],
)
def test_late_comes_after_the_day_and_counts_after_the_grace(community, viewer_of: Seated, clock, when, tone):
    community.clock = f"{clock}T01:00:00Z"
    community.save()
    community.refresh_from_db()
    (owed,) = (one for _, some in ledger(viewer_of("op")).groups for one in some if one.key == "sample")
    assert owed.when is when
    assert (owed.lateness or (None, None))[1] == tone


@sqlite
def test_both_directions_are_told_apart_and_what_is_late_stands_first(community, viewer_of: Seated):
    op = Actor(viewer_of("op"))
    promises.make_promise(op, party="us", to_party="zhou", what="send the plan")
    (delivered,) = promises.make_promise(op, party="lin", to_party="us", what="a report").facts
    key = counting(community, "commitments").get(fact=delivered).commitment
    promises.deliver(op, commitment=key)
    community.clock = "2026-12-01T01:00:00Z"
    community.save()
    community.refresh_from_db()
    whole = ledger(viewer_of("op"))
    assert [(when, len(some)) for when, some in whole.groups] == [(When.LATE, 1), (When.CHECK, 1), (When.OPEN, 1)]
    assert whole.counts == {Side.THEY: 2, Side.WE: 1}
    assert whole.late == {Side.THEY: 1, Side.WE: 0}
    assert ledger(viewer_of("op"), side=Side.WE).groups[0][1][0].who[0] == "us"
    mine = ledger(viewer_of("zhou"))
    assert mine.counts == {Side.THEY: 1, Side.WE: 0}
    assert ledger(viewer_of("lin")).counts == {Side.THEY: 0, Side.WE: 2}


@sqlite
def test_a_person_is_found_by_name_pinyin_and_initials(community, client_of: Clients, viewer_of: Seated):
    op = Actor(viewer_of("op"))
    people.add_party(op, type="person", name="王建国")
    people.add_party(op, type="person", name="王工")
    people.add_party(op, type="person", name="Ada Lovelace")
    engineer, wang, ada = (set(parties_like(viewer_of("op"), text)) for text in ("王工", "wangjianguo", "lovel"))
    assert len(wang) == len(ada) == 1
    assert len(engineer) == 2, "one is called so, the other is an engineer of that surname"
    for text in ("wang gong", "WG", "Wang  Gong", "wanggong"):
        assert set(parties_like(viewer_of("op"), text)) >= engineer, text
    assert parties_like(viewer_of("op"), "wjg") == [*wang]
    assert parties_like(viewer_of("op"), "nobody at all") == []
    assert parties_like(viewer_of("zhou"), "wjg") == [], "a member is not told who else is here"
    page = client_of("op").get(PAGE, {"who": "nobody at all"}).content.decode()
    assert 'class="problem"' in page


def test_a_filter_is_kept_for_its_person(community: Community, client_of: Clients) -> None:
    client = client_of("op")
    assert client.post(KEEP, {"who": "lin"}).headers["Location"] == f"{PAGE}?who=lin"
    assert f'href="{PAGE}?who=lin"' in client.get(PAGE).content.decode()
    assert f'href="{PAGE}?who=lin"' not in client_of("fin").get(PAGE).content.decode()
    for number in range(12):
        client.post(KEEP, {"who": f"p{number}"})
    assert client.get(PAGE).content.decode().count(f'href="{PAGE}?who=') == 8
    assert client.post(KEEP, {"who": "p11", "forget": "1"}).headers["Location"] == PAGE
    assert '?who=p11"' not in client.get(PAGE).content.decode()
