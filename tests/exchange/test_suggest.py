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
    assert "未导入任何内容" in refusal
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


def test_what_the_template_set_is_said_not_to_be_the_users(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sheet.parent / "mine"
    run("init", folder, "--template", "venture", "--size", "small")
    said = capsys.readouterr().out.replace("\n", "")
    assert all(word in said for word in ("模板", "current_stage", "currency", "raise"))
    assert "本项目,our project" in (folder / "facts" / "parties.csv").read_text(encoding="utf-8")
    run("import", "--suggest", sheet)
    drafted = sheet.with_name("投资人.map.yaml").read_text(encoding="utf-8").splitlines()
    line = drafted.index('      stage: {"value": "seed"}')
    assert "模板" in drafted[line - 1]


def test_a_sheet_without_names_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert run("import", "--suggest", path) == 1
    assert "numbers.csv" in capsys.readouterr().err


def test_a_map_that_somebody_corrected_is_not_drafted_over(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafted = sheet.with_name("投资人.map.yaml")
    assert run("import", "--suggest", sheet) == 0
    drafted.write_text("# 我改过\n", encoding="utf-8")
    assert run("import", "--suggest", sheet) == 1
    refusal = capsys.readouterr().err
    assert "投资人.map.yaml" in refusal
    assert "移走或删除" in refusal
    assert drafted.read_text(encoding="utf-8") == "# 我改过\n"


PIPELINE = """投资方,联系人,职务,金额,到账金额,阶段,最近沟通
川坪电力,王工,总工,1400万,,已签,２０２６年９月
恒砺资本,李敏,合伙人,1000万,1000万,已打款,2026/10/12
望舒创投,赵越,,800万,300万,TS,
渡川基金,,,500万,,考察中,2026年8月
北辰湾,钱程,董事,200万,,有意向,2026-10-01
鹭屿创投,孙莉,,300万,,放弃,2026-09-01
云杉谷,周舟,,300万,,暂缓,2026-09-01
远桥资本,吴越,,100万,,初步接触,2026-09-01
岚友平台,郑好,,100万,,快了,2026-09-01
"""


def stranger(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return a sheet, a new community, and the map drafted for both."""
    sheet, folder = tmp_path / "pipeline.csv", tmp_path / "mine"
    sheet.write_text(PIPELINE, encoding="utf-8")
    assert run("init", folder) == 0
    assert run("import", "--suggest", sheet, folder) == 0
    return sheet, folder, tmp_path / "pipeline.map.yaml"


def facts_of(folder: Path, table: str, *columns: str) -> list[tuple[str, ...]]:
    return pl.read_csv(folder / "facts" / f"{table}.csv", infer_schema_length=0).select(columns).sort(columns).rows()


def test_the_usual_words_of_a_pipeline_become_stages_and_the_others_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, folder, drafted = stranger(tmp_path)
    comments = [line for line in drafted.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")]
    (unmapped,) = [line for line in comments if "快了" in line]
    assert "qualified、meeting、diligence" in unmapped
    assert "暂缓" in unmapped, "who waits is not lost"
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    stages = dict(facts_of(folder, "opportunities", "amount", "stage"))
    assert stages["14000000.00"] == "signed"
    assert stages["10000000.00"] == "wired"
    assert stages["8000000.00"] == "committed"
    assert stages["5000000.00"] == "diligence"
    assert stages["2000000.00"] == "soft_circled"
    assert {stage for _, stage in facts_of(folder, "opportunities", "amount", "stage")} >= {"declined"}


def test_money_received_and_contacts_of_the_sheet_enter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet, folder, drafted = stranger(tmp_path)
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    paid = facts_of(folder, "cash_movements", "amount", "payee", "purpose")
    assert paid == [("10000000.00", "project", "investment"), ("3000000.00", "project", "investment")]
    assert [title for (title,) in facts_of(folder, "affiliations", "title") if title] == ["合伙人", "总工", "董事"]
    assert run("cycle", folder) == 0
    lines = (folder / "out" / "measures.jsonl").read_text(encoding="utf-8").splitlines()
    rows = {(row["id"], row["subject"]): row for row in map(json.loads, lines)}
    assert rows["fund.wired", "current"]["value"] == "13000000.00"


def test_money_is_received_by_the_stage_where_no_column_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, folder = tmp_path / "deals.csv", tmp_path / "mine"
    sheet.write_text("Investor,Ticket,Status\nNorth,100,wired\nSouth,200,term sheet\nEast,300,declined\n", "utf-8")
    run("init", folder)
    assert run("import", "--suggest", sheet) == 0
    assert run("import", sheet, "--map", tmp_path / "deals.map.yaml", folder) == 0
    assert facts_of(folder, "cash_movements", "amount") == [("100.00",)]
    assert [stage for (stage,) in facts_of(folder, "opportunities", "stage")] == ["committed", "declined", "wired"]


WEEKLY = """投资方,金额,阶段,最近沟通,备注
川坪电力,约1400万,意向,2026年9月,老朋友
恒砺资本,1000万,意向,2026-09-12,
望舒创投,,意向,2026-09-12,
渡川基金,800万,尽调,2026-09-01,
"""


def weekly(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Return a sheet that is imported every week, after the first time; its first record cannot be read."""
    sheet, folder, drafted = tmp_path / "weekly.csv", tmp_path / "mine", tmp_path / "weekly.map.yaml"
    sheet.write_text(WEEKLY, encoding="utf-8")
    assert run("init", folder) == 0
    assert run("import", "--suggest", sheet, folder) == 0
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    return sheet, folder, drafted


def test_what_was_read_adds_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weekly(tmp_path)
    said = capsys.readouterr().out
    assert "融资机会：读入 4，新增 2，不归此表 1，读不了 1" in said
    assert "轮次：读入 4，新增 1，重复 3" in said, "the round stands for all rows, not for the unreadable first"


def test_the_draft_says_what_it_assumes_and_what_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, _, drafted = weekly(tmp_path)
    comments = [line for line in drafted.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")]
    assert any("假定每次沟通" in line and "call" in line for line in comments)
    assert "备注" in comments[-1]


def test_a_changed_stage_and_a_later_talk_are_new_rows_and_the_old_ones_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, folder, drafted = weekly(tmp_path)
    text = WEEKLY.replace("恒砺资本,1000万,意向,2026-09-12", "恒砺资本,1000万,尽调,2026-10-20")
    sheet.write_text(text.replace("渡川基金,800万,尽调", "渡川基金,800万,意向"), encoding="utf-8")
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    deals = pl.read_csv(folder / "facts" / "opportunities.csv", infer_schema_length=0)
    assert deals.height == 4
    latest = deals.sort("occurred_at", "recorded_at").unique("opportunity", keep="last")
    assert sorted(latest.select("amount", "stage").rows()) == [
        ("10000000.00", "diligence"),
        ("8000000.00", "soft_circled"),
    ], "a stage that changed without a new date is known later, so that it is the current one"
    talks = pl.read_csv(folder / "facts" / "interactions.csv", infer_schema_length=0)
    assert talks.height == 4, "three of the first week, one later"
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    assert "融资机会：读入 4，不变 2，不归此表 1，读不了 1" in capsys.readouterr().out


def test_a_formula_without_a_saved_value_is_a_complaint_of_its_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet, folder = tmp_path / "book.xlsx", tmp_path / "mine"
    with Workbook(str(sheet)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["投资方", "金额", "阶段", "备注"])
        page.write_row(1, 0, ["川坪电力", "1400万", "意向"])
        page.write_formula(1, 3, "=1+1", None, "")
        page.write_row(2, 0, ["恒砺资本", "", "意向"])
        page.write_formula(2, 1, "=100*10000", None, "")
    run("init", folder)
    run("import", "--suggest", sheet, folder)
    assert run("import", sheet, "--map", tmp_path / "book.map.yaml", folder) == 1
    complaints = capsys.readouterr().err.splitlines()
    assert len(complaints) == 2, "the formula of a column that no map reads is of no account"
    assert "book.xlsx:3 金额" in complaints[0]
    assert "公式" in complaints[0]


def test_a_parked_copy_opens_in_excel_and_enters_once_put_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, folder, drafted = weekly(tmp_path)
    parked = folder / "weekly.parked.csv"
    assert parked.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel in Chinese Windows asks for the mark"
    parked.write_text(parked.read_text(encoding="utf-8").replace("约1400万", "1400万"), encoding="utf-8")
    capsys.readouterr()
    assert run("import", parked, "--map", drafted, folder) == 0
    assert "融资机会：读入 4，新增 1，不变 2，不归此表 1" in capsys.readouterr().out


def test_a_parked_copy_holds_no_live_formula_and_enters_as_it_was(tmp_path: Path) -> None:
    folder, sheet = tmp_path / "mine", tmp_path / "list.csv"
    run("init", folder, "--template", "venture", "--size", "small")
    sheet.write_text("投资方,金额,阶段\n川坪电力,1400万,已签约\n=1+1,很多,已签约\n", encoding="utf-8")
    run("import", "--suggest", sheet)
    drafted = tmp_path / "list.map.yaml"
    assert run("import", sheet, "--map", drafted, "--park", folder) == 0
    parked = folder / "list.parked.csv"
    text = parked.read_text("utf-8")
    assert "\n'=1+1,很多," in text
    parked.write_text(text.replace("很多", "300万"), encoding="utf-8")
    assert run("import", parked, "--map", drafted, folder) == 0
    names = pl.read_csv(folder / "facts" / "parties.csv", infer_schema_length=0)["name"].to_list()
    assert "=1+1" in names


@pytest.mark.parametrize("word", ["打款中", "签约中", "closed", "completed", "退出", "passed"])
def test_what_is_under_way_or_could_mean_two_things_is_no_money_and_no_membership(tmp_path: Path, word: str) -> None:
    (tmp_path / "list.csv").write_text(f"投资方,金额,阶段\n川坪电力,1400万,{word}\n", encoding="utf-8")
    assert main("en", ["import", "--suggest", str(tmp_path / "list.csv")]) == 0
    drafted = (tmp_path / "list.map.yaml").read_text("utf-8")
    assert "cash_movements" not in drafted
    members = drafted.split("- table: rounds")[0]
    assert word not in members
