"""The databases that tests of the application run on: SQLite always, PostgreSQL where one can be had.

PostgreSQL: $TEST_PG_URL, else Debian's binaries in a folder of their own, else those tests are skipped with the reason.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any

import dj_database_url
import pytest
from django.conf import settings as site
from django.db import connections

SUPERUSER = "postgres"  # PostgreSQL refuses to run as root
MISSING = "no PostgreSQL: set TEST_PG_URL or install Debian's postgresql"
Settings = dict[str, Any]


def point_at(settings: Settings) -> None:
    """Let Django use another database from now on, in new threads too."""
    connections.close_all()
    default = connections.settings["default"]
    default.update({"USER": "", "PASSWORD": "", "HOST": "", "PORT": ""} | settings)
    assert connections["default"]  # made in this context, so that there is one to forget
    del connections["default"]


def sqlite_at(path: Path) -> Settings:
    """Return the settings of a database in a file, as the site's own."""
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": site.SQLITE}


def postgresql() -> Path | None:
    """Return the folder of Debian's binaries, the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server(folder: Path) -> Iterator[Settings]:
    """Run a PostgreSQL while it is needed; yield the settings of its first database."""
    if url := os.environ.get("TEST_PG_URL"):
        yield {**dj_database_url.parse(url), "OPTIONS": {}}
        return
    binaries = postgresql()
    if binaries is None or shutil.which("runuser") is None:
        pytest.skip(MISSING)
    folder.mkdir()
    shutil.chown(folder, SUPERUSER)
    made = ("-U", SUPERUSER, "--auth=trust", "--no-sync", "-E", "UTF8")
    _quiet(*_as_owner(), binaries / "initdb", "-D", folder / "data", *made)
    _start(folder)
    try:
        yield {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": SUPERUSER,
            "USER": SUPERUSER,
            "HOST": str(folder),
            "OPTIONS": {},
        }
    finally:
        _quiet(*_as_owner(), binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")


def killed_and_started(engine: str) -> Callable[[], None] | None:
    """Return what kills the server that Django uses and starts it again; none for a database in a file."""
    if engine == "sqlite":
        return None
    folder = Path(connections.settings["default"]["HOST"])
    if not (folder / "data").is_dir():
        pytest.skip("a server that is not ours is not killed")
    # A copy of a database takes over that numbers ahead are logged, but not that log: from here on they are its own.
    execute(connections.settings["default"], "CHECKPOINT")
    return partial(_killed_and_started, folder)


def _killed_and_started(folder: Path) -> None:
    pidfile = folder / "data" / "postmaster.pid"
    number = int(pidfile.read_text("utf-8").split()[0])
    of_it = [number, *_children(number)]
    for one in of_it:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    while any(_lives(one) for one in of_it):
        sleep(0.01)
    for left in (pidfile, *folder.glob(".*.lock")):  # whoever is parent to all here may not have buried it
        left.unlink(missing_ok=True)
    _start(folder)


def _children(number: int) -> list[int]:
    listed = Path(f"/proc/{number}/task/{number}/children").read_text("utf-8")
    return [int(one) for one in listed.split()]


def _lives(number: int) -> bool:
    """Whether a process runs; one that ended and was not buried does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _as_owner() -> list[str]:
    return ["runuser", "-u", SUPERUSER, "--"] if os.geteuid() == 0 else []


def _start(folder: Path) -> None:
    binaries = postgresql()
    assert binaries is not None
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=60"
    _quiet(*_as_owner(), binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")


def _quiet(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd="/")


def execute(settings: Settings, statement: str) -> None:
    """Run a statement of its own, outside any transaction, on a server's first database."""
    import psycopg

    options = {"dbname": settings["NAME"], "user": settings["USER"], "host": settings["HOST"]}
    given = options | {"password": settings.get("PASSWORD"), "port": settings.get("PORT") or None}
    with psycopg.connect(autocommit=True, **{name: value for name, value in given.items() if value}) as connection:
        connection.execute(statement)
