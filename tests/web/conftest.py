"""A fresh database for each test, on each engine; a small community in it; clients who are somebody there."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import connections
from django.test import Client
from tests.web import place, ready
from tests.web.servers import Settings, execute, migrated, point_at, server, sqlite_at

from tenfold.web.rights.viewers import Viewer, viewer
from tenfold.web.store.accounts import Account, Seat
from tenfold.web.store.append import Author
from tenfold.web.store.communities import Community
from tenfold.web.store.folders import take_in

ENGINES = ("sqlite", "postgresql")
__all__ = ["ready"]


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    migrated(sqlite_at(path))
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Settings]:
    """A server whose database `template` is migrated, to be copied."""
    with TemporaryDirectory(prefix="tenfold-pg-") as top:
        Path(top).chmod(0o755)
        with server(Path(top) / "server") as settings:
            execute(settings, "DROP DATABASE IF EXISTS tenfold_template")
            execute(settings, "CREATE DATABASE tenfold_template")
            migrated(settings | {"NAME": "tenfold_template"})
            yield settings


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh migrated database, as Django's own; yields the engine's name."""
    if request.param == "sqlite":
        path = tmp_path / "database.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite"), path)
        point_at(sqlite_at(path))
        yield request.param
        connections.close_all()
        return
    settings = request.getfixturevalue("postgresql")
    execute(settings, "CREATE DATABASE tenfold_test TEMPLATE tenfold_template")
    point_at(settings | {"NAME": "tenfold_test"})
    yield request.param
    connections.close_all()
    execute(settings, "DROP DATABASE tenfold_test WITH (FORCE)")


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The community as a folder."""
    return place.write(tmp_path_factory.mktemp("place") / "small")


@pytest.fixture
def community(database: str, folder: Path) -> Community:
    """The small community in the database."""
    return take_in(folder, "small", Author("import:small"))


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
def client_of(viewer_of: Callable[[str], Viewer]) -> Callable[[str], Client]:
    """Return a client who is logged in as a party of the community."""

    def logged_in(party: str) -> Client:
        client = Client()
        client.force_login(viewer_of(party).account)
        return client

    return logged_in
