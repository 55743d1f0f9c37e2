"""What the command line answers to wrong ids, instants and places: a sentence and a code, never a traceback."""

from pathlib import Path

import pytest
from tests import small

from tenfold.cli.app import main

AS_OF = ["--as-of", "2026-11-02T08:30:00+08:00"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.write(tmp_path / "small")


def run(*arguments: object) -> int:
    return main("en", [str(argument) for argument in arguments])


@pytest.mark.parametrize("instant", ["9999-12-31", "0001-01-01"])
def test_an_instant_too_far_away_is_refused_with_the_limits(
    folder: Path, instant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("measure", folder, "com.caf", "--as-of", instant) == 1
    assert "1900 to 2200" in capsys.readouterr().err


def test_a_wrong_id_is_answered_with_what_was_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for id in ("interaction.touch_due:lin:nowhere", "rel.strength:nobody"):
        assert run("explain", folder, id, *AS_OF) == 1
        assert id in capsys.readouterr().err


def test_a_thread_of_nothing_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("thread", folder, "nothing-1", *AS_OF) == 1
    assert "no fact or decision nothing-1" in capsys.readouterr().err
    assert run("thread", folder, "party-lin", *AS_OF) == 0


def test_a_folder_that_is_not_there_is_no_traceback(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("export", folder, "--xlsx", tmp_path / "nowhere" / "facts.xlsx") == 1
    assert "nowhere" in capsys.readouterr().err


def test_a_file_that_is_no_workbook_is_named_as_the_user_named_it(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "members.txt"
    own.write_text("no workbook", encoding="utf-8")
    assert run("import", own, folder) == 1
    assert "members.txt" in capsys.readouterr().err


def test_a_number_that_is_not_there_is_said_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["cul.safety", *AS_OF]
    assert main("zh-Hans", ["measure", str(folder), *words]) == 0
    assert "样本不足" in capsys.readouterr().out
    assert main("en", ["explain", str(folder), *words]) == 0
    first, rule = capsys.readouterr().out.splitlines()[:2]
    assert first == "Psychological safety = not enough data yet"
    assert rule.endswith(")")


def test_a_mistyped_rate_makes_a_number_insufficient(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "facts" / "cash_movements.csv").write_text(
        "fact,occurred_at,payer,payee,amount,currency,purpose\ncash-1,2026-05-01,lin,us,90000000000000.00,USD,grant\ncash-2,2026-05-01,chen,us,1.00,CNY,grant\n",
        encoding="utf-8",
    )
    (folder / "facts" / "exchange_rates.csv").write_text(
        "fact,occurred_at,base,quote,rate,source\nrate-1,2026-04-01,USD,CNY,999999999999999,bank\n", encoding="utf-8"
    )
    assert run("measure", folder, "fund.dependence", *AS_OF) == 0
    assert "not enough data yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("chek", "没有名为 chek 的命令"),
        ("check --nothing", "没有名为 --nothing 的选项"),
        ("check", "缺少参数 DIR"),
        ("check 没有", "没有 不存在"),
        ("check . extra", "多出参数 extra"),
        ("init new --size huge", "现为 huge，应为以下之一"),
        ("demo new --beat 11", "--beat 最多为 10"),
        ("demo new --beat one", "--beat 应为整数"),
        ("demo new --beat", "选项 --beat 之后应有一个值"),
    ],
)
def test_wrong_usage_is_told_in_the_readers_language(
    arguments: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main("zh-Hans", arguments.split()) == 2
    assert f"用法有误：{said}" in capsys.readouterr().err
