"""Threads and search: what was said, done and decided about something; whom and what a few letters find."""

from collections.abc import Callable
from time import monotonic

import pytest
from django.test import Client
from tests.web.acting import answering
from tests.web.test_pages import LANGUAGES, RAW, cards, text_of

from tenfold.web.jobs.engine import Engine
from tenfold.web.rights import explaining
from tenfold.web.rights.search import search
from tenfold.web.rights.viewers import Viewer
from tenfold.web.services import people, talks, undoing
from tenfold.web.services.acting import Actor
from tenfold.web.store.communities import Community

Clients = Callable[[str], Client]
Seated = Callable[[str], Viewer]
# Pages read through the store, which is held to the same answers on each engine.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def told(client: Client, thing: str) -> str:
    """What the stations of a thread say, once the engine has told them."""
    until = monotonic() + 90
    while monotonic() < until:
        answer = client.get(f"/c/small/stations/{thing}")
        assert answer.status_code == 200
        if "hx-trigger" not in answer.content.decode():
            return text_of(answer)
    raise AssertionError(thing)


def test_a_thread_tells_what_led_to_what_and_what_was_taken_back(
    computed: Community, client_of: Clients, viewer_of: Seated, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "WAIT", 0.3)
    op, client = Actor(viewer_of("op")), client_of("op")
    client.cookies["django_language"] = "en"
    card = next(id for id in cards(client.get("/c/small/today").content.decode()) if "/touch" in id)
    party = card.partition(":")[2].partition("/")[0]
    talk, *_ = talks.log_talk(op, members=[party], channel="call", minutes=25, because=card).facts
    (mistake,) = talks.log_talk(op, members=[party], channel="call", minutes=47, because=talk).facts
    undoing.undo(op, facts=[mistake])
    assert 'hx-get="/c/small/stations/' in client.get(f"/c/small/thread/{talk}").content.decode()
    with answering(Engine(computed)):
        for thing in (talk, card, mistake):
            shown = told(client, thing)
            assert shown.index("minutes 25") < shown.index("minutes 47") < shown.index("withdraws")
            assert "withdraws what was recorded" in shown
            assert shown.count("from here") == 1
            assert RAW.findall(shown) == []
        assert told(client, "rel.overdue:lin").strip()
    assert client_of("zhou" if party == "lin" else "lin").get(f"/c/small/stations/{talk}").status_code == 404


@pytest.mark.parametrize("thing", ["nothing", "no.such:thing", "rel.overdue:nobody", "rel.overdue"])
def test_there_is_no_thread_of_what_is_not_there(community, client_of: Clients, thing):
    for page in ("thread", "stations"):
        assert client_of("op").get(f"/c/small/{page}/{thing}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_speaks_the_readers_language(computed, client_of: Clients, language):
    client = client_of("op")
    client.cookies["django_language"] = language
    for text in ("", "lin", "nothing like that", '"><script>', "样件", "%", "_"):
        answer = client.get("/c/small/search", {"q": text})
        assert answer.status_code == 200
        assert RAW.findall(text_of(answer)) == [], text
        assert "<script>" not in answer.content.decode().replace("<script type", "").replace("<script id", "")


def test_one_person_is_found_however_the_name_is_typed(community, viewer_of: Seated):
    people.add_party(Actor(viewer_of("op")), type="person", name="王工")
    for text in ("王工", "wang gong", "Wang  Gong", "WG", "wg", "wanggong", "王"):
        assert "王工" in {one.name for one in search(viewer_of("op"), text).people}, text
    assert search(viewer_of("zhou"), "WG").people == (), "a member is not told who else is here"


def test_promises_and_numbers_are_found_by_what_they_say(computed, viewer_of: Seated):
    for text in ("样件", "SAMPLES", "deliver sam"):
        (promise,) = search(viewer_of("op"), text).promises
        assert (promise.fact, promise.what) == ("promise-1", "deliver samples")
    assert search(viewer_of("zhou"), "样件").promises == (), "a promise of somebody else"
    assert search(viewer_of("lin"), "样件").promises != ()
    assert search(viewer_of("sup"), "样件").nothing
    assert [one.id for one in search(viewer_of("op"), "late").numbers] == ["inc.late_share:community"]
    assert search(viewer_of("op"), "l").numbers == ()
