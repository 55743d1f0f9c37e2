"""The loader under bombs: every YAML file of the corpus, in one process whose time and memory are watched."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.memory import PEAK

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[2].parent / "shared"))
CORPUS = SHARED / "corpus" / "yaml"
SECONDS_A_FILE = 10
MEGABYTES = 512
LOADER = (
    PEAK
    + """
import json, sys, time
from pathlib import Path
from tenfold.charter.load import load_charter
from tenfold.terms.errors import Refused

outcomes = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    begun = time.process_time()
    try:
        load_charter(path)
        ids = ["loaded"]
    except Refused as refused:
        ids = [complaint.id for complaint in refused.complaints]
        assert all(str(complaint.place) for complaint in refused.complaints)
    outcomes[path.name] = [time.process_time() - begun, ids]
print(json.dumps({"files": outcomes, "megabytes": peak_megabytes()}))
"""
)


def outcome_of(folder: Path) -> tuple[dict[str, tuple[float, list[str]]], float]:
    command = [sys.executable, "-c", LOADER, str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    result = json.loads(ran.stdout)
    return result["files"], result["megabytes"]


@pytest.fixture(scope="module")
def corpus() -> tuple[dict[str, tuple[float, list[str]]], float]:
    if not CORPUS.exists():
        pytest.skip("the corpus is not there")
    return outcome_of(CORPUS)


def test_every_file_of_the_corpus_is_refused_within_time_and_memory(
    corpus: tuple[dict[str, tuple[float, list[str]]], float],
) -> None:
    files, megabytes = corpus
    assert len(files) > 200
    assert {name for name, (_, ids) in files.items() if ids == ["loaded"] or not ids} == set()
    assert max(seconds for seconds, _ in files.values()) < SECONDS_A_FILE
    assert megabytes < MEGABYTES


@pytest.mark.parametrize(
    ("file", "id"),
    [
        ("billion_laughs.yaml", "charter.alias"),
        ("merge_bomb.yaml", "charter.alias"),
        ("dup_keys.yaml", "charter.duplicate_key"),
        ("python_tag.yaml", "charter.tag"),
        ("norway.yaml", "charter.float"),
        ("redos_regex.yaml", "charter.unknown_key_near"),
    ],
)
def test_a_bomb_is_refused_for_what_it_is(
    corpus: tuple[dict[str, tuple[float, list[str]]], float], file: str, id: str
) -> None:
    assert id in corpus[0][file][1]


def test_large_texts_that_parsers_choke_on_are_refused_in_time(tmp_path: Path) -> None:
    size = 500_000
    bombs = {
        "brackets": "[" * size,
        "dashes": "- " * (size // 2),
        "questions": "? " * (size // 2),
        "bangs": "!" * size,
        "bangs_in_lines": ("!" * 4_000 + "\n") * (size // 4_001),
        "directives": "%a b\n" * (size // 5),
        "escapes": 'a: "' + "\\\n" * (size // 2) + '"',
        "folded": 'a: "' + "x\n" * (size // 2) + '"',
        "plain": "a: " + "b\n  " * (size // 4),
        "blank": "\n" * size,
        "keys": "a: 1\n" * (size // 5),
        "colons": ("a" * 4_000 + ":\n") * (size // 4_002),
        "anchors": "&a " * (size // 3),
    }
    for name, text in bombs.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    files, megabytes = outcome_of(tmp_path)
    assert {name: seconds for name, (seconds, _) in files.items() if seconds > SECONDS_A_FILE} == {}
    assert megabytes < MEGABYTES
