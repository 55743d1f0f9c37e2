"""Demo: the screen of `make demo` after set-up, from nothing to the answers that it prints, in a new process.

It has no smaller size: that it runs and tells the truth is tested in `tests/demo`.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial, of_children
from bench.start import LIBRARIES, shell
from tenfold.demo import write_demo
from tenfold.engine.community import Community

MEMBERS, SEED = 58, 20260501


def prepare(folder: Path, size: int) -> None:
    """Make the place for a demo."""
    assert size == MEMBERS
    folder.mkdir(parents=True, exist_ok=True)


def told(folder: Path) -> str:
    """Run the demo where nothing is yet; return the screen."""
    shutil.rmtree(folder / "demo", ignore_errors=True)
    return shell("-m", "tenfold", "demo", str(folder / "demo"))


def alone(folder: Path) -> None:
    """Write the community, read it and let it tell its story."""
    write_demo(folder / "alone", MEMBERS, SEED)
    Community.load(folder / "alone")


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders; the limit imports the five libraries that an engine of this kind stands on."""

    def check(answers: Mapping[str, object]) -> None:
        """The screen tells something, and the report lies where it says."""
        assert str(answers[PRODUCT]).strip()
        assert list((folder / "demo").rglob("report.html"))

    contenders = [
        Contender(PRODUCT, lambda: told(folder), of_children),
        Contender(f"{LIMIT}: import five libraries", lambda: shell("-c", LIBRARIES), of_children),
    ]
    return Trial(contenders, check, "`tenfold demo` in a new process, its files written")


SUBJECT = Subject(
    "Demo",
    "members",
    {"smallest": (), "quick": (MEMBERS,), "full": (MEMBERS,)},
    prepare,
    trial,
    "bench.demo:alone",
)
