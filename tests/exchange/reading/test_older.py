"""An older list put back: it is recognised and asked about, and what is recorded stays unless people say otherwise."""

from pathlib import Path

from tests.exchange.reading.sheets import text_file
from tests.exchange.reading.test_reading import WEEKS, Run, empty, facts, folder, names, run

__all__ = ["empty", "folder", "run"]  # fixtures

OLDER_SAID = [
    (
        "zh-Hans",
        "有 2 条内容是记录中先前有过、后来已变更的，例如“川坪：已到账 → 已签约”。是否又恢复为这样？",
        {"keep": "否，这是一份旧表，保留现有记录", "again": "是，现在以表中内容为准"},
    ),
    (
        "en",
        "2 entries say what was recorded before and has changed since, for example 川坪: wired → signed. "
        "Is that so again?",
        {"keep": "no, the list is an older one: what is recorded stays", "again": "yes, what the list says is so now"},
    ),
]


def test_an_older_list_put_back_changes_nothing_unless_people_say_that_it_is_so_again(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    for number, rows in enumerate(WEEKS):
        told = run("import", text_file(tmp_path, f"周{number}.csv", rows), folder, "--yes")
        assert "older" not in told["readings"][0]["taken"], "each of these is news"
    path = text_file(tmp_path, "old.csv", WEEKS[0])
    for language, text, options in OLDER_SAID:
        told = run("import", path, folder, language=language)
        (asked,) = [one for one in told["readings"][0]["questions"] if one["id"] == "older"]
        assert (asked["text"], asked["proposed"]) == (text, "keep")
        assert {one["value"]: one["text"] for one in asked["options"]} == options
    before = facts(folder, "opportunities", "fact")
    assert run("import", path, folder, "--yes")["written"] is None
    assert facts(folder, "opportunities", "fact") == before
    same = run("import", text_file(tmp_path, "same.csv", WEEKS[2]), folder)
    assert "older" not in same["readings"][0]["taken"], "what stands is not older"
    answers = tmp_path / "answers.yaml"
    answers.write_text("older: again\n", encoding="utf-8")
    told = run("import", path, folder, "--yes", "--answers", answers)
    assert told["readings"][0]["preview"]["counts"]["opportunities"] == {"changed": 2}
    assert told["written"] == "0004"
    now = sorted(facts(folder, "opportunities", "occurred_at", "recorded_at", "party", "stage", "amount"))
    called = names(folder)
    current = {called[str(party)]: (day, stage, amount) for day, _, party, stage, amount in now}
    assert current == {
        "川坪": ("2026-10-31T16:00:00Z", "signed", "14000000.00"),
        "恒砺": ("2026-11-19T16:00:00Z", "diligence", "8000000.00"),
    }, "so now, since the day of the state before, however early the list dates it"
    assert len(facts(folder, "cash_movements", "fact")) == 2, "what has come has come"
    last = run("import", text_file(tmp_path, "new.csv", WEEKS[2]), folder)["readings"][0]
    assert ("older", "keep") in last["taken"].items(), "the answer was about one file"
    assert run("undo", folder)["undone"] == "0004"


def test_a_list_dated_after_what_is_recorded_is_news_whatever_was_so_before(
    folder: Path, tmp_path: Path, run: Run
) -> None:
    head = ["投资方", "阶段", "意向金额", "最近沟通"]
    for day, stage in (("2026-10-03", "尽调"), ("2026-11-04", "签约")):
        rows = [head, ["恒砺", stage, "800万", day]]
        run("import", text_file(tmp_path, f"{day}.csv", rows), folder, "--yes")
    counted = {}
    for day in ("2026-11-03", "2026-11-04", "2026-11-05"):
        told = run("import", text_file(tmp_path, "again.csv", [head, ["恒砺", "尽调", "800万", day]]), folder)
        reading = told["readings"][0]
        counted[day] = (reading["preview"]["counts"]["opportunities"], "older" in reading["taken"])
    assert counted == {
        "2026-11-03": ({"older": 1}, True),
        "2026-11-04": ({"older": 1}, True),
        "2026-11-05": ({"changed": 1}, False),
    }


def test_what_has_no_words_of_its_own_is_told_by_its_row(folder: Path, tmp_path: Path, run: Run) -> None:
    asked = []
    for number, title in enumerate(("经理", "总监", "经理")):
        rows = [["姓名", "公司", "职务", "邮箱"], ["李雷", "青松资本", title, "lilei@example.org"]]
        told = run("import", text_file(tmp_path, f"{number}.csv", rows), folder, "--yes")["readings"][0]
        asked += [question["text"] for question in told["questions"] if question["id"] == "older"]
    assert asked == ["有 1 条内容是记录中先前有过、后来已变更的，例如“第 2 行”。是否又恢复为这样？"]
    assert len(facts(folder, "affiliations", "fact")) == 2
