"""Databases that tests start from: each is made once a session, kept under a name, and copied for every test."""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Protocol

from django.core.management import call_command
from django.db import connections
from tests.web.servers import Settings, execute, point_at, sqlite_at

TABLES = "tables"  # every table, no row


class Place(Protocol):
    """Where databases of one engine lie, by name."""

    def settings(self, name: str) -> Settings:
        """Return the settings of a database."""

    def copy(self, before: str, name: str) -> None:
        """Make a database that is a copy of another one, or empty where none is named."""

    def drop(self, name: str) -> None:
        """Forget a database."""


class Files:
    """SQLite databases in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def settings(self, name: str) -> Settings:
        """Return the settings of a database."""
        return sqlite_at(self.folder / f"{name}.sqlite3")

    def copy(self, before: str, name: str) -> None:
        """Copy a file that nobody has open."""
        if before:
            shutil.copyfile(self.settings(before)["NAME"], self.settings(name)["NAME"])

    def drop(self, name: str) -> None:
        """Remove a file."""
        for path in self.folder.glob(f"{name}.sqlite3*"):
            path.unlink()


class Server:
    """PostgreSQL databases on one server."""

    def __init__(self, settings: Settings) -> None:
        self.server = settings

    def settings(self, name: str) -> Settings:
        """Return the settings of a database."""
        return self.server | {"NAME": f"tenfold_{name}"}

    def copy(self, before: str, name: str) -> None:
        """Copy a database that nobody is connected with."""
        template = f"TEMPLATE tenfold_{before}" if before else ""
        self.drop(name)
        execute(self.server, f"CREATE DATABASE tenfold_{name} {template}")

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected with it."""
        execute(self.server, f"DROP DATABASE IF EXISTS tenfold_{name} WITH (FORCE)")


class Kept:
    """What tests start from on one engine."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._made: set[str] = set()
        self._numbers = count()
        self._current = ""
        self._make(TABLES, "", lambda: call_command("migrate", verbosity=0))

    def open(self, name: str, before: str = "", fill: Callable[[], object] = lambda: None) -> None:
        """Point Django at a fresh copy of a kept database; the first time it is made by filling a copy of another."""
        if name not in self._made:
            self._make(name, before, fill)
        self.close()
        self._current = f"test_{next(self._numbers)}"
        self.place.copy(name, self._current)
        point_at(self.place.settings(self._current))

    def close(self) -> None:
        """Drop the copy that is open."""
        connections.close_all()
        if self._current:
            self.place.drop(self._current)
            self._current = ""

    def _make(self, name: str, before: str, fill: Callable[[], object]) -> None:
        self.close()
        self.place.copy(before, name)
        point_at(self.place.settings(name))
        fill()
        connections.close_all()
        self._made.add(name)
