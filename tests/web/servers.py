"""The databases that tests of the application run on: SQLite always, PostgreSQL where one can be had.

PostgreSQL: $TEST_PG_URL, else Debian's binaries in a folder of their own, else those tests are skipped with the reason.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
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
    as_owner = ["runuser", "-u", SUPERUSER, "--"] if os.geteuid() == 0 else []
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=60"
    _quiet(
        *as_owner,
        binaries / "initdb",
        "-D",
        folder / "data",
        "-U",
        SUPERUSER,
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
    )
    _quiet(*as_owner, binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": SUPERUSER,
            "USER": SUPERUSER,
            "HOST": str(folder),
            "OPTIONS": {},
        }
    finally:
        _quiet(*as_owner, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")


def _quiet(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd="/")


def execute(settings: Settings, statement: str) -> None:
    """Run a statement of its own, outside any transaction, on a server's first database."""
    import psycopg

    options = {"dbname": settings["NAME"], "user": settings["USER"], "host": settings["HOST"]}
    given = options | {"password": settings.get("PASSWORD"), "port": settings.get("PORT") or None}
    with psycopg.connect(autocommit=True, **{name: value for name, value in given.items() if value}) as connection:
        connection.execute(statement)
