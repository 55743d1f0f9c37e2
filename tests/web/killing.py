"""Killing the processes of an installation at any moment, again and again, while they write."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import sleep
from types import TracebackType

from django.db import connections
from tests.web.servers import Settings
from tests.web.writing import ENDED

from tenfold.journal.check import entries
from tenfold.journal.entry import Entry
from tenfold.web.store.communities import Chain, Community, JournalEntry
from tenfold.web.store.declared import MODELS

ROOT = Path(__file__).parents[2]
# What is killed → the processes that write meanwhile, and the longest that they do, in seconds.
TOGETHER = {"web": ("web",), "two": ("web", "web"), "worker": ("web", "worker"), "server": ("web", "web")}
LONGEST = {"web": 0.1, "two": 0.3, "worker": 1.0, "server": 0.3}


def database_settings() -> Settings:
    """Return the settings of the database that Django uses."""
    default = connections.settings["default"]
    return {name: default[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}


def writer(*before: str) -> "subprocess.Popen[bytes]":
    """Start what forks processes to be killed, as the argument of another program where one is named."""
    command = [*before, sys.executable, "-m", "tests.web.writing", json.dumps(database_settings())]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(
        command, **pipes, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, start_new_session=True, bufsize=0
    )


@dataclass
class Killing:
    """Cycles of starting, writing and killing.

    server   kills the database's server and starts it again; none for a database in a file
    said     the facts that were acknowledged
    """

    community: Community
    server: Callable[[], None] | None = None
    random: Random = field(default_factory=lambda: Random(7))
    said: set[str] = field(default_factory=set)

    def __enter__(self) -> "Killing":
        """Start what forks."""
        self._parent = writer()
        assert self._heard() == "ready"
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """End it, with everything that it forked."""
        os.killpg(self._parent.pid, signal.SIGKILL)
        self._parent.communicate()

    def cycle(self, victim: str) -> None:
        """Let processes write for some moments, then kill what is named, and then the others."""
        numbers = [self._forked(kind) for kind in TOGETHER[victim]]
        self._take(self._heard())  # every kill meets somebody who writes
        sleep(self.random.uniform(0.0, LONGEST[victim]))
        if victim == "server":
            assert self.server is not None
            self.server()
        for number in numbers:
            os.kill(number, signal.SIGKILL)
        self._tell("reap")
        while (heard := self._heard()) != "reaped":
            self._take(heard)
        connections.close_all()

    def lost(self) -> set[str]:
        """Return the acknowledged facts that are not in the database."""
        kept = MODELS["interactions"].rows.of(self.community).values_list("fact", flat=True)
        return self.said - set(kept)

    def _forked(self, kind: str) -> int:
        self._tell(kind)
        while not (heard := self._heard()).startswith("number "):
            self._take(heard)
        return int(heard.removeprefix("number "))

    def _take(self, heard: str) -> None:
        """Note a fact that was acknowledged; a process that ended by itself says that."""
        if heard != ENDED:
            self.said.add(heard)

    def _tell(self, line: str) -> None:
        assert self._parent.stdin
        self._parent.stdin.write(f"{line}\n".encode())

    def _heard(self) -> str:
        assert self._parent.stdout
        return self._parent.stdout.readline().decode().strip()


def rotation(victims: Sequence[str], cycles: int) -> list[str]:
    """Return so many victims, in turn."""
    return [victims[number % len(victims)] for number in range(cycles)]


def whole(community: Community) -> int:
    """Check the chain from its first entry, and that rows, entries and head belong together; return its length."""
    rows = JournalEntry.rows.of(community).order_by("sequence").values_list("body", "hash")
    found = list(entries(Entry(0, body.encode(), hash).line for body, hash in rows))
    chain = Chain.objects.get(pk=community.pk)
    assert (chain.sequence, chain.hash) == (len(found), found[-1].hash)
    facts = sum(model.rows.of(community).count() for model in MODELS.values())
    assert facts == JournalEntry.rows.of(community).exclude(fact=None).count()
    return len(found)
