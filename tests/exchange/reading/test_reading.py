"""Files of people's own, read without a map: what they are taken for, what is asked, what enters."""

import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.exchange.reading.sheets import Rows, text_file, workbook

from tenfold.cli.app import main
from tenfold.exchange.reading.preview import Total
from tenfold.report.words import say

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "mine"
    assert main("zh-Hans", ["init", str(folder)]) == 0
    return folder


@pytest.fixture
def folder(empty: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(empty, tmp_path / "mine"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def importing(*arguments: object, code: int = 0, language: str = "zh-Hans") -> dict[str, Any]:
        capsys.readouterr()
        assert main(language, [str(argument) for argument in (*arguments, "--json")]) == code
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    return importing


def facts(folder: Path, table: str, *columns: str) -> list[tuple[str | None, ...]]:
    path = folder / "facts" / f"{table}.csv"
    rows = pl.read_csv(path, infer_schema=False) if path.exists() else pl.DataFrame()
    for name in columns:
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name))
    return rows.select(columns).rows()


def names(folder: Path) -> dict[str, str]:
    return {str(party): str(name) for party, name in facts(folder, "parties", "party", "name")}


def deals(folder: Path, *columns: str) -> list[tuple[str | None, ...]]:
    called = names(folder)
    rows = facts(folder, "opportunities", "party", "amount", "currency", "stage", *columns)
    return sorted((called[str(party)], *rest) for party, *rest in rows)


WEEKS = [
    [["投资方", "阶段", "意向金额", "到账金额", "到账日期", "最近沟通"], *rows]
    for rows in (
        [["川坪", "签约", "1400万", "", "", "2026-10-03"], ["恒砺", "尽调", "800万", "", "", "2026-10-04"]],
        [
            ["川坪", "已打款", "1400万", "700万", "2026-11-01", "2026-11-01"],
            ["恒砺", "签约", "600万", "", "", "2026-11-04"],
        ],
        [
            ["川坪", "已打款", "1400万", "1400万", "2026-11-15", "2026-11-15"],
            ["恒砺", "放弃", "600万", "", "", "2026-11-20"],
        ],
    )
]


def test_nothing_is_written_before_it_is_confirmed(folder: Path, tmp_path: Path, run: Run) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told = run("import", text_file(tmp_path, "w.csv", WEEKS[0]), folder)
    assert told["written"] is None
    asked = {question["id"]: question["proposed"] for question in told["readings"][0]["questions"]}
    assert asked == {"currency": "CNY", "class": "closed:investor", "round": "new"}
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_answers_confirm_what_they_leave_no_question_of_and_a_slip_of_the_pen_is_told(
    folder: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = text_file(tmp_path, "s.csv", [["姓名", "公司"], ["李雷", "青松资本"]])
    answers = tmp_path / "answers.yaml"
    answers.write_text("class: none\nundate: 2026-11-20\n", encoding="utf-8")
    assert main("en", ["import", str(sheet), str(folder), "--answers", str(answers)]) == 0
    said = capsys.readouterr().out
    assert "a question that is not asked here: undate." in said
    assert "Nothing has been written yet" in said
    answers.write_text("class: none\nundated: 2026-11-20\n", encoding="utf-8")
    assert run("import", sheet, folder, "--answers", answers)["written"] == "0001"


def test_the_next_week_changes_the_same_deals_whatever_the_file_is_called(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    for number, rows in enumerate(WEEKS):
        told = run("import", text_file(tmp_path, f"周{number}.csv", rows), folder, "--yes")
        assert told["written"] == f"000{number + 1}"
        assert number == 0 or not told["readings"][0]["unanswered"], "a shape that was confirmed asks nothing again"
    assert [row[2] for row in facts(folder, "opportunities", "opportunity", "round", "stage")] == [
        "signed", "diligence", "wired", "signed", "declined",
    ]  # fmt: skip
    paid = facts(folder, "cash_movements", "amount", "occurred_at")
    assert paid == [("7000000.00", "2026-10-31T16:00:00Z"), ("7000000.00", "2026-11-14T16:00:00Z")]
    assert [row[1] for row in facts(folder, "memberships", "party", "state")] == ["active", "active", "alumni"]
    again = run("import", text_file(tmp_path, "again.csv", WEEKS[2]), folder, "--yes")
    assert again["written"] is None, "the same rows under a new name are the same"
    old = run("import", text_file(tmp_path, "old.csv", WEEKS[0]), folder, "--yes")
    assert old["written"] is None
    assert old["readings"][0]["preview"]["counts"]["opportunities"] == {"older": 2}


def test_a_reading_says_no_code(folder: Path, tmp_path: Path, run: Run) -> None:
    """Nothing in these files is written in small Latin letters: whatever is, would be a code."""
    texts: list[str] = []
    for number, rows in enumerate(WEEKS):
        told = run("import", text_file(tmp_path, f"周{number}.csv", rows), folder, "--yes")["readings"][0]
        texts += [*told["notes"], *told["preview"]["samples"]]
        for column in told["columns"]:
            texts += column["says"]
        for question in told["questions"]:
            texts += [question["text"], question["why"], *(option["text"] for option in question["options"])]
    assert [text for text in texts if re.search("[a-z]", text)] == []
    assert {"恒砺：投资成员，在籍 → 荣誉成员，2026-11-20", "恒砺：已签约 → 谢绝，2026-11-20"} <= {*texts}


def test_an_import_is_taken_back_and_may_come_again(folder: Path, tmp_path: Path, run: Run) -> None:
    path = text_file(tmp_path, "w.csv", WEEKS[0])
    run("import", path, folder, "--yes")
    second = text_file(tmp_path, "v.csv", WEEKS[1])
    run("import", second, folder, "--yes")
    refused = run("undo", folder, "1", code=1)
    assert "0002" in refused["complaints"][0]["text"]
    assert run("undo", folder)["undone"] == "0002"
    assert run("undo", folder)["undone"] == "0001"
    living = run("measure", folder, "fund.claimed")
    assert living == [] or all(row["status"] != "ok" or row["value"] in ("0.00", None) for row in living)
    assert run("import", path, folder)["written"] is None, "nobody has confirmed it yet"
    assert run("import", path, folder, "--yes")["written"] == "0003"
    counts = run("import", path, folder)["readings"][0]["preview"]["counts"]
    assert counts["opportunities"] == {"same": 2}


def test_a_paper_that_proves_somebodys_own_fact_is_not_taken_back(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "对账单.csv", BANK, "gb18030"), folder, "--yes")
    book = folder / "facts" / "cash_movements.csv"
    paid = pl.read_csv(book, infer_schema=False)
    us = next(party for party, name in names(folder).items() if name == "本项目")
    alone = {"fact": "by-hand", "origin_key": "by-hand", "payer": us, "payee": us, "round": None}
    own = paid.tail(1).with_columns(pl.lit(value, pl.String).alias(name) for name, value in alone.items())
    pl.concat([paid, own.select(paid.columns)]).write_csv(book)
    refused = run("undo", folder, code=1)
    assert [one["id"] for one in refused["complaints"]] == ["reading.undo.resting"]


def one(folder: Path, tmp_path: Path, run: Run, rows: Rows, *more: object, name: str = "s.csv") -> dict[str, Any]:
    told = run("import", text_file(tmp_path, name, rows), folder, "--yes", *more)
    reading: dict[str, Any] = told["readings"][0]
    return reading | {"parked": told["parked"]}


def test_amounts_come_with_their_currency_and_what_is_no_payment_is_parked(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    cells = {
        "甲资本": "1,400万元", "乙资本": "USD 2m", "丙资本": "¥14M", "丁资本": "约500万", "戊资本": "500-800万",
        "己资本": "人民币叁佰万元整", "庚资本": "50万美元", "辛资本": "(200000)", "壬资本": "数千万",
    }  # fmt: skip
    rows = [["投资人", "阶段", "金额", "日期"], *([name, "已打款", cell, "2026-09-03"] for name, cell in cells.items())]
    reading = one(folder, tmp_path, run, rows)
    assert deals(folder, "amount_known", "amount_to") == [
        ("丁资本", "5000000.00", "CNY", "wired", "about", None),
        ("丙资本", "14000000.00", "CNY", "wired", "exact", None),
        ("乙资本", "2000000.00", "USD", "wired", "exact", None),
        ("己资本", "3000000.00", "CNY", "wired", "exact", None),
        ("庚资本", "500000.00", "USD", "wired", "exact", None),
        ("戊资本", "5000000.00", "CNY", "wired", "range", "8000000.00"),
        ("甲资本", "14000000.00", "CNY", "wired", "exact", None),
    ]
    assert len(facts(folder, "cash_movements", "amount")) == 5, "an approximate amount is no payment"
    assert (reading["preview"]["unread"], reading["parked"]) == (4, ["s.parked.xlsx"])


def test_a_unit_row_two_rows_of_names_a_contact_and_a_total(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        ["某项目跟进表"],
        ["更新：2026.11.20  单位：万元"],
        ["基本信息", None, None, "进展", None, None],
        ["投资人", "联系人", "手机", "阶段", "意向金额", "最近沟通"],
        ["川坪资本", "李雷", 13800001111, "尽调", 1400, datetime.date(2026, 9, 3)],
        ["恒砺基金", "韩梅", 13900002222, "签约", "2000w", "2026.9.3"],
        ["合计", None, None, None, 3000, None],
    ]
    path = workbook(tmp_path, "s.xlsx", {"投资人": rows}, [("A3:C3", "基本信息"), ("D3:F3", "进展")])
    reading = run("import", path, folder, "--yes")["readings"][0]
    assert [row[:2] for row in deals(folder)] == [("川坪资本", "14000000.00"), ("恒砺基金", "20000000.00")]
    assert "scale.意向金额.w" in {question["id"] for question in reading["questions"]}
    assert reading["preview"]["totals"] == [
        {"column": "意向金额", "row": 7, "stated": "30,000,000", "summed": "34,000,000"}
    ]
    called = names(folder)
    belongs = facts(folder, "affiliations", "party", "organisation")
    assert {(called[str(a)], called[str(b)]) for a, b in belongs} == {("李雷", "川坪资本"), ("韩梅", "恒砺基金")}
    assert ("李雷", "+8613800001111") in facts(folder, "parties", "name", "phone")


def test_spellings_are_one_party_and_what_is_only_likely_is_asked(folder: Path, tmp_path: Path, run: Run) -> None:
    spellings = ["青松资本", "青松资本 ", "青松資本", "青松资本（杭州）", " 青松资本"]
    rows = [["投资方", "阶段", "金额", "最近沟通"]]
    rows += [[name, "尽调", "1400万", f"2026-09-{day:02}"] for day, name in enumerate(spellings, 1)]
    rows += [
        ["Pine Capital", "尽调", "1万", ""],
        ["PINE  CAPITAL", "尽调", "1万", ""],
        ["Pine Capital, LLC", "尽调", "1万", ""],
    ]
    reading = one(folder, tmp_path, run, rows)
    asked = [question["text"] for question in reading["questions"] if question["id"].startswith("same.")]
    assert len(asked) == 2, "script, width, case and blanks are no question; a place and a legal form are"
    assert len(deals(folder)) == 2, "rows that say the same of one deal are one state"
    assert sorted(names(folder).values())[:1] == ["Pine Capital"]


def test_a_person_in_two_files_is_one_and_two_of_one_firm_are_two(folder: Path, tmp_path: Path, run: Run) -> None:
    first = text_file(tmp_path, "p1.csv", [["姓名", "电话"], ["李雷", "13800001111"]])
    second = text_file(tmp_path, "p2.csv", [["姓名", "电话"], ["李雷", "+86 138 0000 1111"]])
    firm = text_file(
        tmp_path, "two.csv", [["姓名", "公司", "职位"], ["李雷", "青松资本", "合伙人"], ["韩梅", "青松资本", "经理"]]
    )
    readings = run("import", first, second, firm, folder, "--yes")["readings"]
    assert [list(reading["preview"]["counts"]["parties"]) for reading in readings[:2]] == [["new"], ["same"]]
    assert set(names(folder).values()) == {"李雷", "本项目", "青松资本", "韩梅"}
    assert len(facts(folder, "affiliations", "party")) == 2
    assert not facts(folder, "memberships", "party"), "nobody becomes a member by being listed"


def test_a_last_talk_in_the_future_is_said_to_be_impossible_and_the_deal_comes_in(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    days = ["2062-10-12", "1926-10-25", "2026-10-12"]
    rows = [
        ["Investor", "Stage", "Amount", "Last contact"],
        *([f"Firm {n}", "signed", "1400000", day] for n, day in enumerate(days)),
    ]
    reading = one(folder, tmp_path, run, rows)
    assert len(deals(folder)) == 3
    assert len(facts(folder, "interactions", "member")) == 1
    assert reading["preview"]["unread"] == 2


def test_a_column_that_contradicts_itself_is_not_guessed(folder: Path, tmp_path: Path, run: Run) -> None:
    cells = ["1.500", "1,500", "1,50", "1,500,00", "14,00,000", "0", "-500"]
    rows = [["Investor", "Stage", "Amount"], *([f"Firm {n}", "signed", cell] for n, cell in enumerate(cells))]
    path = text_file(tmp_path, "s.csv", rows)
    refused = run("import", path, folder, "--yes", code=1, language="en")
    assert "--answers" in refused["complaints"][0]["text"]
    answers = tmp_path / "answers.yaml"
    answers.write_text("mark.Amount: point\n", encoding="utf-8")
    run("import", path, folder, "--yes", "--answers", answers)
    assert [row[1] for row in deals(folder)] == ["1.50", "1500.00", "1400000.00"]


def test_a_decimal_comma_and_days_in_front_are_decided_by_the_cells(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        ["Investor", "Stage", "Amount (EUR)", "Last contact"],
        ["Müller GmbH", "Due Diligence", "1.400.000,00", "03.09.2026"],
        ["Bianchi S.p.A.", "Wired", "1.500", "12.10.2026"],
    ]
    path = text_file(tmp_path, "s.csv", rows, "cp1252", ";")
    reading = run("import", path, folder, "--yes", language="en")["readings"][0]
    assert [row[:3] for row in deals(folder)] == [
        ("Bianchi S.p.A.", "1500.00", "EUR"),
        ("Müller GmbH", "1400000.00", "EUR"),
    ]
    assert not {"currency", "mark.Amount (EUR)"} & {question["id"] for question in reading["questions"]}
    says = " ".join(word for column in reading["columns"] for word in column["says"])
    assert "1.400.000,00" in says, "the cell that decided is shown"


PINE = ["投资款", "青松资本管理有限公司", "1234567890123456789"]
BANK = [
    ["招商银行账户交易明细"],
    ["账号:", "6225********1234", "币种:", "人民币"],
    [],
    ["交易日期", "交易时间", "收入金额", "支出金额", "账户余额", "摘要", "对方户名", "对方账号"],
    ["20260903", "10:12:30", "14,000,000.00", "", "15,000,000.00", *PINE],
    ["20261015", "09:00:00", "", "120,000.00", "14,880,000.00", "房租", "某物业公司", "1102020200112233445"],
    ["20261101", "09:10:00", "14,000,000.00", "", "28,880,000.00", *PINE],
    ["20261101", "09:10:00", "14,000,000.00", "", "42,880,000.00", *PINE],
    ["合计", "", "42,000,000.00", "120,000.00", "", "", "", ""],
]  # fmt: skip


def test_a_bank_statement_is_payments_and_equal_lines_are_two(folder: Path, tmp_path: Path, run: Run) -> None:
    path = text_file(tmp_path, "对账单.csv", BANK, "gb18030")
    run("import", path, folder, "--yes")
    paid = facts(folder, "cash_movements", "amount", "purpose", "round")
    assert sorted(paid) == [
        ("120000.00", "operating", None),
        *[("14000000.00", "investment", "current")] * 3,
    ]
    next_month = [*BANK[:-1], [cell.replace("20261101", "20261102") for cell in BANK[-2]], BANK[-1]]
    again = run("import", text_file(tmp_path, "again.csv", next_month, "gb18030"), folder)["readings"][0]
    assert again["preview"]["gone"] == {}, "the statement before is a paper still"
    account = facts(folder, "parties", "name", "account")
    assert ("青松资本管理有限公司", "1234567890123456789") in account, "an account stays text"


def test_a_list_of_attendance_makes_an_event_and_no_members(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        ["Order no.", "Order Date", "First Name", "Last Name", "Email", "Ticket Type", "Attendee Status", "Company"],
        ["1", "2026-11-01 10:15:22", "Ann", "Lee", "ann@pine.example", "General", "Attending", "Pine Capital"],
        ["2", "2026-11-01 10:16:22", "Bob", "Ray", "bob@birch.example", "General", "Not Attending", "Birch Fund"],
        ["3", "2026-11-02 10:16:22", "Info Requested", "Info Requested", "", "General", "Attending", ""],
    ]
    reading = one(folder, tmp_path, run, rows, name="attendees.csv")
    called = names(folder)
    assert {(called[str(party)], state) for party, state in facts(folder, "attendances", "party", "state")} == {
        ("Ann Lee", "attended"),
        ("Bob Ray", "absent"),
    }
    assert [left["why"] for left in reading["left_out"]] == ["placeholder"]
    assert not facts(folder, "memberships", "party")


def test_a_crm_export_knows_its_stages_and_names_what_has_no_amount(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        [
            "Deal Name",
            "Deal Stage",
            "Close Date",
            "Amount",
            "Associated Contact",
            "Associated Company",
            "Create Date",
            "Currency",
        ],
        [
            "A",
            "Contract Sent",
            "2026-12-31",
            "1400000",
            "Bob Ray (bob@pine.example)",
            "Pine Capital",
            "2026-06-01 09:12",
            "USD",
        ],
        ["B", "Closed Lost", "2026-09-12", "500000", "", "Elm Ventures", "2026-06-04 09:12", "USD"],
        ["C", "Appointment Scheduled", "2027-01-12", "", "", "Oak Partners", "2026-11-04 09:12", "USD"],
    ]
    reading = run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes", language="en")["readings"][0]
    assert deals(folder) == [
        ("Elm Ventures", "500000.00", "USD", "declined"),
        ("Pine Capital", "1400000.00", "USD", "committed"),
    ]
    assert any("Oak Partners" in note for note in reading["notes"])
    assert ("Bob Ray", "bob@pine.example") in facts(folder, "parties", "name", "email")


def test_what_is_parked_can_be_put_right_in_the_copy_and_joins(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        ["投资方", "阶段", "金额", "最近沟通"],
        ["川坪", "尽调", "数千万", "2026-09-03"],
        ["恒砺", "签约", "800万", "2026-10-12"],
    ]
    reading = one(folder, tmp_path, run, rows)
    copy = folder / reading["parked"][0]
    from tenfold.exchange.reading.file import open_file

    cells = open_file(copy).grids[0].cells
    assert cells.row(0)[-1] == "原因"
    assert "数千万" in str(cells.row(1)[-1])
    put_right = [[*row[:-1]] for row in cells.rows()]
    put_right[1][2] = "3000万"
    again = run("import", text_file(tmp_path, "改好了.csv", put_right), folder, "--yes")
    assert again["readings"][0]["known_shape"]
    assert {row[1] for row in deals(folder)} == {"8000000.00", "30000000.00"}
    assert len(facts(folder, "interactions", "member")) == 2, "what the parked row said otherwise had entered already"


def test_a_merged_investor_has_two_contacts_and_one_deal(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["投资机构", "联系人", "阶段", "金额"], ["川坪", "李雷", "尽调", "1400万"], [None, "韩梅", None, None]]
    merged = [("A2:A3", "川坪"), ("C2:C3", "尽调"), ("D2:D3", "1400万")]
    run("import", workbook(tmp_path, "s.xlsx", {"s": rows}, merged), folder, "--yes")
    assert len(deals(folder)) == 1
    assert len(facts(folder, "affiliations", "party")) == 2


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_reading_is_said_in_words_alone(
    language: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number, rows in enumerate([*WEEKS, BANK]):
        path = text_file(tmp_path, f"{number}.csv", rows)
        assert main(language, ["import", str(path), str(folder), "--yes"]) == 0
    said = capsys.readouterr().out
    assert "reading." not in said
    assert "opportunity-" not in said


def test_a_registration_number_with_a_wrong_digit_is_told_and_identifies_nobody(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    rows = [
        ["公司名称", "统一社会信用代码"],
        ["青松资本", "91350100M000100Y43"],
        ["青松资本管理有限公司", "91 350100 m000100y43"],
        ["海棠基金", "91350100M000100Y44"],
        ["松柏创投", "91350100M000100Y44"],
    ]
    reading = one(folder, tmp_path, run, rows)
    assert reading["preview"]["unread"] == 2
    assert sorted(facts(folder, "parties", "name", "registration"))[1:] == [
        ("松柏创投", None),
        ("海棠基金", None),
        ("青松资本", "91350100M000100Y43"),
    ]


def test_a_place_is_no_person(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [
        ["投资人", "阶段", "金额"],
        ["安徽", "尽调", "100万"],
        ["云南省", "尽调", "100万"],
        ["川坪", "尽调", "100万"],
    ]
    reading = one(folder, tmp_path, run, rows)
    assert "party.投资人" not in {question["id"] for question in reading["questions"]}


def test_an_amount_beside_an_empty_currency_is_asked_about_unless_it_names_its_own(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    head = ["Investor", "Stage", "Amount", "Currency"]
    silent = [head, ["Pine Capital", "Signed", "250000", "USD"], ["Elm Fund", "Signed", "90000", "-"]]
    told = one(folder, tmp_path, run, silent)
    (question,) = [question for question in told["questions"] if question["id"] == "currency"]
    assert [cell["text"] for cell in question["cells"]] == ["90000"]
    assert deals(folder) == [("Elm Fund", "90000.00", "CNY", "signed"), ("Pine Capital", "250000.00", "USD", "signed")]
    telling = [head, ["Oak Fund", "Signed", "EUR 70000", ""], ["Birch Fund", "Signed", "80000", "HKD"]]
    told = one(folder, tmp_path, run, telling, name="t.csv")
    assert "currency" not in {question["id"] for question in told["questions"]} and not told["parked"]
    assert deals(folder)[0] == ("Birch Fund", "80000.00", "HKD", "signed")
    assert deals(folder)[2] == ("Oak Fund", "70000.00", "EUR", "signed")


SPELLINGS = (
    ["Pine Capital", "pine capital", "Pine  Capital", "Pine Capital, LLC", "PINE CAPITAL LLC"],
    ["青松資本", "青松资本", "青松 资本", "青松资本有限公司"],
)


@pytest.mark.parametrize("spellings", SPELLINGS, ids=["latin", "chinese"])
def test_spellings_of_one_name_are_one_proposal(spellings: list[str], folder: Path, tmp_path: Path, run: Run) -> None:
    head = ["投资方", "阶段", "意向金额", "最近沟通"]
    rows = [head, *([name, "尽调", "500万", f"2026-11-{day:02}"] for day, name in enumerate(spellings, 1))]
    told = one(folder, tmp_path, run, rows)
    (question,) = [question for question in told["questions"] if question["id"].startswith("same.")]
    assert question["proposed"] != "new"
    assert len(deals(folder)) == 1


@pytest.mark.parametrize(
    ("summed", "said"), [("50", "its rows add up to 50"), ("53", "is 50, but its rows add up to 53")]
)
def test_a_total_of_the_file_agrees_with_its_rows_or_not(summed: str, said: str) -> None:
    told = Total("Amount", 11, "50", summed, "0").told
    assert said in say("en", told.id, told.params)
