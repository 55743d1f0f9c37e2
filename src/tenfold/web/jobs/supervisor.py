"""Starts an engine for each community that has work and none, again when it dies, and what reads large files."""

import logging
import subprocess
from signal import SIGINT, SIGTERM, signal
from threading import Event
from types import FrameType

from django.db import close_old_connections

from tenfold.web.jobs.engine import wanted
from tenfold.web.jobs.processes import started
from tenfold.web.jobs.sheets import Reader
from tenfold.web.store.communities import Community
from tenfold.web.store.requests import forget_addresses
from tenfold.web.store.uploads import sweep
from tenfold.web.store.work import led

LOG = logging.getLogger(__name__)
LOOK_EVERY = 0.5  # seconds


class Supervisor:
    """The engines that this process has started, by community."""

    def __init__(self) -> None:
        self._started: dict[int, subprocess.Popen[bytes]] = {}

    def look(self) -> None:
        """Start the engines that are wanted and are not there."""
        for community in Community.objects.order_by("pk"):
            if self._lives(community) or led(community):
                continue
            if wanted(community):
                self._started[community.pk] = start(community)

    def _lives(self, community: Community) -> bool:
        engine = self._started.get(community.pk)
        if engine is None:
            return False
        if engine.poll() is None:
            return True
        if engine.returncode:
            LOG.warning("the engine of community %s ended with %s", community.pk, engine.returncode)
        del self._started[community.pk]
        return False

    def stop(self) -> None:
        """End every engine that was started here; each gives its lease up."""
        for engine in self._started.values():
            engine.terminate()
        for engine in self._started.values():
            engine.wait()


def start(community: Community) -> "subprocess.Popen[bytes]":
    """Start the engine of a community as a process of its own."""
    return started("tenfold.web.jobs", community.name)


def supervise() -> None:
    """Look after engines until the process is told to end."""
    supervisor, reader, over = Supervisor(), Reader(), ending()
    try:
        while not over.wait(LOOK_EVERY):
            close_old_connections()
            supervisor.look()
            reader.look()
            sweep()
            for community in Community.objects.order_by("pk"):
                forget_addresses(community)
    finally:
        reader.stop()
        supervisor.stop()


def ending() -> Event:
    """Return what is set when the process is told to end."""
    over = Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    for number in (SIGINT, SIGTERM):
        signal(number, end)
    return over
