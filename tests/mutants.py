"""Does some test notice when a comparison or a number of a rule changes? `make mutants`, outside of CI.

So many mutants are drawn by a seed over what computes, on a copy of the project; of each the fitting tests are run
until one fails. What survives is listed in `docs/reference/mutants.md`, with the reason where somebody has looked at it
(`tests/mutants.yaml`).
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shlex import join
from tempfile import TemporaryDirectory

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, TestOutcome
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
COPIED = ("src", "tests", "docs", "examples", "pyproject.toml", "README.md", "Makefile")
PAGE = ROOT / "docs/reference/mutants.md"
REASONS = Path(__file__).parent / "mutants.yaml"
SECONDS = 900  # a mutant that runs longer has been noticed
COMPARISONS = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "LtE_GtE", "Gt_Lt", "GtE_LtE", "Eq_NotEq", "NotEq_Eq")
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in COMPARISONS),
    "core/NumberReplacer",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceUnaryOperator_Delete_Not",
)


@dataclass(frozen=True)
class Tried:
    """A mutant: where it is, and what changed; `survived` when every fitting test passed."""

    spec: MutationSpec
    changed: str
    survived: bool

    @property
    def key(self) -> str:
        """What names it as long as the code around it stays."""
        return f"{self.spec.module_path}: {self.changed}"


def modules() -> list[Path]:
    """The modules that compute, relative to the project."""
    found = [Path("src/tenfold/facts/as_of.py"), Path("src/tenfold/charter/load.py")]
    for room in ("methods", "mechanisms"):
        found += sorted(Path("src/tenfold", room).rglob("*.py"))
    return [path for path in found if path.name != "__init__.py"]


def fitting(module: Path) -> Sequence[str]:
    """Return the arguments of pytest that run the tests of a module's room."""
    room = module.relative_to("src/tenfold").parts
    match room:
        case ("methods", _):
            return ["tests/methods", "tests/mechanisms/test_cures.py", "--doctest-modules", str(module)]
        case ("mechanisms", name, *_):
            cases = sorted(path.stem for path in Path("tests/mechanisms", name, "cases").glob("*.yaml"))
            chosen = " or ".join([name, *cases, "cures"])
            return ["tests/mechanisms", "-k", chosen, "--doctest-modules", str(module)]
        case ("facts", _):
            return ["tests/facts/test_as_of.py", "tests/facts/test_merged_records.py"]
        case _:
            return ["tests/charter"]


def drawn(count: int, seed: int) -> list[MutationSpec]:
    """Return so many of all mutants, the same for the same seed and code."""
    every = [spec for path in modules() for spec in _of(path)]
    return Random(seed).sample(every, min(count, len(every)))


def _of(path: Path) -> Iterator[MutationSpec]:
    tree = get_ast_from_path(path)
    for name in OPERATORS:
        operator = get_operator(name)()
        places = (place for node in ast_nodes(tree) for place in operator.mutation_positions(node))
        for occurrence, (start, end) in enumerate(places):
            yield MutationSpec(path, name, occurrence, start, end)


def tried(spec: MutationSpec) -> Tried:
    """Run the fitting tests on a mutant; ends with the first that fails."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", *fitting(spec.module_path)]
    result = mutate_and_test([spec], join(command), SECONDS)
    lines = (result.diff or "").splitlines()
    changed = " → ".join(line[1:].strip() for line in lines if line[:1] in "-+" and line[:3] not in ("---", "+++"))
    return Tried(spec, changed, result.test_outcome == TestOutcome.SURVIVED)


def page(found: Sequence[Tried], seed: int, reasons: Mapping[str, str]) -> str:
    """Return the page of a run: how many were noticed, and what was not."""
    survivors = sorted((one for one in found if one.survived), key=lambda one: one.key)
    killed = len(found) - len(survivors)
    share = 100 * killed / len(found)
    head = [
        "# Mutants",
        "",
        "`make mutants` draws mutants by a seed: one comparison, number or condition of a rule is changed, and the",
        "tests of its room are run. A mutant that no test notices is a gap, unless nobody could see what it changes.",
        "",
        f"Seed {seed}: {killed} of {len(found)} mutants noticed ({share:.1f} %).",
        "",
    ]
    rows = [f"| `{one.key.replace('|', chr(92) + '|')}` | {reasons.get(one.key, '')} |" for one in survivors]
    table = ["| survived | why |", "|---|---|", *rows] if rows else ["None survived."]
    return "\n".join([*head, *table]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261129)
    asked = parser.parse_args()
    reasons: Mapping[str, str] = YAML(typ="safe").load(REASONS.read_text("utf-8")) or {}
    with TemporaryDirectory() as copy:
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, Path(copy, name))
        os.chdir(copy)
        os.environ["PYTHONPATH"] = f"{copy}/src{os.pathsep}{copy}"
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        specs = drawn(asked.count, asked.seed)
        found = []
        for number, spec in enumerate(specs, start=1):
            one = tried(spec)
            found.append(one)
            print(f"{number}/{len(specs)} {'SURVIVED' if one.survived else 'noticed'} {one.key}", flush=True)
    PAGE.write_text(page(found, asked.seed, reasons), encoding="utf-8")


if __name__ == "__main__":
    main()
