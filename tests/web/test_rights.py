"""Nobody sees or changes another community's data, and in their own only what their role lets through (promise 2).

The matrix is made from Django's resolver: every address × everybody × every method × own, foreign and missing.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import small
from tests.night import NIGHT
from tests.web import place
from tests.web.acting import explained, measured, standing, threaded, tied
from tests.web.routes import METHODS, SAMPLES, Route, routes

from tenfold.engine.registry import TEN, registry
from tenfold.facts.declaration import TABLES
from tenfold.web.pages.refusing import refused
from tenfold.web.rights.paying import LATEST
from tenfold.web.rights.policies import DATA_OF, POLICY, Data, Sight, data_of
from tenfold.web.rights.results import Results
from tenfold.web.rights.roles import Role
from tenfold.web.rights.rows import current_rows
from tenfold.web.rights.viewers import Viewer
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.folders import take_in
from tenfold.web.store.looks import Look

Seated = Callable[[str], Viewer]
CANARY = "金丝雀-canary"
FOREIGN_AMOUNT = "9090909.09"
SAMPLE = ("fin", "lin")
USED = ("GET", "POST")
EVERYBODY = ("op", "fin", "comp", "gu", "aud", "fou", "zhou", "lin", "sup")
AMOUNTS = ("7654321", "7,654,321", "765.43", "765432109")


def foreign_folder(folder: Path) -> Path:
    """Write a second community of the same keys, whose every text and amount would betray it."""
    given = place.rows()
    for table in given.values():
        for row in table:
            row |= {name: f"{CANARY}-{row[name]}" for name in ("name", "what") if name in row}
            row |= {name: FOREIGN_AMOUNT for name in ("amount", "target", "worth") if name in row}
    charter = (folder.parent / "small" / "charter.yaml").read_bytes()
    return small.write(folder, given=given, charter=charter)


@pytest.fixture
def both(community: Community, folder: Path, tmp_path: Path) -> Iterator[tuple[Community, Community]]:
    """The community of tests and a foreign one of the same keys, each with a list for today."""
    (tmp_path / "small").symlink_to(folder)
    foreign = take_in(foreign_folder(tmp_path / "foreign"), "foreign", Author("import:foreign"))
    with_results(community, place.AMOUNT, "insight.action.question.plain")
    with_results(foreign, FOREIGN_AMOUNT, CANARY)
    yield community, foreign


def with_results(one: Community, amount: str, says: str) -> None:
    """Let a community of these keys have a list for today, numbers, and what an engine has said about them."""
    params = {"subject": "zhou", "worth": f"{amount} CNY", "minutes": "5"}
    standing(one, "insight.next_best_action:zhou/deal:x", "zhou/deal", message={"id": says, "params": params}, rank=0)
    measured(one, "fund.committed", "a", amount, "CNY")
    measured(one, "fund.forecast", "a", amount, "CNY")
    deal = {"party": "zhou", "amount": amount, "currency": "CNY", "now": "1 %", "wired": "2 %", "lost": "0 %"}
    standing(one, "goals.deal_effect:a-zhou:x", "a-zhou", message={"id": "goals.deal_effect.target", "params": deal})
    explained(one, "fund.committed", "a", amount, [_deal(amount)])
    threaded(one, "deal-1", "opportunities")
    tied(one, [("lin", "zhou", 1)])


def _deal(amount: str) -> dict[str, object]:
    """Return the deal of the community of tests, as an explanation shows it."""
    times = {"occurred_at": "2026-08-01T00:00:00Z", "recorded_at": "2026-08-01T00:00:00Z"}
    names = {"table": "opportunities", "fact": "deal-1", "opportunity": "a-zhou", "round": "a", "party": "zhou"}
    return names | times | {"amount_minor": int(amount.replace(".", "")), "currency": "CNY", "stage": "committed"}


def asked(client: Client, method: str, path: str) -> tuple[int, bytes]:
    answer = client.generic(method, path)
    signed_in = "_auth_user_id" in client.session
    assert not signed_in or "no-store" in answer.headers["Cache-Control"], (method, path)
    assert CANARY not in answer.content.decode() + str(answer.headers), (method, path)
    assert FOREIGN_AMOUNT not in answer.content.decode(), (method, path)
    assert shadowed(answer.context) == set(), (method, path)
    if signed_in and path.startswith("/c/"):
        guard = {403: "rights", 404: "not_here"}.get(answer.status_code)
        why = refused(answer.wsgi_request, answer)
        assert why == guard or (why is None and guard == "not_here"), (method, path, why)
    return answer.status_code, answer.content


def shadowed(context: Any) -> set[str]:
    """Return what the frame of every page is made of and the page itself calls something else."""
    parts = context if isinstance(context, list) else [context] if context else []  # of a page of several templates
    layers = [layer for part in parts for layer in part.dicts]
    frame = next((layer for layer in layers if "nearest" in layer), {})
    others = [layer for layer in layers if layer is not frame]
    return {name for name in frame for other in others if other.get(name, frame[name]) is not frame[name]}


def test_every_address_declares_who_may_open_it() -> None:
    silent = [route.pattern for route in routes() if route.policy is None]
    assert silent == []


def test_every_part_of_an_address_has_a_sample() -> None:
    assert {part for route in routes() for part in route.parts} <= set(SAMPLES)


def test_every_table_measure_and_mechanism_has_its_kind_of_data() -> None:
    assert set(DATA_OF) == set(TABLES)
    for id in [spec.id for spec in registry().measures] + [f"{mechanism}.kind:x:y" for mechanism in TEN]:
        assert data_of(id) in Data


def test_every_kind_of_data_says_what_each_role_sees() -> None:
    assert {data: set(roles) for data, roles in POLICY.items()} == {data: set(Role) for data in Data}


def test_the_matrix(both: tuple[Community, Community], client_of: Callable[[str], Client], database: str) -> None:
    """Everybody on SQLite; on PostgreSQL by day a sample of people: whoever sees most, a member, and nobody.

    By day the sample alone tries the methods that no page knows: that they are refused is said before anybody is known.
    """
    own, foreign = both
    people = EVERYBODY if NIGHT or database == "sqlite" else SAMPLE
    clients = {"": Client()} | {party: client_of(party) for party in people}
    before = Chain.objects.get(pk=foreign.pk).sequence
    for route in routes():
        for party, client in clients.items():
            for method in METHODS if NIGHT or party in ("", *SAMPLE) else USED:
                _one(route, client, method, party)
    assert Chain.objects.get(pk=foreign.pk).sequence == before
    assert Chain.objects.get(pk=own.pk).sequence >= before


def _one(route: Route, client: Client, method: str, party: str) -> None:
    if "community" not in route.parts:
        _of_one_account(route, client, method, party)
        return
    here = asked(client, method, route.at())
    there = asked(client, method, route.at(community="foreign"))
    nowhere = asked(client, method, route.at(community="missing"))
    if not party:
        assert here[0] in (302, 403, 405), (route.pattern, method)
        return
    assert there == nowhere, (route.pattern, method, party)
    assert there[0] in (404, 405), (route.pattern, method, party)


def _of_one_account(route: Route, client: Client, method: str, party: str) -> None:
    """Ask for an address outside every community: what is one's own is nobody else's; some of them log out."""
    assert route.policy is not None
    if not party:
        status, _ = asked(Client(), method, route.at())
        assert not route.policy.own or status == 302, (route.pattern, method)
    elif route.policy.own and method == "GET":
        status, _ = asked(client, method, route.at())
        assert status in (200, 302, 403, 404, 405), (route.pattern, party)


def test_amounts_never_reach_an_operator(both: tuple[Community, Community], client_of: Callable[[str], Client]) -> None:
    client = client_of("op")
    for route in routes():
        answer = client.get(route.at())
        assert strict(answer.headers), route.pattern
        text = answer.content.decode()
        assert not any(amount in text for amount in AMOUNTS), route.pattern


def strict(headers: Mapping[str, str]) -> bool:
    """Whether an answer tells the browser to run nothing of it, to guess nothing, and to be framed by nobody."""
    policy = headers["Content-Security-Policy"]
    told = headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"
    return told and "frame-ancestors 'none'" in policy and "unsafe" not in policy


def test_what_a_number_is_made_of_is_cut_to_what_a_role_sees(
    both: tuple[Community, Community], client_of: Callable[[str], Client]
) -> None:
    for page in ("number", "made-of"):
        address = f"/c/small/{page}/fund.committed:a"
        shown = {who: client_of(who).get(address).content.decode().replace(",", "") for who in ("fin", "op")}
        assert "7654321.09" in shown["fin"]
        assert not any(amount in shown["op"] for amount in AMOUNTS)
        assert [client_of(who).get(address).status_code for who in ("op", "lin", "zhou", "sup")] == [200, 404, 404, 404]
        assert client_of("zhou").get(f"/c/small/{page}/fund.committed:").status_code == 404


def test_a_thread_is_cut_to_what_a_role_sees(
    both: tuple[Community, Community], client_of: Callable[[str], Client]
) -> None:
    for page in ("thread", "stations"):
        answers = {who: client_of(who).get(f"/c/small/{page}/deal-1") for who in ("fin", "op", "zhou", "lin", "sup")}
        assert [answer.status_code for answer in answers.values()] == [200, 200, 200, 404, 404]
        seen = {who for who in answers if "7654321" in answers[who].content.decode().replace(",", "")}
        assert seen == {"fin", "zhou"}


def test_a_form_without_its_token_is_refused(community: Community, viewer_of: Seated) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(viewer_of("op").account)
    for route in routes():
        assert client.post(route.at()).status_code in (403, 404, 405), route.pattern


def cells(viewer: Viewer, table: str) -> set[str]:
    """Return the columns that a viewer sees filled in some row of a table."""
    return {name for row in current_rows(viewer, table) for name, cell in row.items() if cell is not None}


def test_rows_are_cut_to_what_a_role_sees(community: Community, viewer_of: Seated) -> None:
    assert "amount_minor" in cells(viewer_of("fin"), "opportunities")
    assert "amount_minor" not in cells(viewer_of("op"), "opportunities")
    assert "stage" in cells(viewer_of("op"), "opportunities")
    assert "worth_minor" in cells(viewer_of("fin"), "commitments")
    assert {"what", "worth_minor"} & cells(viewer_of("op"), "commitments") == {"what"}
    assert cells(viewer_of("lin"), "opportunities") == set()
    own = current_rows(viewer_of("zhou"), "opportunities")
    assert [row["amount_minor"] for row in own] == [765432109]
    assert {row["party"] for row in current_rows(viewer_of("lin"), "commitments")} == {"lin"}
    assert cells(viewer_of("sup"), "commitments") == set()
    assert "topic" not in cells(viewer_of("fin"), "interactions")


def test_who_is_several_things_sees_what_each_sees(community: Community, viewer_of: Seated) -> None:
    community.policy = {"classes": {"supporter": "operator"}}
    community.save()
    assert viewer_of("sup").roles == {Role.OPERATOR}
    community.policy = {"sights": {Data.PIPELINE: {Role.OPERATOR: Sight.ALL}}}
    community.save()
    assert viewer_of("op").amounts


@pytest.mark.parametrize(("clock", "held"), [("2027-12-31T15:59:59", True), ("2027-12-31T16:00:00", False)])
def test_an_office_ends_with_its_local_day(community: Community, viewer_of: Seated, clock: str, held: bool) -> None:
    community.clock = datetime.fromisoformat(clock).replace(tzinfo=UTC)  # 31 December in Shanghai, then 1 January
    community.save()
    assert (Role.OPERATOR in viewer_of("op").roles) is held


def test_results_are_cut_to_what_a_role_sees(both: tuple[Community, Community], viewer_of: Seated) -> None:
    (whole,) = Results(viewer_of("fin")).decisions(mechanism="insight")
    (cut,) = Results(viewer_of("op")).decisions(mechanism="insight")
    assert whole["message"]["params"]["worth"] == f"{place.AMOUNT} CNY"
    assert cut["message"]["params"] == {"subject": "zhou", "worth": "—", "minutes": "5"}
    assert Results(viewer_of("lin")).decisions() == []
    assert [one["id"] for one in Results(viewer_of("zhou")).decisions(rank=0)] == [whole["id"]]


def test_who_was_paid_from_a_pool_is_told_to_nobody_who_sees_no_payouts(
    community: Community, client_of: Callable[[str], Client], viewer_of: Seated
) -> None:
    money = {"payer": "us", "amount_minor": 4200, "currency": "CNY"}
    at = datetime(2026, 9, 1, tzinfo=UTC)
    with writing(community, Author("fin")) as writer:
        lent = writer.add(
            "cash_movements", payee="chen", purpose="repayment", reference="L04N", occurred_at=at, **money
        )
        said = [
            writer.add(
                "cash_movements", payee="lin", reference="P4ID", occurred_at=at + timedelta(days=1), **one, **money
            )
            for one in ({"purpose": "payout"}, {"purpose": "clawback"}, {"purpose": "fee", "pool": "h1"})
            for _ in range(LATEST)
        ]
    assert {row["fact"] for row in current_rows(viewer_of("op"), "cash_movements")} == {lent}
    assert {row["fact"] for row in current_rows(viewer_of("lin"), "cash_movements")} == {*said}, "one's own"
    assert {row["fact"] for row in current_rows(viewer_of("fin"), "cash_movements")} == {lent, *said}
    op, fin = client_of("op"), client_of("fin")
    for route in routes():
        assert "P4ID" not in op.get(route.at()).content.decode(), route.pattern
    page = "/c/small/funding/money"
    assert "L04N" in op.get(page).content.decode(), "what stands below many payouts"
    assert "P4ID" in fin.get(page).content.decode()
    assert [client.get(f"/c/small/thread/{said[0]}").status_code for client in (op, fin)] == [404, 200]
    assert Look.rows.of(community).filter(by="fin", about="lin", data="payouts").exists(), "a look at a payout is kept"


def test_a_card_about_what_somebody_is_paid_is_for_whoever_sees_payouts(
    community: Community, viewer_of: Seated
) -> None:
    message = {"id": "insight.action.thanks.plain", "params": {"subject": "lin"}}
    for kind in ("thanks", "hand_over", "arrival", "touch"):
        standing(community, f"insight.next_best_action:chen/{kind}:x", f"chen/{kind}", rank=0, message=message)
    kinds = {
        who: {one["subject"].partition("/")[2] for one in Results(viewer_of(who)).decisions(rank=0)}
        for who in ("fin", "op", "aud")
    }
    every = {"thanks", "hand_over", "arrival", "touch"}
    assert kinds == {"fin": every, "op": {"touch"}, "aud": every}
