"""Files that are none, headers without end, a full disk: each message says the true cause and the file."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests import small

from tenfold.cli.app import main
from tenfold.report.words import say

MAP = """
origin: o
maps:
  - table: parties
    from: people.csv
    id: [name]
    set:
      party: {key: name, kind: {value: person}}
      type: {value: person}
      name: {column: name}
      occurred_at: {value: 2026-02-01}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small.write(tmp_path_factory.mktemp("odd") / "small")
    (folder / "clock.txt").write_text("2026-11-02\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "small"))


def fifo(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def circle(path: Path) -> None:
    path.symlink_to(path.name)


def nowhere(path: Path) -> None:
    path.symlink_to("gone")


def directory(path: Path) -> None:
    path.mkdir()


ODD: dict[str, tuple[Callable[[Path], None], str]] = {
    "a pipe": (fifo, "file.special"),
    "a device": (device, "file.special"),
    "a link in a circle": (circle, "file.link_circle"),
    "a link into nothing": (nowhere, "file.link_nowhere"),
    "a folder": (directory, "file.folder"),
}
NAMED = "people.csv (map.yaml:5)"  # where the map names the source
READ = ("facts/parties.csv", "facts/risks.parquet", "facts.xlsx", "charter.yaml", "clock.txt", "rejects.csv")


def complaint(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[str, str]:
    """Run a command that refuses; return place and text of its one complaint, in English."""
    capsys.readouterr()
    assert main("en", [str(argument) for argument in arguments]) == 1
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    assert "Traceback" not in said
    place, _, text = said.partition(": ")
    return place, text


def words(id: str, **params: object) -> str:
    return say("en", id, params)


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_file_is_refused_as_what_it_is(
    folder: Path, name: str, odd: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make, id = ODD[odd]
    (folder / name).unlink(missing_ok=True)
    make(folder / name)
    assert complaint(capsys, "check", folder) == (name, words(id))


@pytest.mark.parametrize("name", ["facts", "charters"])
def test_a_file_in_the_place_of_a_folder_is_said_to_be_one(
    folder: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(folder / name, ignore_errors=True)
    (folder / name).write_text("x")
    assert complaint(capsys, "check", folder) == (name, words("file.no_folder"))


@pytest.mark.parametrize("odd", [odd for odd in ODD if odd != "a folder"])
def test_a_source_or_a_map_that_is_no_file_is_refused_as_what_it_is(
    folder: Path, odd: str, capsys: pytest.CaptureFixture[str]
) -> None:
    make, id = ODD[odd]
    (folder.parent / "map.yaml").write_text(MAP)
    source, map_file = folder.parent / "people.csv", folder.parent / "odd.yaml"
    make(source)
    make(map_file)
    if make is not circle and make is not nowhere:  # those the parser of arguments says itself
        arguments = ("import", source, "--map", folder.parent / "map.yaml", folder)
        assert complaint(capsys, *arguments) == (NAMED, words(id))
        assert complaint(capsys, "import", source, "--map", map_file, folder) == ("odd.yaml", words(id))
        assert complaint(capsys, "import", "--suggest", source) == ("people.csv", words(id))
        assert complaint(capsys, "import", source, folder) == ("people.csv", words(id))
    if make is not device:  # which lies outside the folder, and no name leaves it
        arguments = ("import", folder.parent, "--map", folder.parent / "map.yaml", folder)
        assert complaint(capsys, *arguments) == (NAMED, words(id))


def test_a_kept_list_that_is_a_pipe_holds_nobody_up(folder: Path) -> None:
    (folder / "out").mkdir()
    os.mkfifo(folder / "out" / "today.json")
    assert main("en", ["today", str(folder)]) == 0


WIDE = ",".join(f"column_{number}" for number in range(1_000_000))
HEADERS = {
    "CR alone": ("fact,name\ra,b\r", "facts.csv.line_end", {"seen": "fact,name␍a,b"}),
    "CR alone, one line": ("fact,name\r", "facts.file.column", None),
    "a million columns": (f"{WIDE}\n1\n", "facts.file.columns", {"seen": 1_000_000, "expected": 200}),
    "no line end": (WIDE, "facts.file.columns", {"seen": 1_000_000, "expected": 200}),
    "one long name": ("x" * 1_000_000, "facts.csv.header_long", {"expected": 131_072}),
    "an open quote": ('fact,"name\na,b\n', "facts.csv.unclosed", {}),
    "an open quote in a long file": ('fact,"name\n' + "a,b\n" * 100_000, "facts.csv.unclosed", {}),
    "a quote amid a name": ('fact,na"m"e\na,b\n', "facts.csv.quote", {"seen": 'fact,na"m"e␊a,b'}),
}


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_that_is_none_is_refused_for_what_it_is(
    folder: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, id, params = HEADERS[case]
    (folder / "facts" / "risks.csv").write_text(text, newline="")
    capsys.readouterr()
    assert main("en", ["check", str(folder)]) == 1
    first = capsys.readouterr().err.splitlines()[0]
    place, _, said = first.partition(": ")
    assert place.startswith("facts/risks.csv:1")
    assert "{" not in said
    if params is not None:
        assert said == words(id, **params)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_full_disk_is_said_with_the_file_and_changes_nothing(
    made: Path, small_disk: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(made, small_disk / "small"))
    (folder.parent / "map.yaml").write_text(MAP)
    source = made.parent / "people.csv"
    source.write_text("name\n" + "".join(f"person {number} {'x' * 60}\n" for number in range(4_000)))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main(language, ["import", str(source), "--map", str(folder.parent / "map.yaml"), str(folder)]) == 1
    said = capsys.readouterr().err.strip()
    place = f"{folder / 'facts/parties.csv'}{say(language, 'report.colon')}"
    assert said == f"{place}{say(language, 'system.ENOSPC')}"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_file_where_the_files_of_a_cycle_should_go_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "out").write_text("a file")
    assert complaint(capsys, "cycle", folder) == (str(folder / "out"), words("file.no_folder"))
