"""A community of nobody yet, for files that are read and not written."""

from datetime import UTC, datetime

import pytest

from tenfold.cli.app import main
from tenfold.engine.community import Community
from tenfold.exchange.reading.community import Around


@pytest.fixture(scope="session")
def around(tmp_path_factory: pytest.TempPathFactory) -> Around:
    folder = tmp_path_factory.mktemp("around") / "mine"
    assert main("zh-Hans", ["init", str(folder)]) == 0
    return Around.of(Community.load(folder), datetime(2026, 11, 30, 4, tzinfo=UTC), "zh-Hans")
