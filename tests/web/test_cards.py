"""Cards of Today: whoever is shown one can do it, is led to where it is done, or reads for whom it waits."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web import place
from tests.web.acting import refused, standing
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of
from tests.web.test_papers import PDF, client_in

from tenfold.mechanisms.insight.rules import KINDS
from tenfold.report.cards import OF_POOLS
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.papers import record_check
from tenfold.web.services.talks import thank
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.folders import take_in

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
TODAY = "/c/small/today"
STAFF = ("op", "fin", "comp", "fou", "gu", "aud")
GATES = (b"  gates: []\n", b"  gates: [{id: kyc, applies_to: all, valid_for: 12m}, {id: sanctions, applies_to: all}]\n")
SAID = {"id": "insight.action.touch.plain", "params": {"subject": "zhou", "minutes": "5"}}
# A card of each kind that Today may show: whom it is about, and what it proposes; two kinds are told in two ways.
ASKED: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "deal": (("zhou", {"table": "interactions", "member": "zhou", "direction": "out"}),),
    "condition": (("zhou", {"table": "commitment_steps", "commitment": "sample", "step": "delivered"}),),
    "question": (("zhou", {"table": "interactions", "member": "zhou", "replies_to": "question-1"}),),
    "second_signature": (
        ("h1", {"table": "decision_acts", "decision": "distribution.pool:h1:x", "act": "confirm"}),
        ("lin@h1", {"table": "decision_acts", "decision": "distribution.payout:lin@h1:x", "act": "confirm"}),
        ("zhou", {"table": "agreements", "agreement": "zhou-nda", "state": "in_force"}),
    ),
    "hand_over": (("h1", {"table": "pools", "pool": "h1", "state": "exported"}),),
    "arrival": (("h1", {"table": "payouts", "pool": "h1", "state": "receipted"}),),
    "thanks": (("lin", {"table": "recognitions", "party": "lin", "kind": "thanks"}),),
    "gate": (("zhou", {"table": "gate_checks", "party": "zhou", "gate": "kyc"}),),
    "touch": (("wang", {"table": "interactions", "member": "wang", "direction": "out"}),),
    "cooling": (("wang", {"table": "interactions", "member": "wang", "direction": "out"}),),
    "deal_silent": (("zhou", {"table": "interactions", "member": "zhou", "direction": "out"}),),
    "offer": (("lin", {"table": "commitment_steps", "commitment": "sample", "step": "delivered"}),),
    "alert": (("top1", {"table": "alert_acts", "alert": "risk.alert:top1:x", "act": "act"}),),
}
OF_MONEY = {"on": "2026-09-01", "amount": "1.00", "currency": "CNY", "count": "1"}
EVERY = [(kind, *one) for kind in KINDS for one in ASKED[kind]]

sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    """The language that these clients read, where a test does not say another."""
    return "en"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The community, with gates."""
    made = place.write(tmp_path_factory.mktemp("cards") / "small")
    charter = made / "charter.yaml"
    assert charter.read_bytes().count(GATES[0]) == 1
    charter.write_bytes(charter.read_bytes().replace(*GATES))
    return made


def proposed(community: Community, kind: str, about: str, asked: Mapping[str, Any]) -> str:
    """Let Today propose an act; return its decision."""
    id = f"insight.next_best_action:{about}/{kind}:x"
    told = (
        OF_MONEY
        if kind in OF_POOLS
        else {"by": "fin", "state": "red", "on": "2026-09-01", "promise": "kyc", "what": "nda", "owner": "operator"}
    )
    message = {"id": f"insight.action.{kind}.plain", "params": {**SAID["params"], **told}}
    standing(community, id, f"{about}/{kind}", rank=1, message=message, proposes={**asked, "because": id})
    return id


def shown(client: Client, id: str) -> str:
    """Return the card of a decision on somebody's Today; nothing where it is not there."""
    page = client.get(TODAY).content.decode()
    found = re.search(rf'<article class="act" id="[^"]*" data-decision="{re.escape(id)}">.*?</article>', page, re.S)
    return "" if found is None else found[0]


@sqlite
@pytest.mark.parametrize(("kind", "about", "asked"), EVERY)
def test_whoever_is_shown_a_card_can_do_it_or_reads_for_whom_it_waits(
    community: Community, client_of: Clients, kind: str, about: str, asked: Mapping[str, Any]
) -> None:
    with writing(community, Author("fin")) as writer:  # an approved pool, so that its cards wait for something
        period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 6, 30)}
        writer.add(
            "pools", pool="h1", layer="cash", amount_minor=1, currency="CNY", state="approved", by="fin", **period
        )
        paid = {"pool": "h1", "party": "lin", "amount_minor": 1, "currency": "CNY"}
        writer.add("payouts", state="approved", **paid)
    standing(community, "risk.alert:top1:x", "top1", message=SAID)
    id = proposed(community, kind, about, asked)
    seen = 0
    for who in (*STAFF, "zhou", "lin"):
        client = client_of(who)
        card = shown(client, id)
        if not card:
            continue
        seen += 1
        tap = re.search(r'<button class="btn btn-do" name="do" value="(\w+)"', card)
        door = re.search(r'<a class="btn btn-do" href="([^"#]*)', card)
        assert tap or door or "waits for" in card, (who, card)
        if door:
            assert client.get(door[1].replace("&amp;", "&")).status_code == 200, (who, door[1])
        if tap:
            sent = {"decision": id, "do": tap[1], "once": who}
            assert client.post("/c/small/today/card", sent, **HX).status_code == 200, (who, tap[1])
            assert shown(client, id) == "", "what is done leaves at once"
            break
    assert seen


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gate_that_runs_out_is_for_compliance_and_leads_to_the_check(community, client_of: Clients, language):
    id = proposed(community, "gate", "zhou", *[asked for _, asked in ASKED["gate"]])
    assert [who for who in STAFF if shown(client_of(who), id)] == ["comp"]
    comp = client_of("comp")
    comp.cookies["django_language"] = language
    card = shown(comp, id)
    assert {"en": "Record a check", "zh-hans": "登记核验"}[language] in card
    where = "/c/small/people/zhou?record=check&gate=kyc"
    assert f'href="{where.replace("&", "&amp;")}#check"' in card
    page = comp.get(where)
    assert RAW.findall(text_of(page)) == []
    assert '<details class="ask" id="check" open>' in page.content.decode()
    assert '<option value="kyc" selected>' in page.content.decode()
    assert 'id="check" open' not in comp.get("/c/small/people/zhou").content.decode()
    sent = {"gate": "kyc", "result": "pass", "until": "2027-08-31", "once": "x"}
    sent["file"] = SimpleUploadedFile("passport.pdf", PDF)
    assert comp.post("/c/small/people/zhou/check", sent, **HX).status_code == 200
    (row,) = current(community, "gate_checks")
    assert (row["party"], row["gate"], row["result"], row["verifier"]) == ("zhou", "kyc", "pass", "comp")
    assert (str(row["valid_until"]), row["because"], row["recorded_by"]) == ("2027-08-31", id, "comp")
    assert [act["act"] for act in counting(community, "decision_acts").values()] == ["execute"]
    assert shown(comp, id) == "", "it goes at once, before the numbers follow"
    paper = f"/c/small/papers/{row['fact']}/{row['evidence'][0]}"
    assert comp.get(paper).content == PDF
    assert client_of("zhou").get(paper).content == PDF, "one's own"
    for who in ("op", "fin", "fou", "gu"):
        assert client_of(who).get(paper).status_code == 404, who
    assert "kyc" in text_of(client_of("op").get("/c/small/people/zhou")), "its result is nobody's secret here"


@sqlite
def test_another_check_than_the_card_asks_for_is_not_its_answer(community, viewer_of: Seated):
    id = proposed(community, "gate", "zhou", *[asked for _, asked in ASKED["gate"]])
    comp = Actor(viewer_of("comp"))
    record_check(comp, party="zhou", gate="sanctions", result="pass")
    record_check(comp, party="lin", gate="kyc", result="pass")
    record_check(comp, party="zhou", gate="kyc", result="fail")
    assert [row["because"] for row in current(community, "gate_checks")].count(id) == 1
    (asked,) = [row for row in current(community, "gate_checks") if row["because"] == id]
    assert (asked["party"], asked["gate"], asked["result"]) == ("zhou", "kyc", "fail")


def test_checks_are_recorded_by_compliance_alone_and_by_nobody_of_themselves(community, viewer_of: Seated) -> None:
    check = {"party": "zhou", "gate": "kyc", "result": "pass"}
    for who in ("op", "fin", "fou", "gu", "aud", "zhou"):
        with refused("acts.not_allowed"):
            record_check(Actor(viewer_of(who)), **check)
    comp = Actor(viewer_of("comp"))
    with refused("acts.about_oneself"):
        record_check(comp, **check | {"party": "comp"})
    with refused("acts.unknown"):
        record_check(comp, **check | {"party": "nobody"})
    with refused("check.gate"):
        record_check(comp, **check | {"gate": "taste"})
    with refused("check.over"):
        record_check(comp, **check, valid_until=date(2026, 9, 19))
    record_check(comp, **check, valid_until=date(2026, 9, 20))
    record_check(comp, **check, valid_until=date(2026, 9, 21))
    with writing(community, Author("op")) as writer:
        writer.add("role_terms", party="comp", role="operator", until=date(2026, 12, 31))
    with refused("check.compliance_alone"):
        record_check(Actor(viewer_of("comp")), **check)


@sqlite
def test_the_form_of_a_check_is_there_for_whoever_may_record_one(community, client_of: Clients, viewer_of: Seated):
    offered = [who for who in (*STAFF, "zhou") if 'id="check"' in member(client_of(who), "zhou")]
    assert offered == ["comp"]
    assert 'id="check"' not in member(client_of("comp"), "comp"), "nobody clears themselves"
    assert client_of("op").post("/c/small/people/zhou/check", {"gate": "kyc", "result": "pass"}).status_code == 403
    wrong = {"gate": "kyc", "result": "perhaps"}
    assert client_of("comp").post("/c/small/people/zhou/check", wrong).status_code == 422


def member(client: Client, party: str) -> str:
    """Return somebody's page."""
    return client.get(f"/c/small/people/{party}").content.decode()


@sqlite
def test_who_was_paid_is_thanked_with_one_tap_and_nobody_thanks_themselves(community, client_of, viewer_of: Seated):
    id = proposed(community, "thanks", "lin", *[asked for _, asked in ASKED["thanks"]])
    assert "waits for the compliance lead, the finance lead, founders, the operator" in shown(client_of("aud"), id)
    assert shown(client_of("op"), id) == "", "the operator is not told who was paid"
    fin = client_of("fin")
    assert 'value="thank"' in shown(fin, id)
    assert fin.post("/c/small/today/card", {"decision": id, "do": "thank", "once": "x"}, **HX).status_code == 200
    (row,) = current(community, "recognitions")
    assert (row["giver"], row["party"], row["kind"], row["because"]) == ("fin", "lin", "thanks", id)
    with refused("acts.own_thanks"):
        thank(Actor(viewer_of("fin")), party="fin")
    with refused("acts.not_allowed"):
        thank(Actor(viewer_of("gu")), party="lin")


@sqlite
def test_an_agreement_that_one_side_signed_is_recorded_because_of_its_card(database: str, tmp_path: Path) -> None:
    made = place.write(tmp_path / "agreed")
    charter = made / "charter.yaml"
    asks = (b"  indicators: []\n", b"  indicators: []\n  agreements_required: {investor: [nda]}\n")
    charter.write_bytes(charter.read_bytes().replace(*asks))
    community = take_in(made, "small", Author("import:small"))
    client = client_in(community, "op")
    with writing(community, Author("op")) as writer:
        writer.add("agreements", agreement="zhou-nda", type="nda", party="zhou", state="part_signed")
    about, asked = ASKED["second_signature"][2]
    id = proposed(community, "second_signature", about, asked)
    assert "/c/small/people/zhou?record=agreement#agreement" in shown(client, id)
    assert '<details class="ask" id="agreement" open>' in member(client, "zhou?record=agreement")
    for state, cause in (("sent", None), ("in_force", id)):
        sent = {"type": "nda", "state": state, "once": state}
        assert client.post("/c/small/people/zhou/agreement", sent, **HX).status_code == 200
        (row,) = current(community, "agreements")
        assert (row["state"], row["because"]) == (state, cause)
    assert shown(client, id) == ""


@sqlite
def test_a_pool_that_waits_for_its_second_signature_is_told_to_whoever_sees_payouts(community, client_of: Clients):
    pool, payout, agreement = (proposed(community, "second_signature", *one) for one in ASKED["second_signature"])
    told = {id: {who for who in STAFF if shown(client_of(who), id)} for id in (pool, payout, agreement)}
    payees = {"fin", "comp", "fou", "aud"}
    assert told == {pool: payees, payout: payees, agreement: payees | {"op"}}
    op, fin = client_of("op"), client_of("fin")
    for id in (pool, payout):
        put_away = {"decision": id, "do": "dismiss", "once": id}
        assert op.post("/c/small/today/card", put_away).status_code in (403, 404)
        assert op.post("/c/small/decide", put_away | {"reason": "no"}).status_code in (403, 404, 422)
        assert [client.get(f"/c/small/why/{id}").status_code for client in (op, fin)] == [404, 200]
        assert op.get(f"/c/small/number/{id}").status_code == 404
        assert fin.post("/c/small/today/card", put_away).status_code == 302
    assert op.get(f"/c/small/why/{agreement}").status_code == 200
    acts = list(counting(community, "decision_acts").values_list("fact", flat=True))
    assert [len(acts), [op.get(f"/c/small/thread/{fact}").status_code for fact in acts]] == [2, [404, 404]]
