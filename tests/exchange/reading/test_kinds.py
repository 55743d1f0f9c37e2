"""Every kind of sheet as people keep it, in both languages: what it is taken for and what enters."""

from pathlib import Path
from typing import Any

import pytest
from tests.exchange.reading.sheets import Rows, text_file
from tests.exchange.reading.test_reading import Run, empty, facts, folder, names, run

__all__ = ["empty", "folder", "run"]  # fixtures

TALKS: dict[str, Rows] = {
    "zh": [
        ["2026年11月 沟通记录"],
        ["日期", "客户", "联系人", "方式", "方向", "时长（分钟）", "沟通内容", "下一步", "下次联系"],
        ["2026.11.3", "青松资本", "李雷", "微信", "我方发起", "30", "对方问估值", "补充材料", "2026.11.20"],
        ["2026年11月5日", "海棠基金", "韩梅梅", "电话", "对方来电", "15分钟", "尽调安排", "", ""],
        ["2026/11/6", "松柏创投", "王强", "面谈", "", "1小时30分", "路演", "发条款", "2026-12-01"],
    ],
    "en": [
        ["Date", "Company", "Contact", "Type", "Direction", "Duration", "Notes", "Next step", "Follow-up date"],
        ["3 Nov 2026", "青松资本", "Ann Lee", "WeChat", "Outbound", "30", "asked", "send deck", "20 Nov 2026"],
        ["5 Nov 2026", "海棠基金", "Bob Ray", "Call", "Inbound", "15 min", "DD", "", ""],
        ["6 Nov 2026", "松柏创投", "Cy Young", "Meeting", "", "1.5h", "pitch", "term sheet", "1 Dec 2026"],
    ],
}


def kind_of(told: dict[str, Any]) -> str:
    return str(told["readings"][0]["kind"])


def asked(told: dict[str, Any]) -> set[str]:
    return {question["id"].split(".")[0] for question in told["readings"][0]["questions"]}


@pytest.mark.parametrize("language", TALKS)
def test_a_log_of_talks(language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", text_file(tmp_path, "s.csv", TALKS[language]), folder, "--yes")
    assert (kind_of(told), asked(told)) == ("interactions", set())
    called = names(folder)
    rows = facts(folder, "interactions", "member", "channel", "direction", "minutes")
    assert sorted((called[str(member)], *rest) for member, *rest in rows) == [
        ("松柏创投", "meeting", "in", "90"),
        ("海棠基金", "call", "in", "15"),
        ("青松资本", "message", "out", "30"),
    ]
    assert len(facts(folder, "affiliations", "party")) == 3
    assert {str(due)[:10] for (due,) in facts(folder, "commitments", "due_at")} == {"2026-11-19", "2026-11-30"}


REGISTERS: dict[str, Rows] = {
    "zh": [
        ["某某科技有限公司股东名册"],
        ["股东名称", "证件号码", "出资额（万元）", "持股比例", "股份数", "出资日期"],
        ["张伟", "", "500", "50.00%", "5,000,000", "2020-03-01"],
        ["青松资本管理有限公司", "", "300", "30%", "3,000,000", "2021-06-30"],
        ["合计", "", "800", "100%", "8,000,000", ""],
    ],
    "en": [
        ["Stakeholder", "Share class", "Shares outstanding", "Total consideration (CNY)", "Issue date", "Ownership"],
        ["张伟", "common", "5,000,000", "5,000,000.00", "03/01/2020", "50.0%"],
        ["青松资本管理有限公司", "common", "3,000,000", "3,000,000.00", "06/30/2021", "30.0%"],
        ["Total", "", "8,000,000", "", "", "100.0%"],
    ],
}


@pytest.mark.parametrize("language", REGISTERS)
def test_a_register_of_shareholders(language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", text_file(tmp_path, "s.csv", REGISTERS[language]), folder, "--yes")
    assert kind_of(told) == "captable"
    assert "undated" not in asked(told)
    called = names(folder)
    rows = facts(folder, "holdings", "party", "units", "cost", "security", "occurred_at")
    assert sorted((called[str(party)], *rest) for party, *rest in rows) == [
        ("张伟", "5000000", "5000000.00", "common", "2020-02-29T16:00:00Z"),
        ("青松资本管理有限公司", "3000000", "3000000.00", "common", "2021-06-29T16:00:00Z"),
    ]
    kinds = dict(facts(folder, "parties", "name", "type"))
    assert (kinds["张伟"], kinds["青松资本管理有限公司"]) == ("person", "organisation")


def test_a_register_without_days_is_asked_since_when(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [row[:-1] for row in REGISTERS["zh"][1:-1]]
    told = run("import", text_file(tmp_path, "s.csv", rows), folder)
    assert "undated" in asked(told)


@pytest.mark.parametrize(
    ("rows", "units"),
    [
        ([["张伟", "500"], ["李雷", "700"]], ["500", "700"]),
        ([["张伟", "500"], ["张伟", "700"]], ["500", "700"]),  # two rows of one holder are two lots, no total so far
        ([["张伟", "500"], ["张伟", "500"]], ["500", "500"]),
    ],
)
def test_rows_of_one_holder_add_up(rows: Rows, units: list[str], folder: Path, tmp_path: Path, run: Run) -> None:
    path = text_file(tmp_path, "s.csv", [["股东名称", "股份数", "出资日期"], *([*row, "2020-03-01"] for row in rows)])
    run("import", path, folder, "--yes")
    assert sorted(str(held) for (held,) in facts(folder, "holdings", "units")) == units
    assert run("import", path, folder, "--yes")["written"] is None


AGREEMENTS: dict[str, Rows] = {
    "zh": [
        ["合同编号", "合同名称", "合同类型", "对方单位", "签订日期", "到期日", "状态"],
        ["HT-001", "增资协议", "投资协议", "青松资本", "2026-09-03", "", "已签署"],
        ["HT-002", "保密协议", "NDA", "海棠基金", "2026/10/8", "2028/10/7", "拟稿"],
        ["HT-003", "租赁合同", "租赁", "某物业公司", "2025.1.1", "2026.12.31", "已到期"],
    ],
    "en": [
        ["Agreement", "Type", "Counterparty", "Signed", "Expires", "Status"],
        ["Subscription", "投资协议", "青松资本", "2026-09-03", "", "Signed"],
        ["NDA", "NDA", "海棠基金", "2026-10-08", "2028-10-07", "Under negotiation"],
        ["Lease", "租赁", "某物业公司", "2025-01-01", "2026-12-31", "Expired"],
    ],
}


@pytest.mark.parametrize("language", AGREEMENTS)
def test_a_list_of_contracts(language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", text_file(tmp_path, "s.csv", AGREEMENTS[language]), folder, "--yes")
    assert (kind_of(told), asked(told)) == ("agreements", set())
    called = names(folder)
    rows = facts(folder, "agreements", "party", "type", "state", "expires_at")
    assert sorted((called[str(party)], *rest) for party, *rest in rows) == [
        ("某物业公司", "租赁", "terminated", "2026-12-31"),
        ("海棠基金", "NDA", "draft", "2028-10-07"),
        ("青松资本", "投资协议", "in_force", None),
    ]


TASKS: dict[str, tuple[str, Rows]] = {
    "zh": (
        "own",
        [
            ["序号", "任务", "负责人", "截止日期", "状态", "优先级"],
            ["1", "完成审计报告", "李雷", "2026-12-15", "进行中", "高"],
            ["2", "更新BP", "王强", "2026.11.10", "已完成", "低"],
        ],
    ),
    "diligence": (
        "diligence",
        [
            ["尽职调查资料清单"],
            ["序号", "资料名称", "提供方", "要求日期", "是否提供", "备注"],
            ["1", "近三年审计报告", "财务部", "2026-12-15", "未提供", ""],
            ["2", "主要客户合同", "业务部", "2026-11-10", "已提供", ""],
        ],
    ),
    "en": (
        "own",
        [
            ["Task", "Assignee", "Due date", "Status", "Priority"],
            ["Finish audit", "Ann Lee", "12/15/2026", "In progress", "High"],
            ["Update deck", "Cy Young", "11/10/2026", "Done", "Low"],
        ],
    ),
}


@pytest.mark.parametrize("language", TASKS)
def test_a_list_of_tasks(language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    kind, rows = TASKS[language]
    told = run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes")
    assert kind_of(told) == "tasks"
    promises = facts(folder, "commitments", "source_kind", "due_at")
    assert sorted(promises) == [(kind, "2026-11-09T16:00:00Z"), (kind, "2026-12-14T16:00:00Z")]
    assert facts(folder, "commitment_steps", "step") == [("delivered",)]


def test_tasks_without_a_day_are_due_on_none(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["任务", "负责人", "状态"], ["更新BP", "王强", "进行中"]]
    told = run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes")
    assert facts(folder, "commitments", "due_at") == [(None,)]
    assert told["parked"] == []


SURVEYS: dict[str, Rows] = {
    "zh": [
        [
            "序号",
            "提交答卷时间",
            "所用时间",
            "来源",
            "来源详情",
            "来自IP",
            "1、总体满意度（1-10分）",
            "2、您愿意推荐吗？",
        ],
        ["1", "2026/11/3 10:12:05", "85秒", "微信", "N/A", "192.0.2.4", "9", "愿意", "13800001111"],
        ["2", "2026/11/3 11:40:31", "120秒", "微信", "N/A", "192.0.2.5", "7", "", ""],
    ],
    "en": [
        ["Timestamp", "Email Address", "How likely are you to recommend us? (0-10)", "What should we do better?"],
        ["11/3/2026 10:12:05", "ann@pine.example", "9", "More reports"],
        ["11/13/2026 11:40:31", "bob@birch.example", "7", ""],
    ],
}


@pytest.mark.parametrize("language", SURVEYS)
def test_answers_to_a_form_hold_no_address(language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    told = run("import", text_file(tmp_path, "s.csv", SURVEYS[language]), folder, "--yes")
    assert kind_of(told) == "survey"
    rows = facts(folder, "survey_answers", "score", "choice")
    assert sorted(score for score, _ in rows if score) == ["7", "9"]
    assert len(rows) == 3, "two scores and one text; an empty cell is no answer"
    text = (folder / "facts" / "survey_answers.csv").read_text(encoding="utf-8")
    assert not [word for word in ("192.0.2", "example", "1380000") if word in text]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([["date", "members", "projects"], ["2024-07-01", "812", "190"]], "counts by day"),
        ([["sender", "receiver", "ts"], ["17", "23", "1082040961"]], "numbers are no names, a moment is no telephone"),
        ([["time", "action", "user", "amount"], ["2023-12-29", "merged", "u1", "3"]], "a log is no list of promises"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_table_of_something_else_is_not_taken_for_ours(
    rows: Rows, why: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    refused = run("import", text_file(tmp_path, "s.csv", rows), folder, code=1)
    assert refused["complaints"][0]["id"] == "reading.no_kind", why


def test_a_kind_that_only_parts_of_headers_speak_for_is_asked(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["week", "member", "fast dai units"], ["2020-05-31", "m1", "1930"], ["2020-06-07", "m2", "44"]]
    assert "kind" in asked(run("import", text_file(tmp_path, "s.csv", rows), folder))


def test_money_in_an_unknown_unit_is_asked_without_a_proposal(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["投资人", "金额", "币种", "到账日期"], ["川坪资本", "100", "GTC", "2026-11-01"]]
    path = text_file(tmp_path, "s.csv", rows)
    (question,) = [one for one in run("import", path, folder)["readings"][0]["questions"] if one["id"] == "currency"]
    assert question["proposed"] is None
    assert run("import", path, folder, "--yes", code=1)["complaints"][0]["id"] == "reading.unanswered"


@pytest.mark.parametrize(
    ("cell", "amount"), [("796.81889555", "796.82"), ("0.125", "0.12"), ("0.135", "0.14"), ("7.5", "7.50")]
)
def test_more_decimals_than_money_has_are_rounded_when_that_is_agreed(
    cell: str, amount: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    days = ["2026-11-01", "2026-11-02"]
    rows = [["Investor", "Received", "Received on"], ["Pine", cell, days[0]], ["Birch", "1500000.50", days[1]]]
    told = run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes")
    questions = {one["id"] for one in told["readings"][0]["questions"]}
    assert ("round.Received" in questions) == (len(cell.split(".")[1]) > 2)
    assert (amount,) in facts(folder, "cash_movements", "amount")


def test_a_name_column_wins_over_empty_first_and_last_names(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["full name", "first name", "last name", "email"], ["Ann Lee", "", "", "ann@pine.example"]]
    run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes")
    assert "Ann Lee" in names(folder).values()
