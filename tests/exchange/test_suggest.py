"""A stranger's Excel sheet: a map is drafted, the good rows enter, the odd ones are parked with a reason."""

import json
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from tenfold.cli.app import main

HEADERS = ["投资方", "金额", "阶段", "最近沟通"]
GOOD = [
    ("川坪电力", "1400万", "已签约", "2026年9月"),
    ("恒砺资本", "0.14亿", "意向认购", "2026年10月12日"),
    ("望舒创投", "８００万", "尽职调查", "2026-08-03"),
    ("渡川基金", "5,000,000", "意向认购", ""),
    ("北辰湾", "￥200万", "首次会面", "2026年"),
]
ODD = [("云杉谷", "500-800万", "意向认购", "2026年9月"), ("鹭屿创投", "300万", "快了", "2026年9月")]


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "投资人.xlsx"
    with Workbook(str(path)) as book:
        page = book.add_worksheet("名单")
        page.write_row(0, 0, HEADERS)
        for number, row in enumerate([*GOOD, *ODD], start=1):
            page.write_row(number, 0, row)
        page.write_string(len(GOOD) + len(ODD) + 1, 0, "远桥资本")
        page.write_formula(len(GOOD) + len(ODD) + 1, 1, "=100*10000", None, 1000000)
        page.write_string(len(GOOD) + len(ODD) + 1, 2, "尽职调查")
    return path


def run(*arguments: object) -> int:
    return main("zh-Hans", [str(argument) for argument in arguments])


def test_the_good_rows_enter_and_the_odd_ones_are_parked(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sheet.parent / "mine"
    assert run("init", folder, "--template", "venture", "--size", "small") == 0
    assert run("import", "--suggest", sheet) == 0
    drafted = sheet.with_name("投资人.map.yaml")
    capsys.readouterr()
    assert run("import", sheet, "--map", drafted, folder) == 1, "one unreadable row keeps all out until somebody agrees"
    refusal = capsys.readouterr().err.splitlines()[-1]
    assert "没有写入" in refusal
    assert "--park" in refusal
    assert not list((folder / "facts").glob("opportunities.csv")) or "1400" not in (
        folder / "facts" / "opportunities.csv"
    ).read_text(encoding="utf-8")
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    deals = pl.read_csv(folder / "facts" / "opportunities.csv", infer_schema_length=0)
    assert sorted(deals["amount"]) == sorted(
        ["14000000.00", "14000000.00", "8000000.00", "5000000.00", "2000000.00", "1000000.00"]
    )
    parked = next(folder.glob("*parked.csv")).read_text(encoding="utf-8")
    assert "500-800万" in parked
    assert "原因" in parked.splitlines()[0]


def test_the_first_cycle_says_true_things_and_what_it_cannot_know(
    sheet: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sheet.parent / "mine"
    run("init", folder, "--template", "venture", "--size", "small")
    run("import", "--suggest", sheet)
    run("import", sheet, "--map", sheet.with_name("投资人.map.yaml"), "--park", folder)
    assert run("cycle", folder) == 0
    lines = (folder / "out" / "measures.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {(row["id"], row["subject"]): row for row in map(json.loads, lines)}
    assert rows["fund.wired", "current"]["value"] == "0.00"
    claimed = [row["value"] for (id, _), row in rows.items() if id == "fund.claimed"]
    assert claimed, "stages without evidence are claims"
    assert rows["fund.top1_group", "community"]["status"] == "insufficient"


def test_a_sheet_without_names_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run("import", "--suggest", path) == 1
    assert "numbers.csv" in capsys.readouterr().err
