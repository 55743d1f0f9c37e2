"""Forms about people read the few who are meant, however many are on record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.sql import compiler
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tenfold.web.jobs.recompute import recompute
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Community
from tenfold.web.store.party_keys import PartyKey

Clients = Callable[[str], Client]
BASE = "/c/small"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def members(community: Community, first: int, last: int) -> None:
    """Record members whose names share a word, each with a colleague's address and number of their own."""
    with writing(community, Author("op")) as writer:
        for number in range(first, last):
            party = f"many{number}"
            said = {"email": f"quill{number:03d}@example.org", "phone": f"+86138{number:08d}"}
            writer.add("parties", party=party, type="person", name=f"Quill Reed{number:03d}", **said)
            writer.add("memberships", **{"class": "partner"}, party=party, state="active")
            writer.add("affiliations", party=party, organisation="us")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], tuple[int, int]]:
    """Return what counts the queries that something asks, and the rows that these fetch."""
    fetched: list[int] = []
    chunks = compiler.cursor_iter

    def counted(*given: Any) -> Iterator[list[Any]]:
        for rows in chunks(*given):
            fetched.append(len(rows))
            yield rows

    monkeypatch.setattr(compiler, "cursor_iter", counted)

    @contextmanager
    def asked(queries: list[str]) -> Iterator[None]:
        def one(execute: Any, sql: str, *given: Any) -> Any:
            queries.append(sql)
            return execute(sql, *given)

        with connection.execute_wrapper(one):
            yield

    def of(done: Callable[[], Any]) -> tuple[int, int]:
        queries: list[str] = []
        fetched.clear()
        with asked(queries):
            done()
        return len(queries), sum(fetched)

    return of


NUMBERS = count()
LIKE = {"type": "person", "name": "Quill Reed007", "email": "quill007@example.org", "organisation": "us"}


def new() -> dict[str, str]:
    return {"type": "person", "name": f"Nova{next(NUMBERS)} Stern", "organisation": "us"}


DONE: dict[str, tuple[Callable[[Client], Any], int]] = {
    "the page of people and roles": (lambda client: client.get(f"{BASE}/access"), 200),
    "whom to invite": (lambda client: client.get(f"{BASE}/access", {"who": "reed007"}), 200),
    "the form for somebody new": (lambda client: client.get(f"{BASE}/people-new"), 200),
    "somebody on record": (lambda client: client.post(f"{BASE}/people-new", LIKE), 422),
    "somebody new": (lambda client: client.post(f"{BASE}/people-new", new()), 302),
    "search": (lambda client: client.get(f"{BASE}/search", {"q": "reed007"}), 200),
    "the one line": (lambda client: client.get(f"{BASE}/line", {"line": "call Reed007 20 min"}), 200),
    "a member of the list": (lambda client: client.get(f"{BASE}/people", {"who": "quillreed007"}), 200),
}


def test_ten_times_as_many_people_are_no_more_to_read(community: Community, client_of: Clients, work):
    client = client_of("fin")
    members(community, 0, 10)
    few, many = ({}, {})
    for do, _status in DONE.values():
        do(client)  # what is remembered of a community from the first page on
    for found, last in ((few, 10), (many, 100)):
        members(community, 10, last)
        for what, (do, status) in DONE.items():
            answers: list[Any] = []
            found[what] = work(lambda do=do, answers=answers: answers.append(do(client)))
            assert answers[0].status_code == status, what
    assert many == few
    assert all(rows for _queries, rows in few.values())


MOST = {"today": 35, "people/many7": 45}  # queries that a page asks, whoever opens it
OFFICES = ("fou", "fin", "op", "comp")


@pytest.mark.parametrize("page", MOST)
def test_a_page_of_ten_times_as_many_people_asks_no_more(computed: Community, client_of: Clients, work, page: str):
    clients = {office: client_of(office) for office in OFFICES}
    asked: list[dict[str, int]] = []
    for first, last in ((0, 10), (10, 100)):
        members(computed, first, last)
        recompute(computed)
        found: dict[str, int] = {}
        for office, client in clients.items():
            client.get(f"{BASE}/{page}")  # what is remembered of a charter from the first page on
            queries, _rows = work(lambda client=client: client.get(f"{BASE}/{page}"))
            found[office] = queries
        asked.append(found)
    few, many = asked
    assert many == few
    assert max(few.values()) <= MOST[page]


def test_the_days_list_is_found_by_its_ranks(computed: Community, client_of: Clients) -> None:
    client = client_of("op")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{BASE}/today")
    (ranked,) = (query["sql"] for query in asked if '"rank" IS NOT NULL' in query["sql"])
    with connection.cursor() as cursor:
        plan = cursor.execute(f"EXPLAIN QUERY PLAN {ranked}").fetchall()
    assert any("INDEX decision_ranked (" in step for *_, step in plan), plan


def test_what_was_recorded_before_gets_its_keys_with_the_upgrade(community: Community, monkeypatch):
    members(community, 0, 5)
    kept = PartyKey.rows.of(community).order_by("fact", "use", "key").values_list("fact", "use", "key")
    written = list(kept)
    PartyKey.rows.of(community).delete()
    upgrade = import_module("tenfold.web.store.migrations.0017_party_keys")
    monkeypatch.setattr(upgrade, "AT_ONCE", 3)
    upgrade.fill(apps, None)
    assert list(kept.all()) == written
