"""The demo community, written and loaded once a worker, and its cycles by moment: each is computed once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tenfold.demo import write_demo
from tenfold.engine.community import Community, Moment, read_moment
from tenfold.engine.cycle import Cycle, run

SEED = 20260501
ZONE = "Asia/Shanghai"
On = Callable[[str], Cycle]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo")
    write_demo(path, 58, SEED)
    return path


@pytest.fixture(scope="session")
def community(folder: Path) -> Community:
    return Community.load(folder)


@pytest.fixture(scope="session")
def cycle(community: Community) -> Cycle:
    return run(community, community.moment())


@pytest.fixture(scope="session")
def on(community: Community, cycle: Cycle) -> On:
    """Return the cycle of a moment with what was known then: on("2026-03-09T08:30")."""

    @cache
    def at(as_of: str) -> Cycle:
        moment = read_moment(as_of, ZONE)
        return cycle if moment == community.clock else run(community, Moment(moment, moment))

    return at
