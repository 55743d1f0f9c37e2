"""Every complaint is said without a raw placeholder: what its words ask for is given where it is made."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from tenfold import terms
from tenfold.report.words import LANGUAGES, catalogue, complaint
from tenfold.terms.errors import Complaint, Place

SOURCE = Path(inspect.getfile(terms)).parents[1]
CELL = frozenset({"seen", "expected"})  # what a complaint about a cell always gives
# The functions that make complaints, and what each gives beside what its call says.
MAKERS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("Complaint", "Problem", "_complain", "_told"), frozenset()),
    **dict.fromkeys(("problems", "complain", "_note", "_refused", "refusing"), CELL),
    "refusal": frozenset({"seen"}),
}
OF_CHARTERS = ("Problem", "_complain", "refusal")  # they leave out the area
# What is given where the id itself is looked up, by the begin of the id.
LOOKED_UP = {"charter.": {"seen", "limit"}, "facts.": CELL, "maps.": CELL, "file.": set(), "system.": set()}
WRITER = frozenset({"who", "process", "host", "since", "doing"})  # commit.py hands on what the lock says
NO_COMPLAINTS = ("facts.page.", "facts.type.", "maps.reason_header", "suggest.")
AREAS = ("charter.", "facts.", "maps.", "folder.", "file.", "engine.", "import.", "system.", "suggest.exists")


def placeholders(id: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(catalogue("en")[id]) if name}


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def ids_in(node: ast.AST, maker: str) -> list[str]:
    """The ids of messages that literals name, whole or as the charter's."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    texts += [f"charter.{text}" for text in texts if maker in OF_CHARTERS]
    filled = [form for part in ast.walk(node) if isinstance(part, ast.JoinedStr) and (form := form_of(part))]
    texts += [id for id in catalogue("en") for form in filled if form.fullmatch(id) and id not in literals()]
    return [text for text in texts if text.startswith(AREAS) and text in catalogue("en")]


@cache
def literals() -> set[str]:
    """Every text that stands in the code as it is."""
    nodes = (node for path in SOURCE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def form_of(text: ast.JoinedStr) -> re.Pattern[str] | None:
    """The form of ids that a text with names filled in makes; None where it ends open, and so makes any of an area."""
    parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in text.values]
    if parts[-1] is None:
        return None
    return re.compile("".join(r"\w+" if part is None else re.escape(part) for part in parts))


def keys_of(node: ast.AST, assigned: Mapping[str, set[str]]) -> set[str]:
    """The keys that a mapping surely has: a literal one, a variable that holds one, one joined from both."""
    match node:
        case ast.Dict(keys, values):
            parts = (
                {str(getattr(key, "value", ""))} if key is not None else keys_of(value, assigned)
                for key, value in zip(keys, values, strict=True)
            )
            return set().union(*parts)
        case ast.BinOp(left, ast.BitOr(), right):
            return keys_of(left, assigned) | keys_of(right, assigned)
        case ast.BoolOp(_, values):
            return set().union(*(keys_of(value, assigned) for value in values))
        case ast.Name(name):
            return set(assigned.get(name, ()))
        case _:
            return set()


def made_in(function: ast.FunctionDef) -> Iterator[tuple[int, str, set[str]]]:
    """Yield line, id and what is given of every complaint in a function, in the order of its lines."""
    assigned: dict[str, set[str]] = {"_NOBODY": set(WRITER)}
    named: dict[str, list[str]] = {}  # variables that hold an id
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.Call | ast.Tuple)]
    for node in sorted(nodes, key=lambda node: (node.lineno, not isinstance(node, ast.Assign))):
        match node:
            case ast.Assign([ast.Name(name)], value):
                assigned[name] = keys_of(value, assigned)
                named[name] = ids_in(value, "Problem") if isinstance(value, ast.Constant | ast.IfExp) else []
            case ast.Call(args=args, keywords=keywords) if name_of(node) in MAKERS:
                maker = name_of(node)
                values = [*args, *(keyword.value for keyword in keywords)]
                given = {keyword.arg for keyword in keywords if keyword.arg} | MAKERS[maker]
                given |= set().union(*(keys_of(value, assigned) for value in values))
                for value in args:
                    if not isinstance(value, ast.Dict):
                        ids = named.get(value.id, []) if isinstance(value, ast.Name) else ids_in(value, maker)
                        yield from ((node.lineno, id, given) for id in ids)
            case ast.Tuple([ast.Constant() as first, *_, ast.Dict() as last]):  # id, pointer, parameters
                yield from ((node.lineno, id, keys_of(last, assigned)) for id in ids_in(first, ""))


@cache
def made() -> list[tuple[str, str, set[str]]]:
    """Return where, the id and what is given of every complaint that the code makes by name."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                where = path.relative_to(SOURCE)
                found += [(f"{where}:{line}", id, given) for line, id, given in made_in(function)]
    return found


def test_a_complaint_gives_what_its_words_ask_for() -> None:
    gaps = [(where, id, placeholders(id) - given) for where, id, given in made() if placeholders(id) - given]
    assert gaps == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_complaint_is_said_without_a_raw_placeholder(language: str) -> None:
    given: dict[str, set[str]] = {}
    for _, id, keys in made():
        given[id] = given.get(id, keys) & keys
    kinds = [id for id in catalogue(language) if id.startswith(AREAS) and not id.startswith(NO_COMPLAINTS)]
    assert len(kinds) > 200
    for id in kinds:
        keys = given.get(id, LOOKED_UP.get(f"{id.partition('.')[0]}.", set()))
        said = complaint(language, Complaint(id, Place("facts/parties.csv", 2), dict.fromkeys(keys, "x")))
        literal = said.replace("{}", "").replace("{…}", "")
        assert "{" not in literal, (id, said)
