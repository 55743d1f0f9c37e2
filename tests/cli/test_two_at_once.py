"""Two commands on one folder at once, and commands that are killed: nothing vanishes, and nothing is of mixed age."""

import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests import small
from tests.night import NIGHT

from tenfold.cli.app import main
from tenfold.engine.community import Community
from tenfold.facts.commit import changing

MAP = """
origin: {origin}
maps:
  - table: memberships
    from: people.csv
    id: [name]
    set:
      party: {{key: name, kind: {{value: person}}}}
      class: {{value: partner}}
      state: {{value: active}}
      occurred_at: {{value: 2026-02-01}}
"""
PEOPLE = 20
COMMAND = "import sys; from tenfold.cli.app import main; sys.exit(main('en', sys.argv[1:]))"
# Dies at the nth renaming of a file of the folder; the first one commits.
KILLED = """
import os, signal, sys
folder, left = sys.argv[1], int(sys.argv[2])

def step(event, args):
    global left
    if event == "os.rename" and folder in str(args[0]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
from tenfold.cli.app import main
main("en", sys.argv[3:])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small.write(tmp_path / "small")


def import_of(folder: Path, origin: str) -> list[str]:
    """The arguments of an import of twenty people by a list of their own."""
    source = folder.parent / origin
    source.mkdir(exist_ok=True)
    (source / "map.yaml").write_text(MAP.format(origin=origin), encoding="utf-8")
    names = "".join(f"{origin} {number}\n" for number in range(PEOPLE))
    (source / "people.csv").write_text(f"name\n{names}", encoding="utf-8")
    return ["import", str(source / "people.csv"), "--map", str(source / "map.yaml"), str(folder), "--json"]


def members(folder: Path) -> int:
    return Community.load(folder).facts.tables["memberships"].height


def killed(folder: Path, at: int, *arguments: str) -> None:
    ran = subprocess.run([sys.executable, "-c", KILLED, str(folder), str(at), *arguments], check=False)
    assert ran.returncode == -signal.SIGKILL


@pytest.mark.parametrize("trial", range(12 if NIGHT else 1))
def test_of_two_imports_at_once_both_enter_or_one_is_refused(folder: Path, trial: int) -> None:
    before = members(folder)
    running = [
        subprocess.Popen([sys.executable, "-c", COMMAND, *import_of(folder, origin)], stdout=subprocess.PIPE, text=True)
        for origin in ("one", "two")
    ]
    said = [process.communicate()[0] for process in running]
    codes = [process.returncode for process in running]
    assert sorted(codes) in ([0, 0], [0, 1])
    assert [json.loads(text)["complaints"][0]["id"] for text, code in zip(said, codes, strict=True) if code] in (
        [],
        ["folder.locked"],
    )
    assert members(folder) == before + PEOPLE * codes.count(0)


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_a_second_import_says_who_writes_and_enters_nothing(
    folder: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = members(folder)
    with changing(folder, "cycle"):
        assert main(language, import_of(folder, "one")[:-1]) == 1
    said = capsys.readouterr().err
    assert "tenfold cycle" in said
    assert "{" not in said
    assert members(folder) == before


@pytest.mark.parametrize(
    ("at", "told", "entered"), [(1, "complete", 0), (2, "finished", PEOPLE), (3, "finished", PEOPLE)]
)
def test_an_import_that_is_killed_has_entered_whole_or_not_at_all(
    folder: Path, at: int, told: str, entered: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = members(folder)
    killed(folder, at, *import_of(folder, "one"))
    assert main("en", ["check", str(folder)]) == 0
    assert told in capsys.readouterr().err
    assert members(folder) == before + entered
    assert main("en", ["check", str(folder)]) == 0
    assert "cut off" not in capsys.readouterr().err


@pytest.mark.parametrize("at", range(1, 6) if NIGHT else [3])
def test_the_files_of_a_cycle_that_is_killed_are_of_one_age(folder: Path, at: int) -> None:
    out = folder / "out"
    out.mkdir()
    names = ("cycle.json", "decisions.jsonl", "measures.jsonl", "report.html")
    for name in (*names, "today.json"):
        (out / name).write_text("old", encoding="utf-8")
    killed(folder, at, "cycle", str(folder), "--as-of", "2026-11-01")
    assert main("en", ["check", str(folder)]) == 0
    written = {path.name: path.read_bytes() for path in out.iterdir()}
    if at == 1:
        assert written == dict.fromkeys((*names, "today.json"), b"old")
        return
    digests = {name: hashlib.sha256(written[name]).hexdigest() for name in ("decisions.jsonl", "measures.jsonl")}
    assert json.loads(written["cycle.json"])["files"] == digests
    assert b"</html>" in written["report.html"]
    assert sorted(written) == sorted(names)


def test_what_was_deleted_while_a_cycle_ran_is_not_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tenfold.engine import cycle

    run = cycle.run

    def run_and_lose(*given: object, **more: object) -> object:
        result = run(*given, **more)
        folder.rename(folder.with_name("elsewhere"))
        return result

    monkeypatch.setattr(cycle, "run", run_and_lose)
    assert main("en", ["cycle", str(folder), "--as-of", "2026-11-01"]) == 1
    assert str(folder) in capsys.readouterr().err
    assert not folder.exists()
