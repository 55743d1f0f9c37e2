"""One mutant after another, each in a process of its own, forked from one that has already imported what it needs.

A change inside a function that nothing runs at import is made in a process that has imported and collected everything:
the function that is there gets the changed code, wherever it was handed to. For any other change only libraries are
imported before the fork, so that it is seen wherever its module's names, constants and decorators went.
"""

import gc
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from math import ceil
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from tests.mutants.covering import Covered
from tests.mutants.drawing import Mutant, function_around, mutated

LIBRARIES = (
    "duckdb", "ibis.backends.duckdb", "igraph", "jinja2", "numpy", "polars", "pyarrow.parquet", "pydantic",
    "ruamel.yaml", "scipy.optimize", "scipy.stats",
)  # fmt: skip
LONGER = 3  # a mutant that computes so many times as long as its tests did, and START, has been noticed
START, START_ANEW = 10, 90  # seconds of the processor before the first test: where all is imported, and where not
SECONDS = 1_800  # one that waits so long has been noticed too
MEMORY = 8 * 2**30
OPTIONS = ("-x", "-s", "-q", "-n0", "-p", "no:cacheprovider", "--hypothesis-seed=0", "--basetemp=temporary")
KILLER = Path("noticed-by")
OUTPUT = "last-run"
QUERIES = Path("src/tenfold/engine/queries.json")
BROKEN = "The tests fail before anything is changed: see last-run."
Told = Callable[[Mutant, str | None], None]


def run(mutants: Sequence[Mutant], covered: Covered, tests: Sequence[str], told: Told) -> None:
    """Try mutants, and tell of each what noticed it: a test, or what became of the run; None where it survived."""
    for name in LIBRARIES:
        import_module(name)
    at_import = [mutant for mutant in mutants if covered.at_import(mutant)]
    inside = [mutant for mutant in mutants if mutant not in at_import]
    if inside and (child := os.fork()) == 0:
        os._exit(int(pytest.main([*OPTIONS, *tests], plugins=[Trying(inside, covered, told)])))
    if inside and os.waitpid(child, 0)[1]:
        raise SystemExit(BROKEN)
    for number, mutant in enumerate(at_import):
        fitting = covered.fitting(mutant)
        most = START_ANEW + LONGER * covered.spent_on(fitting)
        if number == 0 and _outcome(most, lambda chosen=fitting: _run_anew(chosen)):
            raise SystemExit(BROKEN)
        with _written(mutant):
            noticed = _outcome(most, lambda one=mutant, chosen=fitting: _run_anew(chosen, covered.queries_of(one)))
        told(mutant, noticed)


@dataclass(eq=False)  # pytest keeps plugins in sets
class Trying:
    """Once pytest has collected all tests, tries mutants on them instead of running them."""

    mutants: Sequence[Mutant]
    covered: Covered
    told: Told

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        for number, mutant in enumerate(self.mutants):
            fitting = self.covered.fitting(mutant)
            chosen = [items[test] for test in fitting]
            most = START + LONGER * self.covered.spent_on(fitting)
            if number == 0 and _outcome(most, lambda tests=chosen: self._run(session, tests)):
                raise pytest.UsageError(BROKEN)
            self.told(mutant, _outcome(most, lambda one=mutant, tests=chosen: self._run_changed(session, one, tests)))
        return True

    def _run_changed(self, session: pytest.Session, mutant: Mutant, items: Sequence[pytest.Item]) -> int:
        _put_in(mutant)
        _compile_in_place(self.covered.queries_of(mutant))
        return self._run(session, items)

    def _run(self, session: pytest.Session, items: Sequence[pytest.Item]) -> int:
        session.config.pluginmanager.register(Noting())
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if session.testsfailed:
                return 1
        return 0


@dataclass(eq=False)  # pytest keeps plugins in sets
class Noting:
    """Lets pytest run chosen tests alone, in their order, and notes the one that fails."""

    tests: Sequence[str] = ()
    order: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = {test: number for number, test in enumerate(self.tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if item.nodeid in self.order]
        items[:] = sorted(kept, key=lambda item: self.order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            KILLER.write_text(report.nodeid, encoding="utf-8")


def _run_anew(tests: Sequence[str], queries: Collection[str] = ()) -> int:
    _compile_files(queries)
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    return int(pytest.main([*OPTIONS, *files], plugins=[Noting(tests)]))


def _outcome(most: float, work: Callable[[], int]) -> str | None:
    """Do work in a forked process; return what is wrong, nothing where its code is 0.

    most   seconds of the processor after which it is ended
    """
    KILLER.unlink(missing_ok=True)
    if child := os.fork():
        status = os.waitpid(child, 0)[1]
        return _said(status)
    code = 1
    try:
        _limit(ceil(most))
        code = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # whatever happened: nothing of the parent goes on here


def _said(status: int) -> str | None:
    if os.WIFSIGNALED(status):
        return f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    if os.WEXITSTATUS(status) == 0:
        return None
    return KILLER.read_text("utf-8") if KILLER.exists() else "cannot be imported"


def _limit(processor_seconds: int) -> None:
    output = os.open(OUTPUT, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    os.dup2(output, 1)
    os.dup2(output, 2)
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    signal.alarm(SECONDS)


@contextmanager
def _written(mutant: Mutant) -> Iterator[None]:
    kept = {path: path.read_bytes() for path in (Path(mutant.path), QUERIES)}
    try:
        Path(mutant.path).write_text(mutated(mutant), encoding="utf-8")
        yield
    finally:
        for path, content in kept.items():
            path.write_bytes(content)


def _put_in(mutant: Mutant) -> None:
    """Give the function around the mutant's line its changed code, whoever holds it."""
    path = Path(mutant.path)
    module = ".".join(path.with_suffix("").parts[1:])
    wanted = function_around(mutant)
    functions = [one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__module__ == module]
    (found,) = (one for one in functions if _place(one.__code__) == wanted)
    code = compile(mutated(mutant), found.__code__.co_filename, "exec")
    (found.__code__,) = (one for one in _codes(code) if _place(one) == wanted)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_name, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _compile_in_place(ids: Iterable[str]) -> None:
    """Compile the queries that a changed function makes; as no file changed, all others fit."""
    from tenfold.engine.queries import compiled, query_of
    from tenfold.engine.registry import registry

    compiled().update({id: query_of(id, registry().specs) for id in ids})


def _compile_files(ids: Collection[str]) -> None:
    """Compile all queries of a changed module; where it makes none, say that those that are there fit."""
    from tenfold.engine import queries

    if ids:
        queries.main()
        return
    content = json.loads(QUERIES.read_text("utf-8"))
    QUERIES.write_text(json.dumps({**content, "fingerprint": queries.fingerprint()}), encoding="utf-8")
