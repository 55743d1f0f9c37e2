"""A backup that restores: made while people write, brought back into either engine, refused when it is not whole."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from django.apps import apps
from django.db import connection, connections, models
from tests.web.acting import refused, standing
from tests.web.databases import Kept
from tests.web.servers import point_at, sqlite_at

from tenfold.web.rights.viewers import Viewer
from tenfold.web.services.acting import Actor
from tenfold.web.services.talks import log_talk
from tenfold.web.site.backups import PASSING, PASSING_APPS, backup, kept_models, restore
from tenfold.web.site.upgrading import refuse_newer, refuse_older, upgrade
from tenfold.web.store.accounts import Account
from tenfold.web.store.append import Author, writing
from tenfold.web.store.communities import Chain, Community
from tenfold.web.store.journals import whole
from tenfold.web.store.source import known

Elsewhere = Callable[[], None]


def contents() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a backup holds."""
    return {
        label: [tuple(map(str, row)) for row in models.QuerySet(model).order_by("pk").values_list()]
        for label, model in kept_models().items()
    }


OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Elsewhere]:
    """Let Django use an empty database of the other engine, without a table; asked for before the community is made."""
    kept: Kept = request.getfixturevalue(OTHER[request.node.callspec.params["database"]])
    kept.place.copy("", "elsewhere")
    yield lambda: point_at(kept.place.settings("elsewhere"))
    connections.close_all()
    kept.place.drop("elsewhere")


def test_what_was_backed_up_comes_back_on_the_other_engine(
    elsewhere: Elsewhere, community: Community, viewer_of: Callable[[str], Viewer], tmp_path: Path
) -> None:
    standing(community, "insight.next_best_action:zhou/deal:x", "zhou/deal", rank=0)
    log_talk(Actor(viewer_of("op"), once="one"), members=["lin"], channel="call", flags=["decision"])
    before, digest, head = contents(), known(community).digest, whole(community).head
    made = backup(tmp_path / "backup.zip")
    assert made.heads == {"small": (head.sequence, head.hash)}
    elsewhere()
    restore(tmp_path / "backup.zip")
    assert contents() == before
    again = Community.objects.get(name="small")
    assert known(again).digest == digest
    log_talk(Actor(viewer_of("op")), members=["lin"], channel="call")
    assert whole(again).head.sequence == head.sequence + 1
    refuse_older()


def test_a_backup_is_of_one_moment_while_people_write(
    community: Community, viewer_of: Callable[[str], Viewer], tmp_path: Path
) -> None:
    over, began = Event(), Event()

    def write() -> None:
        while not over.is_set():
            with writing(community, Author("op")) as writer:
                writer.add("interactions", member="lin", direction="out", channel="call")
            began.set()
        connections.close_all()

    thread = Thread(target=write)
    thread.start()
    began.wait(20)
    first = backup(tmp_path / "0.zip")
    began.clear()  # until something was written after the first
    began.wait(20)
    made = [first, backup(tmp_path / "1.zip")]
    over.set()
    thread.join()
    assert made[0].heads["small"] < made[1].heads["small"]
    point_at(sqlite_at(tmp_path / "elsewhere.sqlite3"))
    restore(tmp_path / "1.zip")
    chain = Chain.objects.get(community__name="small")
    assert (chain.sequence, chain.hash) == made[1].heads["small"]
    connections.close_all()


def test_every_table_is_kept_or_said_to_pass() -> None:
    labels = {one._meta.label_lower for one in apps.get_models() if one._meta.app_label not in PASSING_APPS}
    assert set(kept_models()) == labels - PASSING
    assert labels >= PASSING


def test_a_backup_holds_no_secret_and_is_its_owners_alone(community: Community, tmp_path: Path) -> None:
    backup(tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert not any("session" in name or "secret" in name for name in archive.namelist())
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


@pytest.fixture
def made(community: Community, database: str, tmp_path: Path) -> Path:
    """A backup; Django then uses an empty database."""
    backup(tmp_path / "backup.zip")
    point_at(sqlite_at(tmp_path / "elsewhere.sqlite3"))
    return tmp_path / "backup.zip"


# How a backup is judged does not depend on the engine it came from.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write a backup anew, its members changed or left out."""
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(other, "w") as after:
        for name in before.namelist():
            content = change(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return other


def changed(name: str, **content: object) -> Callable[[str, bytes], bytes | None]:
    """Return a change of what a backup says of itself, or of one of its tables."""

    def change(member: str, before: bytes) -> bytes | None:
        if member == "backup.json" and content:
            return json.dumps(json.loads(before) | content).encode()
        return before.replace(b"765432109", b"965432109") if name and member.endswith(name) else before

    return change


@on_sqlite
def test_what_is_no_whole_backup_is_refused_and_nothing_is_there(made: Path, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no zip at all", "utf-8")
    with refused("backup.none"):
        restore(tmp_path / "text.zip")
    with refused("backup.none"):
        restore(rewritten(made, lambda name, content: None if name == "backup.json" else content))
    with refused("backup.damaged"):
        restore(rewritten(made, changed("opportunities.jsonl")))
    with refused("backup.damaged"):
        restore(rewritten(made, lambda name, content: None if "journalentry" in name else content))
    with refused("backup.newer"):
        restore(rewritten(made, changed("", format=2)))
    with refused("backup.newer"):
        restore(rewritten(made, changed("", changes=[["store", "0999_not_yet"]])))
    assert connection.introspection.table_names() == []
    restore(made)
    connections.close_all()


@on_sqlite
def test_a_database_that_holds_somebody_is_left_alone(made: Path) -> None:
    restore(made)
    with refused("backup.not_empty"):
        restore(made)
    connections.close_all()


@on_sqlite
def test_a_backup_overwrites_nothing(community: Community, tmp_path: Path) -> None:
    backup(tmp_path / "backup.zip")
    before = (tmp_path / "backup.zip").read_bytes()
    with refused("backup.exists"):
        backup(tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_bytes() == before


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_newer_database_is_refused_and_not_touched(database: str) -> None:
    refuse_older()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('store', '0999_not_yet', '2027-01-01')"
        )
    with refused("site.newer"):
        refuse_newer()
    with refused("site.newer"):
        upgrade()


@on_sqlite
def test_tables_of_before_are_brought_up_to_date(database: str, tmp_path: Path) -> None:
    point_at(sqlite_at(tmp_path / "fresh.sqlite3"))
    with refused("site.older"):
        refuse_older()
    upgrade()
    refuse_older()
    assert not Account.objects.exists()
    connections.close_all()


@on_sqlite
def test_a_backup_of_earlier_tables_is_brought_up_to_date(community: Community, tmp_path: Path) -> None:
    """A backup of the tables before their last change comes back with the columns that came since, empty."""
    backup(tmp_path / "backup.zip")
    gone = ("amount_known", "amount_to_minor")

    def earlier(name: str, content: bytes) -> bytes:
        if name == "backup.json":
            said = json.loads(content)
            said["changes"] = [one for one in said["changes"] if one != ["store", "0005_opportunities_amount_known"]]
            said["tables"]["store.opportunities"][1] = digest
            return json.dumps(said).encode()
        return rows if name.endswith("store.opportunities.jsonl") else content

    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        rows, digest = without(archive.read("tables/store.opportunities.jsonl"), gone)
    point_at(sqlite_at(tmp_path / "elsewhere.sqlite3"))
    restore(rewritten(tmp_path / "backup.zip", earlier))
    assert whole(Community.objects.get(name="small")).facts > 0
    connections.close_all()


def without(lines: bytes, names: tuple[str, ...]) -> tuple[bytes, str]:
    """Return the lines of a table without some columns, and their SHA-256."""
    import hashlib

    rows = [json.loads(line) for line in lines.splitlines()]
    kept = [{name: cell for name, cell in row.items() if name not in names} for row in rows]
    text = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in kept)
    return text, hashlib.sha256(text).hexdigest()
