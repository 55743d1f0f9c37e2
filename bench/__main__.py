"""`python -m bench`: measure every path, write the lines and the page; `--full` for the largest sizes."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import (
    a1_pages,
    a2_brought,
    a3_acts,
    a4_canonical,
    a5_verify,
    a7_mixed,
    before,
    cycle,
    demo,
    kills,
    night,
    s1_import,
    s2_as_of,
    s4_explain,
    s5_lines,
    s6_report,
    s7_recorded,
    s8_indicator,
    s9_reading,
    s10_chains,
    start,
)
from bench.harness import RESULTS, ROUNDS, Line, Subject, load, machine, measured, save
from bench.table import write_page

SUBJECTS: tuple[Subject, ...] = (
    s1_import.SUBJECT,
    s2_as_of.SUBJECT,
    cycle.SUBJECT,
    s4_explain.SUBJECT,
    s5_lines.SUBJECT,
    s6_report.SUBJECT,
    s7_recorded.SUBJECT,
    s8_indicator.SUBJECT,
    s9_reading.SUBJECT,
    s10_chains.SUBJECT,
    start.SUBJECT,
    a1_pages.SUBJECT,
    a2_brought.SUBJECT,
    a3_acts.SUBJECT,
    a4_canonical.SUBJECT,
    a5_verify.SUBJECT,
    a7_mixed.SUBJECT,
    kills.SUBJECT,
    demo.SUBJECT,
    before.SUBJECT,
    night.SUBJECT,
)


def run(subjects: tuple[Subject, ...], mode: str, rounds: int = ROUNDS) -> list[Line]:
    """Measure each path at each of its sizes; peak memory at the largest."""
    lines = []
    for subject in subjects:
        sizes = subject.sizes[mode]
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="tenfold-bench-") as folder:
                memory = mode != "smallest" and size == sizes[-1]
                found = measured(subject, Path(folder) / "input", size, rounds, memory)
            for line in found:
                print(f"{line.path} {line.size:>10,} {line.s:>10.4f} s  {line.who}", file=sys.stderr, flush=True)
            lines += found
    return lines


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the largest sizes too")
    parser.add_argument("--smallest", action="store_true", help="one round at the smallest size: right answers only")
    parser.add_argument("--only", action="append", choices=[one.name for one in SUBJECTS], help="these paths alone")
    given = parser.parse_args()
    chosen = tuple(one for one in SUBJECTS if not given.only or one.name in given.only)
    if given.smallest:
        run(chosen, "smallest", rounds=1)
        return
    others = [one for one in (load() if RESULTS.is_file() else []) if given.only and one.path not in given.only]
    kept = [one for one in others if one.path != "machine"]
    lines = [machine(), *kept]
    for number, subject in enumerate(chosen, 1):  # saved path by path: who ends it early keeps what was measured
        lines += run((subject,), "full" if given.full else "quick")
        save(lines)
        write_page([one.name for one in chosen[:number]])


if __name__ == "__main__":
    main()
