"""Funding: what the round may bring, the board by evidence, and deals that move where they stand."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from tests.web import place
from tests.web.place import AMOUNT
from tests.web.test_pages import HX, LANGUAGES, RAW, text_of

from tenfold.web.jobs.recompute import recompute
from tenfold.web.rights.funding import funding
from tenfold.web.rights.viewers import Viewer, viewer
from tenfold.web.services import deals
from tenfold.web.services.acting import Actor
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.communities import Community
from tenfold.web.store.current import counting, current
from tenfold.web.store.folders import take_in
from tenfold.web.store.results import MeasureResult

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
PAGE, MOVE = "/c/small/funding", "/c/small/funding/move"
FIGURE = AMOUNT.partition(".")[0]
sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@sqlite
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["fin", "op", "zhou"])
def test_the_page_speaks_the_readers_language(computed, client_of: Clients, language, who):
    client = client_of(who)
    client.cookies["django_language"] = language
    told = re.sub(r"(?s)\{.*?\}\]\}", "", text_of(client.get(PAGE)))  # the curve's data is no text
    assert RAW.findall(told) == []
    assert ("能募到多少" if language == "zh-hans" else "How much") in told or who == "zhou"


@sqlite
def test_each_sees_what_they_may(computed, client_of: Clients):
    shown = {who: client_of(who).get(PAGE) for who in ("fin", "gu", "fou", "op", "zhou", "lin", "sup")}
    assert [answer.status_code for answer in shown.values()] == [200, 200, 200, 200, 200, 403, 403]
    text = {who: answer.content.decode().replace(",", "") for who, answer in shown.items()}
    assert {who for who in shown if FIGURE in text[who] or "765.43" in text[who]} == {"fin", "gu", "fou", "zhou"}
    assert {who for who in shown if "outlook-data" in text[who]} == {"fin", "gu", "fou"}
    assert {who for who in shown if "fund.p_minimum" in text[who]} == {"fin", "gu", "fou", "op"}, (
        "no forecast to members"
    )
    assert {who for who in shown if 'action="/c/small/funding/move"' in text[who]} == {"fin", "fou", "op"}


@sqlite
def test_the_curve_gives_the_numbers_of_the_cycle(computed, viewer_of: Seated):
    page = funding(viewer_of("fin"))
    assert page.outlook is not None
    points = dict(map(tuple, page.outlook.chart["points"]))
    assert points[7.6543] == 75.0
    assert page.outlook.chart["points"][0] == [0.0, 100.0]
    assert page.outlook.chart["points"][-1] == [10.0, 0]
    assert [mark["at"] for mark in page.outlook.chart["marks"]] == [5.0, 10.0]
    assert page.outlook.tried == ()


@sqlite
@pytest.mark.parametrize(("language", "largest"), [("zh-Hans", (1000.0, "万元")), ("en", (10.0, "CNY m"))])
def test_the_curve_is_drawn_in_the_scale_that_the_language_writes(computed, viewer_of: Seated, language, largest):
    page = funding(replace(viewer_of("fin"), language=language))
    assert page.outlook is not None
    assert (page.outlook.chart["to"], page.outlook.chart["unit"]) == largest


@sqlite
@pytest.mark.parametrize(("way", "chance"), [("won", "100.0 %"), ("lost", "0.0 %")])
def test_what_a_deal_changes_is_tried_and_nothing_is_stored(computed, client_of: Clients, viewer_of, way, chance):
    before = counting(computed, "opportunities").count()
    page = funding(viewer_of("fin"), {"a-zhou": way})
    assert page.outlook is not None
    name, now, then = page.outlook.tried[0]
    assert [" ".join(one.split()) for one in (now, then)] == ["75.0 %", chance]
    assert name in text_of(client_of("fin").get(PAGE, {"if.a-zhou": way}, HTTP_ACCEPT_LANGUAGE="en"))
    assert counting(computed, "opportunities").count() == before


@sqlite
@pytest.mark.parametrize("sent", [{"if.a-zhou": "maybe"}, {"if.": "won"}, {"if.nothing": "won"}])
def test_what_cannot_be_tried_changes_nothing(computed, client_of: Clients, sent):
    assert client_of("fin").get(PAGE, sent).status_code == 200


@sqlite
def test_no_curve_is_drawn_that_the_cycle_would_not_draw(computed: Community, viewer_of: Seated):
    deals.move_deal(Actor(viewer_of("fin")), opportunity="a-zhou", stage="committed", p=Decimal("0.5"))
    recompute(computed)
    page = funding(viewer_of("fin"))
    assert page.outlook is not None
    assert page.board[2].deals[0].own == ""
    assert dict(map(tuple, page.outlook.chart["points"]))[7.6543] == 50.0
    forecast = MeasureResult.rows.of(computed).filter(until=None, measure="fund.forecast")
    said = json.loads(forecast.get().content)
    for other in ({"n": 2}, {"value": "1.00"}):
        forecast.update(content=json.dumps(said | other))
        assert funding(viewer_of("fin")).outlook is None


def test_a_deal_moves_as_a_claim_and_by_its_paper(computed: Community, client_of: Clients, viewer_of: Seated) -> None:
    op = client_of("op")
    claim = {"deal": "a-zhou", "stage": "signed", "reason": "said on the phone", "once": "x"}
    for _ in range(5):
        assert op.post(MOVE, claim).status_code == 302
    assert counting(computed, "opportunities").count() == 2
    recompute(computed)
    board = funding(viewer_of("fin")).board
    assert [len(column.deals) for column in board] == [0, 0, 1, 0, 0], "without its paper it stands where it stood"
    assert board[2].deals[0].claimed == "signed"
    assert board[2].deals[0].missing
    assert op.post(MOVE, {"deal": "a-zhou", "stage": "signed"}).status_code == 422, "nothing new"
    paper = {"deal": "a-zhou", "stage": "signed", "kind": "agreement_executed", "paper_place": "the vault"}
    assert op.post(MOVE, paper, **HX).headers["HX-Trigger"] == "recorded"
    recompute(computed)
    board = funding(viewer_of("fin")).board
    assert [len(column.deals) for column in board] == [0, 0, 0, 1, 0]
    assert board[3].deals[0].claimed is None
    (document,) = counting(computed, "documents").filter(recorded_by="op").values("kind", "document")
    assert current(computed, "opportunities", opportunity=["a-zhou"])[0]["evidence"] == [document["document"]]


@sqlite
@pytest.mark.parametrize(
    ("who", "sent", "status"),
    [
        ("zhou", {"deal": "a-zhou", "stage": "signed"}, 403),
        ("gu", {"deal": "a-zhou", "stage": "signed"}, 403),
        ("op", {"deal": "nothing", "stage": "signed"}, 422),
        ("op", {"deal": "a-zhou", "stage": "no_such"}, 422),
        ("op", {"deal": "a-zhou", "stage": "signed", "kind": "a napkin"}, 422),
        ("op", {"deal": "a-zhou"}, 422),
    ],
)
def test_a_move_that_cannot_be_writes_nothing(community: Community, client_of: Clients, who, sent, status):
    before = counting(community, "opportunities").count(), counting(community, "documents").count()
    assert client_of(who).post(MOVE, sent).status_code == status
    assert (counting(community, "opportunities").count(), counting(community, "documents").count()) == before


@sqlite
def test_before_the_first_numbers_the_page_says_so(community, client_of: Clients):
    answer = client_of("fin").get(PAGE, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    assert "No round is open" in text_of(answer)


@sqlite
def test_the_curve_is_data_and_no_script(computed, client_of: Clients):
    page = client_of("fin").get(PAGE).content.decode()
    (data,) = re.findall(r'<script id="outlook-data" type="application/json">(.*?)</script>', page)
    assert json.loads(data)["kind"] == "curve"


@sqlite
@pytest.mark.parametrize(
    ("currency", "least", "said"),
    [
        ("JPY", "1200", ("1,500\u00a0JPY", "1,200\u00a0JPY")),
        ("BHD", "1200.125", ("1,500.000\u00a0BHD", "1,200.125\u00a0BHD")),
        ("CNY", "1200.5", ("¥1,500.00", "¥1,200.50")),
    ],
)
def test_a_goal_has_the_decimals_of_its_currency(database: str, tmp_path: Path, currency, least, said) -> None:
    folder = place.write(tmp_path / "other")
    text = (folder / "charter.yaml").read_text("utf-8").replace("currency: CNY", f"currency: {currency}")
    text = text.replace("10000000 CNY", f"1500 {currency}").replace("5000000 CNY", f"{least} {currency}")
    (folder / "charter.yaml").write_text(text, "utf-8")
    community = take_in(folder, "other", Author("import:other"))
    account = Account.objects.create_user("fin@example.org")
    Seat.objects.create(account=account, community=community, party="fin")
    page = funding(viewer(account, "other", "en"))
    assert (page.target, page.minimum) == said
