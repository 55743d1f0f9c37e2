"""S7: from a recorded fact to its numbers, in the application: journal, warm engine, results kept in SQLite."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bench.harness import PRODUCT, Contender, Subject, Trial
from tenfold.demo import write_demo
from tenfold.engine.community import Community
from tenfold.engine.cycle import run

SEED = 20260501
WHOLE = "a whole cycle of the same facts"


def prepare(folder: Path, size: int) -> None:
    """Write the demo community of so many members."""
    write_demo(folder, size, SEED)


class Recording:
    """The engine's process: each line that it is sent records one talk."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.recorded", str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.cpu = 0.0
        assert self._said() == "ready"

    def record(self) -> None:
        """Record a talk; return when its numbers are kept."""
        assert self._process.stdin
        self._process.stdin.write("talk\n")
        self._process.stdin.flush()
        self.cpu = float(self._said())

    def end(self) -> str:
        """End the process; return how many results differ from a whole cycle's."""
        assert self._process.stdin
        with self._process:  # closes its pipes and waits
            self._process.stdin.close()
            return self._said()

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def alone(folder: Path) -> None:
    """Record three talks."""
    recording = Recording(folder)
    for _ in range(3):
        recording.record()
    recording.end()


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders; before the clock starts, three talks in another database end as a whole cycle says."""
    community = Community.load(folder)
    recording = Recording(folder)

    def check(answers: Mapping[str, object]) -> None:
        """What stands after some talks is what a whole cycle says, to the byte."""
        (other := folder.with_name("other")).mkdir()
        prepare(other, size)
        checked = Recording(other)
        for _ in range(3):
            checked.record()
        assert checked.end() == "0"

    contenders = [
        Contender(PRODUCT, recording.record, lambda: recording.cpu),
        Contender(WHOLE, lambda: run(Community(community.rulebook, community.facts), community.moment())),
    ]
    note = f"{community.facts.count:,} facts; a talk is recorded, its numbers are computed and kept in SQLite"
    return Trial(contenders, check, note, recording.end)


SUBJECT = Subject(
    "S7",
    "members",
    {"smallest": (58,), "quick": (58,), "full": (58, 1_000)},
    prepare,
    trial,
    "bench.s7_recorded:alone",
)
