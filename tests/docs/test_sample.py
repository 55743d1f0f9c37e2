"""The sample report and the picture of the ten are what the demo community gives today."""

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "docs/make_sample.py"


def test_the_sample_is_fresh() -> None:
    spec = importlib.util.spec_from_file_location("make_sample", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = [path.name for path, content in module.files().items() if path.read_bytes() != content]
    assert stale == [], "run: python docs/make_sample.py"
