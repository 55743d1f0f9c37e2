"""A file that is too large for a page: read by a process of its own, which says how far it is and that it lives."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import Client
from tests.web.test_importing import DEALS, PAGE, PEOPLE, confirmed, dropped, names, sequence, waiting
from tests.web.test_pages import RAW, text_of

from tenfold.web.jobs.renewing import renewed
from tenfold.web.jobs.sheets import Reader, read_sheet
from tenfold.web.store.communities import Community
from tenfold.web.store.requests import WritingRequest
from tenfold.web.store.work import SILENCE, WRITING, Question, claim, renew, sheets, tell

Clients = Callable[[str], Client]
ASKS_AGAIN = 'hx-trigger="load delay:1s"'
pytestmark = [
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("large"),
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's home of its own."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


@pytest.fixture
def reads() -> str:
    return "en"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is too large for a page."""
    monkeypatch.setattr("tenfold.web.pages.importing.LARGE", 0)


def the_sheet(community: Community) -> Question:
    """Return what was asked last about a file."""
    found = sheets(community).last()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("language", "steps"),
    [
        ("en", ["Waiting for its turn", "Finding who and what is known already", "Writing"]),
        ("zh-hans", ["正在排队", "正在与已有记录核对", "正在写入"]),
    ],
)
def test_a_large_file_is_read_and_written_beside_the_pages(community, client_of: Clients, home, language, steps):
    client, before = client_of("op"), sequence(community)
    client.cookies["django_language"] = language
    address = client.get(dropped(client, PEOPLE, "one.csv").headers["Location"]).headers["Location"]
    for step, said in zip(("", "matching", "writing"), steps, strict=True):
        tell(the_sheet(community), step)
        page = client.get(address)
        assert said in text_of(page)
        assert RAW.findall(text_of(page)) == []
        assert ASKS_AGAIN in page.content.decode()
    read_sheet(the_sheet(community))
    assert the_sheet(community).step == "showing", "the reading says how far it is"
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == address
    page = client.get(address)
    assert 'name="do" value="confirm"' in page.content.decode()
    assert sequence(community) == before
    asked = confirmed(client, address, page)
    writes = asked.headers["Location"]
    assert names(community).isdisjoint({"王小明"})
    read_sheet(the_sheet(community))
    assert client.get(writes).headers["Location"] == PAGE
    assert {"王小明", "青松资本"} <= names(community)
    written = WritingRequest.rows.of(community).get(request=asked.headers["X-Request-ID"])
    assert (written.first, written.last) == (before + 1, sequence(community)), "it came from where it was confirmed"
    assert waiting(home) == []


def test_a_large_file_is_read_with_the_rights_of_whoever_asks_and_shown_to_them_alone(community, client_of: Clients):
    client = client_of("op")
    address = client.get(dropped(client, DEALS, "deals.csv").headers["Location"]).headers["Location"]
    read_sheet(the_sheet(community))
    answer = client.get(address)
    assert answer.status_code == 422
    assert "finance" in text_of(answer).lower()
    assert "800" not in text_of(answer)
    own = client_of("fin")
    address = own.get(dropped(own, DEALS, "deals.csv").headers["Location"]).headers["Location"]
    read_sheet(the_sheet(community))
    assert own.get(address).status_code == 200
    assert client.get(address).status_code == 422
    asked = address.partition("?asked=")[2]
    mine = dropped(client, PEOPLE).headers["Location"]
    assert client.get(f"{mine}?asked={asked}").headers["Location"] == mine, "another's question"


def test_one_large_file_is_read_at_a_time_and_one_whose_process_dies_says_so(
    community, client_of: Clients, monkeypatch
):
    begun: list[tuple[str, ...]] = []

    class Dying:
        returncode: int | None = None

        def poll(self) -> int | None:
            return self.returncode

    process = Dying()
    monkeypatch.setattr("tenfold.web.jobs.sheets.started", lambda *given: begun.append(given) or process)
    client = client_of("op")
    addresses = [
        client.get(dropped(client, PEOPLE, name).headers["Location"]).headers["Location"]
        for name in ("one.csv", "two.csv")
    ]
    reader = Reader()
    first, second = (str(one.pk) for one in sheets(community))
    reader.look()
    reader.look()
    assert begun == [("tenfold.web.jobs", "small", first)]
    process.returncode = -9
    reader.look()
    assert begun[1:] == [("tenfold.web.jobs", "small", second)]
    assert "more memory" in text_of(client.get(addresses[0]))
    assert "Opening" not in text_of(client.get(addresses[1]))


def unheard(question: Question, since: timedelta) -> None:
    """Let a reading have said for so long nothing."""
    question.refresh_from_db()
    sheets(question.community).filter(pk=question.pk).update(until=question.until - since)


@pytest.mark.parametrize(
    ("language", "stopped", "retry"),
    [("en", "has stopped", "Try again"), ("zh-hans", "已中断", "再试一次")],
)
def test_a_large_file_whose_reader_and_supervisor_are_killed_says_so_and_is_read_again(
    community, client_of: Clients, monkeypatch, language, stopped, retry
):
    begun: list[tuple[str, ...]] = []
    monkeypatch.setattr("tenfold.web.jobs.sheets.started", lambda *given: begun.append(given))
    client = client_of("op")
    client.cookies["django_language"] = language
    address = client.get(dropped(client, PEOPLE, "one.csv").headers["Location"]).headers["Location"]
    assert claim(the_sheet(community))
    tell(the_sheet(community), "matching")
    unheard(the_sheet(community), SILENCE / 2)
    assert stopped not in text_of(client.get(address)), "half a silence is none"
    unheard(the_sheet(community), SILENCE)
    for _supervised in range(2):  # the page says it by itself, and after another supervisor has seen it
        page = client.get(address)
        assert stopped in text_of(page)
        assert f'name="do" value="retry">{retry}</button>' in page.content.decode()
        assert ASKS_AGAIN not in page.content.decode(), "it does not ask again by itself"
        Reader().look()
    assert begun == []
    assert the_sheet(community).answered_at is not None
    assert client.post(address, {"do": "retry"}).headers["Location"] == address
    assert stopped not in text_of(client.get(address))
    Reader().look()
    assert begun == [("tenfold.web.jobs", "small", str(the_sheet(community).pk))]
    read_sheet(the_sheet(community))
    assert 'name="do" value="confirm"' in client.get(address).content.decode()
    client.post(address, {"do": "retry"})
    assert the_sheet(community).answer is not None, "what was read is not read again"


def test_another_cannot_let_a_file_be_read_again(community, client_of: Clients):
    client, other = client_of("op"), client_of("fin")
    address = client.get(dropped(client, PEOPLE, "one.csv").headers["Location"]).headers["Location"]
    assert claim(the_sheet(community))
    unheard(the_sheet(community), 2 * SILENCE)
    assert other.post(address, {"do": "retry"}).status_code == 422
    assert the_sheet(community).step == "taken"


def test_a_reading_says_that_it_lives_and_writing_takes_longer_than_a_silence(
    community, client_of: Clients, monkeypatch
):
    client = client_of("op")
    client.get(dropped(client, PEOPLE, "one.csv").headers["Location"])
    question = the_sheet(community)
    assert claim(question)
    unheard(question, SILENCE)
    monkeypatch.setattr("tenfold.web.jobs.renewing.RENEW_EVERY", 0.01)
    heard = Event()

    def said(one: Question) -> bool:
        mine = renew(one)
        heard.set()
        return mine

    monkeypatch.setattr("tenfold.web.jobs.sheets.renew", said)
    monkeypatch.setattr("tenfold.web.jobs.sheets.run", lambda *given: {"heard": heard.wait(60)})
    read_sheet(question)
    read = the_sheet(community)
    assert read.answer == {"heard": True}
    assert read.until > datetime.now(UTC)
    assert not renew(read), "what is answered is nobody's any more"
    sheets(community).update(answered_at=None)
    tell(read, WRITING)
    written_until = the_sheet(community).until
    assert written_until > datetime.now(UTC) + 5 * SILENCE
    assert renew(read)
    assert the_sheet(community).until == written_until, "a word that comes before it writes shortens nothing"


def test_a_process_says_again_that_it_lives_where_the_database_was_held_by_another(database, monkeypatch):
    monkeypatch.setattr("tenfold.web.jobs.renewing.RENEW_EVERY", 0.01)
    said: list[str] = []

    def renew() -> bool:
        said.append("locked" if not said else "another's")
        if len(said) == 1:
            raise OperationalError
        return False

    over = Event()
    with renewed(renew, over):
        assert over.wait(60), "what has become another's is over"
    assert said == ["locked", "another's"]
