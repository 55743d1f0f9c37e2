"""Same input, same bytes: whatever the form, the order, the threads, the hash seed, the zone and the locale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests import small
from tests.night import NIGHT

ROOT = Path(__file__).parents[2]
AS_OF = "2026-11-02T08:30:00+08:00"
ALONE = (
    {"POLARS_MAX_THREADS": "1"},
    {"POLARS_MAX_THREADS": "4"},
    {"PYTHONHASHSEED": "0"},
    {"PYTHONHASHSEED": "12345"},
    {"TZ": "America/New_York"},
    {"LANG": "zh_CN.UTF-8", "LC_ALL": "zh_CN.UTF-8"},
)
TOGETHER = (ALONE[0] | ALONE[2] | ALONE[4], ALONE[1] | ALONE[3] | ALONE[5])  # by day two machines that differ in all
NAMES = ("decisions.jsonl", "measures.jsonl", "cycle.json")


def cycled(folder: Path, **environment: str) -> list[bytes]:
    out = folder / "out"
    command = [sys.executable, "-m", "tenfold", "cycle", str(folder), "--as-of", AS_OF, "--out", str(out)]
    subprocess.run(command, check=True, env=os.environ | environment, capture_output=True)
    return [(out / name).read_bytes() for name in NAMES]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return cycled(small.write(tmp_path_factory.mktemp("small") / "csv"))


def test_something_was_computed(reference: list[bytes]) -> None:
    decisions, measures, _ = reference
    assert b'"kind":"payout"' in decisions
    assert b'"id":"rel.strength"' in measures


@pytest.mark.parametrize("form", ["parquet", "xlsx"])
def test_the_form_of_the_files_does_not_matter(form: str, tmp_path: Path, reference: list[bytes]) -> None:
    assert cycled(small.write(tmp_path, form)) == reference


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path, reference: list[bytes]) -> None:
    for seed in (1, 2) if NIGHT else (1,):
        assert cycled(small.write(tmp_path / str(seed), seed=seed)) == reference


@pytest.mark.parametrize(
    "environment",
    ALONE if NIGHT else TOGETHER,
    ids=lambda one: " ".join(f"{name}={value}" for name, value in one.items()),
)
def test_the_machine_does_not_matter(environment: dict[str, str], tmp_path: Path, reference: list[bytes]) -> None:
    assert cycled(small.write(tmp_path), **environment) == reference


def interpreter(version: str) -> str | None:
    """A Python of that version on this machine, if there is one."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [*sorted(versions.glob(f"{version}.*/bin/python")), shutil.which(f"python{version}")]
    return next((str(one) for one in found if one and Path(one).exists()), None)


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_the_python_does_not_matter(version: str, tmp_path: Path, reference: list[bytes]) -> None:
    python, uv = interpreter(version), Path(sys.executable).with_name("uv")
    if python is None or not uv.is_file():
        pytest.skip(f"no Python {version} here")
    venv = tmp_path / "venv"
    locked = ["--require-hashes", "--requirement", str(ROOT / "requirements" / "base.txt")]
    for command in (["venv", "--quiet", "--python", python, str(venv)], ["pip", "install", "--quiet", *locked]):
        subprocess.run([str(uv), *command], check=True, env=os.environ | {"VIRTUAL_ENV": str(venv)})
    folder = small.write(tmp_path / "small")
    command = [
        str(venv / "bin" / "python"),
        "-m",
        "tenfold",
        "cycle",
        str(folder),
        "--as-of",
        AS_OF,
        "--out",
        str(tmp_path),
    ]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True)
    assert [(tmp_path / name).read_bytes() for name in NAMES] == reference
