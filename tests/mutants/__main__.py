"""Does some test notice when a comparison or a number of a rule changes? `make mutants`, outside of CI.

What ran is kept in `.mutants`, so that a run that was ended goes on: a mutant that was noticed stays so while its
module stays as it is; one that survived is tried again when the tests change.
`docs/reference/mutants.md` is what came out. Of a part alone (`--within mechanisms/risk`) the figure is printed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from compileall import compile_dir
from hashlib import sha256
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from tests.mutants.covering import Covered, tests_of
from tests.mutants.drawing import Mutant, changed, drawn
from tests.mutants.page import figure, page
from tests.mutants.running import run

ROOT = Path(__file__).parents[2]
COPIED = ("src", "tests", "docs", "examples", "pyproject.toml", "README.md", "Makefile")
KEPT = ROOT / ".mutants"
RESULTS = KEPT / "results.jsonl"
PAGE = ROOT / "docs/reference/mutants.md"
REASONS = Path(__file__).parent / "reasons.yaml"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261129)
    parser.add_argument("--within", default="", help="a part of src/tenfold: mechanisms/risk; draws from it alone")
    parser.add_argument("--page-only", action="store_true", help="write the page of what ran so far, and run nothing")
    asked = parser.parse_args()
    os.chdir(ROOT)
    mutants = drawn(asked.count, asked.seed, asked.within)
    if not asked.page_only:
        with TemporaryDirectory() as copy:
            _enter(Path(copy))
            _run(mutants, tests_of(asked.within))
            os.chdir(ROOT)
    tried = list(_latest(mutants).values())
    print(figure(tried, len(mutants), asked.seed))
    if not asked.within:
        tests = _digest(_tests(tests_of("")))
        PAGE.write_text(page(tried, len(mutants), asked.seed, _reasons(), tests), encoding="utf-8")


def _reasons() -> Mapping[str, str]:
    """Return `module: before → after` → why nobody could see the difference."""
    rows = YAML(typ="safe").load(REASONS.read_text("utf-8"))
    return {f"{row['module']}: {row['change']}": row["why"] for row in rows}


def _enter(copy: Path) -> None:
    """Copy the project and go there: what is changed is never the checkout."""
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
    os.chdir(copy)
    # By content, not by time: a change within the same second must be seen.
    compile_dir("src", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    os.environ["PYTHONPATH"] = f"{copy}/src{os.pathsep}{copy}"
    os.environ.setdefault("TENFOLD_SHARED", str(ROOT.parent / "shared"))  # beside the checkout, not beside the copy
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    sys.path[:] = [f"{copy}/src", str(copy), *sys.path]


def _run(mutants: Sequence[Mutant], roots: Sequence[str]) -> None:
    KEPT.mkdir(exist_ok=True)
    tests = _digest(_tests(roots))
    known = {name for name, row in _latest(mutants).items() if row["noticed"] or row["tests"] == tests}
    open_ones = [mutant for mutant in mutants if mutant.name not in known]

    def told(mutant: Mutant, noticed: str | None) -> None:
        row = {"name": mutant.name, "where": mutant.path, "changed": changed(mutant), "noticed": noticed}
        row |= {"code": _digest([Path(mutant.path)]), "tests": tests}
        with RESULTS.open("a", encoding="utf-8") as results:
            results.write(json.dumps(row, ensure_ascii=False) + "\n")
        print(f"{noticed or 'SURVIVED'}: {mutant.path}: {row['changed']}", file=sys.stderr, flush=True)

    if open_ones:
        run(open_ones, Covered.read(_coverage(roots)), roots, told)


def _coverage(roots: Sequence[str]) -> Path:
    """Return the file that says which test runs which line: made again when code or tests changed."""
    path = KEPT / f"covered-{_digest([*sorted(Path('src/tenfold').rglob('*.py')), *_tests(roots)])}.json"
    if not path.exists():
        subprocess.run([sys.executable, "-m", "tests.mutants.covering", path, *roots], check=True)
    return path


def _latest(mutants: Sequence[Mutant]) -> dict[str, dict[str, Any]]:
    """Return name → row of the mutants that have run on their module as it stands."""
    rows = RESULTS.read_text("utf-8").splitlines() if RESULTS.exists() else []
    latest = {row["name"]: row for row in map(json.loads, rows)}
    known = (mutant for mutant in mutants if mutant.name in latest)
    return {one.name: latest[one.name] for one in known if latest[one.name]["code"] == _digest([Path(one.path)])}


def _tests(roots: Sequence[str]) -> list[Path]:
    return sorted(path for root in roots for path in _files(Path(root)))


def _files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for pattern in ("*.py", "*.yaml"):
        yield from root.rglob(pattern)


def _digest(paths: Sequence[Path]) -> str:
    whole = sha256()
    for path in paths:
        whole.update(path.as_posix().encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:16]


if __name__ == "__main__":
    main()
