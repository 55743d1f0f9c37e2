"""One cycle now, in the process that asks: for the command line and for tests; the application has engines for it."""

from tenfold.web.jobs.engine import Engine
from tenfold.web.store.communities import Community
from tenfold.web.store.results import CycleRun


def recompute(community: Community) -> CycleRun:
    """Compute what the charter makes of everything recorded so far, and keep what it says."""
    return Engine(community).recompute()
