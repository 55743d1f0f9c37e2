"""A fresh database for each test, on each engine; a small community in it; clients who are somebody there."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from tests.web import place, ready
from tests.web.browsing import DESK, launched, page_in, served
from tests.web.databases import TABLES, Files, Kept, Server
from tests.web.entering import showed
from tests.web.servers import server

from tenfold.web.jobs.recompute import recompute
from tenfold.web.rights.viewers import Viewer, viewer
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.communities import Community
from tenfold.web.store.folders import take_in

ENGINES = ("sqlite", "postgresql")
__all__ = ["ready"]


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """What tests on SQLite start from."""
    return Kept(Files(tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Kept]:
    """What tests on PostgreSQL start from."""
    with TemporaryDirectory(prefix="tenfold-pg-") as top:
        Path(top).chmod(0o755)
        with server(Path(top) / "server") as settings:
            yield Kept(Server(settings))


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated database, as Django's own; yields the engine's name."""
    kept: Kept = request.getfixturevalue(request.param)
    kept.open(TABLES)
    yield request.param
    kept.close()


@pytest.fixture
def kept(request: pytest.FixtureRequest, database: str) -> Kept:
    """What tests on the engine of this test start from."""
    found: Kept = request.getfixturevalue(database)
    return found


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The community as a folder."""
    return place.write(tmp_path_factory.mktemp("place") / "small")


@pytest.fixture
def taken(folder: Path) -> str:
    """The name of the database that holds the folder: files of tests have folders of their own."""
    return f"community_{folder.parent.name}"


@pytest.fixture
def community(kept: Kept, folder: Path, taken: str) -> Community:
    """The small community in the database."""
    kept.open(taken, TABLES, lambda: take_in(folder, "small", Author("import:small")))
    return Community.objects.get()


@pytest.fixture
def computed(kept: Kept, community: Community, taken: str) -> Community:
    """The small community with its numbers."""
    kept.open(f"computed_{taken}", taken, lambda: recompute(Community.objects.get()))
    return Community.objects.get()


@pytest.fixture
def viewer_of(community: Community) -> Callable[[str], Viewer]:
    """Return a party of the community as somebody who looks and acts."""

    def seated(party: str) -> Viewer:
        account = Account.objects.filter(email=f"{party}@example.org").first()
        account = account or Account.objects.create_user(f"{party}@example.org")
        Seat.objects.get_or_create(account=account, community=community, party=party)
        return viewer(account, "small", "en")

    return seated


@pytest.fixture
def reads() -> str | None:
    """The language that clients read, where a room of tests is about one."""
    return None


@pytest.fixture
def client_of(viewer_of: Callable[[str], Viewer], reads: str | None) -> Callable[[str], Client]:
    """Return a client who is logged in as a party of the community."""

    def logged_in(party: str) -> Client:
        client = Client()
        account = viewer_of(party).account
        client.force_login(account)
        showed(client, account)
        if reads is not None:
            client.cookies["django_language"] = reads
        return client

    return logged_in


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what changes settings of the site for one test."""

    def changed(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setattr(settings, name, value)

    return changed


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser, one for the tests of a file."""
    with launched() as opened:
        yield opened


@pytest.fixture
def site(computed: Community) -> Iterator[str]:
    """The community with its numbers, served at a loopback address."""
    with served() as address:
        yield address


@pytest.fixture
def page_of(browser: Any, site: str, client_of: Callable[[str], Client]) -> Iterator[Callable[..., Any]]:
    """Return a page of somebody who is logged in; what the browser complains of is kept in `page.wrong`."""
    contexts = []

    def opened(party: str, width: int = DESK, language: str = "en-GB", scheme: str = "light") -> Any:
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, locale=language, color_scheme=scheme)
        contexts.append(context)
        session = client_of(party).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page_in(context)

    yield opened
    for context in contexts:
        context.close()
