"""Which test runs which line, and how long it takes: asked once, and kept as long as code and tests stay.

`python -m tests.mutants.covering FILE TESTS…`, on a copy of the project, runs the tests and writes the answer.
"""

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage, CoverageData
from tests.mutants.drawing import Mutant, function_around, lines_around, modules, statement

TESTS = (
    "tests/methods",
    "tests/mechanisms",
    "tests/charter",
    "tests/facts/test_as_of.py",
    "tests/facts/test_merged_records.py",
)
OF_ROOMS = {"methods": "tests/methods", "mechanisms": "tests/mechanisms"}  # rooms whose own tests know them
RULES, OF_RULES = "/rules.py", "tests/charter"  # what rules may say is tried by the tests of charters
IMPORT = "import"  # what runs while modules are imported and tests collected
QUERY = "query "  # and what runs while a query is compiled
ENOUGH = 300.0  # seconds of tests for a mutant; the nearest and quickest come first
SOON = 0.05  # a test that takes less is no cheaper: between two tests as much passes


def tests_of(within: str) -> tuple[str, ...]:
    """Return the tests that may notice a change in a part of the project: those of its room, where it has its own."""
    own = OF_ROOMS.get(within.split("/")[0])
    return TESTS if own is None else (own,)


@dataclass(frozen=True)
class Covered:
    """The seconds of each test, for each line of each module who runs it: tests, queries, the import, and who asks.

    asking   the tests that ask a query: what is compiled ahead runs no line of the function that it was made of
    """

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[int, list[str]]]
    asking: Mapping[str, list[str]]

    @classmethod
    def read(cls, path: Path) -> "Covered":
        content = json.loads(path.read_text("utf-8"))
        names = content["names"]
        lines: dict[str, dict[int, list[str]]] = {}
        for module, rows in content["lines"].items():
            lines[module] = {int(line): [names[number] for number in numbers] for line, numbers in rows.items()}
        return cls(content["seconds"], lines, content["asking"])

    def at_import(self, mutant: Mutant) -> bool:
        """Whether the line has done its work once modules are imported, at least in part."""
        return function_around(mutant) is None or IMPORT in self._running(mutant)

    def queries_of(self, mutant: Mutant) -> set[str]:
        """Return the queries that are made of the line, or may be, where it runs at import."""
        near = self._of_module(mutant.path) if self.at_import(mutant) else self._running(mutant)
        return {name.removeprefix(QUERY) for name in near if name.startswith(QUERY)}

    def fitting(self, mutant: Mutant) -> list[str]:
        """Return the tests that run the line or a query of it, else those of its room: the nearest and quickest first.

        That is by how many of the lines around the mutant's they run in a second.
        """
        near = self._tests(self._running(mutant)) or self._tests(self._of_room(mutant))
        around = lines_around(mutant)
        rows = self.lines[mutant.path].items()
        inside = Counter(test for line, tests in rows if line in around for test in tests)

        def place(test: str) -> tuple[bool, float, str]:
            reads = mutant.path.endswith(RULES) and test.startswith(OF_RULES)
            return not reads, -inside[test] / max(self.seconds[test], SOON), test

        return list(self._short(sorted(near, key=place)))

    def spent_on(self, tests: Iterable[str]) -> float:
        """Return the processor's seconds that tests took while their lines were watched."""
        return sum(self.seconds[test] for test in tests)

    def _running(self, mutant: Mutant) -> set[str]:
        rows = self.lines[mutant.path]
        return {name for line in statement(mutant.path, mutant.line) for name in rows.get(line, ())}

    def _of_module(self, path: str) -> set[str]:
        return {name for names in self.lines[path].values() for name in names}

    def _of_room(self, mutant: Mutant) -> set[str]:
        """A line of no test of its own is seen by a room's tests, and rules by those of charters before them."""
        near = {module for module in self.lines if module.startswith(_room(mutant))}
        of_rules = {test for test in self.seconds if test.startswith(OF_RULES)}
        found = {name for module in near for name in self._of_module(module)}
        return found | of_rules if mutant.path.endswith(RULES) else found

    def _tests(self, names: Collection[str]) -> set[str]:
        asking = (self.asking.get(name.removeprefix(QUERY), ()) for name in names if name.startswith(QUERY))
        return {name for name in chain(names, *asking) if name in self.seconds}

    def _short(self, tests: Iterable[str]) -> Iterator[str]:
        spent = 0.0
        for test in tests:
            yield test
            spent += self.seconds[test]
            if spent > ENOUGH:
                return


def _room(mutant: Mutant) -> str:
    return "/".join(mutant.path.split("/")[:4])


class Watching:
    """Tells coverage which test runs, notes the queries that it asks, and counts the processor's seconds."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}
        self.asking: dict[str, set[str]] = defaultdict(set)
        self.test = IMPORT

    @contextmanager
    def queries(self) -> Iterator[None]:
        """Note who asks which query."""
        from tenfold.engine.reduce import BigTables  # not before coverage began: what it imports is watched

        ask = BigTables._query

        def noted(tables: Any, spec: Any, *rest: Any) -> str:
            self.asking[spec.id].add(self.test)
            return ask(tables, spec, *rest)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(BigTables, "_query", noted)
            yield

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        began = time.process_time()
        self.test = item.nodeid
        self.coverage.switch_context(self.test)
        result = yield
        self.test = IMPORT
        self.coverage.switch_context(self.test)
        self.seconds[item.nodeid] = round(time.process_time() - began, 3)
        return result


def asked(tests: Sequence[str]) -> dict[str, Any]:
    """Run the tests and the compiler of queries, and return what `Covered` reads."""
    watched = [path.as_posix() for path in modules()]
    coverage = Coverage(data_file=None, include=watched, config_file=False)
    watching = Watching(coverage)
    coverage.start()
    coverage.switch_context(IMPORT)
    with watching.queries():
        failed = pytest.main(["-q", "-n0", "-p", "no:cacheprovider", *tests], plugins=[watching])
    if failed:
        raise SystemExit("The tests fail before anything is changed.")
    compiled = _compile_queries(coverage)
    coverage.stop()
    names = [*watching.seconds, IMPORT, *compiled]
    lines = {module: _lines(coverage.get_data(), module, names) for module in watched}
    asking = {id: sorted(found - {IMPORT}) for id, found in sorted(watching.asking.items())}
    return {"seconds": watching.seconds, "names": names, "lines": lines, "asking": asking}


def _compile_queries(coverage: Coverage) -> list[str]:
    from tenfold.engine.queries import compiled, query_of
    from tenfold.engine.registry import registry

    for id in compiled():
        coverage.switch_context(QUERY + id)
        query_of(id, registry().specs)
    coverage.switch_context(IMPORT)
    return [QUERY + id for id in compiled()]


def _lines(data: CoverageData, module: str, names: list[str]) -> dict[int, list[int]]:
    numbers = {name: number for number, name in enumerate(names)}
    contexts = data.contexts_by_lineno(str(Path(module).resolve()))
    return {line: sorted(numbers[name] for name in found if name) for line, found in contexts.items()}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asked(sys.argv[2:])), encoding="utf-8")
