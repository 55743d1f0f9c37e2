"""The generated pages are fresh, and the compiled files are."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

from tenfold.engine import queries
from tenfold.engine.registry import registry

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
