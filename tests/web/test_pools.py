"""Distribution as the people of the small community see it: amounts for whom they are, two signatures, one payment."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.small import CHARTER
from tests.web.acting import caught_up, measured, standing
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.web.jobs.recompute import recompute
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.results import CycleRun

Clients = Callable[[str], Client]
POOLS, POOL = "/c/small/distribution", "/c/small/distribution/h1"
AMOUNTS = {"lin": "333.34", "wang": "456.78"}  # figures that stand nowhere else
APPEAL = {"id": "distribution.appeal", "params": {"until": "2026-12-05", "version": "1"}}
CHEN = {
    "id": "distribution.payout_holder",
    "params": {"party": "chen", "pool": "h1", "amount": "1.00", "currency": "CNY", "pool_amount": "1000.00"},
}
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


@pytest.fixture
def shared(community: Community) -> Community:
    """The community with what a cycle would say of its pool."""
    for party, amount in AMOUNTS.items():
        params = {
            "party": party,
            "pool": "h1",
            "amount": amount,
            "currency": "CNY",
            "points": "2000.000000",
            "all_points": "30000.000000",
            "before_caps": "500.00" if party == "wang" else amount,
            "pool_amount": "1000.00",
        }
        id = "distribution.payout_capped" if party == "wang" else "distribution.payout"
        proposes = {"pool": "h1", "party": party, "amount": amount, "currency": "CNY", "because": "pool-1"}
        standing(
            community,
            f"distribution.payout:{party}@h1:pool-1",
            f"{party}@h1",
            message={"id": id, "params": params},
            proposes=proposes,
            value=amount,
            unit="CNY",
            **({"appeal": APPEAL} if party == "wang" else {}),
        )
        measured(community, "dis.points", f"{party}@h1", "2000.000000", "points")
    whole = {"amount": "1000.00", "paid": "790.12", "remainder": "209.88", "brought": "0.00", "currency": "CNY"}
    said = {"parties": "2", "capped": "1", "waiting": "0.00", "layer": "cash", "pool": "h1", "signatures_wanted": "2"}
    message = {"id": "distribution.pool_previewed", "params": whole | said}
    standing(community, "distribution.pool:h1:pool-1", "h1", message=message, proposal_sha256="a" * 64)
    measured(community, "dis.gini", "h1", "0.368255", "ratio")
    caught_up(community)
    return community


def payments(client: Client) -> list[list[str]]:
    """The lines of the payment file, as a sheet reads them."""
    text = client.get(f"{POOL}/payments.csv").content.decode("utf-8-sig")
    return list(csv.reader(text.splitlines()))


def amounts_in(answer: object) -> set[str]:
    """Whose amounts a page says."""
    return {party for party, amount in AMOUNTS.items() if amount in text_of(answer)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(shared, client_of: Clients, language):
    client = client_of("fin")
    client.cookies["django_language"] = language
    for address in (POOLS, POOL, f"{POOL}/to/wang", f"{POOL}/to/lin"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = text_of(answer)
        assert RAW.findall(text) == []
        assert re.findall(r"\b(?:pools?|statement|acts|distribution)\.[a-z_.]+|\bh1\b", text) == [], address


def test_everybody_sees_the_amounts_that_are_theirs_to_see(shared, client_of: Clients):
    for who in ("fin", "comp", "gu", "aud", "fou"):
        assert amounts_in(client_of(who).get(POOL)) == {"lin", "wang"}, who
    lin = client_of("lin")
    assert amounts_in(lin.get(POOL)) == {"lin"}
    assert "36.8" in text_of(lin.get(POOL))  # the shape of the shares names nobody
    assert amounts_in(lin.get(POOLS)) == {"lin"}
    assert lin.get(f"{POOL}/to/lin").status_code == 200
    assert lin.get(f"{POOL}/to/wang").status_code == 404
    assert lin.get(f"{POOL}/payments.csv").status_code == 403
    for who in ("op", "sup"):
        for address in (POOLS, POOL, f"{POOL}/to/lin", f"{POOL}/payments.csv"):
            assert client_of(who).get(address).status_code == 403, who
    assert client_of("zhou").get(POOL).status_code == 404  # a member of whom the pool says nothing


def test_a_line_says_its_cap_and_the_page_that_it_adds_up(shared, client_of: Clients):
    text = text_of(client_of("fin").get(POOL))
    assert "at the cap" in text
    assert "adds up to the pool" in text
    assert "No budget document is attached" in text
    other = {"amount": "1000.00", "paid": "790.13", "remainder": "209.88", "brought": "0.00", "currency": "CNY"}
    message = {"id": "distribution.pool_previewed", "params": other}
    standing(shared, "distribution.pool:h1:pool-0", "h1", message=message, value="1000.00", unit="CNY")
    assert "not been shown to add up to the pool" in text_of(client_of("fin").get(POOL))  # a cent too much


def test_a_statement_holds_the_sum(shared, client_of: Clients):
    text = " ".join(text_of(client_of("lin").get(f"{POOL}/to/lin")).split())
    assert "2,000 ÷ 30,000 points × ¥1,000.00 = ¥333.34" in text
    assert "unpaid work" in text
    assert "value × 2, charter version 1" in text
    assert "Points for each kind of contribution › unpaid work" in text
    assert "/distribution" not in text  # where a rule stands is said in words
    assert "counts" in text
    assert "appeal" not in text
    assert re.search(r"\b[0-9a-f]{64}\b", text)
    paid = " ".join(text_of(client_of("fin").get(f"{POOL}/to/wang")).split())
    assert "at the cap ¥456.78" in paid
    assert "Time to appeal open to the payee until 5 Dec 2026 (charter version 1)" in paid


@pytest.mark.parametrize(("until", "over"), [("2026-09-20", False), ("2026-09-19", True)])
def test_time_to_appeal_that_has_passed_is_over(shared, client_of: Clients, until, over):
    """The day that is named is the last; it is the 20th."""
    appeal = {"id": "distribution.appeal", "params": {"until": until, "version": "1"}}
    said = standing(shared, "distribution.payout:chen@h1:pool-1", "chen@h1", message=CHEN, value="1.00", appeal=appeal)
    for address in (f"{POOL}/to/chen", f"/c/small/why/{said['id']}"):
        told = " ".join(text_of(client_of("fin").get(address)).split())
        assert ("is over: it was open to the payee until" in told) is over, address


def test_a_contribution_that_earns_nothing_says_why_and_by_which_rule(community, client_of: Clients):
    work = {"party": "lin", "type": "work_unpaid", "quantity": Decimal(1), "currency": "CNY", "fair_value_minor": 100}
    at = datetime(2026, 6, 29, tzinfo=UTC)
    with writing(community, Author("op")) as writer:
        facts = {name: writer.add("contributions", occurred_at=at, **work) for name in ("open", "fought", "window")}
        writer.add("attestations", contribution=facts["fought"], by="zhou", verdict="dispute", reason="half of it")
        writer.add("attestations", contribution=facts["window"], by="us", verdict="accept")
        writer.add("contributions", occurred_at=at, **{**work, "party": "gu"})
    client = client_of("fin")
    recompute(community)
    with writing(community, Author("op")) as writer:
        writer.add("contributions", occurred_at=at, **work)
    page = client.get(f"{POOL}/to/lin").content.decode()
    text = " ".join(text_of(client.get(f"{POOL}/to/lin")).split())
    assert text.count("Points for each kind of contribution › unpaid work") == 5
    assert "0 of 1 confirmation by others" in text
    assert "not in the numbers yet" in text
    assert text.count("counts once nobody has disputed it by 3 Oct") == 1
    for name in ("open", "fought", "window"):
        why = f"distribution.unearned:lin@h1:{facts[name]}"
        assert f"/c/small/why/{why}" in page, name
        told = " ".join(text_of(client.get(f"/c/small/why/{why}")).split())
        assert "earns nothing in pool" in told
        assert "What settles it" in told
    assert "3 contributions; the statement says why" in text_of(client.get(POOL))
    assert "¥0" in text_of(client_of("gu").get(f"{POOL}/to/gu")), "who is paid nothing has a statement as well"
    assert client_of("zhao").get(f"{POOL}/to/lin").status_code == 404


def pressed(client: Client, do: str, **sent: str) -> int:
    """Press a button of the pool's page as it stands; return the status."""
    page = client.get(POOL).content.decode()
    seen = re.findall(r'name="seen" value="([^"]*)"', page)
    return client.post(f"{POOL}/do", {"do": do, "once": do, "seen": seen[0] if seen else "", **sent}).status_code


def test_two_sign_what_both_saw_and_it_is_paid_once(shared, client_of: Clients):
    fin, gu = client_of("fin"), client_of("gu")
    assert "waits for finance to show the preview" in text_of(gu.get(POOL))
    assert pressed(fin, "approve") == 422  # nobody has seen it yet
    assert pressed(fin, "preview") == 302
    assert pressed(fin, "approve") == 422  # the numbers do not know the newest facts
    caught_up(shared)
    assert pressed(fin, "approve", seen="0" * 64) == 422
    assert pressed(fin, "approve") == 302
    caught_up(shared)
    waits = text_of(fin.get(POOL))
    assert "1/2" in waits
    assert "waits for" in waits
    assert "名字gu" in waits
    assert 'value="approve"' not in fin.get(POOL).content.decode()
    assert pressed(gu, "export") == 403
    assert fin.get(f"{POOL}/payments.csv").status_code == 404
    for address in (POOL, POOLS):
        assert "in approval" in text_of(fin.get(address)), "one of two has signed"
    assert pressed(gu, "approve") == 302
    for address in (POOL, POOLS):
        assert "in approval" not in text_of(fin.get(address)), "nobody is waited for"
        assert re.search(r"\bsigned\b", text_of(fin.get(address)))
    assert pressed(fin, "export") == 302
    assert pressed(fin, "export", once="again") == 422
    half = ["CNY", "first half of 2026"]
    assert sorted(payments(fin)[1:]) == [["lin", "333.34", *half], ["wang", "456.78", *half]]
    states = [row["state"] for row in current(shared, "payouts", pool=["h1"])]
    assert states == ["exported", "exported"]


def handed_over(community: Community, client_of: Clients) -> Client:
    """Preview, sign twice and hand over; return who is to say whether the money arrived."""
    fin = client_of("fin")
    assert pressed(fin, "preview") == 302
    for signer in (fin, client_of("gu")):
        caught_up(community)
        assert pressed(signer, "approve") == 302
    assert "Before it is handed over" in text_of(fin.get(POOL))
    assert pressed(fin, "export") == 302
    return fin


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_became_of_the_money_is_said_on_the_pools_page(shared, client_of: Clients, language):
    fin, lin = handed_over(shared, client_of), client_of("lin")
    for client in (fin, lin):
        client.cookies["django_language"] = language
    receipt = SimpleUploadedFile("receipt.pdf", b"%PDF-1")
    assert pressed(fin, "receipted", party="lin", file=receipt) == 302
    assert [line[0] for line in payments(fin)[1:]] == ["wang"], "who is paid is in no file that pays once more"
    assert pressed(fin, "returned", party="wang") == 302
    assert fin.get(f"{POOL}/payments.csv").status_code == 404
    page = fin.get(POOL)
    assert RAW.findall(text_of(page)) == []
    assert 'value="receipted"' not in page.content.decode()
    assert pressed(fin, "exported", party="wang") == 302
    assert pressed(fin, "receipted", party="wang", once="wang", day="2026-09-21") == 422, "tomorrow"
    assert pressed(fin, "receipted", party="wang", once="yesterday", day="2026-09-19") == 302
    page = fin.get(POOL).content.decode()
    assert re.findall(r'name="do" value="(\w+)"', page) == ["returned"], "money may still come back"
    assert "payments.csv" not in page
    (paid,) = [row for row in current(shared, "payouts", pool=["h1"]) if row["party"] == "lin"]
    (document,) = current(shared, "documents", document=paid["evidence"])
    assert (document["kind"], bool(document["sha256"])) == ("bank_receipt", True)
    told = {"en": "paid", "zh-hans": "已支付"}[language]
    assert told in text_of(lin.get(POOL))


def test_a_statement_says_what_became_of_the_payment_and_when(shared, client_of: Clients):
    lin = client_of("lin")
    assert "Payment:" not in text_of(lin.get(f"{POOL}/to/lin")), "nothing is approved yet"
    fin = handed_over(shared, client_of)
    assert "Payment: with the bank, Sun 20 Sep" in text_of(lin.get(f"{POOL}/to/lin"))
    assert pressed(fin, "receipted", party="lin", day="2026-09-19") == 302
    assert "Payment: paid, " in text_of(lin.get(f"{POOL}/to/lin"))
    assert "Payment: with the bank" in text_of(fin.get(f"{POOL}/to/wang")), "each of their own"
    assert lin.get(f"{POOL}/to/wang").status_code == 404


def test_whoever_cannot_say_it_is_told_whom_the_pool_waits_for(shared, client_of: Clients):
    fin, gu = handed_over(shared, client_of), client_of("gu")
    assert "waits for finance to say whether the money arrived" in text_of(gu.get(POOL))
    assert pressed(gu, "receipted", party="lin") == 403
    assert pressed(fin, "receipted") == 422
    assert "Tick at least one payment." in text_of(fin.post(f"{POOL}/do", {"do": "receipted"}))
    assert pressed(fin, "exported", party="lin") == 422
    said = text_of(fin.post(f"{POOL}/do", {"do": "exported", "party": "lin"}))
    assert "The payout to lin is exported. This is possible only when it is returned." in said


@pytest.mark.parametrize("gone", ["export", "cancel"])
def test_what_one_looks_at_before_an_act_goes_with_the_act(shared, client_of: Clients, gone):
    fin = client_of("fin")
    assert "Before you sign" in text_of(fin.get(POOL))
    if gone == "export":
        handed_over(shared, client_of)
    else:
        assert pressed(fin, "cancel") == 302
    assert not re.search("Before (you sign|it is handed over)", text_of(fin.get(POOL)))


def undone(client: Client, page: str = POOL) -> int:
    """Take back what the page says was just recorded; return the status."""
    facts = re.findall(r'name="fact" value="([^"]+)"', client.get(page).content.decode())
    assert facts
    return client.post("/c/small/undo", {"fact": facts}).status_code


def test_a_signature_is_taken_back_until_somebody_goes_on_from_it(shared, client_of: Clients):
    fin, gu = client_of("fin"), client_of("gu")
    assert pressed(fin, "preview") == 302
    shown = fin.get(POOL).content.decode()
    assert "Previewed." in shown
    assert 'name="fact"' not in shown, "what others were shown is not taken back"
    caught_up(shared)
    assert pressed(fin, "approve") == 302
    assert undone(fin) == 302
    caught_up(shared)
    assert "0/2" in text_of(fin.get(POOL))
    assert pressed(fin, "approve", once="again") == 302
    kept = re.findall(r'name="fact" value="([^"]+)"', fin.get(POOL).content.decode())
    caught_up(shared)
    assert pressed(gu, "approve") == 302
    assert fin.post("/c/small/undo", {"fact": kept}).status_code == 422, "the second signature rests on the first"
    assert undone(gu) == 302
    assert [row["state"] for row in current(shared, "payouts", pool=["h1"])] == []
    caught_up(shared)
    assert pressed(gu, "approve", once="second") == 302
    last = re.findall(r'name="fact" value="([^"]+)"', gu.get(POOL).content.decode())
    assert pressed(fin, "export") == 302
    assert gu.post("/c/small/undo", {"fact": last}).status_code == 422, "it was handed over to be paid"
    assert 'name="fact"' not in fin.get(POOL).content.decode()


def test_a_payment_file_opens_without_a_formula(shared, client_of: Clients):
    with writing(shared, Author("op")) as writer:
        writer.add("parties", party="lin", type="organisation", name="=1+1")
        paid = {"amount_minor": 1, "currency": "CNY", "state": "exported"}
        writer.add("payouts", pool="h1", party="lin", **paid)
    assert payments(client_of("fin"))[1][:3] == ["'=1+1", "0.01", "CNY"]


def test_a_pool_is_declared_by_finance_and_taken_back(shared, client_of: Clients):
    fin = client_of("fin")
    good = {"layer": "cash", "amount": "12,000.50", "start": "2026-07-01", "end": "2026-12-31"}
    for wrong in (
        {"amount": "12.345"},
        {"amount": "a lot"},
        {"amount": "9" * 30},
        {"amount": ""},
        {"amount": "0"},
        {"start": "2026-13-01"},
    ):
        assert fin.post(POOLS, good | wrong).status_code == 422, wrong
    assert client_of("gu").post(POOLS, good).status_code == 403
    assert fin.post(POOLS, good | {"once": "one"}).status_code == 302
    assert fin.post(POOLS, good | {"once": "one"}).status_code == 302
    (row,) = [one for one in counting(shared, "pools").values() if one["pool"] != "h1"]
    assert (row["amount_minor"], row["period_end"], row["by"]) == (1200050, date(2026, 12, 31), "fin")
    assert "second half of 2026" in text_of(fin.get(POOLS))
    assert fin.post(f"{POOLS}/{row['pool']}/do", {"do": "cancel"}).status_code == 302
    (after,) = current(shared, "pools", pool=[row["pool"]])
    assert after["state"] == "cancelled"
    assert fin.post(f"{POOL}/do", {"do": "pay"}).status_code == 404


def test_a_dispute_and_a_missing_paper_are_seen_before_one_signs(shared, client_of: Clients):
    with writing(shared, Author("op")) as writer:
        writer.add("attestations", contribution="work-lin", by="zhou", verdict="dispute", reason="half of it")
        paid = {"amount_minor": 1, "currency": "CNY", "state": "approved", "paper": "required"}
        writer.add("payouts", pool="h1", party="lin", **paid)
    text = text_of(client_of("fin").get(POOL))
    assert "Contributions in dispute: 1" in text
    assert "Invoices still missing: lin" in text
    with writing(shared, Author("op")) as writer:
        writer.add("attestations", contribution="work-lin", by="zhou", verdict="withdraw")
    assert "No contribution is in dispute" in text_of(client_of("fin").get(POOL))


@pytest.mark.parametrize(
    ("made", "inside"),
    [
        ("2025-12-31T23:59:59.999999+08:00", False),
        ("2026-01-01T00:00:00+08:00", True),
        ("2026-06-30T23:59:59.999999+08:00", True),
        ("2026-07-01T00:00:00+08:00", False),
    ],
)
def test_a_pool_holds_what_was_made_on_its_local_days(shared, client_of: Clients, made, inside):
    work = {"party": "lin", "type": "work_unpaid", "quantity": Decimal(1), "fair_value_minor": 765, "currency": "CNY"}
    with writing(shared, Author("op")) as writer:
        fact = writer.add("contributions", occurred_at=datetime.fromisoformat(made), **work)
        writer.add("attestations", contribution=fact, by="zhou", verdict="dispute", reason="not so much")
    disputes = "Contributions in dispute: 1" if inside else "No contribution is in dispute"
    assert disputes in text_of(client_of("fin").get(POOL))
    assert ("7.65" in text_of(client_of("lin").get(f"{POOL}/to/lin"))) is inside


def test_a_number_of_a_pool_names_the_charter_version_that_judges_the_pool(shared, client_of: Clients):
    measured(shared, "rel.overdue", "lin", "1.00", "ratio")
    newer = CHARTER.read_bytes().replace(b"version: 1", b"version: 2").replace(b"2020-01-01", b"2026-07-06")
    with writing(shared, Author("op")) as writer:
        writer.charter(2, newer)
    CycleRun.rows.of(shared).create(
        community=shared,
        sequence=Chain.objects.get(pk=shared.pk).sequence,
        charter_version=2,
        **dict.fromkeys(("as_of", "known_at", "finished_at"), datetime(2026, 9, 20, tzinfo=UTC)),
    )
    client = client_of("fin")
    assert "charter version 1" in text_of(client.get("/c/small/number/dis.points:lin@h1"))
    assert "charter version 1" in text_of(client.get("/c/small/number/dis.gini:h1"))
    assert "charter version 2" in text_of(client.get("/c/small/number/rel.overdue:lin"))


def test_what_differs_from_what_was_approved_is_told(shared, client_of: Clients):
    params = {"party": "lin", "pool": "h1", "has": "333.34", "due": "340.00", "difference": "6.66", "currency": "CNY"}
    message = {"id": "distribution.recorded_less", "params": params}
    standing(shared, "distribution.difference:lin@h1:pool-1", "lin@h1", message=message)
    for who, told in (("fin", True), ("lin", True), ("wang", False)):
        assert ("6.66" in text_of(client_of(who).get(POOL))) is told, who


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_owes_an_invoice_is_paid_once_it_is_here(shared, client_of: Clients, language):
    fin = handed_over(shared, client_of)
    fin.cookies["django_language"] = language
    assert pressed(client_of("gu"), "required", party="lin") == 403
    assert pressed(fin, "required") == 422, "of nobody"
    assert pressed(fin, "required", party="zhou") == 422, "who is paid nothing"
    assert pressed(fin, "required", party="lin", once="needed") == 302
    assert [line[0] for line in payments(fin)[1:]] == ["wang"]
    assert pressed(fin, "required", party="wang", once="both") == 302
    assert (fin.get(f"{POOL}/payments.csv").status_code, "payments.csv" in fin.get(POOL).content.decode()) == (
        404,
        False,
    )
    assert pressed(fin, "not_needed", party="wang", once="one") == 302
    page = fin.get(POOL)
    assert RAW.findall(text_of(page)) == []
    assert {"en": "invoice missing", "zh-hans": "票据未到"}[language] in text_of(page)
    assert pressed(fin, "received", party="lin", file=SimpleUploadedFile("invoice.pdf", b"%PDF-1")) == 302
    assert [line[0] for line in payments(fin)[1:]] == ["lin", "wang"]
    (lin,) = [row for row in current(shared, "payouts", pool=["h1"]) if row["party"] == "lin"]
    (document,) = current(shared, "documents", document=lin["evidence"])
    assert (lin["state"], lin["amount_minor"], lin["paper"], document["kind"]) == (
        "exported",
        33334,
        "received",
        "invoice",
    )
    assert pressed(fin, "receipted", party="lin") == 302
    assert pressed(fin, "required", party="lin", once="late") == 422, "it is paid"
    assert [line[0] for line in payments(fin)[1:]] == ["wang"]
