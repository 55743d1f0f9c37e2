"""Money and deals as forms: a payment is recorded with its round or deal, a deal is opened with or without a paper."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.acting import refused
from tests.web.place import AMOUNT
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import deals
from tenfold.web.services.acting import Actor
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting, current

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
MONEY, OPEN, MOVE = "/c/small/funding/money", "/c/small/funding/open", "/c/small/funding/move"
PAID = {"payer": "zhou", "payee": "us", "amount": "1,200,000.50", "currency": "cny", "purpose": "investment"}
NEW = {"party": "lin", "round": "a", "amount": "250000", "stage": "committed"}
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def paid(community: Community) -> list[dict[str, object]]:
    return list(counting(community, "cash_movements").order_by("recorded_at").values())


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["fin", "op", "zhou"])
def test_the_page_speaks_the_readers_language(community, client_of: Clients, viewer_of: Seated, language, who):
    money = {"amount_minor": 4200, "currency": "CNY", "purpose": "grant", "round": "a", "reference": "July"}
    deals.record_money(Actor(viewer_of("fin")), payer="zhou", payee="us", **money)
    client = client_of(who)
    client.cookies["django_language"] = language
    for address in (MONEY, f"{MONEY}?deal=a-zhou"):
        told = text_of(client.get(address))
        assert RAW.findall(told) == []
        assert "July" in told
        assert ("42.00" in told) is (who != "op"), "the operator sees no amounts"


@sqlite
def test_each_sees_what_they_may(community, client_of: Clients):
    shown = {who: client_of(who).get(MONEY) for who in ("fin", "op", "gu", "aud", "zhou", "lin", "sup")}
    assert [answer.status_code for answer in shown.values()] == [200, 200, 200, 200, 200, 403, 403]
    assert {who for who in shown if 'name="payer"' in shown[who].content.decode()} == {"fin"}
    assert client_of("fin").get(f"{MONEY}?deal=nothing").status_code == 404


def test_a_payment_of_a_round_is_recorded_once_with_its_receipt(community, client_of: Clients):
    fin = client_of("fin")
    sent = {**PAID, "round": "a", "reference": "first part", "once": "x"}
    for _ in range(5):
        receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1")
        assert fin.post(MONEY, {**sent, "file": receipt}, **HX).headers["HX-Trigger"] == "recorded"
    (row,) = paid(community)
    assert (row["payer"], row["payee"], row["amount_minor"], row["currency"]) == ("zhou", "us", 120000050, "CNY")
    assert (row["round"], row["opportunity"], row["because"]) == ("a", None, None)
    (document,) = counting(community, "documents").filter(document=row["evidence"][0]).values("kind", "sha256")
    assert document["kind"] == "bank_receipt"
    assert document["sha256"]


@sqlite
def test_a_payment_of_a_deal_is_in_its_thread_and_may_complete_it(community: Community, client_of: Clients) -> None:
    fin = client_of("fin")
    part = {"deal": "a-zhou", "amount": "1000000", "currency": "CNY", "purpose": "investment", "day": "2026-09-18"}
    assert fin.post(MONEY, part).status_code == 302, "who pays and who is paid follow from the deal"
    assert [row["stage"] for row in current(community, "opportunities")] == ["committed"]
    rest = part | {"completes": "1", "paper_place": "the vault", "day": "2026-09-20"}
    assert fin.post(MONEY, rest).status_code == 302
    first, second = paid(community)
    assert (first["payer"], first["payee"], first["round"], first["because"]) == ("zhou", "us", "a", "deal-1")
    assert first["occurred_at"] == datetime(2026, 9, 18, 4, tzinfo=UTC), "midday in Shanghai"
    (deal,) = current(community, "opportunities", opportunity=["a-zhou"])
    assert (deal["stage"], deal["evidence"], deal["because"]) == ("wired", second["evidence"], "deal-1")
    assert fin.post(MONEY, rest).status_code == 422, "a deal is completed once"
    assert fin.post(MONEY, part).status_code == 302, "money that comes after it is recorded"
    assert len(paid(community)) == 3


@sqlite
def test_what_was_paid_before_the_deals_last_state_still_completes_it(community, viewer_of: Seated):
    fin = Actor(viewer_of("fin"))
    deals.move_deal(fin, opportunity="a-zhou", stage="signed")
    money = {"payer": "zhou", "payee": "us", "amount_minor": 1, "currency": "CNY", "purpose": "investment"}
    early = datetime(2026, 9, 1, tzinfo=UTC)
    deals.record_money(fin, **money, opportunity="a-zhou", completes=True, at=early)
    (deal,) = current(community, "opportunities", opportunity=["a-zhou"])
    assert deal["stage"] == "wired"
    assert paid(community)[0]["occurred_at"] == early


@sqlite
def test_a_payment_that_does_not_fit_is_refused(community, viewer_of: Seated):
    fin = Actor(viewer_of("fin"))
    money = {"payer": "zhou", "payee": "us", "amount_minor": 1, "currency": "CNY", "purpose": "investment"}
    with refused("acts.no_deal"):
        deals.record_money(fin, **money, completes=True)
    with refused("acts.other_round"):
        deals.record_money(fin, **money, opportunity="a-zhou", round="b")
    with refused("acts.unknown"):
        deals.record_money(fin, **money, opportunity="nothing")


@sqlite
def test_a_payment_that_cannot_be_writes_nothing(community, client_of: Clients):
    clients = {who: client_of(who) for who in ("op", "fou", "zhou", "fin")}
    for who, changed, status in (
        ("op", {}, 403),
        ("fou", {}, 403),
        ("zhou", {}, 403),
        ("fin", {"amount": "0"}, 422),
        ("fin", {"amount": "1.005"}, 422),
        ("fin", {"currency": "NON"}, 422),
        ("fin", {"purpose": "a present"}, 422),
        ("fin", {"payer": "nobody"}, 422),
        ("fin", {"payer": "us"}, 422),
        ("fin", {"round": "nothing"}, 422),
        ("fin", {"pool": "nothing"}, 422),
        ("fin", {"deal": "nothing"}, 404),
        ("fin", {"day": "2026-09-21"}, 422),
        ("fin", {"day": "soon"}, 422),
        ("fin", {"completes": "1"}, 422),
        ("fin", {"file": SimpleUploadedFile("run.exe", b"MZ")}, 422),
    ):
        assert clients[who].post(MONEY, PAID | changed).status_code == status, changed
    assert (paid(community), counting(community, "documents").filter(recorded_by="fin").count()) == ([], 0)


@sqlite
def test_a_deal_is_opened_with_its_paper_or_as_a_claim(community: Community, client_of: Clients) -> None:
    op = client_of("op")
    for _ in range(5):
        assert op.post(OPEN, {**NEW, "source": "referral", "introduced_by": "zhou", "once": "x"}).status_code == 302
    proved = {**NEW, "party": "wang", "stage": "signed", "kind": "agreement_executed", "paper_place": "the vault"}
    assert op.post(OPEN, proved, **HX).headers["HX-Trigger"] == "recorded"
    rows = {row["party"]: row for row in current(community, "opportunities")}
    assert sorted(rows) == ["lin", "wang", "zhou"]
    lin = rows["lin"]
    assert (lin["amount_minor"], lin["currency"], lin["source"], lin["introduced_by"], lin["evidence"]) == (
        25000000, "CNY", "referral", "zhou", None,
    )  # fmt: skip
    (paper,) = counting(community, "documents").filter(document__in=rows["wang"]["evidence"]).values()
    assert (rows["wang"]["stage"], paper["kind"]) == ("signed", "agreement_executed")


@sqlite
def test_a_deal_that_cannot_be_is_not_opened(community, client_of: Clients):
    clients = {who: client_of(who) for who in ("zhou", "gu", "op")}
    for who, changed, status in (
        ("zhou", {}, 403),
        ("gu", {}, 403),
        ("op", {"party": "nobody"}, 422),
        ("op", {"round": "nothing"}, 422),
        ("op", {"amount": "0"}, 422),
        ("op", {"amount": "much"}, 422),
        ("op", {"stage": "no_such"}, 422),
        ("op", {"kind": "a napkin"}, 422),
        ("op", {"source": "a dream"}, 422),
    ):
        assert clients[who].post(OPEN, NEW | changed).status_code == status, changed
    assert counting(community, "opportunities").count() == 1


@sqlite
def test_in_a_round_that_is_over_no_deal_is_opened(community, client_of: Clients, viewer_of: Seated):
    with writing(community, Author("fin")) as writer:
        cells = {"stage": "growth", "instrument": "equity", "currency": "CNY", "state": "closed"}
        writer.add("rounds", round="a", **cells)
    deal = {"round": "a", "party": "lin", "amount_minor": 1, "currency": "CNY", "stage": "committed"}
    with refused("acts.round_over"):
        deals.open_deal(Actor(viewer_of("op")), **deal)
    assert OPEN not in client_of("op").get("/c/small/funding").content.decode()


@sqlite
def test_a_move_changes_the_amount_and_keeps_how_well_it_is_known(community, client_of: Clients):
    figure = int(AMOUNT.replace(".", ""))
    with writing(community, Author("fin")) as writer:
        deal = {"opportunity": "a-zhou", "round": "a", "party": "zhou", "amount_minor": figure, "currency": "CNY"}
        writer.add("opportunities", **deal, stage="committed", amount_known="about")
    op = client_of("op")
    assert op.post(MOVE, {"deal": "a-zhou", "stage": "signed"}).status_code == 302
    (moved,) = current(community, "opportunities")
    assert (moved["amount_minor"], moved["amount_known"]) == (figure, "about")
    assert op.post(MOVE, {"deal": "a-zhou", "stage": "signed", "amount": "8,000,000"}).status_code == 302
    (changed,) = current(community, "opportunities")
    assert (changed["amount_minor"], changed["amount_known"]) == (800000000, None)
    assert changed["because"] == moved["fact"], "its moves are one thread"
    assert op.post(MOVE, {"deal": "a-zhou", "stage": "signed", "amount": "0"}).status_code == 422


@sqlite
def test_a_deals_thread_offers_what_its_viewer_may_do(community, client_of: Clients):
    offered = {
        who: client_of(who).get("/c/small/thread/deal-1").content.decode() for who in ("fin", "op", "gu", "zhou")
    }
    assert {who for who in offered if f'action="{MOVE}"' in offered[who]} == {"fin", "op"}
    assert {who for who in offered if f"{MONEY}?deal=a-zhou" in offered[who]} == {"fin"}
    assert f'action="{MOVE}"' not in client_of("fin").get("/c/small/thread/promise-1").content.decode()
