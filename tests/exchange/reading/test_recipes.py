"""The recipes of the kinds of sheet: every word in them is read by somebody."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from ruamel.yaml import YAML

from tenfold.exchange.reading import build, days, kinds
from tenfold.facts.maps.language import Match

READER = YAML(typ="safe", pure=True)
RECIPES: dict[str, Any] = {
    path.stem: READER.load(path.read_text(encoding="utf-8")) for path in sorted(kinds.FOLDER.glob("*.yaml"))
}


def looked_up(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what a piece of code looks up in a mapping: `one["x"]`, `one.get("x")`, `"x" in one`, `for _ in ("x", …)`.

    Of a mapping written out, its keys: they are looked up by what a recipe says.
    """
    match node:
        case ast.Subscript(slice=key) | ast.Compare(left=key, ops=[ast.In() | ast.NotIn()]):
            yield key
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]):
            yield key
        case ast.For(iter=ast.Tuple(elts=keys)) | ast.comprehension(iter=ast.Tuple(elts=keys)):
            yield from keys
        case ast.Assign(value=ast.Tuple(elts=keys)) | ast.AnnAssign(value=ast.Dict(keys=[*keys])):
            yield from filter(None, keys)


def words_of(*modules: ModuleType) -> set[str]:
    """Return the words that modules look up."""
    nodes = [node for module in modules for node in ast.walk(ast.parse(inspect.getsource(module)))]
    keys = [key for node in nodes for key in looked_up(node)]
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def entries(part: str) -> Iterator[tuple[str, Any]]:
    """Yield each entry of a part of the recipes with the name of its kind."""
    for name, recipe in RECIPES.items():
        listed = recipe[part].values() if isinstance(recipe[part], dict) else recipe[part]
        yield from ((name, entry) for entry in listed)


def unread(found: Iterator[tuple[str, Any]], known: set[str]) -> list[tuple[str, str]]:
    return [(name, word) for name, entry in found for word in entry if word not in known]


def cells() -> Iterator[tuple[str, Any]]:
    for name, fact in entries("facts"):
        yield from ((name, cell) for cell in fact["set"].values())


def test_every_word_of_a_recipe_is_read() -> None:
    by_kinds, by_build = words_of(kinds), words_of(build, days)
    matches = {*Match.model_fields, "lots"}
    assert unread(iter(RECIPES.items()), by_kinds) == []
    assert unread(entries("slots"), by_kinds) == []
    assert unread(entries("who"), by_build) == []
    assert unread(entries("facts"), by_build) == []
    assert unread(((name, fact["match"]) for name, fact in entries("facts")), matches) == []
    assert unread(cells(), by_build) == []


def named_slots(cell: dict[str, Any]) -> list[str]:
    """Return the slots that a cell of a recipe takes what it says from."""
    alone = [cell[word] for word in ("slot", "slot_else", "money", "code", "unless") if word in cell]
    return [*alone, *cell.get("day", ()), *cell.get("key", ())]


def test_every_slot_that_a_recipe_names_is_one_of_its_own() -> None:
    lists = ("needs", "unless", "filled", "empty")
    named = [(name, slot) for name, fact in entries("facts") for word in lists for slot in fact.get(word, ())]
    named += [(name, slot) for name, cell in cells() for slot in named_slots(cell)]
    assert [(name, slot) for name, slot in named if slot not in RECIPES[name]["slots"]] == []


@pytest.mark.parametrize(
    ("part", "entry"),
    [("who", {"slot": "party", "nobody": "x"}), ("facts", {"table": "parties", "nobody": "x"}), ("set", {"none": "0"})],
)
def test_a_word_that_nobody_reads_is_found(part: str, entry: dict[str, Any]) -> None:
    assert unread(iter([(part, entry)]), words_of(build)) == [
        (part, word) for word in entry if word in ("nobody", "none")
    ]
