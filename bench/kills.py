"""Kills: pages, engine and the database's server are killed at any moment while they write; nothing told is lost.

It uses the same processes as the test of it (`tests/web/killing.py`), on SQLite and, where Debian's binaries are here,
on a PostgreSQL of its own.
"""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.apart import Apart, Doings
from bench.harness import PRODUCT, Contender, Subject, Trial

MODULE = "bench.kills"
VICTIMS = {"sqlite": ("web", "two", "worker"), "postgresql": ("web", "server", "two", "worker")}
ALONE = 3  # cycles whose memory is looked at


def prepare(folder: Path, size: int) -> None:
    """Make a folder; the size is how many cycles are done."""
    folder.mkdir(parents=True, exist_ok=True)


class Installation:
    """The small community of the tests in a database, and what was acknowledged there."""

    def __init__(self, folder: Path, engine: str, restart: Any) -> None:
        from tenfold.web.store.accounts import Account, Seat
        from tenfold.web.store.append import Author
        from tenfold.web.store.folders import take_in

        place = import_module("tests.web.place").write(folder / f"small-{engine}-{os.getpid()}")
        self.community = take_in(place, "small", Author("import:small"))
        account = Account.objects.create_user("op@example.org")
        Seat.objects.create(account=account, community=self.community, party="op")
        self.killing = import_module("tests.web.killing")
        self.engine, self.restart = engine, restart

    def cycles(self, count: int) -> dict[str, int]:
        """Do so many cycles; return how many facts were acknowledged and lost, and how long the whole chain is."""
        with self.killing.Killing(self.community, self.restart) as killing:
            for victim in self.killing.rotation(VICTIMS[self.engine], count):
                killing.cycle(victim)
        length = self.killing.whole(self.community)
        return {"told": len(killing.said), "lost": len(killing.lost()), "entries": length}


class Both:
    """An installation on each engine, one after the other."""

    def __init__(self, folder: Path) -> None:
        from django.conf import settings

        self.folder, self.stack = folder, ExitStack()
        self.servers = import_module("tests.web.servers")
        self.made: dict[str, Any] = {}
        self.own = self.servers.sqlite_at(settings.DATABASES["default"]["NAME"])

    def cycles(self, argument: str) -> dict[str, int]:
        """Do so many cycles on an engine."""
        engine, count = argument.split()
        if engine not in self.made:
            self._make(engine)
        settings, installation = self.made[engine]
        self.servers.point_at(settings)
        found: dict[str, int] = installation.cycles(int(count))
        return found

    def _make(self, engine: str) -> None:
        from django.core.management import call_command

        settings = self.own
        if engine == "postgresql":
            top = self.folder.parent
            top.chmod(0o755)
            settings = self.stack.enter_context(self.servers.server(top / "postgresql"))
        self.servers.point_at(settings)
        call_command("migrate", verbosity=0)
        restart = self.servers.killed_and_started(engine)
        self.made[engine] = settings, Installation(self.folder, engine, restart)

    def end(self, _: str) -> str:
        """End the server."""
        self.stack.close()
        return "ended"


def ready(folder: Path) -> Doings:
    """Return what is done by name."""
    both = Both(folder)
    return {"cycles": both.cycles, "end": both.end}


def alone(folder: Path) -> None:
    """Do some cycles."""
    apart = Apart(MODULE, folder)
    apart.ask("cycles", f"sqlite {ALONE}")
    apart.end()


def trial(folder: Path, size: int) -> Trial:
    """Return the engines that are here."""
    apart = Apart(MODULE, folder)
    found: list[Mapping[str, int]] = []

    def cycles(engine: str) -> Mapping[str, int]:
        answer = apart.ask("cycles", f"{engine} {size}")
        assert isinstance(answer, dict)
        assert answer["lost"] == 0, answer
        found.append(answer)
        return answer

    def check(answers: Mapping[str, object]) -> None:
        """Somebody was told something, and nothing of that is lost (which each run has looked at)."""
        assert all(one["told"] >= size for one in found), found

    def told() -> str:
        facts = sum(one["told"] for one in found)
        return f"{len(found) * size:,} kills in all; {facts:,} facts acknowledged, none lost, every chain whole"

    contenders = [Contender(PRODUCT, lambda: cycles("sqlite"), apart.cpu)]
    if import_module("tests.web.servers").postgresql() is not None:
        with_server = Contender(
            "tenfold, on PostgreSQL, its server killed too", lambda: cycles("postgresql"), apart.cpu
        )
        contenders.append(with_server)
    return Trial(contenders, check, told, lambda: apart.end_after("end"))


SUBJECT = Subject(
    "Kills",
    "cycles",
    {"smallest": (3,), "quick": (20,), "full": (1_000,)},
    prepare,
    trial,
    "bench.kills:alone",
)
