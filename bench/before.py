"""Warm: a whole cycle of the demo in a process that has run one, and the same before the redesign of the engine.

Each version runs on the demo that it writes itself: the facts of 58 members, some of which changed since. There is no
smaller size.
"""

import os
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from functools import partial
from io import BytesIO
from pathlib import Path

from bench.harness import PRODUCT, Contender, Subject, Trial
from bench.worker import Worker
from tenfold.demo import write_demo
from tenfold.engine.community import Community
from tenfold.engine.cycle import run

ROOT = Path(__file__).parents[1]
COMMIT = "16e6735"  # the last one whose boards forget what they computed
STORY = 58  # members
SEED = 20260501
CYCLES = """
import sys, time
from pathlib import Path
from tenfold.demo import write_demo
from tenfold.engine.community import Community
from tenfold.engine.cycle import run
folder, members, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
write_demo(folder, members, seed)
known = Community.load(folder)
def once():
    assert run(Community(known.rulebook, known.facts), known.moment()).decisions
once()
print("ready", flush=True)
for _ in sys.stdin:
    once()
    print(time.process_time(), flush=True)
"""


def prepare(folder: Path, size: int) -> None:
    """Unpack the older program and compile its reductions."""
    folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["git", "archive", COMMIT, "src"], cwd=ROOT, check=False, capture_output=True)
    if packed.returncode:
        return  # a copy without its history
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as archive:
        archive.extractall(folder / "before", filter="data")
    compiling = [sys.executable, "-m", "tenfold.engine.queries"]
    subprocess.run(compiling, env=_with(folder / "before" / "src"), check=True)


def _with(source: Path) -> dict[str, str]:
    """Return the environment of a process that imports the program from a folder."""
    return os.environ | {"PYTHONPATH": str(source)}


def cycles(folder: Path, source: Path, size: int) -> Worker:
    """Return a process that runs a whole cycle of its demo at each line."""
    return Worker([sys.executable, "-c", CYCLES, str(folder), str(size), str(SEED)], _with(source))


def alone(folder: Path) -> None:
    """Write the demo, read it and run one cycle."""
    write_demo(folder / "alone", STORY, SEED)
    community = Community.load(folder / "alone")
    run(community, community.moment())


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders, each in a process of its own."""
    now = cycles(folder / "now", ROOT / "src", size)
    workers = {PRODUCT: now}
    if (folder / "before").is_dir():
        workers["the commit before the redesign"] = cycles(folder / "then", folder / "before" / "src", size)

    def check(answers: Mapping[str, object]) -> None:
        """Each process says itself that it decided something."""
        assert answers.keys() == workers.keys()

    def end() -> None:
        for worker in workers.values():
            worker.end()

    contenders = [Contender(who, worker.work, partial(getattr, worker, "cpu")) for who, worker in workers.items()]
    return Trial(contenders, check, f"in memory, warm; before is {COMMIT}", end)


SUBJECT = Subject(
    "Warm",
    "members",
    {"smallest": (), "quick": (STORY,), "full": (STORY,)},
    prepare,
    trial,
    "bench.before:alone",
)
