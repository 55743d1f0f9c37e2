"""The file: encodings, separators, workbooks, and where in a sheet the records are."""

import datetime
from pathlib import Path

import pytest
from tests.exchange.reading.sheets import open_document, text_file, workbook

from tenfold.exchange.reading.file import open_file
from tenfold.exchange.reading.table import Table, table_of
from tenfold.report.words import LANGUAGES, complaint
from tenfold.terms.errors import Refused

CHINESE = [["投资人", "阶段", "金额"], ["青松资本", "尽调", "1400万"], ["海棠基金", "签约", "800万"]]
TRADITIONAL = [["投資人", "聯絡人", "金額"], ["青松資本", "李雷", "1400萬"], ["海棠基金", "韓梅", "800萬"]]
GERMAN = [["Investor", "Stage", "Amount (EUR)"], ["Müller Beteiligungs GmbH", "Term Sheet", "1.400.000,00"]]
FRENCH = [["Société", "Prénom"], ["Père & Fils à Noël", "Hélène"], ["L’été", "Où"]]
POLISH = [["Imię", "Nazwisko"], ["Łukasz", "Wałęsa"], ["Żaneta", "Źródło"]]
RUSSIAN = [["Имя", "Компания"], ["Иван", "ООО Ромашка"]]


def read(path: Path) -> Table:
    return table_of(open_file(path).grids[0])


def cells(table: Table) -> list[tuple[str | None, ...]]:
    return table.rows.select(table.names).rows()


@pytest.mark.parametrize(
    ("rows", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "utf-8-sig"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        (CHINESE, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
    ],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_is_read_whatever_its_encoding_and_separator(
    rows: list[list[str]], encoding: str, separator: str, tmp_path: Path
) -> None:
    table = read(text_file(tmp_path, "s.csv", rows, encoding, separator))
    assert table.names == tuple(rows[0])
    assert cells(table) == [tuple(row) for row in rows[1:]]


def test_an_encoding_that_nobody_can_tell_is_named_with_the_words_that_differ(tmp_path: Path) -> None:
    opened = open_file(text_file(tmp_path, "s.csv", [["Name", "City"], ["Niño", "Logroño"]], "cp1252"))
    assert [rival for rival, _ in opened.rivals] == ["cp1250"]
    assert "Nińo" in opened.rivals[0][1]
    chosen = open_file(tmp_path / "s.csv", encoding="cp1250")
    assert (chosen.grids[0].row(1)[0], chosen.rivals) == ("Nińo", ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"name,amount\r\n\xd5\xc5\xc8\xfd\xff\xfe\x80,1\r\n", 2),
        (b"name,amount\r\nLi\x00\x01\x02,1\r\n", 2),
        (b'name,amount\r\nLi,1\r\n"Wang,2\r\nHan,3\r\n', 3),
    ],
    ids=["broken", "binary", "quote"],
)
def test_a_damaged_file_is_refused_with_its_row(content: bytes, row: int, language: str, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        open_file(path)
    (one,) = refused.value.complaints
    assert one.place.row == row
    assert not complaint(language, one).endswith(one.id), "every complaint has words"


def test_short_rows_and_line_breaks_in_cells_keep_their_places(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text('name,note,amount\nLi,"one\ntwo",5\nWang\n', encoding="utf-8")
    assert cells(read(path)) == [("Li", "one\ntwo", "5"), ("Wang", None, None)]


def test_an_open_document_is_read_like_the_others(tmp_path: Path) -> None:
    assert cells(read(open_document(tmp_path, "s.ods", CHINESE))) == [tuple(row) for row in CHINESE[1:]]


def test_titles_units_two_rows_of_names_merges_and_a_total_are_told_apart(tmp_path: Path) -> None:
    rows = [
        ["某项目 A 轮跟进表"],
        ["更新：2026.11.20  单位：万元"],
        ["基本信息", None, None, "进展", None, None, "备注"],
        ["投资人", "联系人", "手机", "阶段", "意向金额", "最近沟通", None],
        ["青松资本", "李雷", 13800001111, "尽调", 1400, datetime.date(2026, 9, 3), "条款"],
        ["海棠基金", "韩梅", 13900002222, "签约", "1,400万元", datetime.date(2026, 10, 12), None],
        ["合计", None, None, None, 2800, None, None],
        ["制表：小陈", None, None, "审核：老王"],
    ]
    merged = [("A1:G1", rows[0][0]), ("A3:C3", "基本信息"), ("D3:F3", "进展"), ("G3:G4", "备注")]
    table = read(workbook(tmp_path, "s.xlsx", {"投资人": rows}, merged, hidden_columns=["C"]))
    assert table.header == (3, 4)
    assert table.names == ("投资人", "联系人", "手机", "阶段", "意向金额", "最近沟通", "备注")
    assert cells(table)[0] == ("青松资本", "李雷", "13800001111", "尽调", "1400", "2026-09-03", "条款")
    assert table.preamble == ("某项目 A 轮跟进表", "更新：2026.11.20  单位：万元")
    assert [total.row for total in table.totals] == [7]
    assert {(one.why, one.row, one.column) for one in table.left_out} == {
        ("note", 8, None),
        ("hidden_column", None, "手机"),
    }


@pytest.mark.parametrize(
    ("group", "under", "names"),
    [
        ("金额", ["意向", "到账"], ("投资人", "金额 意向", "到账")),
        ("Amount", ["planned", "received"], ("投资人", "planned", "received")),
    ],
)
def test_a_name_that_says_nothing_alone_is_joined_with_its_group(
    group: str, under: list[str], names: tuple[str, ...], tmp_path: Path
) -> None:
    rows = [["投资人", group, None], [None, *under], ["青松资本", 1400, 700], ["海棠基金", 800, None]]
    assert read(workbook(tmp_path, "s.xlsx", {"s": rows}, [("B1:C1", group)])).names == names


def test_a_merged_cell_fills_the_rows_that_it_covers(tmp_path: Path) -> None:
    rows = [
        ["投资机构", "联系人", "金额"],
        ["青松资本", "李雷", "1400万"],
        [None, "韩梅", None],
        ["北岭创投", "王芳", "5"],
    ]
    table = read(workbook(tmp_path, "s.xlsx", {"s": rows}, [("A2:A3", "青松资本"), ("C2:C3", "1400万")]))
    assert cells(table)[:2] == [("青松资本", "李雷", "1400万"), ("青松资本", "韩梅", "1400万")]


def test_hidden_sheets_and_rows_are_told(tmp_path: Path) -> None:
    old = [["投资方", "金额"], ["旧投资方", 1]]
    path = workbook(tmp_path, "s.xlsx", {"旧": old, "新": CHINESE}, hidden_sheets=["旧"], hidden_rows=[3])
    first, second = open_file(path).grids
    assert (first.hidden, second.hidden) == (True, False)
    table = table_of(second)
    assert cells(table) == [tuple(CHINESE[1])]
    assert [(one.why, one.row, one.text) for one in table.left_out] == [("hidden_row", 3, "海棠基金")]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([*CHINESE, CHINESE[0], ["北岭创投", "会面", "5万"]], "repeated_header"),
        ([*CHINESE, [], ["姓名", "手机", "公司"], ["李雷", "1", "青松资本"]], "second_table"),
        ([*CHINESE, [], ["数据来源：内部"]], "note"),
        ([["二、重点跟进", "", ""], CHINESE[0], ["一、已签", "", ""], *CHINESE[1:]], "section"),
        ([CHINESE[0], ["", "", "万元"], *CHINESE[1:]], None),
    ],
)
def test_rows_that_are_no_records_are_left_out_with_the_reason(
    rows: list[list[str]], why: str | None, tmp_path: Path
) -> None:
    table = read(text_file(tmp_path, "s.csv", rows))
    assert cells(table)[:2] == [tuple(row) for row in CHINESE[1:]]
    assert [one.why for one in table.left_out] == ([why] if why else [])
    assert dict(table.units) == ({} if why else {"金额": "万元"})


@pytest.mark.parametrize("label", ["合计", "合 计：", "总计（万元）", "Total", "Grand total", "SUM:", "小计", "合計"])
def test_a_total_is_known_by_its_name(label: str, tmp_path: Path) -> None:
    table = read(text_file(tmp_path, "s.csv", [*CHINESE, [label, "", "2200万"]]))
    assert ([one.row for one in table.totals], len(cells(table))) == ([4], 2)


@pytest.mark.parametrize("figure", ["1400", "1,400.00", "1,400万元", "¥1400", "1.4m", "(1400)"])
def test_a_total_is_known_by_its_name_after_its_figures(figure: str, tmp_path: Path) -> None:
    rows = [
        ["意向金额", "联系人", "投资人"],
        ["1400", "王强", "青松资本"],
        [figure, "合计", ""],
        ["2026-11-01", "合计", ""],
    ]
    table = read(text_file(tmp_path, "s.csv", rows))
    assert [total.row for total in table.totals] == [3], "a day in front is no figure of a total"


@pytest.mark.parametrize("name", ["Total Energies", "合计资本", "道达尔"])
def test_an_investor_whose_name_holds_the_word_is_no_total(name: str, tmp_path: Path) -> None:
    table = read(text_file(tmp_path, "s.csv", [*CHINESE, [name, "尽调", "5万"]]))
    assert (table.totals, len(cells(table))) == ((), 3)


def test_a_sheet_without_names_has_the_letters_of_its_columns(tmp_path: Path) -> None:
    rows = [["青松资本", "13800001111", "2026-09-03"], ["海棠基金", "13900002222", "2026-10-12"]]
    table = read(text_file(tmp_path, "s.csv", rows))
    assert (table.header, table.names, len(cells(table))) == ((), ("A", "B", "C"), 2)


def test_an_old_workbook_is_read_like_a_new_one(shared: Path) -> None:
    table = read(shared / "sheets/09-xls/investors.xls")
    assert cells(table)[1] == ("海棠基金", "签约", "8000000.5", "2026-10-12", "13900002222")


def test_workbooks_made_to_hurt_are_refused_or_read_within_bounds(shared: Path) -> None:
    outcomes = {}
    for path in sorted((shared / "corpus/xlsx").iterdir()):
        try:
            outcomes[path.name] = len(open_file(path).grids)
        except Refused as refused:
            outcomes[path.name] = 0
            assert refused.complaints
    refusals = ("billion_laughs.xlsx", "bomb_ratio_100MB.xlsx", "entries_20k.xlsx", "xxe_file.xlsx", "xxe_http.xlsx")
    assert not any(outcomes[name] for name in refusals)
    assert not any(outcomes[name] for name in outcomes if "protected" in name or "encryption" in name)
