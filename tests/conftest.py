"""What all tests share: published answers beside the checkout, and how long hypothesis may search.

Published answers lie outside the repository: TENFOLD_SHARED, else `shared` beside the checkout. Tests that need them
are skipped with a reason where they are missing.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests.night import NIGHT

from tenfold.report import words

# A busy machine is no defect, and the same code gives the same verdict: the night alone draws examples anew.
SLOW = [HealthCheck.too_slow]
settings.register_profile("tenfold", deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("night", deadline=None, suppress_health_check=SLOW, max_examples=1_000)
settings.load_profile("night" if NIGHT else "tenfold")

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session", autouse=True)
def _said_whole() -> Iterator[None]:
    """Let a sentence with a placeholder that nobody filled fail the test that meets it; a page only shows it."""

    def strictly(self: object, name: str) -> object:
        raise KeyError(name)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(words._Filling, "__missing__", strictly)
        yield


@pytest.fixture(scope="session")
def case() -> Callable[[str], Any]:
    """Read one published case by the start of its id, with the files it names under `data`."""

    def read(id: str) -> Any:
        found = sorted(SHARED.glob(f"oracles/*/{id}-*.json"))
        if not found:
            pytest.skip(f"no published answers: {SHARED}/oracles lacks {id}")
        content = json.loads(found[0].read_text("utf-8"))
        content["data"] = {name: (found[0].parent / name).read_text("utf-8") for name in content.get("files", ())}
        return content

    return read


@pytest.fixture(scope="session")
def worked() -> dict[str, Any]:
    """Read the worked numbers of the design."""
    path = SHARED / "design/worked_examples.json"
    if not path.exists():
        pytest.skip(f"no worked examples: {path} is missing")
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return where real and published files lie."""
    if not SHARED.is_dir():
        pytest.skip(f"no shared files: {SHARED} is missing")
    return SHARED
