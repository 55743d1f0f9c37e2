"""The real communities of `examples/`, imported and computed once per test run."""

import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tenfold.engine.community import Community, fact_context
from tenfold.engine.cycle import Cycle, run
from tenfold.facts.maps.result import run_map

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TENFOLD_SHARED", ROOT.parent / "shared"))
SOURCES = {
    "makerdao": "sourcecred-makerdao",
    "optimism": "oss-funding-oso",
    "cncf": "cncf-community",
    "aiddata": "aiddata-gcdf2-geo",
}


def source(name: str) -> Path:
    """The folder of an example's data; the test is skipped where it is missing."""
    folder = SHARED / "data" / SOURCES[name]
    if not folder.is_dir():
        pytest.skip(f"no recorded data: {folder} is missing")
    return folder


@cache
def community(name: str) -> Community:
    """The community of an example, imported from its source by its map alone."""
    folder = Path(mkdtemp(prefix=f"tenfold-{name}-"))
    for file in ("charter.yaml", "clock.txt"):
        shutil.copy(ROOT / "examples" / name / file, folder)
    empty = Community.load(folder)
    imported = run_map(ROOT / "examples" / name / "map.yaml", source(name), empty.facts, fact_context(empty.rulebook))
    imported.write(folder)
    return Community.load(folder)


@cache
def cycle(name: str) -> Cycle:
    """The cycle of an example at its own clock."""
    loaded = community(name)
    return run(loaded, loaded.moment())
