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
