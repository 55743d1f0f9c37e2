"""What the importer refuses: a map that does not fit, and records that do not; each with its place and reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.memory import PEAK

from tenfold.report.words import catalogue, complaint
from tenfold.terms.errors import Complaint, Refused

from .maps_sample import run, said

HERE = Path(__file__).parent
CASES = YAML(typ="safe", pure=True).load(HERE / "maps_refusals.yaml")
MAP = CASES["map"]
SOURCES = {"sales.csv": "no,seller,pieces,day\n1,zhou,3,2026-01-05\n", "staff.csv": "name,grade\nzhou,a\nzhou,b\n"}


def refusal(folder: Path, maps: str, sources: dict[str, str] = SOURCES) -> tuple[Complaint, ...]:
    with pytest.raises(Refused) as refused:
        run(folder, maps, sources)
    return refused.value.complaints


@pytest.mark.parametrize("case", CASES["maps"], ids=[case["case"] for case in CASES["maps"]])
def test_a_map_that_does_not_fit_is_refused_with_its_place(case: dict[str, str], tmp_path: Path) -> None:
    assert MAP.count(case["old"]) == 1
    found = refusal(tmp_path, MAP.replace(case["old"], case["new"]))
    assert [f"{one.place} {one.id}".removeprefix("shop.yaml:") for one in found] == case["expect"]
    for language in ("en", "zh-Hans"):
        assert all(one.id in catalogue(language) and "{" not in complaint(language, one) for one in found)


@pytest.mark.parametrize("case", CASES["records"], ids=[case["case"] for case in CASES["records"]])
def test_a_record_that_does_not_fit_is_unreadable(case: dict[str, str], tmp_path: Path) -> None:
    assert MAP.count(case["old"]) == 1
    sources = {**SOURCES, "sales.csv": "no,seller,pieces,day\n" + case["record"] + "\n"}
    done = run(tmp_path, MAP.replace(case["old"], case["new"]), sources)
    assert said(done) == case["expect"]
    assert all(one.id in catalogue("zh-Hans") and "{" not in complaint("zh-Hans", one) for one in done.complaints())


def test_every_refusal_of_the_importer_has_its_words_and_no_word_is_left_over() -> None:
    folder = HERE.parents[1] / "src" / "tenfold" / "facts" / "maps"
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    ids = [id for id in catalogue("en") if id.startswith("maps.") and id != "maps.reason_header"]
    rules = {"maps.one_of", "maps.together", "maps.never_with"}
    assert [id for id in ids if f'"{id}"' not in source and id not in rules] == []


@pytest.mark.parametrize(
    ("raw", "id"),
    [
        (b"", "maps.empty"),
        (b"# nothing\n", "maps.empty"),
        (b"\xff\xfe- a", "maps.not_utf8"),
        (b"- [", "maps.yaml"),
        (b"- a: 1\n---\n- b: 2\n", "maps.second_document"),
        (b"[" * 5000, "maps.too_deep"),
        (b"- a\n" * 40_000, "maps.too_large"),
        (b"- &x a\n- *x\n", "maps.alias"),
        (b"- !!python/object:os.system a\n", "maps.tag"),
        (b"- {[a]: b}\n", "maps.key_not_text"),
        (b"- {a: b, a: c}\n", "maps.duplicate_key"),
        (b"text", "maps.not_mapping"),
        (b"[]", "maps.wrong_value"),
    ],
)
def test_a_file_that_is_no_map_is_refused(raw: bytes, id: str, tmp_path: Path) -> None:
    from tenfold.facts.maps import read_maps

    path = tmp_path / "shop.yaml"
    path.write_bytes(raw)
    with pytest.raises(Refused) as refused:
        read_maps(path)
    assert [one.id for one in refused.value.complaints] == [id]


def test_a_source_never_lies_outside_its_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "sales.csv").write_text(SOURCES["sales.csv"], encoding="utf-8")
    found = refusal(inner, MAP.replace("sales.csv", "../sales.csv"), {})
    assert [one.id for one in found] == ["maps.source_missing"]


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    found = refusal(tmp_path, MAP.replace("sales.csv", "sales.csv.gz"), {"sales.csv.gz": b"\x1f\x8b\x08no gzip"})
    assert [one.id for one in found] == ["maps.source_unreadable"]


BOMB = (
    PEAK
    + """
import sys
from pathlib import Path
from tenfold.facts.maps.sources import Sources
from tenfold.terms.errors import Refused
try:
    Sources(Path(sys.argv[1])).frame("bomb.csv.gz")
except Refused as refused:
    print([one.id for one in refused.complaints], peak_megabytes() < 512)
"""
)


def test_a_small_archive_that_unpacks_into_a_huge_file_is_refused_in_time_and_memory(tmp_path: Path) -> None:
    import gzip

    with gzip.open(tmp_path / "bomb.csv.gz", "wb") as stream:
        for _ in range(600):
            stream.write(b"0" * (1 << 20))
    command = [sys.executable, "-c", BOMB, str(tmp_path)]
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=environment)
    assert ran.stdout.strip() == "['maps.source_too_large'] True", ran.stderr[-500:]
