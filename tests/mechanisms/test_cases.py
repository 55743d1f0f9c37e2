"""Every case file below `tests/mechanisms` comes true."""

from pathlib import Path
from typing import Any

import pytest

from tenfold.charter.load import load_charter
from tenfold.engine.cases import Case, missed, read_cases

HERE = Path(__file__).parent
CASES = [(path, case) for path in sorted(HERE.glob("*/cases/*.yaml")) for case in read_cases(path)]


@pytest.fixture(scope="session")
def base() -> dict[str, Any]:
    return load_charter(HERE / "base.yaml").model_dump(by_alias=True, exclude_unset=True)


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[f"{path.stem}: {case.name}" for path, case in CASES])
def test_a_case_comes_true(case: Case, base: dict[str, Any]) -> None:
    assert missed(case, base) == []
