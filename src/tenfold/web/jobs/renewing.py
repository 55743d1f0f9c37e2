"""A process says again and again that it lives, for what it does may take longer than anybody waits for word of it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import OperationalError, connections

LOG = logging.getLogger(__name__)
RENEW_EVERY = 5.0  # seconds


@contextmanager
def renewed(renew: Callable[[], bool], over: Event) -> Iterator[None]:
    """Renew while something is done; `over` is set at its end, or where what is renewed has become another's.

    renew   says in the database that the process lives; False where that is not its own to say any more
    """
    renewing = Thread(target=_renew, args=(renew, over), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _renew(renew: Callable[[], bool], over: Event) -> None:
    while not over.wait(RENEW_EVERY):
        try:
            if not renew():
                over.set()
        except OperationalError:  # one long writer keeps SQLite to itself: it is said when that has ended
            LOG.warning("the database took no word that a process lives")
        finally:
            connections.close_all()
