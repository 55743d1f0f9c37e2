"""The generated pages are fresh, and the compiled files are."""

import importlib.util
import json
import re
import tomllib
from itertools import chain
from pathlib import Path
from types import ModuleType

import pytest
from tests.demo.test_story import KINDS

from tenfold.cli import community, files, reading, serving, why
from tenfold.engine import queries
from tenfold.engine.registry import registry
from tenfold.facts.maps.language import Maps

ROOT = Path(__file__).parents[2]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_pages_are_fresh() -> None:
    stale = [str(path) for path, text in _script("make_reference").pages().items() if path.read_text("utf-8") != text]
    assert stale == [], "run: python docs/make_reference.py"


def test_the_page_of_maps_holds_every_word_of_their_language() -> None:
    models = {Maps.__name__, *Maps.model_json_schema(by_alias=True)["$defs"]} - {"Duration"}
    assert set(_script("make_reference").MAP_MODELS) == models


def test_the_compiled_reductions_are_fresh() -> None:
    content = json.loads(queries.FILE.read_text(encoding="utf-8"))
    assert content["fingerprint"] == queries.fingerprint(), "run: python -m tenfold.engine.queries"
    assert content["queries"] == queries.compile_all(registry().specs)


def test_every_measure_reads_what_exists_and_nothing_in_a_circle() -> None:
    from tenfold.facts.declaration import TABLES

    specs = registry().specs
    unknown = {
        id: [name for name in spec.reads if name not in specs and name not in TABLES] for id, spec in specs.items()
    }
    assert {id: names for id, names in unknown.items() if names} == {}
    assert len(registry().order([])) == len(specs)


def test_every_measure_says_what_it_needs() -> None:
    silent = [spec.id for spec in registry().measures if not spec.minimum or not spec.source]
    assert silent == []


def test_every_library_says_why_it_is_here() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *chain.from_iterable(project["project"]["optional-dependencies"].values()),
        *chain.from_iterable(project["dependency-groups"].values()),
    ]
    names = {re.split(r"[\[<>=]", one)[0] for one in wanted}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = {
        name for row in page.splitlines() for name in re.findall(r"[\w.@/-]+", row.split("|")[1] if "|" in row else "")
    }
    assert names - told == set()


MISSION = tuple(ROOT / "docs" / "explanation" / name for name in ("mission.md", "mission.zh.md"))
CELL = 5  # columns of the mission's tables


def _rows(page: Path) -> list[list[str]]:
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def _named(page: Path) -> list[str]:
    return re.findall(r"`([^`]+)`", page.read_text(encoding="utf-8"))


def _there(name: str) -> bool:
    """Whether what the mission's page names exists: a test, a case, a command, a measure or a kind of decision."""
    file, _, function = name.partition("::")
    if function:
        return f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")
    file, _, case = name.partition(": ")
    if case:
        return (
            re.search(rf"^- (name|case): {re.escape(case)}$", (ROOT / file).read_text("utf-8"), re.MULTILINE)
            is not None
        )
    if name.startswith("tests/"):
        return (ROOT / name).is_file()
    if name.startswith("tenfold "):
        return name.removeprefix("tenfold ").split()[0] in {
            *community.COMMANDS,
            *files.COMMANDS,
            *reading.COMMANDS,
            *serving.COMMANDS,
            *why.COMMANDS,
            "charter",
        }
    if "." in name:
        return name in {spec.id for spec in registry().measures}
    if any(name in kinds for kinds in KINDS.values()):
        return True
    sources = (ROOT / "src" / "tenfold" / "mechanisms").rglob("*.py")
    return any(f'"{name}"' in path.read_text(encoding="utf-8") for path in sources)


@pytest.mark.parametrize("page", MISSION, ids=lambda page: page.name)
def test_the_mission_page_names_only_what_exists(page: Path) -> None:
    assert [name for name in _named(page) if not _there(name)] == []


def test_each_row_of_the_mission_is_shown_by_a_test_or_says_not_yet() -> None:
    rows = [row for row in _rows(MISSION[0]) if row[0] != "Statement"]
    assert len(rows) > 50
    assert [row for row in rows if len(row) != CELL or ("tests/" not in row[3] and row[4] == "–")] == []


def test_both_languages_of_the_mission_name_the_same() -> None:
    assert _named(MISSION[0]) == _named(MISSION[1])
