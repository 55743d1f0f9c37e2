"""Governance as the people of the small community see it: alerts, the charter as a form, and a change that is tried."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.web.acting import answering, standing
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.charter.load import read_charter
from tenfold.terms.days import local_day
from tenfold.web.jobs.engine import Engine
from tenfold.web.rights.charter import charter_page, wanted
from tenfold.web.rights.proposing import standing as proposed
from tenfold.web.store.append import Author, clock_of, writing
from tenfold.web.store.charters import charter_files, rulebook_of
from tenfold.web.store.communities import CharterDraft, Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.work import Question, ask

Clients = Callable[[str], Client]
ALERTS, CHARTER = "/c/small/governance", "/c/small/governance/charter"
CAP = "/distribution/caps/member_share"
ALERT = "risk.alert:kri_top1:before"
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def reads() -> str:
    return "en"


@pytest.fixture
def warned(community: Community) -> Community:
    """The community with an alert that finance owns."""
    params = {"indicator": "kri_top1", "owner": "finance", "state": "red", "value": "45 %", "missing": "3"}
    cure = {
        "message": {
            "id": "risk.cure.money_from_others",
            "params": {"amount": "7654321.09", "currency": "CNY", "share": "27.0 %"},
        }
    }
    message = {"id": "risk.alert.red", "params": params}
    standing(community, ALERT, "kri_top1", message=message, cure=cure | {"value": "7654321.09", "unit": "CNY"})
    return community


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_readers_language_and_leave_nothing_raw(warned, client_of: Clients, language):
    client = client_of("fin")
    client.cookies["django_language"] = language
    for address in (ALERTS, CHARTER, f"{CHARTER}/yaml"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = text_of(answer)
        said = text.partition("charter:")[0] if address.endswith("yaml") else text
        assert RAW.findall(said) == []
        assert re.findall(r"\b(?:alerts?|governance|trial|rule|risk)\.[a-z_.]+", said) == [], address


def test_alerts_are_for_who_sees_risks_and_amounts_for_who_sees_amounts(warned, client_of: Clients):
    assert "7.66 m" in " ".join(text_of(client_of("fin").get(ALERTS)).split())  # what has to come, rounded up
    assert "1 alert needs somebody" in text_of(client_of("op").get(ALERTS))
    for figure in ("7654321", "7,654,321", "7.66"):
        assert figure not in text_of(client_of("op").get(ALERTS))
    assert client_of("sup").get(ALERTS).headers["Location"] == CHARTER
    assert "kri_top1" not in text_of(client_of("lin").get(ALERTS))
    assert "1 alert" not in text_of(client_of("lin").get(ALERTS))
    assert "1 is yours" in text_of(client_of("fin").get(ALERTS))
    assert "0 are yours" in text_of(client_of("op").get(ALERTS))


def test_an_alert_goes_its_way(warned, client_of: Clients):
    fin = client_of("fin")

    def pressed(do: str, **sent: str) -> int:
        return fin.post(f"{ALERTS}/alert", {"alert": ALERT, "do": do, "once": do, **sent}).status_code

    assert client_of("aud").post(f"{ALERTS}/alert", {"alert": ALERT, "do": "own"}).status_code == 403
    assert pressed("act", reason="too early") == 422
    assert pressed("own") == 302
    assert "taken on" in text_of(fin.get(ALERTS))
    assert pressed("act", reason="two more sources") == 302
    assert pressed("shelve", reason="", until="2026-10-20") == 422
    assert pressed("shelve", reason="wait", until="2026-09-20") == 422  # rests until a day that is to come
    assert pressed("shelve", reason="wait", until="soon") == 422
    assert pressed("shelve", reason="waits for the board", until="2026-10-20", once="again") == 302
    text = text_of(fin.get(ALERTS))
    assert "No alert is open" in text
    assert "waits for the board" in text
    assert "20 Oct 2026" in text
    Community.objects.filter(pk=warned.pk).update(clock=datetime(2026, 10, 20, 0, tzinfo=UTC))
    assert "1 alert needs somebody" in text_of(fin.get(ALERTS))
    assert pressed("own", once="third") == 302
    assert pressed("clear", reason="money came") == 302
    assert "No alert is open" in text_of(fin.get(ALERTS))
    warned.refresh_from_db()
    steps = counting(warned, "alert_acts").order_by("recorded_at").values_list("act", flat=True)
    assert list(steps) == ["own", "act", "shelve", "own", "clear"]


@pytest.mark.parametrize("do", ["own", "shelve"])
def test_what_was_done_about_an_alert_is_taken_back_until_somebody_goes_on(warned, client_of: Clients, do):
    fin, op = client_of("fin"), client_of("op")
    sent = {"alert": ALERT, "do": do, "reason": "waits for the board", "until": "2026-10-20"}
    toast = fin.post(f"{ALERTS}/alert", sent, **HX).content.decode()
    facts = re.findall(r'name="fact" value="([^"]+)"', toast)
    assert fin.post("/c/small/undo", {"fact": facts}, **HX).status_code == 200
    assert "1 alert needs somebody" in text_of(fin.get(ALERTS))
    assert 'value="own"' in fin.get(ALERTS).content.decode()
    assert fin.post(f"{ALERTS}/alert", {"alert": ALERT, "do": "own"}).headers["Location"] == ALERTS
    page = fin.get(ALERTS).content.decode()
    facts = re.findall(r'name="fact" value="([^"]+)"', page)
    assert len(facts) == 1
    assert 'name="fact"' not in fin.get(ALERTS).content.decode(), "it is told once"
    assert op.post(f"{ALERTS}/alert", {"alert": ALERT, "do": "act", "reason": "called two"}).status_code == 302
    assert fin.post("/c/small/undo", {"fact": facts}).status_code == 422
    steps = counting(warned, "alert_acts").order_by("recorded_at").values_list("act", flat=True)
    assert list(steps) == ["own", "act"]


def test_everybody_reads_the_charter_and_deciders_may_try_it(community, client_of: Clients):
    for who in ("sup", "lin", "aud"):
        answer = client_of(who).get(CHARTER)
        assert "One member gets at most 30 %" in " ".join(text_of(answer).split())
        assert "<input name=" not in answer.content.decode().replace("<input type", "")
        assert client_of(who).post(f"{CHARTER}/try", {CAP: "25"}).status_code == 403
    page = client_of("gu").get(CHARTER).content.decode()
    assert f'<input name="{CAP}" value="30"' in page
    yaml = client_of("lin").get(f"{CHARTER}/yaml").content.decode()
    assert "largest_remainder_carry" in yaml
    assert client_of("lin").get(f"{CHARTER}/version/1").status_code == 404  # there is none before it


def tried(client: Client, **sent: str) -> tuple[int, str]:
    answer = client.post(f"{CHARTER}/try", sent, HTTP_HX_REQUEST="true")
    return answer.status_code, " ".join(text_of(answer).split())


def test_a_sentence_stands_without_a_space_between_its_words_and_marks(community, client_of: Clients):
    client = client_of("gu")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(CHARTER).content.decode()
    assert re.findall(r'autocomplete="off">(?: (?:天|个工作日|个月|年))? [^<]*', page) != []
    assert re.findall(r'autocomplete="off">[^<]*(?:天|个工作日|个月|年) [\u3400-\u9fff]', page) == []
    assert re.findall(r'autocomplete="off"> [。.]', page) == []


def test_a_value_that_is_none_is_refused_and_nothing_is_asked(community, client_of: Clients):
    gu = client_of("gu")
    for wrong in ("", "much", "-5", '25", x: "1', "25\nx: 1", "9" * 41):
        assert tried(gu, **{CAP: wrong})[0] == 422, wrong
    for same in ("30", "30 %", "30.0"):
        assert "Change a number" in tried(gu, **{CAP: same})[1]
    assert not Question.rows.of(community).exists()


def test_a_value_that_cannot_be_tried_says_so_where_its_trial_would_stand(community, client_of: Clients):
    """Else the trial of the value before it stands beside it, and seems to answer it."""
    answer = client_of("gu").post(f"{CHARTER}/try", {CAP: "much"}, **HX)
    assert "HX-Retarget" not in answer.headers
    assert "“much” is not a value for this rule" in text_of(answer)
    page = client_of("gu").post(f"{CHARTER}/try", {CAP: "much"})  # without a script
    assert (page.status_code, "“much” is not a value for this rule" in text_of(page)) == (422, True)


def test_a_change_that_is_proposed_as_the_form_stands_can_still_be_announced(community, client_of: Clients):
    gu = client_of("gu")
    (day,) = re.findall(r'name="from" value="([0-9-]+)"', gu.get(CHARTER).content.decode())
    sent = {CAP: "25", "do": "propose", "body": "charter", "from": day, "once": "one"}
    assert gu.post(f"{CHARTER}/try", sent).status_code == 302
    (row,) = current(community, "proposals")
    found = proposed(community, row["proposal"])
    today = local_day(clock_of(community), found.zone)
    assert found.last_day == found.first_day(today)


def test_a_change_is_tried_on_what_happened(computed, client_of: Clients):
    """Work of 1,000 to 5,000 shares a pool of 1,000, capped at 30 % and at 25 %: what is capped goes to the others."""
    engine = Engine(computed)
    with answering(engine):
        asked = ask(computed, "trial", {"charter": lower_cap(computed)}, wait=90)
    pools = asked.answer["pools"]
    moved = {one["party"]: (one["before"], one["after"]) for one in pools["h1"]}
    # 1/15 … 5/15 of 1,000.00; above the cap: at the cap, and the rest by points among the others.
    assert moved["zhao"] == (30000, 25000)
    assert moved["chen"][1] == 25000
    assert sum(before for before, _ in moved.values()) == sum(after for _, after in moved.values()) == 100000
    assert {one.partition(":")[0] for one in asked.answer["other"]} >= {"distribution.payout"}
    assert asked.answer["come"] == asked.answer["gone"] == []
    shown(client_of, asked.pk)
    later = lower_cap(computed).replace("version: 1", "version: 2\n  supersedes: 1")
    later = later.replace("2020-01-01", "2027-01-01")
    assert answered(engine, later) == asked.answer, "a version of a day to come is tried as if it held today"
    broken = ask(computed, "trial", {"charter": lower_cap(computed).replace("0.25", "2.5")}, wait=0)
    engine.answer(broken)
    assert broken.error is not None
    assert client_of("gu").get(f"{CHARTER}/tried/{broken.pk}").status_code == 422


def test_a_pool_that_is_approved_says_who_would_have_gained(computed, client_of: Clients):
    """What was approved stands beside what the other rule gives; whom that does not move keeps what was approved."""
    signed = {"pool": "h1", "layer": "cash", "amount_minor": 100000, "currency": "CNY", "state": "approved"}
    period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 6, 30)}
    approved = {"lin": 6667, "zhou": 13333, "wang": 20000, "chen": 30000, "zhao": 29000}  # by hand: 1,000 less than due
    with writing(computed, Author("op")) as writer:
        for by in ("fin", "gu"):
            writer.add("pools", **signed, **period, by=by)
        for party, amount in approved.items():
            writer.add("payouts", pool="h1", party=party, amount_minor=amount, currency="CNY", state="approved")
    engine = Engine(computed)
    assert answered(engine, lower_cap(computed).replace("0.25", "0.30"))["pools"] == {}, "no rule, no difference"
    moved = {
        one["party"]: (one["before"], one["after"]) for one in answered(engine, lower_cap(computed))["pools"]["h1"]
    }
    assert {party: before for party, (before, _) in moved.items()} == approved
    assert (moved["chen"], moved["zhao"]) == ((30000, 25000), (29000, 25000))
    assert sum(after for _, after in moved.values()) == 100000
    (question,) = Question.rows.of(computed).filter(params={"charter": lower_cap(computed)})
    told = " ".join(text_of(client_of("gu").get(f"{CHARTER}/tried/{question.pk}")).split())
    assert "This pool is approved: what was signed stays." in told
    assert "Member Approved Then Difference" in told


def answered(engine: Engine, charter: str) -> dict[str, Any]:
    """What an engine says of a tried charter."""
    question = ask(engine.community, "trial", {"charter": charter}, wait=0)
    engine.answer(question)
    assert question.error is None
    return question.answer


def shown(client_of: Clients, question: int) -> None:
    """What each sees of a trial: everybody's amounts who sees payouts, nobody's the operator."""
    address = f"{CHARTER}/tried/{question}"
    whole = " ".join(text_of(client_of("gu").get(address)).split())
    assert "Members sharing more than 25 % of a pool are capped (was 30 %)." in whole
    assert "¥300.00 ¥250.00 −¥50.00" in whole
    assert "Together ¥1,000.00 ¥1,000.00 ¥0.00" in whole
    assert "Distribution: " in whole
    assert " changed" in whole
    operator = text_of(client_of("op").get(address))
    assert "¥" not in operator
    assert "25 %" in operator
    assert client_of("lin").get(address).status_code == 403
    assert client_of("gu").get(f"{CHARTER}/tried/999").status_code == 404


def lower_cap(community: Community) -> str:
    text = charter_files(community)["charter.yaml"].decode("utf-8")
    return text.replace('member_share: "0.30"', 'member_share: "0.25"')


def test_while_a_trial_runs_the_page_asks_again(community, client_of: Clients, monkeypatch):
    monkeypatch.setattr("tenfold.web.pages.governance.WAIT", 0.0)
    status, text = tried(client_of("gu"), **{CAP: "25"})
    assert (status, "is being judged" in text) == (200, True)
    (question,) = Question.rows.of(community)
    assert read_charter(question.params["charter"].encode(), "charter.yaml").distribution.caps.member_share == Decimal(
        "0.25"
    )
    assert "is being judged" in text_of(client_of("gu").get(f"{CHARTER}/tried/{question.pk}"))
    tried(client_of("gu"), **{CAP: "25"})
    assert Question.rows.of(community).count() == 1
    page = client_of("gu").post(f"{CHARTER}/try", {CAP: "25"})  # without a script: the whole page
    assert "<html" in page.content.decode()


def test_a_change_is_proposed_as_the_next_version(community, client_of: Clients):
    gu = client_of("gu")
    sent = {CAP: "25", "do": "propose", "body": "charter", "from": "2026-12-01", "once": "one"}
    assert gu.post(f"{CHARTER}/try", sent | {"from": "2026-09-01", "once": "x"}).status_code == 422
    assert gu.post(f"{CHARTER}/try", sent | {CAP: "30", "once": "y"}).status_code == 422
    assert gu.post(f"{CHARTER}/try", sent).status_code == 302
    assert gu.post(f"{CHARTER}/try", sent).status_code == 302
    (draft,) = CharterDraft.rows.of(community)
    proposed = read_charter(bytes(draft.content), "charter.yaml")
    newest = rulebook_of(community).newest
    assert (proposed.version, newest.version) == (newest.version + 1, newest.version)
    assert str(proposed.charter.effective_from) == "2026-12-01"
    (row,) = current(community, "proposals")
    assert (row["by"], row["body"], row["state"]) == ("gu", "charter", "draft")
    page = client_of("lin").get(CHARTER).content.decode()
    (address,) = re.findall(r'href="(/c/small/governance/proposals/[^"]+)"', page)
    text = " ".join(text_of(client_of("lin").get(address)).split())
    assert "are capped (was 30 %)" in text


def test_numbers_of_the_charter_have_thousands_marks_and_are_read_with_them(community: Community, viewer_of):
    charter = viewer_of("fin").rulebook.newest
    found = [one for section in charter_page(viewer_of("fin")).sections for one in section.sentences]
    marked = {one.pointer: one.value for one in found if "," in one.value}
    assert marked
    assert [one.value for one in found if re.fullmatch(r"\d{4,}(\.\d+)?", one.value)] == []
    assert wanted(charter, marked) == {}
