"""S7: from a recorded fact to its numbers, in the application: journal, warm engine, results kept in SQLite."""

import sys
from collections.abc import Mapping
from pathlib import Path

from bench.harness import PRODUCT, Contender, Subject, Trial
from bench.recorded import COMPARE
from bench.worker import Worker
from tenfold.demo import write_demo
from tenfold.engine.community import Community
from tenfold.engine.cycle import run

SEED = 20260501
TURNS = 6  # of a round: after five rounds a fact of every table was recorded
WHOLE = "a whole cycle of the same facts"


def prepare(folder: Path, size: int) -> None:
    """Write the demo community of so many members."""
    write_demo(folder, size, SEED)


def recording(folder: Path) -> Worker:
    """Return the engine's process: at each line it records one fact, of another table each time."""
    return Worker([sys.executable, "-m", "bench.recorded", str(folder)])


def alone(folder: Path) -> None:
    """Record three facts."""
    worker = recording(folder)
    for _ in range(3):
        worker.work()
    worker.end()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders; before the clock starts, what stands after three facts is what a whole cycle says."""
    community = Community.load(folder)
    worker = recording(folder)

    def check(answers: Mapping[str, object]) -> None:
        """What stands after the warm-up's fact and two more is what a whole cycle says, to the byte."""
        for _ in range(2):
            worker.work()
        assert worker.ask(COMPARE) == "0"

    contenders = [
        Contender(PRODUCT, worker.work, lambda: worker.cpu, turns=TURNS),
        Contender(WHOLE, lambda: run(Community(community.rulebook, community.facts), community.moment())),
    ]
    note = f"{community.facts.count:,} facts; one of each table in turn is recorded, its numbers are kept in SQLite"
    return Trial(contenders, check, note, worker.end)


SUBJECT = Subject(
    "S7",
    "members",
    {"smallest": (58,), "quick": (58,), "full": (58, 1_000, 10_000)},
    prepare,
    trial,
    "bench.s7_recorded:alone",
)
