"""The demo on its own clock: the next day, and the beats of its story as the people who see them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from tests.web.test_pages import LANGUAGES, RAW, text_of

from tenfold.web.jobs.engine import behind
from tenfold.web.pages import demo
from tenfold.web.services.clocks import next_day
from tenfold.web.site.serving import prepare
from tenfold.web.store.accounts import Seat
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.freshness import freshness

Clients = Callable[[str], Client]
ADDRESSES = ("/demo/next-day", "/demo/beat", "/demo/be")
DAY = timedelta(days=1)
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def as_demo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The installation is a demo, whose story is told by people of the community of tests."""
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(demo, "BEATS", {"6": ("fin", "distribution"), "8": ("op", "people/zhou")})
    return


def test_the_next_day_moves_the_clock_and_the_numbers_are_to_follow(computed, client_of: Clients, as_demo):
    client, before = client_of("op"), computed.clock
    assert not freshness(computed).stale
    entries = Chain.objects.get(pk=computed.pk).sequence
    assert client.post("/demo/next-day").headers["Location"] == "/"
    now = Community.objects.get()
    assert now.clock == before + DAY
    assert behind(now)
    assert freshness(now).stale
    assert 'class="banner"' in client.get("/c/small/today").content.decode()
    assert Chain.objects.get(pk=computed.pk).sequence == entries  # a day that passes is no fact


def test_a_day_passes_by_the_local_clock_and_nowhere_but_where_there_is_one(community):
    community.clock = None
    community.save()
    next_day(community)
    assert Community.objects.get().clock is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_beat_opens_its_page_as_the_person_who_sees_it(community, client_of: Clients, as_demo, language: str):
    client_of("fin"), client_of("op")
    client = client_of("comp")
    client.cookies["django_language"] = language
    shown = text_of(client.get("/c/small/today"))
    assert "⑥" in shown
    assert RAW.findall(shown) == []
    for number, (party, page) in demo.BEATS.items():
        answer = client.post("/demo/beat", {"beat": number})
        assert answer.headers["Location"] == f"/c/small/{page}"
        assert f"名字{party}" in client.get("/c/small/today").content.decode()
    assert client.post("/demo/beat", {"beat": "11"}).status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_none_of_it_exists_but_in_a_demo_on_this_machine(community, client_of: Clients, monkeypatch, address: str):
    client, clock = client_of("op"), community.clock
    sent = {"beat": "6", "party": "fin"}
    assert client.post(address, sent).status_code == 404
    monkeypatch.setattr(settings, "DEMO", True)
    assert client.post(address, sent, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get(address).status_code == 405
    assert Community.objects.get().clock == clock


def test_the_demo_of_any_community_opens_as_whoever_runs_it(database: str, folder: Path) -> None:
    prepare(folder, make=False)
    assert [seat.party for seat in Seat.objects.order_by("pk")] == ["fin", "fou", "gu", "op", "comp", "aud"]
