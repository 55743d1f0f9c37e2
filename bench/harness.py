"""The rules of measuring: rounds in turn, medians, growth, peak memory, the machine, one line a result."""

import gc
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module, metadata
from pathlib import Path

RESULTS = Path(__file__).with_name("results") / "bench.jsonl"
ROUNDS = 5
TWICE_ABOVE, ONCE_ABOVE = 20.0, 80.0  # seconds from which a contender may run less often
LIBRARIES = ("polars", "duckdb", "ibis-framework", "pydantic", "pyarrow", "numpy", "pandas")
PRODUCT, LIMIT = "tenfold", "limit"
KIBIBYTES = 1024  # in a mebibyte

Run = Callable[[], object]
Check = Callable[[Mapping[str, object]], None]


@dataclass(frozen=True)
class Contender:
    """One way to do the work.

    who    `tenfold`, `limit: …`, or what people would use instead
    run    does the work once and returns the answer to be checked
    cpu    seconds of processor time taken so far, by whoever does the work
    took   what an answer says that it took, in seconds, where that is not the time of the whole run
    turns  how often it runs in a round, where each time is another piece of work; in a single round once
    """

    who: str
    run: Run
    cpu: Callable[[], float] = time.process_time
    took: Callable[[object], float] | None = None
    turns: int = 1


def of_children() -> float:
    """Return the seconds of processor time that processes started here took, as far as they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class Trial:
    """A path at one size, ready to run: its contenders, the check of all their answers, and what ends it.

    note   what was done, and how; asked for at the end where it says what came of it
    """

    contenders: Sequence[Contender]
    check: Check
    note: str | Callable[[], str] = ""
    end: Run = lambda: None


@dataclass(frozen=True)
class Subject:
    """A path to be measured.

    name     what the goals call it
    unit     what `size` counts
    sizes    mode (`smallest`, `quick`, `full`) → sizes, smallest first
    prepare  writes the input of a size into a folder
    trial    returns the contenders over that folder
    alone    `module:function` of the product's work, run on the folder in a fresh process for its peak memory
    """

    name: str
    unit: str
    sizes: Mapping[str, tuple[int, ...]]
    prepare: Callable[[Path, int], None]
    trial: Callable[[Path, int], Trial]
    alone: str


@dataclass(frozen=True)
class Line:
    """One result: median, lowest and highest seconds over `n` rounds.

    mib   the peak above the process's start
    cpu   median seconds of processor time, where it was measured
    """

    path: str
    who: str
    size: int
    s: float
    lo: float
    hi: float
    n: int
    rate: float
    unit: str
    note: str
    load: float
    cores: int
    mib: float | None
    cpu: float | None = None


def measured(subject: Subject, folder: Path, size: int, rounds: int = ROUNDS, memory: bool = False) -> list[Line]:
    """Prepare, check and time one path at one size.

    The checked run is also the warm-up. Contenders run in turn (A B C A B C …), so that all meet the same machine.
    """
    subject.prepare(folder, size)
    trial = subject.trial(folder, size)
    try:
        seconds = _seconds(trial, rounds)
        note = trial.note if isinstance(trial.note, str) else trial.note()
    finally:
        trial.end()
    mib = peak(subject.alone, folder) if memory else None
    return [_line(subject, size, who, found, note, mib if who == PRODUCT else None) for who, found in seconds.items()]


def _seconds(trial: Trial, rounds: int) -> Mapping[str, Sequence[tuple[float, float]]]:
    """Check a trial and time it: who → seconds of the clock and of the processor, a pair a round."""
    first = {}
    answers = {}
    for contender in trial.contenders:
        first[contender.who], _, answers[contender.who] = _timed(contender)
    trial.check(answers)
    answers.clear()
    seconds: dict[str, list[tuple[float, float]]] = {contender.who: [] for contender in trial.contenders}
    for turn in range(rounds):
        for contender in trial.contenders:
            if turn < _allowed(first[contender.who], rounds):
                turns = contender.turns if rounds > 1 else 1
                seconds[contender.who] += [_timed(contender)[:2] for _ in range(turns)]
    return seconds


def _allowed(first: float, rounds: int) -> int:
    return 1 if first > ONCE_ABOVE else min(2, rounds) if first > TWICE_ABOVE else rounds


def _timed(contender: Contender) -> tuple[float, float, object]:
    gc.collect()
    start, cpu = time.perf_counter(), contender.cpu()
    answer = contender.run()
    seconds, taken = time.perf_counter() - start, contender.cpu() - cpu
    return seconds if contender.took is None else contender.took(answer), taken, answer


def _line(
    subject: Subject, size: int, who: str, found: Sequence[tuple[float, float]], note: str, mib: float | None
) -> Line:
    seconds = [wall for wall, _ in found]
    median = statistics.median(seconds)
    return Line(
        path=subject.name,
        who=who,
        size=size,
        s=round(median, 6),
        lo=round(min(seconds), 6),
        hi=round(max(seconds), 6),
        n=len(seconds),
        rate=round(size / median, 1),
        unit=subject.unit,
        note=note,
        load=round(os.getloadavg()[0], 2),
        cores=os.cpu_count() or 1,
        mib=mib,
        cpu=round(statistics.median(cpu for _, cpu in found), 6),
    )


def growth(points: Iterable[tuple[int, float]]) -> float:
    """Return b of t = a·nᵇ by least squares on logarithms.

    >>> round(growth([(10, 0.1), (100, 1.0), (1000, 10.0)]), 6)
    1.0
    """
    logs = [(math.log(size), math.log(seconds)) for size, seconds in points]
    mean_x, mean_y = (statistics.fmean(column) for column in zip(*logs, strict=True))
    over = sum((x - mean_x) * (y - mean_y) for x, y in logs)
    return over / sum((x - mean_x) ** 2 for x, _ in logs)


def peak(function: str, folder: Path) -> float:
    """Return the peak resident set of `module:function` on a folder, in MiB: of its process less what that had before,
    or of the largest process that it started and waited for, whole, where that is more.
    """
    command = [sys.executable, "-c", "from bench.harness import alone; alone()", function, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.splitlines()[-1])


def alone() -> None:
    """Run the function named on the command line in this fresh process and print its peak in MiB."""
    module, _, name = sys.argv[1].partition(":")
    work = getattr(import_module(module), name)
    before = _high_water()
    work(Path(sys.argv[2]))
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / KIBIBYTES
    print(round(max(_high_water() - before, started), 1))


def _high_water() -> float:
    """Return the peak resident set of this process in MiB.

    Linux says it in /proc; `ru_maxrss` starts there from what the parent process had, and serves elsewhere.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) / KIBIBYTES
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES


def machine() -> Line:
    """Return the line that states the machine: cores, memory, versions, load, threads."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = [f"Python {platform.python_version()}"]
    for name in LIBRARIES:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    threads = os.environ.get("POLARS_MAX_THREADS", "as many as cores")
    note = f"{platform.machine()}, {memory:.0f} GiB; {', '.join(versions)}; threads: {threads}"
    load, cores = round(os.getloadavg()[0], 2), os.cpu_count() or 1
    return Line("machine", platform.system(), 0, 0.0, 0.0, 0.0, 0, 0.0, "", note, load, cores, None)


def save(lines: Iterable[Line], path: Path = RESULTS) -> None:
    """Write the lines as JSON, one object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(asdict(line), ensure_ascii=False)}\n" for line in lines), encoding="utf-8")


def load(path: Path = RESULTS) -> list[Line]:
    """Read the lines that `save` wrote."""
    return [Line(**json.loads(text)) for text in path.read_text("utf-8").splitlines()]
