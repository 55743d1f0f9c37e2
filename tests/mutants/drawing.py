"""Which mutants there are, and which of them a seed draws."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

COMPARISONS = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Lt_Gt", "LtE_GtE", "Gt_Lt", "GtE_LtE", "Eq_NotEq", "NotEq_Eq")
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in COMPARISONS),
    "core/NumberReplacer",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceUnaryOperator_Delete_Not",
)


@dataclass(frozen=True)
class Mutant:
    """One change of one module: the nth place where an operator can change something, and its line."""

    path: str
    operator: str
    occurrence: int
    line: int

    @property
    def name(self) -> str:
        return f"{self.path}:{self.operator}:{self.occurrence}"


def modules() -> list[Path]:
    """The modules that compute, relative to the project, where this must run."""
    found = [Path("src/tenfold/facts/as_of.py"), Path("src/tenfold/charter/load.py")]
    for room in ("methods", "mechanisms"):
        found += sorted(Path("src/tenfold", room).rglob("*.py"))
    return [path for path in found if path.name != "__init__.py"]


def drawn(count: int, seed: int, within: str = "") -> list[Mutant]:
    """Return so many of all mutants, or of those in a part of the project: those whose hash under the seed is least.

    A module that changes brings other mutants of its own and leaves those of all others as they were.
    """

    def rank(mutant: Mutant) -> str:
        return sha256(f"{seed} {mutant.name}".encode()).hexdigest()

    part = [path for path in modules() if path.as_posix().startswith(f"src/tenfold/{within}")]
    every = [mutant for path in part for mutant in _of(path)]
    return sorted(every, key=rank)[:count]


def _of(path: Path) -> Iterator[Mutant]:
    tree = get_ast_from_path(path)
    for name in OPERATORS:
        operator = get_operator(name)()
        places = (place for node in ast_nodes(tree) for place in operator.mutation_positions(node))
        for occurrence, (start, _) in enumerate(places):
            yield Mutant(path.as_posix(), name, occurrence, start[0])


def mutated(mutant: Mutant) -> str:
    """Return the text of the module with the change."""
    code: str | None = mutate_code(_text(mutant.path), get_operator(mutant.operator)(), mutant.occurrence)
    if code is None:
        raise LookupError(mutant.name)
    return code


def changed(mutant: Mutant) -> str:
    """Return the line before and after: `if a < b: → if a <= b:`."""
    before = _text(mutant.path).splitlines()
    after = mutated(mutant).splitlines()
    pairs = (f"{old.strip()} → {new.strip()}" for old, new in zip(before, after, strict=True) if old != new)
    return next(pairs)


def statement(path: str, line: int) -> range:
    """Return the lines of the smallest statement around a line; of a compound one those before its body."""
    around = [lines for lines in _statements(path) if line in lines]
    return min(around, key=len, default=range(line, line + 1))


def function_around(mutant: Mutant) -> tuple[str, int] | None:
    """Return the name and the first line of the outermost function whose body has the line; None outside of any."""
    node = _outermost(mutant)
    return node and (node.name, min([node.lineno, *(one.lineno for one in node.decorator_list)]))


def lines_around(mutant: Mutant) -> range:
    """Return the lines of the body of that function; outside of any those of the module."""
    node = _outermost(mutant)
    if node is None:
        return range(1, len(_text(mutant.path).splitlines()) + 1)
    return range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)


def _outermost(mutant: Mutant) -> ast.FunctionDef | None:
    for node in _functions(ast.parse(_text(mutant.path))):
        if node.body[0].lineno <= mutant.line <= (node.end_lineno or 0):
            return node
    return None


def _functions(around: ast.Module | ast.ClassDef) -> Iterator[ast.FunctionDef]:
    for node in around.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node)


@cache
def _statements(path: str) -> list[range]:
    return [_lines(node) for node in ast.walk(ast.parse(_text(path))) if isinstance(node, ast.stmt)]


def _lines(node: ast.stmt) -> range:
    body = getattr(node, "body", None)
    end = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return range(node.lineno, max(end, node.lineno) + 1)


@cache
def _text(path: str) -> str:
    return Path(path).read_text("utf-8")
