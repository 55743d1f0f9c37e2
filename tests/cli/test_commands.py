"""The command line: every command, both languages, JSON, exit codes."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from tests import small

from tenfold.cli.app import main

AS_OF = ["--as-of", "2026-11-02T08:30:00+08:00"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.write(tmp_path / "small")


def run(*arguments: object, language: str = "en") -> int:
    return main(language, [str(argument) for argument in arguments])


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_help_is_in_the_language_asked_for(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help", language=language) == 0
    assert ("社群" in printed(capsys)) == (language == "zh-Hans")


def test_no_help_text_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("init", "check", "cycle", "today", "demo", "explain", "thread", "measure", "measures", "import"):
        assert run(command, "--help") == 0
    for command in ("serve", "upgrade", "archive", "backup", "restore", "doctor"):
        assert run(command, "--help") == 0
    for command in ("add", "link", "close", "list"):
        assert run("user", command, "--help") == 0
    for command in (["export"], ["schema"], ["charter"], ["charter", "diff"], ["charter", "test"]):
        assert run(*command, "--help") == 0
    assert "cli." not in printed(capsys)


def test_cycle_writes_four_files_and_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", folder, *AS_OF, "--json") == 0
    summary = json.loads(printed(capsys))
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "cycle.json",
        "decisions.jsonl",
        "measures.jsonl",
        "report.html",
    ]
    assert summary == json.loads((folder / "out" / "cycle.json").read_text(encoding="utf-8"))


def test_each_line_has_sorted_keys_and_texts_for_numbers(folder: Path) -> None:
    run("cycle", folder, *AS_OF)
    lines = (folder / "out" / "measures.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [list(row) for row in rows] == [sorted(row) for row in rows]
    assert all(row["value"] is None or isinstance(row["value"], str) for row in rows)
    assert [(row["id"], row["subject"]) for row in rows] == sorted((row["id"], row["subject"]) for row in rows)
    ids = [
        json.loads(line)["id"] for line in (folder / "out" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert ids == sorted(ids)


def test_today_lists_who_is_due(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("today", folder, *AS_OF, "--json") == 0
    listed = json.loads(printed(capsys))
    assert {one["kind"] for one in listed} == {"next_best_action"}
    assert any(one["subject"] == "lin/touch" for one in listed)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_explain_unfolds_a_number_in_words(folder: Path, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", folder, "rel.strength:lin", *AS_OF, language=language) == 0
    out = printed(capsys)
    assert "rel.reciprocity" not in out
    assert ("关系强度" in out) == (language == "zh-Hans")
    assert run("explain", folder, "rel.strength:lin", "--ids", *AS_OF, language=language) == 0
    assert "[rel.reciprocity" in printed(capsys)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Minutes needed: 20"),
        ("zh-Hans", "所需分钟数：20"),
    ],
)
def test_explain_says_where_the_minutes_of_a_card_come_from(
    folder: Path, language: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("explain", folder, "1", *AS_OF, language=language) == 0
    out = printed(capsys)
    assert line in out
    assert ("按期联系成员" in out) == (language == "zh-Hans")


def test_explain_as_json_has_the_promised_keys(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", folder, "rel.strength:lin", *AS_OF, "--json") == 0
    told = json.loads(printed(capsys))
    assert {"id", "subject", "value", "unit", "rule", "measures", "facts", "message"} <= set(told)
    assert set(told["rule"]) == {"version", "pointer", "text"}
    assert {"count", "sha256", "rows"} <= set(told["facts"])


def test_measure_shows_a_history(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", folder, "com.active_members", "--series", *AS_OF, "--json") == 0
    rows = json.loads(printed(capsys))
    assert len(rows) > 10
    assert [row["end"] for row in rows] == sorted(row["end"] for row in rows)


def test_an_unknown_measure_is_refused_with_what_is_near(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measure", folder, "rel.strenght", *AS_OF) == 1
    assert "rel.strength" in capsys.readouterr().err


def test_a_refused_input_exits_with_one_and_says_where(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "charter.yaml").write_text("charter: [1.5]\n", encoding="utf-8")
    assert run("check", folder) == 1
    assert "charter.yaml:1" in capsys.readouterr().err


def test_wrong_usage_exits_with_two() -> None:
    assert run("cycle") == 2
    assert run("no-such-command") == 2


def test_check_of_a_good_folder_exits_with_zero(folder: Path) -> None:
    assert run("check", folder) == 0


def received(*rows: dict[str, str]) -> small.Rows:
    own = {"payer": "chen", "payee": "us", "currency": "CNY", "purpose": "investment"}
    opened = {"round": "a", "stage": "growth", "instrument": "equity", "state": "open", "currency": "CNY"}
    money = [own | row | {"fact": f"m{number}"} for number, row in enumerate(rows)]
    return small.rows() | {"cash_movements": money, "rounds": [opened | {"fact": "a", "occurred_at": "2026-02-01"}]}


def test_money_that_came_in_for_no_round_is_named_with_its_sum(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raised = small.CHARTER.read_bytes().replace(
        b"  stages: {}", b"  stages: {growth: {raise: {instrument: equity, target: '1000 CNY'}}}"
    )
    before = {"amount": "20000000.00", "occurred_at": "2026-01-31"}
    given = received(before, {"amount": "7.00", "occurred_at": "2026-02-01"})
    folder = small.write(tmp_path / "lost", given=given, charter=raised)
    assert run("--json", "check", folder) == 0
    told = [one for one in json.loads(printed(capsys))["complaints"] if one["id"] == "facts.roundless"]
    assert [one["params"] for one in told] == [{"sum": "20000000.00", "currency": "CNY"}]
    assert "¥20,000,000.00" in told[0]["text"]
    assert run("cycle", folder) == 0
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("does not count towards the raise") == 1
    assert page.count("未计入本次融资") == 1


def test_money_that_came_in_for_a_round_is_no_oddity(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json", "check", folder) == 0
    assert "facts.roundless" not in printed(capsys)


def test_a_case_that_fails_exits_with_three(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases").mkdir()
    case = "- {name: nobody, as_of: 2026-11-02, facts: {}, expect: {com.new: [{subject: community, value: '%s'}]}}\n"
    (folder / "cases" / "one.yaml").write_text(case % "0", encoding="utf-8")
    assert run("charter", "test", folder) == 0
    (folder / "cases" / "one.yaml").write_text(case % "7", encoding="utf-8")
    assert run("charter", "test", folder) == 3


def test_a_charter_does_not_differ_from_itself(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("charter", "diff", folder / "charter.yaml", folder / "charter.yaml", "--json") == 0
    assert json.loads(printed(capsys)) == []


@pytest.mark.parametrize("kind", ["charter", "facts"])
def test_schemas_are_json_schema(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema", kind) == 0
    assert "$schema" in json.loads(printed(capsys))


@pytest.mark.parametrize("template", ["venture", "infrastructure", "open-community", "blank"])
def test_a_new_community_checks_clean_and_cycles(
    template: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("init", tmp_path / "mine", "--template", template, "--size", "small") == 0
    assert run("check", tmp_path / "mine") == 0
    assert run("cycle", tmp_path / "mine", *AS_OF) == 0
    assert run("init", tmp_path / "mine") == 1


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_workbook_there_and_back_changes_nothing(
    folder: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in (folder / "facts").iterdir()}
    book = folder / "book.xlsx"
    assert run("export", folder, "--xlsx", book, language=language) == 0
    printed(capsys)
    assert run("import", book, folder, "--json") == 0
    tables = json.loads(printed(capsys))["tables"]
    assert {(states["new"], states["changed"]) for states in tables.values()} == {(0, 0)}
    assert {path.name: path.read_bytes() for path in (folder / "facts").iterdir()} == before


def test_measures_lists_the_registry_with_definitions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("measures", "--json") == 0
    rows = json.loads(printed(capsys))
    assert all(not row["text"].startswith("measure.") for row in rows)
    assert len(rows) > 100


def test_thread_tells_what_led_to_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = small.rows()
    given["interactions"][-1]["because"] = "member-lin"
    small.write(folder, given=given)
    assert run("thread", folder, "member-lin", *AS_OF, "--json") == 0
    stations = json.loads(printed(capsys))
    assert [one["id"] for one in stations][:1] == ["member-lin"]
    assert stations[1]["because"] == "member-lin"
    assert stations[1]["days"] > 0


def test_an_act_leads_on_to_the_decision_that_it_answers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("today", folder, *AS_OF, "--json")
    decision = json.loads(printed(capsys))[0]["id"]
    given = small.rows()
    own = {"fact": "act-1", "occurred_at": "2026-11-01", "decision": decision, "act": "snooze", "by": "lin"}
    given["decision_acts"] = [{**own, "because": "member-lin"}]
    small.write(folder, given=given)
    assert run("thread", folder, "member-lin", *AS_OF, "--json") == 0
    assert {"member-lin", "act-1", decision} <= {one["id"] for one in json.loads(printed(capsys))}
    assert run("thread", folder, "member-lin", "--ids", *AS_OF) == 0
    assert decision in printed(capsys).replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("name", ["=1+1", "+86 138", "-5", "@SUM(A1)", "=HYPERLINK('x')"])
def test_an_exported_text_is_never_a_live_formula(name: str, tmp_path: Path) -> None:
    given = small.rows()
    given["parties"][0]["name"] = name
    folder = small.write(tmp_path, given=given)
    assert run("export", folder, "--xlsx", folder / "book.xlsx") == 0
    with zipfile.ZipFile(folder / "book.xlsx") as archive:
        sheets = [archive.read(part) for part in archive.namelist() if part.startswith("xl/worksheets/")]
    assert sheets
    assert all(b"<f" not in sheet.replace(b"<formula", b"") for sheet in sheets)
    assert run("import", folder / "book.xlsx", folder) == 0


NAMES = {"en": ("Lin Xi", "minutes"), "zh-Hans": ("林夕", "分钟")}


def named(folder: Path) -> Path:
    """Give one member a name in each script."""
    given = small.rows()
    (lin,) = (row for row in given["parties"] if row["party"] == "lin")
    lin |= {"name": "林夕", "name_other": "Lin Xi"}
    return small.write(folder, given=given)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_today_names_people_in_the_readers_language_and_its_rows_can_be_asked_for(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = named(tmp_path / "named")
    run("today", folder, *AS_OF, "--json", language=language)
    listed = json.loads(printed(capsys))
    row = next(number for number, one in enumerate(listed, start=1) if one["subject"] == "lin/touch")
    run("today", folder, *AS_OF, language=language)
    out = printed(capsys)
    assert NAMES[language][0] in out
    assert f"tenfold explain {folder} 1 {' '.join(AS_OF)}" in out.replace("\n", "")
    assert run("explain", folder, row, "--ids", *AS_OF, language=language) == 0
    first = printed(capsys).splitlines()[0]
    assert NAMES[language][0] in first
    assert listed[row - 1]["id"] in first


def test_a_row_that_today_does_not_have_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", folder, 99, *AS_OF) == 1
    assert "99" in capsys.readouterr().err


@pytest.mark.parametrize(("language", "word"), [("en", "from them"), ("zh-Hans", "对方主动")])
def test_facts_are_told_with_names_and_labels_and_with_ids_for_who_asks(
    tmp_path: Path, language: str, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = named(tmp_path / "named")
    assert run("explain", folder, "rel.strength:lin", *AS_OF, language=language) == 0
    out = printed(capsys)
    assert NAMES[language][0] in out
    assert word in out
    assert "lin" not in out
    assert run("measure", folder, "rel.strength", *AS_OF, language=language) == 0
    assert "(lin)" not in printed(capsys)
    assert run("explain", folder, "rel.strength:lin", "--ids", *AS_OF, language=language) == 0
    assert "rel.strength:lin]" in printed(capsys)
    assert run("measure", folder, "rel.strength", "--ids", *AS_OF, language=language) == 0
    assert f"{NAMES[language][0]} (lin)" in printed(capsys)


def test_names_never_enter_the_files_that_programs_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = named(tmp_path / "named")
    run("cycle", folder, *AS_OF)
    run("explain", folder, "rel.strength:lin", *AS_OF, "--json")
    read = printed(capsys) + "".join(path.read_text("utf-8") for path in (folder / "out").glob("*.json*"))
    assert [name for name in ("林夕", "Lin Xi") if name in read] == []


def test_a_name_neither_styles_nor_breaks_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parties = folder / "facts" / "parties.csv"
    rows = list(csv.DictReader(io.StringIO(parties.read_text("utf-8"))))
    for row in rows:
        row["name"] = "a\\[/red]b \x1b[31m:wolf:"
    with parties.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run("measure", folder, "rel.overdue", *AS_OF) == 0
    told = printed(capsys)
    assert "a\\[/red]b" in told
    assert ":wolf:" in told
    assert "\x1b" not in told


def test_a_number_that_is_no_row_is_refused_however_long(folder: Path) -> None:
    assert run("explain", folder, "9" * 5_000, *AS_OF) == 1


def test_the_charter_in_force_is_no_trial(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("cycle", folder, "--charter", folder / "charter.yaml", *AS_OF) == 0
    assert "not in force" not in printed(capsys)
    assert [path.name for path in folder.glob("out*")] == ["out"]


def test_help_in_chinese_has_no_word_of_the_parser_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("init", "explain", "serve", "user"):
        assert run(command, "--help", language="zh-Hans") == 0
    told = printed(capsys)
    assert "用法：" in told
    for word in ("Usage:", "Options:", "Arguments:", "Commands:", "[required]", "default:", "Show this"):
        assert word not in told


@pytest.mark.parametrize(("language", "said"), [("en", "never uses {}. Leave --home out"), ("zh-Hans", "不使用 {}。")])
def test_the_demo_takes_no_home_and_leaves_the_one_that_was_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    home, demo = tmp_path / "home", tmp_path / "demo"
    home.mkdir()
    (home / "tenfold.sqlite3").write_text("somebody's")
    for place in (home, demo / "server"):
        assert run("serve", "--demo", demo, "--home", place, language=language) == 1
        assert said.format(place) in capsys.readouterr().err
    assert [path.read_text() for path in home.iterdir()] == ["somebody's"]
    assert not demo.exists(), "nothing is made either"
