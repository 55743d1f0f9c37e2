"""What the importer refuses: a map that does not fit, and records that do not; each with its place and reason."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from tests.memory import PEAK
from xlsxwriter import Workbook

from tenfold.report.words import catalogue, complaint
from tenfold.terms.errors import Complaint, Refused

from .maps_sample import run, said, store_of
from .test_maps_habits import DEALS

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
    shown = f"{(HERE / 'maps_refusals.yaml').read_text('utf-8')}{Path(__file__).read_text('utf-8')}"
    unseen = [id for id in ids if not re.search(rf"\b{re.escape(id)}\b(?!\.)", shown)]
    assert unseen == [], "each is shown here with its place"


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
    assert [f"{one.place} {one.id}" for one in found] == ["sales.csv.gz (shop.yaml:4) maps.source_unreadable"]


def test_a_sheet_that_a_workbook_lacks_is_named_with_the_maps_line(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with Workbook(buffer) as book:
        book.add_worksheet("2026").write_row(0, 0, ["no", "seller", "pieces", "day"])
    maps = MAP.replace("from: sales.csv", "from: sales.xlsx\n    sheet: 2025")
    found = refusal(tmp_path, maps, {"sales.xlsx": buffer.getvalue()})
    assert [f"{one.place} {one.id}" for one in found] == ["sales.xlsx (shop.yaml:5) maps.sheet_missing"]


RECEIVED = """
  - table: cash_movements
    from: deals.csv
    id: [$row]
    match: {by: [payer, purpose, opportunity], total: amount}
    set:
      payer: {who: investor}
      payee: {value: us, kind: organisation}
      amount: {column: sum, money: {above: "0"}}
      currency: {value: CNY}
      purpose: {value: investment}
      opportunity: {of: [payer, round]}
      round: {value: seed}
      occurred_at: {column: day}
"""


def test_what_rests_on_a_record_that_cannot_be_read_and_a_total_that_shrank_have_the_maps_line(tmp_path: Path) -> None:
    maps = DEALS.replace("ORIGIN", "shop") + RECEIVED.removeprefix("\n")
    first = run(tmp_path, maps, {"deals.csv": "investor,sum,stage,day\nPine,500,signed,2026-01-05\n"})
    store = store_of(first)
    rows = "Pine,400,signed,2026-02-05\nElm,300,signed,soon\n"
    again = run(tmp_path, maps, {"deals.csv": f"investor,sum,stage,day\n{rows}"}, store)
    assert said(again) == [
        "deals.csv:2 sum (shop.yaml:39) maps.total_less",
        "deals.csv:3 day (shop.yaml:31) facts.cell.occurred_at",
        "deals.csv:3 investor (shop.yaml:42) maps.rests",
    ]


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
