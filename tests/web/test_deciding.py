"""Deciding on the why of a proposal: confirm, decide otherwise with a reason, put off, put away; who may, and once."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.web.acting import refused, standing
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.rights import audit as auditing
from tenfold.web.rights.deciding import deciding, digest_of
from tenfold.web.rights.policies import Data, Sight
from tenfold.web.rights.roles import Role
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import NotHere, Viewer
from tenfold.web.rights.why import why
from tenfold.web.services import decisions, promises
from tenfold.web.services.acting import Actor
from tenfold.web.services.undoing import undo
from tenfold.web.store.communities import Community, JournalEntry
from tenfold.web.store.current import counting

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
DECIDE, WHY = "/c/small/decide", "/c/small/why"
SAID = {"id": "interaction.cure_answer", "params": {"member": "lin"}}
REASON = "他已换工作 · he has changed jobs"
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def proposed(community: Community, id: str = "value.undelivered:lin:x", subject: str = "lin") -> dict[str, Any]:
    return standing(community, id, subject, message=SAID)


def sent(said: dict[str, Any], do: str, **fields: str) -> dict[str, str]:
    return {"decision": said["id"], "seen": digest_of(said), "do": do, **fields}


def acts(community: Community) -> list[dict[str, Any]]:
    return list(counting(community, "decision_acts").order_by("recorded_at").values())


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_why_speaks_the_readers_language(community, client_of: Clients, viewer_of: Seated, language):
    said = proposed(community)
    fin = client_of("fin")
    fin.cookies["django_language"] = language
    before = text_of(fin.get(f"{WHY}/{said['id']}"))
    decisions.override(Actor(viewer_of("fin")), decision=said["id"], seen=digest_of(said), reason=REASON)
    after = text_of(fin.get(f"{WHY}/{said['id']}", **HX))
    assert RAW.findall(before + after) == []
    assert ("另作决定" if language == "zh-hans" else "Decide otherwise") in before
    assert ("他已换工作" if language == "zh-hans" else "he has changed jobs") in after


@sqlite
def test_each_is_offered_what_their_act_would_let_through(community, client_of: Clients):
    plain = proposed(community)
    admit = proposed(community, "screening.admit:wang:x", "wang")
    alert = proposed(community, "risk.alert:top1:x", "top1")
    everybody = ("op", "fin", "comp", "gu", "fou", "aud", "lin", "zhou")
    may = {}
    for said in (plain, admit, alert):
        pages = {who: client_of(who).get(f"{WHY}/{said['id']}") for who in everybody}
        may[said["id"]] = {who for who in pages if 'value="confirm"' in pages[who].content.decode()}
    assert may == {
        plain["id"]: {"op", "fin", "comp", "gu", "fou"},
        admit["id"]: {"gu"},
        alert["id"]: set(),
    }
    told = text_of(client_of("comp").get(f"{WHY}/{admit['id']}", HTTP_ACCEPT_LANGUAGE="en"))
    assert "This is for the council, founders." in told, "a page says who can"


def test_a_proposal_is_confirmed_once_over_what_was_seen(community: Community, client_of: Clients) -> None:
    said = proposed(community)
    fin = client_of("fin")
    assert fin.post(DECIDE, sent(said, "confirm") | {"seen": "0" * 64}).status_code == 422
    for _ in range(5):
        assert fin.post(DECIDE, sent(said, "confirm", once="x"), **HX).headers["HX-Trigger"] == "recorded"
    (act,) = acts(community)
    assert (act["decision"], act["act"], act["by"], act["because"]) == (said["id"], "confirm", "fin", said["id"])
    assert act["proposal_sha256"] == digest_of(said)
    assert client_of("gu").post(DECIDE, sent(said, "override", reason="no")).status_code == 422
    assert len(acts(community)) == 1
    assert 'value="confirm"' not in client_of("gu").get(f"{WHY}/{said['id']}").content.decode()


@sqlite
@pytest.mark.parametrize("do", ["override", "dismiss"])
def test_what_is_decided_otherwise_says_why(community, client_of: Clients, viewer_of: Seated, monkeypatch, do):
    monkeypatch.setattr(auditing, "SAMPLE", 10_000)  # every entry: which a smaller sample shows follows from salts
    said = proposed(community)
    fin = client_of("fin")
    for reason in ("", "  "):
        assert fin.post(DECIDE, sent(said, do, reason=reason)).status_code == 422
    assert fin.post(DECIDE, sent(said, do)).status_code == 422
    assert acts(community) == []
    assert fin.post(DECIDE, sent(said, do, reason=REASON)).status_code == 302
    (made,) = deciding(viewer_of("gu"), said["id"]).made
    assert made.reason == "he has changed jobs"
    shown = [one.reason for one in auditing.audit(viewer_of("aud"), "1").sample if one.reason]
    assert shown == ["he has changed jobs"]


@sqlite
@pytest.mark.parametrize(
    ("until", "status"), [("2026-09-19", 422), ("2026-09-20", 422), ("2026-09-21", 302), ("x", 422)]
)
def test_what_is_put_off_comes_back_on_a_later_morning(community, client_of: Clients, until, status):
    said = proposed(community)
    assert client_of("op").post(DECIDE, sent(said, "snooze", until=until)).status_code == status
    assert len(acts(community)) == (status == 302)
    if status == 302:
        assert acts(community)[0]["until"].isoformat() == "2026-09-20T22:00:00+00:00", "six in the morning in Shanghai"
        assert client_of("op").post(DECIDE, sent(said, "confirm")).status_code == 302, "what rests may be answered"


@sqlite
@pytest.mark.parametrize("do", ["", "delete"])
def test_there_is_no_other_answer(community, client_of: Clients, do):
    assert client_of("fin").post(DECIDE, sent(proposed(community), do)).status_code == 404


@sqlite
def test_what_one_does_not_see_one_does_not_decide(community, client_of: Clients, viewer_of: Seated):
    said = proposed(community, "interaction.cooling:lin:x")
    for id in (said["id"], "interaction.cooling:nobody:x"):
        assert client_of("gu").post(DECIDE, sent(said, "confirm") | {"decision": id}).status_code == 404
        with refused("acts.gone"):
            decisions.dismiss(Actor(viewer_of("gu")), decision=id, reason="no")
    with pytest.raises(NotHere):
        deciding(viewer_of("zhou"), said["id"])
    for who in ("lin", "aud", "zhou"):
        assert client_of(who).post(DECIDE, sent(said, "confirm")).status_code == 403


@sqlite
def test_nobody_decides_about_themselves_or_what_is_theirs(community, viewer_of: Seated):
    (made,) = promises.make_promise(Actor(viewer_of("op")), party="fin", to_party="us", what="the accounts").facts
    promise = counting(community, "commitments").get(fact=made).commitment
    subjects = ("fin", "fin@investor", "fin/2", promise, f"{promise}/1")
    for subject in subjects:
        said = proposed(community, f"value.undelivered:{subject}:x", subject)
        with refused("acts.about_oneself"):
            decisions.confirm(Actor(viewer_of("fin")), decision=said["id"], seen=digest_of(said))
        decisions.confirm(Actor(viewer_of("gu")), decision=said["id"], seen=digest_of(said))
    card = proposed(community, "insight.next_best_action:fin/touch:x", "fin/touch")
    decisions.dismiss(Actor(viewer_of("fin")), decision=card["id"], reason="not today")


@sqlite
@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("distribution.payout:lin@h1:x", "acts.pool_whole"),
        ("distribution.pool:h1:x", "acts.pool_whole"),
        ("risk.alert:top1:x", "acts.alert_own"),
        ("risk.link_unconfirmed:lin@zhou:x", "acts.link_own"),
    ],
)
def test_what_has_acts_of_its_own_is_not_answered_here(community, viewer_of: Seated, id, says):
    said = proposed(community, id, id.split(":")[1])
    with refused(says):
        decisions.confirm(Actor(viewer_of("comp")), decision=said["id"], seen=digest_of(said))


@sqlite
def test_what_was_made_of_a_decision_is_seen_by_whoever_sees_it(community, viewer_of: Seated):
    ladder = proposed(community, "incentives.ladder_step:lin:x", "lin")
    decisions.override(Actor(viewer_of("gu")), decision=ladder["id"], seen=digest_of(ladder), reason="a first time")
    seen = {who: current_rows(viewer_of(who), "decision_acts") for who in ("comp", "gu", "lin", "op", "zhou", "sup")}
    assert {who for who, rows in seen.items() if rows} == {"comp", "gu", "lin", "op"}
    assert {who for who, rows in seen.items() if rows and rows[0].get("reason")} == {"comp", "gu", "lin"}, (
        "of sanctions the operator sees that"
    )
    assert [date(2026, 9, 20)] == [row["occurred_at"].date() for row in seen["lin"]]


@sqlite
def test_what_was_decided_is_carried_out_once(community, client_of: Clients):
    said = proposed(community)
    fin, gu = client_of("fin"), client_of("gu")
    page = f"{WHY}/{said['id']}"
    assert fin.post(DECIDE, sent(said, "execute")).status_code == 422, "nobody has decided it yet"
    assert 'value="execute"' not in fin.get(page).content.decode()
    assert fin.post(DECIDE, sent(said, "confirm")).status_code == 302
    assert 'value="execute"' in gu.get(page).content.decode()
    for _ in range(2):
        assert gu.post(DECIDE, sent(said, "execute", once="x", reason=REASON)).status_code == 302
    assert [(act["act"], act["by"]) for act in acts(community)] == [("confirm", "fin"), ("execute", "gu")]
    assert fin.post(DECIDE, sent(said, "execute")).status_code == 422, "it is done already"
    shown = fin.get(page, HTTP_ACCEPT_LANGUAGE="en")
    assert 'value="execute"' not in shown.content.decode()
    assert "carried it out" in text_of(shown)
    assert "he has changed jobs" in text_of(shown)


@sqlite
def test_whoever_may_not_decide_a_thing_does_not_say_that_it_is_done(community, viewer_of: Seated):
    said = proposed(community, "adjustment.exit:wang:x", "wang")
    decisions.confirm(Actor(viewer_of("gu")), decision=said["id"], seen=digest_of(said))
    with refused("acts.not_allowed"):
        decisions.execute(Actor(viewer_of("fin")), decision=said["id"])
    decisions.execute(Actor(viewer_of("gu")), decision=said["id"])


@sqlite
@pytest.mark.parametrize(
    ("decided", "asked", "carried"),
    [
        (True, {"to_party": "us"}, True),
        (True, {"to_party": "zhou"}, False),  # another fact than the one that is asked for
        (True, {"to_party": "us", "worth": "100.00"}, False),  # no cell of a row says an amount like this
        (False, {"to_party": "us"}, False),  # nobody has decided it
    ],
)
def test_the_fact_that_a_decision_asks_for_carries_it_out(community, viewer_of: Seated, decided, asked, carried):
    id = "screening.first_promise:lin:x"
    proposes = {"table": "commitments", "party": "lin", **asked, "because": id}
    said = standing(community, id, "lin", message=SAID, proposes=proposes)
    gu = Actor(viewer_of("gu"))
    if decided:
        decisions.confirm(gu, decision=id, seen=digest_of(said))
    promises.make_promise(Actor(viewer_of("op")), party="lin", to_party="us", what="a site", because=id)
    assert [act["act"] for act in acts(community) if act["act"] != "confirm"] == ["execute"] * carried
    assert bool(why(viewer_of("gu"), id).carried) == carried


@sqlite
def test_a_tap_on_today_carries_its_card_out(community, client_of: Clients, viewer_of: Seated):
    id = "insight.next_best_action:wang/touch:x"
    asked = {"table": "interactions", "member": "wang", "direction": "out", "because": id}
    standing(community, id, "wang/touch", rank=1, message=SAID, proposes=asked, proposal="insight.do.touch")
    tapped = client_of("op").post("/c/small/today/card", {"decision": id, "do": "log", "once": "x"}, **HX)
    assert tapped.headers["HX-Trigger"] == "recorded"
    (act,) = acts(community)
    assert (act["decision"], act["act"], act["by"]) == (id, "execute", "op")
    facts = [one.fact for one in JournalEntry.rows.of(community).order_by("-sequence")[:2]]
    undo(Actor(viewer_of("op")), facts=facts)
    assert acts(community) == [], "what is taken back is taken back whole"


OF_OFFICE = {"op", "fin", "comp", "fou"}
TAPPED = (
    ("zhou/question", "answer", {"table": "interactions", "replies_to": "question-1"}, OF_OFFICE),
    ("lin/condition", "deliver", {"table": "commitment_steps", "commitment": "sample"}, {"op", "fin", "fou"}),
    ("wang/touch", "log", {"table": "interactions", "member": "wang", "direction": "out"}, OF_OFFICE),
    ("top1/alert", "own", {"table": "alert_acts", "alert": "risk.alert:top1:x"}, OF_OFFICE),
)


@sqlite
@pytest.mark.parametrize(("subject", "do", "asked", "able"), TAPPED)
def test_a_card_offers_its_tap_to_whom_the_act_lets_through(community, client_of: Clients, subject, do, asked, able):
    community.policy = {"sights": {data: {Role.COUNCIL: Sight.ALL} for data in Data}}  # as a community may decide
    community.save()
    id = f"insight.next_best_action:{subject}:x"
    standing(community, asked.get("alert", "risk.alert:top1:x"), "top1", message=SAID)
    standing(community, id, subject, rank=1, message=SAID, proposes=asked)
    seen = {who for who in ("op", "fin", "comp", "fou", "gu", "aud") if id in today(client_of(who))}
    assert seen == {"op", "fin", "comp", "fou", "gu", "aud"}
    assert {who for who in seen if f'value="{do}"' in today(client_of(who))} == able
    for who in (*sorted(seen - able), *sorted(able)[:1]):
        answer = client_of(who).post("/c/small/today/card", {"decision": id, "do": do, "once": who})
        assert answer.status_code in ((302,) if who in able else (403, 422)), who


@sqlite
def test_a_promise_that_was_delivered_meanwhile_is_not_settled_again(community, client_of: Clients, viewer_of: Seated):
    id = "insight.next_best_action:lin/condition:x"
    standing(community, id, "lin/condition", rank=1, message=SAID, proposes={"commitment": "sample"})
    assert 'value="deliver"' in today(client_of("op"))
    promises.deliver(Actor(viewer_of("op")), commitment="sample")
    assert id in today(client_of("op"))
    assert 'value="deliver"' not in today(client_of("op"))


def today(client: Client) -> str:
    return client.get("/c/small/today").content.decode()
