"""Money that two files tell of counts once: a bank line and a receipt of another sheet."""

from pathlib import Path

import pytest
from tests.exchange.reading.sheets import Rows, text_file
from tests.exchange.reading.test_reading import Run, empty, facts, folder, run

__all__ = ["empty", "folder", "run"]  # fixtures

SUM = "14,000,000.00"


def pipeline(*rows: tuple[str, str, str]) -> Rows:
    """Investors with what came from them so far, and when."""
    head = ["投资方", "阶段", "意向金额", "到账金额", "到账日期"]
    return [head, *([name, "已打款", amount, amount, day] for name, amount, day in rows)]


def statement(*rows: tuple[str, str, str], summary: str = "投资款") -> Rows:
    """Incoming lines of a bank statement: who, how much, which day."""
    head = ["交易日期", "交易时间", "收入金额", "支出金额", "账户余额", "摘要", "对方户名", "对方账号"]
    lines = (
        [day.replace("-", ""), "10:12:30", amount, "", f"{number}5,000,000.00", summary, name, "123456789"]
        for number, (name, amount, day) in enumerate(rows, 1)
    )
    return [head, *lines]


def paid(folder: Path, *columns: str) -> list[tuple[str | None, ...]]:
    """Amount and moment of the payments that count, with further columns."""
    rows = facts(folder, "cash_movements", "fact", "corrects", "void", "amount", "occurred_at", *columns)
    corrected = {row[1] for row in rows}
    living = [row for row in rows if row[0] not in corrected and not row[2]]
    return sorted(row[3:] for row in living)


@pytest.mark.parametrize(
    ("line", "asked", "counted"),
    [
        ("2026-10-25", None, 1),  # seven days before
        ("2026-11-01", None, 1),
        ("2026-11-08", None, 1),  # seven days after
        ("2026-11-09", "far", 1),  # eight: asked, and proposed as the same
        ("2026-10-24", "far", 1),
        ("2026-10-01", "far", 1),  # thirty-one days
        ("2026-09-30", None, 2),  # thirty-two: another payment
    ],
)
def test_a_line_some_days_from_a_receipt(
    line: str, asked: str | None, counted: int, folder: Path, tmp_path: Path, run: Run
) -> None:
    sheet = text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-01")))
    bank = text_file(tmp_path, "b.csv", statement(("川坪资本", SUM, line)))
    run("import", sheet, folder, "--yes")
    told = run("import", bank, folder, "--yes")
    questions = [one for one in told["readings"][0]["questions"] if "已经记录过" in one["text"]]
    assert bool(questions) == bool(asked)
    assert len(paid(folder)) == counted
    for path in (bank, sheet, bank):
        assert run("import", path, folder, "--yes")["written"] is None, "the same files again change nothing"


def test_either_file_may_come_first_and_the_bank_has_the_last_word_on_the_day(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    sheet = text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-03")))
    bank = text_file(tmp_path, "b.csv", statement(("川坪资本", SUM, "2026-11-01")))
    for first, second in ((sheet, bank), (bank, sheet)):
        run("import", first, folder, "--yes")
        told = run("import", second, folder, "--yes")
        assert told["readings"][0]["preview"]["counts"]["cash_movements"] == {"joined": 1}
        assert paid(folder) == [("14000000.00", "2026-11-01T02:12:30Z")]
        ((*_, evidence, deal),) = paid(folder, "evidence", "opportunity")
        assert evidence and deal, "the deal's receipt, with the statement as its evidence"
        run("undo", folder)
        run("undo", folder)


def test_what_was_joined_is_taken_back_alone(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-03"))), folder, "--yes")
    before = paid(folder)
    run("import", text_file(tmp_path, "b.csv", statement(("川坪资本", SUM, "2026-11-01"))), folder, "--yes")
    run("undo", folder)
    assert paid(folder) == before


def test_a_statement_that_was_taken_back_is_joined_again(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-03"))), folder, "--yes")
    bank = text_file(tmp_path, "b.csv", statement(("川坪资本", SUM, "2026-11-01")))
    for _ in range(2):
        assert run("import", bank, folder, "--yes")["written"]
        assert paid(folder) == [("14000000.00", "2026-11-01T02:12:30Z")]
        run("undo", folder)
        assert paid(folder) == [("14000000.00", "2026-11-02T16:00:00Z")]


def test_two_lines_and_two_receipts_are_two_and_a_third_line_is_asked(folder: Path, tmp_path: Path, run: Run) -> None:
    receipts = [["付款方", "金额", "日期"], ["川坪资本", SUM, "2026-11-01"], ["川坪资本", SUM, "2026-11-02"]]
    listed = text_file(tmp_path, "r.csv", receipts)
    lines = [("川坪资本", SUM, f"2026-11-0{day}") for day in (1, 2, 3)]
    run("import", listed, folder, "--yes")
    assert len(paid(folder)) == 2
    run("import", text_file(tmp_path, "b2.csv", statement(*lines[:2])), folder, "--yes")
    assert len(paid(folder)) == 2, "each line is one of the receipts"
    told = run("import", text_file(tmp_path, "b3.csv", statement(*lines)), folder, "--yes")
    assert len(paid(folder)) == 3, "no receipt is left for the third"
    assert not [one for one in told["readings"][0]["questions"] if "已经记录过" in one["text"]]
    assert run("import", listed, folder, "--yes")["written"] is None


def test_two_lines_for_one_receipt_are_asked_about(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-02"))), folder, "--yes")
    lines = [("川坪资本", SUM, f"2026-11-0{day}") for day in (1, 3)]
    told = run("import", text_file(tmp_path, "b.csv", statement(*lines)), folder, "--yes")
    asked = [one for one in told["readings"][0]["questions"] if "已经记录过" in one["text"]]
    assert len(asked) == 2
    assert [one["proposed"] == "new" for one in asked] == [False, True]
    assert len(paid(folder)) == 2


def test_purposes_that_contradict_have_no_proposal(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-02"))), folder, "--yes")
    path = text_file(tmp_path, "b.csv", statement(("川坪资本", SUM, "2026-11-02"), summary="借款"))
    asked = run("import", path, folder)["readings"][0]["questions"]
    (question,) = [one for one in asked if "已经记录过" in one["text"]]
    assert question["proposed"] is None
    assert run("import", path, folder, "--yes", code=1)["complaints"]
    answers = tmp_path / "answers.yaml"
    answers.write_text(f"{question['id']}: {question['options'][0]['value']}\n", encoding="utf-8")
    run("import", path, folder, "--yes", "--answers", answers)
    assert len(paid(folder)) == 1


def test_a_receipt_without_a_day_is_asked_about(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["投资方", "阶段", "金额", "最近沟通"], ["川坪资本", "已打款", "1400万", "2026-11-20"]]
    run("import", text_file(tmp_path, "p.csv", rows), folder, "--yes")
    earlier = statement(("川坪资本", SUM, "2026-08-01"))
    told = run("import", text_file(tmp_path, "b.csv", earlier), folder, "--yes")
    assert [one["text"] for one in told["readings"][0]["questions"] if "已经记录过" in one["text"]]
    assert paid(folder) == [("14000000.00", "2026-08-01T02:12:30Z")]


def test_another_amount_currency_or_payer_is_another_payment(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-02"))), folder, "--yes")
    other = statement(("川坪资本", "14,000,000.01", "2026-11-02"), ("恒砺基金", SUM, "2026-11-02"))
    run("import", text_file(tmp_path, "b.csv", other), folder, "--yes")
    assert len(paid(folder)) == 3


@pytest.mark.parametrize(("came", "stage"), [(SUM, "wired"), ("13,999,999.99", "signed"), ("14,000,000.01", "wired")])
def test_a_statement_that_pays_a_deal_in_full_proposes_its_last_stage(
    came: str, stage: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    rows = [["投资方", "阶段", "意向金额", "最近沟通"], ["川坪资本", "已签约", "1400万", "2026-10-03"]]
    run("import", text_file(tmp_path, "p.csv", rows), folder, "--yes")
    told = run("import", text_file(tmp_path, "b.csv", statement(("川坪资本", came, "2026-11-02"))), folder, "--yes")
    asked = [one["proposed"] for one in told["readings"][0]["questions"] if one["id"] == "wired"]
    assert asked == (["yes"] if stage == "wired" else [])
    states = facts(folder, "opportunities", "stage", "amount", "occurred_at", "evidence")
    assert states[-1][:2] == (stage, "14000000.00")
    if stage == "wired":
        assert states[-1][3], "the statement is the evidence"
    run("undo", folder)
    assert len(paid(folder)) == 0


def test_two_lines_pay_a_deal_and_no_keeps_its_stage(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["投资方", "阶段", "意向金额", "最近沟通"], ["川坪资本", "已签约", "1400万", "2026-10-03"]]
    run("import", text_file(tmp_path, "p.csv", rows), folder, "--yes")
    lines = [("川坪资本", "7,000,000.00", "2026-11-02"), ("川坪资本", "7,000,000.00", "2026-11-20")]
    path = text_file(tmp_path, "b.csv", statement(*lines))
    answers = tmp_path / "answers.yaml"
    answers.write_text("wired: 'no'\n", encoding="utf-8")
    told = run("import", path, folder, "--yes", "--answers", answers)
    assert "wired" in {one["id"] for one in told["readings"][0]["questions"]}
    assert [stage for (stage,) in facts(folder, "opportunities", "stage")] == ["signed"]
    assert len(paid(folder)) == 2


@pytest.mark.parametrize(("parts", "counted"), [(("9000000", "5000000"), 2), (("9000000", "5000001"), 3)])
@pytest.mark.parametrize("bank_first", [False, True])
def test_one_receipt_that_the_bank_shows_in_parts(
    parts: tuple[str, str], counted: int, bank_first: bool, folder: Path, tmp_path: Path, run: Run
) -> None:
    sheet = text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-15")))
    lines = [("川坪资本", part, f"2026-11-{day}") for part, day in zip(parts, ("05", "14"), strict=True)]
    bank = text_file(tmp_path, "b.csv", statement(*lines))
    for path in (bank, sheet) if bank_first else (sheet, bank):
        told = run("import", path, folder, "--yes")
    asked = [one for one in told["readings"][0]["questions"] if one["id"].endswith(".parts")]
    assert bool(asked) == (counted == 2)
    assert len(paid(folder)) == counted
    if counted == 2:
        deals = {deal for *_, deal in paid(folder, "opportunity")}
        assert len(deals) == 1 and all(deals), "both parts are receipts of the deal"
    for path in (sheet, bank):
        assert run("import", path, folder, "--yes")["written"] is None


@pytest.mark.parametrize(
    ("received", "answer", "sums"),
    [
        (("700万", "700万"), "each", ["7000000.00", "7000000.00"]),
        (("500万", "700万"), "total", ["2000000.00", "5000000.00"]),
        (("700万", "500万"), "each", ["5000000.00", "7000000.00"]),
    ],
)
def test_several_rows_of_one_investor_with_receipts_are_asked_about(
    received: tuple[str, str], answer: str, sums: list[str], folder: Path, tmp_path: Path, run: Run
) -> None:
    rows = [("川坪资本", amount, f"2026-11-{day}") for amount, day in zip(received, ("01", "15"), strict=True)]
    path = text_file(tmp_path, "p.csv", pipeline(*rows))
    told = run("import", path, folder, "--yes")
    (question,) = [one for one in told["readings"][0]["questions"] if one["id"] == "received"]
    assert question["proposed"] == answer
    assert [amount for amount, _ in paid(folder)] == sums
    assert run("import", path, folder, "--yes")["written"] is None


def test_rows_of_two_contacts_are_one_receipt_and_nothing_is_asked(folder: Path, tmp_path: Path, run: Run) -> None:
    head = ["投资方", "联系人", "阶段", "到账金额", "到账日期"]
    rows = [["川坪资本", name, "已打款", "700万", "2026-11-01"] for name in ("李雷", "韩梅")]
    told = run("import", text_file(tmp_path, "p.csv", [head, *rows]), folder, "--yes")
    assert "received" not in {one["id"] for one in told["readings"][0]["questions"]}
    assert len(paid(folder)) == 1


def test_a_total_that_is_less_than_before_is_parked_with_the_amount_as_people_write_it(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    run("import", text_file(tmp_path, "a.csv", pipeline(("川坪资本", "1400万", "2026-11-01"))), folder, "--yes")
    less = text_file(tmp_path, "b.csv", pipeline(("川坪资本", "700万", "2026-11-15")))
    told = run("import", less, folder, "--yes")
    assert told["readings"][0]["preview"]["unread"] == 1
    assert [amount for amount, _ in paid(folder)] == ["14000000.00"]
    from tenfold.exchange.reading.file import open_file

    assert "7000000.00 CNY" in str(open_file(folder / told["parked"][0]).grids[0].cells.row(1)[-1])


@pytest.mark.parametrize(
    ("language", "project", "other"), [("zh-Hans", "本项目", "our project"), ("en", "our project", "本项目")]
)
def test_the_project_is_called_as_its_reader_calls_it(
    language: str, project: str, other: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    sheet = text_file(tmp_path, "p.csv", pipeline(("川坪资本", "1400万", "2026-11-01")))
    told = run("import", sheet, folder, "--yes", language=language)["readings"][0]
    bank = text_file(tmp_path, "b.csv", statement(("川坪资本", SUM, "2026-11-09")))
    asked = run("import", bank, folder, language=language)["readings"][0]["questions"]
    said = [*told["preview"]["samples"], *(one["text"] for one in asked)]
    assert len([one for one in said if f"川坪资本 → {project}" in one]) == 2, "in a sample and in a question"
    assert not [one for one in said if other in one]
