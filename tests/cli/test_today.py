"""The day's list that a cycle keeps: the same as one computed, for as long as nothing that it rests on has changed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests import small

from tenfold.cli.app import main
from tenfold.report.kept_today import sealed

LANGUAGES = ("en", "zh-Hans")
HINT = "tenfold cycle"  # a kept list says so, and how to look anew
NOW = datetime.now(UTC)
FACT = "fact,occurred_at,party,type,name\nanew,2026-10-01,anew,person,Anew\n"
Read = Callable[..., str]


@pytest.fixture(scope="module")
def cycled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A community on its own clock after its cycle."""
    folder = small.write(tmp_path_factory.mktemp("kept") / "small")
    (folder / "clock.txt").write_text("2026-11-02T08:30:00+08:00\n", encoding="utf-8")
    assert main("en", ["cycle", str(folder)]) == 0
    return folder


@pytest.fixture
def folder(cycled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(cycled, tmp_path / "small"))


@pytest.fixture
def today(capsys: pytest.CaptureFixture[str]) -> Read:
    """What `today` prints about a folder."""

    def read(folder: Path, *options: str, language: str = "en") -> str:
        capsys.readouterr()
        assert main(language, ["today", str(folder), *options]) == 0
        return capsys.readouterr().out

    return read


def kept(folder: Path) -> Path:
    return folder / "out" / "today.json"


def read(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.loads(kept(folder).read_text("utf-8"))["said"])
    return content


def mark(folder: Path, **changed: object) -> None:
    """Make the kept list empty, so that one sees whether it is shown."""
    content = read(folder) | changed
    for said in content["today"].values():
        said["decisions"] = []
    kept(folder).write_text(sealed(content), encoding="utf-8")


def is_kept(read: Read, folder: Path, *options: str) -> bool:
    return json.loads(read(folder, "--json", *options)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_kept_list_is_the_one_that_is_computed(folder: Path, language: str, today: Read) -> None:
    said, written = today(folder, language=language), today(folder, "--json", language=language)
    kept(folder).unlink()
    computed = today(folder, language=language)
    assert json.loads(written)
    assert written == today(folder, "--json", language=language)
    plain = [[line for line in text.splitlines() if HINT not in line] for text in (said, computed)]
    assert plain[0] == plain[1]
    assert said != computed  # a list that is kept says so


def test_a_kept_list_waits_for_no_engine(folder: Path) -> None:
    asked = f"from tenfold.cli.app import main; main('en', ['today', {str(folder)!r}, '--json'])"
    code = f"{asked}; import sys; assert not {{'polars', 'duckdb'}} & {{*sys.modules}}"
    printed = subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert json.loads(printed)


@pytest.mark.parametrize("command", ["explain", "thread"])
def test_the_row_of_a_kept_list_is_of_its_moment(
    folder: Path, command: str, today: Read, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "clock.txt").unlink()
    assert main("en", ["cycle", str(folder)]) == 0
    listed = json.loads(today(folder, "--json"))
    assert main("en", [command, str(folder), "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert listed[0]["id"] in json.dumps(told)
    assert command == "thread" or told["as_of"] == listed[0]["as_of"]


@pytest.mark.parametrize("name", ["charter.yaml", "facts/parties.csv", "clock.txt"])
def test_what_changed_is_computed_anew(folder: Path, name: str, today: Read) -> None:
    mark(folder)
    assert is_kept(today, folder)
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    assert not is_kept(today, folder)


def test_a_table_that_came_is_computed_anew(folder: Path, today: Read) -> None:
    mark(folder)
    (folder / "facts" / "parties").mkdir()
    (folder / "facts" / "parties" / "more.csv").write_text(FACT, encoding="utf-8")
    assert not is_kept(today, folder)


def test_a_table_behind_a_link_is_seen_to_change(folder: Path, tmp_path: Path, today: Read) -> None:
    (tmp_path / "elsewhere").mkdir()
    table = (folder / "facts" / "parties.csv").rename(tmp_path / "elsewhere" / "own.csv")
    (folder / "facts" / "parties").symlink_to(tmp_path / "elsewhere")
    assert main("en", ["cycle", str(folder)]) == 0
    mark(folder)
    assert is_kept(today, folder)
    table.write_bytes(table.read_bytes() + b"\n")
    assert not is_kept(today, folder)


def test_a_name_in_no_alphabet_is_no_obstacle(folder: Path, today: Read) -> None:
    (folder / "charters").mkdir(exist_ok=True)
    Path(os.fsdecode(bytes(folder / "charters") + b"/notes\xff.txt")).touch()
    assert main("en", ["cycle", str(folder)]) == 0
    mark(folder)
    assert is_kept(today, folder)


def test_a_list_ends_when_a_fact_begins_that_lies_ahead(folder: Path) -> None:
    (folder / "clock.txt").unlink()
    soon = (datetime.now(UTC) + timedelta(minutes=1)).replace(microsecond=0)
    ahead = FACT.replace("2026-10-01", soon.isoformat())
    (folder / "facts" / "parties").mkdir()
    (folder / "facts" / "parties" / "ahead.csv").write_text(ahead, encoding="utf-8")
    assert main("en", ["cycle", str(folder)]) == 0
    assert datetime.fromisoformat(read(folder)["until"]) <= soon


def test_another_program_computes_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: Read
) -> None:
    mark(folder)
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "rules.py").write_text("", encoding="utf-8")
    monkeypatch.setattr("tenfold.report.kept_today.PROGRAM", tmp_path / "program")
    assert not is_kept(today, folder)


def test_another_moment_is_computed(folder: Path, today: Read) -> None:
    mark(folder)
    assert not is_kept(today, folder, "--as-of", "2026-11-02T08:30:00+08:00")
    assert not is_kept(today, folder, "--known-at", "2026-11-02T08:30:00+08:00")


@pytest.mark.parametrize(
    ("begun", "until", "shown"),
    [
        (-timedelta(hours=2), timedelta(hours=2), True),
        (-timedelta(days=1), -timedelta(hours=1), False),  # of yesterday
        (timedelta(hours=1), timedelta(hours=2), False),  # of a clock that ran ahead
    ],
)
def test_a_list_on_the_machines_clock_is_of_one_day(
    folder: Path, begun: timedelta, until: timedelta, shown: bool, today: Read
) -> None:
    mark(folder, **{"from": (NOW + begun).isoformat(), "until": (NOW + until).isoformat()})
    assert is_kept(today, folder) == shown


def test_the_day_is_that_of_the_charter(folder: Path) -> None:
    (folder / "clock.txt").unlink()
    assert main("en", ["cycle", str(folder)]) == 0
    content = read(folder)
    begun, until = (datetime.fromisoformat(content[name]) for name in ("from", "until"))
    over = until.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (over.hour, over.minute) == (0, 0)
    assert timedelta(0) < until - begun <= timedelta(days=1)


def test_a_cycle_of_another_moment_or_charter_keeps_nothing(folder: Path) -> None:
    kept(folder).unlink()
    assert main("en", ["cycle", str(folder), "--as-of", "2026-10-01"]) == 0
    assert main("en", ["cycle", str(folder), "--charter", str(folder / "charter.yaml")]) == 0
    assert not kept(folder).exists()


def test_nothing_is_kept_beside_the_files_of_another_moment(folder: Path, tmp_path: Path) -> None:
    assert kept(folder).exists()
    assert main("en", ["cycle", str(folder), "--as-of", "2026-10-01"]) == 0
    assert main("en", ["cycle", str(folder), "--out", str(tmp_path / "elsewhere")]) == 0
    assert not kept(folder).exists()
    assert not (tmp_path / "elsewhere" / "today.json").exists()


def test_a_file_of_that_name_elsewhere_is_nobody_elses_to_remove(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "elsewhere" / "today.json"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    assert main("en", ["cycle", str(folder), "--out", str(own.parent)]) == 0
    assert own.read_text("utf-8") == "mine"


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"until": 3}', '{"until": null, "from": "", "inputs": ""}'])
def test_a_file_that_no_cycle_wrote_is_passed_over(folder: Path, content: str, today: Read) -> None:
    kept(folder).write_text(content, encoding="utf-8")
    assert json.loads(today(folder, "--json"))


def test_a_file_that_somebody_changed_is_passed_over(folder: Path, today: Read) -> None:
    content = kept(folder).read_text("utf-8")
    kept(folder).write_text(content.replace('rows\\": [', 'rows\\": [3, '), encoding="utf-8")
    assert kept(folder).read_text("utf-8") != content
    assert "3" not in today(folder).split()[:1]


@pytest.mark.parametrize(
    ("day", "said", "unsaid"),
    [
        ("2026-09-30", [], ["public holiday", "not been published"]),
        ("2026-10-01", ["public holiday"], ["not been published"]),
        ("2026-10-07", ["public holiday"], ["not been published"]),
        ("2026-10-08", [], ["public holiday", "not been published"]),
        ("2026-12-31", [], ["not been published"]),
        ("2027-01-01", ["holidays of 2027 have not been published"], ["public holiday"]),
    ],
)
def test_the_list_says_that_it_is_a_holiday_or_that_nobody_knows_the_holidays_yet(
    folder: Path, today: Read, day: str, said: list[str], unsaid: list[str]
) -> None:
    told = " ".join(today(folder, "--as-of", day).split())
    assert all(one in told for one in said), told
    assert not any(one in told for one in unsaid), told
