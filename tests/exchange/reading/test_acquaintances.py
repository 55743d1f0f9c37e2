"""A list of whom somebody knows, as a colleague keeps it: who, of which firm, how met, what they promised, when last.

It is a list of people. The last contact is a talk, and what somebody promised is a promise of theirs to us.
"""

from pathlib import Path

import pytest
from tests.exchange.reading.sheets import Rows, text_file
from tests.exchange.reading.test_kinds import asked, kind_of
from tests.exchange.reading.test_reading import Run, empty, facts, folder, names, run
from tests.exchange.reading.test_short_headers import reading_of

from tenfold.exchange.reading.community import Around

__all__ = ["empty", "folder", "run"]  # fixtures

LISTS: dict[str, Rows] = {
    "zh-Hans": [
        ["老周的人脉（2026年11月）"],
        [],
        ["称呼", "单位", "怎么认识的", "答应过什么", "最近联系"],
        ["周总", "青松资本", "校友会", "介绍两家基金", "2026-11-03"],
        ["吴姐", "海棠基金", "周总介绍", "", "2026-11-05"],
        ["李雷", "松柏创投", "展会上", "看完BP给答复", ""],
    ],
    "en": [
        ["People who may help, November 2026"],
        [],
        ["Name", "Firm", "How we know each other", "What they promised", "Last contact"],
        ["周总", "青松资本", "school", "介绍两家基金", "2026-11-03"],
        ["吴姐", "海棠基金", "through a friend", "", "2026-11-05"],
        ["李雷", "松柏创投", "trade fair", "看完BP给答复", ""],
    ],
}


@pytest.mark.parametrize("language", LISTS)
def test_a_list_of_acquaintances_is_people_their_last_talk_and_what_they_promised(
    language: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    path = text_file(tmp_path, "s.csv", LISTS[language])
    told = run("import", path, folder, "--yes", language=language)
    assert (kind_of(told), asked(told)) == ("people", {"class", "undated"})
    columns = {column["name"]: column["role"] for column in told["readings"][0]["columns"]}
    assert [*columns.values()] == ["person", "organisation", "", "promised", "talked_on"]
    called = names(folder)
    firms = facts(folder, "affiliations", "party", "organisation")
    assert {(called[str(party)], called[str(firm)]) for party, firm in firms} == {
        ("周总", "青松资本"),
        ("吴姐", "海棠基金"),
        ("李雷", "松柏创投"),
    }
    talks = facts(folder, "interactions", "member", "occurred_at")
    assert sorted((called[str(member)], str(at)) for member, at in talks) == [
        ("吴姐", "2026-11-04T16:00:00Z"),
        ("周总", "2026-11-02T16:00:00Z"),
    ]
    promised = facts(folder, "commitments", "party", "to_party", "what", "due_at", "precision")
    (project,) = {str(to) for _, to, *_ in promised}
    assert project not in {str(party) for party, _ in firms}
    assert sorted((called[str(party)], *rest) for party, _, *rest in promised) == [
        ("周总", "介绍两家基金", None, "before"),
        ("李雷", "看完BP给答复", None, "before"),
    ]
    samples = told["readings"][0]["preview"]["samples"]
    assert [one for one in samples if "介绍两家基金" in one and "周总" in one]
    assert run("import", path, folder, "--yes")["written"] is None


def test_what_no_fact_holds_is_named_as_not_used(
    folder: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    from tenfold.cli.app import main

    assert main("zh-Hans", ["import", str(text_file(tmp_path, "s.csv", LISTS["zh-Hans"])), str(folder)]) == 0
    assert "未使用的列：怎么认识的" in capsys.readouterr().out


def test_a_list_with_notes_beside_may_be_one_of_talks_and_is_asked(around: Around, tmp_path: Path) -> None:
    head = ["称呼", "公司", "认识途径", "承诺事项", "上次联系时间", "备注"]
    found = reading_of([head, ["周总", "青松资本", "校友会", "介绍两家基金", "2026-11-03", "爱喝茶"]], around, tmp_path)
    assert ("kind", "people") in {(question.id, question.proposed) for question in found.questions}
    roles = {column.name: column.role for column in found.columns}
    assert (roles["称呼"], roles["承诺事项"], roles["上次联系时间"]) == ("person", "promised", "talked_on")


@pytest.mark.parametrize(
    ("kind", "head", "row"),
    [
        ("pipeline", ["投资方", "阶段", "意向金额", "答应的事"], ["青松资本", "尽调", "500万", "介绍两家基金"]),
        ("pipeline", ["Investor", "Stage", "Amount", "Promised"], ["青松资本", "Signed", "CNY 5m", "介绍两家基金"]),
        (
            "interactions",
            ["日期", "谁", "方式", "内容", "对方承诺"],
            ["2026-11-03", "青松资本", "微信", "问估值", "介绍两家基金"],
        ),
    ],
)
def test_what_an_investor_promised_is_theirs(
    kind: str, head: list[str], row: list[str], around: Around, tmp_path: Path
) -> None:
    found = reading_of([head, row], around, tmp_path)
    assert found.kind == kind
    added = found.found.added
    (firm,) = added["parties"]["party"].to_list()
    assert added["commitments"].select("party", "what").rows() == [(firm, "介绍两家基金")]


def test_a_promised_amount_is_an_amount(around: Around, tmp_path: Path) -> None:
    found = reading_of(
        [["Investor", "Stage", "Promised amount"], ["Pine Capital", "Signed", "USD 2m"]], around, tmp_path
    )
    assert {column.name: column.role for column in found.columns}["Promised amount"] == "amount"
