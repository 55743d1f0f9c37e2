"""One writer at a time, and all of a change or nothing: locks, kills at every step, rights, and readers meanwhile."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.night import NIGHT

from tenfold.facts import commit
from tenfold.facts.commit import changing, recover, replacing, whole
from tenfold.terms.errors import Refused

OLD = {"facts/a.csv": "old a", "facts/b.csv": "old b", "facts/c/1.csv": "old c", "kept.csv": "kept"}
NEW = {"facts/a.csv": "new a", "facts/b.csv": "new b", "rejects.csv": "new", "kept.csv": "kept"}

# Rewrites two tables, makes a file, and lets a folder go, as an import does; dies at its nth step in the folder.
KILLED = """
import os, signal, sys
from pathlib import Path
from tenfold.facts.commit import changing

folder, steps = Path(sys.argv[1]), int(sys.argv[2])
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
seen = 0

def step(event, args):
    global seen
    if event in EVENTS and str(folder) in str(args[0]):
        seen += 1
        if seen == steps:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
with changing(folder, "import") as change:
    for name in ("facts/a.csv", "facts/b.csv", "rejects.csv"):
        with change.place(name) as path:
            path.write_text("new " + name[6] if "facts" in name else "new")
    change.remove("facts/c")
print(seen)
"""


def written(folder: Path, content: dict[str, str] = OLD) -> Path:
    for name, text in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def content(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


def killed_at(folder: Path, step: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(step)], capture_output=True, text=True, check=False
    )


def cut_off(folder: Path) -> None:
    """Kill a change just after its commit."""
    step = 0
    while not (folder / commit.STAGE / commit.MANIFEST).exists():
        step += 1
        killed_at(folder, step)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Somebody else writes meanwhile."""
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with changing(folder, "import"):
            begun.set()
            done.wait(10)

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    try:
        yield
    finally:
        done.set()
        writer.join()


def refused(call: Callable[[], object]) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refusal:
        call()
    (one,) = refusal.value.complaints
    return one.id, dict(one.params)


def write(folder: Path, name: str, text: str) -> None:
    with changing(folder, "write") as change, change.place(name) as path:
        path.write_text(text)


def test_a_change_replaces_adds_and_removes_and_leaves_nothing_else(tmp_path: Path) -> None:
    folder = written(tmp_path)
    assert killed_at(folder, 10_000).returncode == 0
    assert content(folder) == NEW
    assert not (folder / "facts/c").exists()


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    folder = written(tmp_path)
    with pytest.raises(ZeroDivisionError), changing(folder, "write") as change:
        with change.place("facts/a.csv") as path:
            path.write_text("new")
        change.remove("facts/b.csv")
        raise ZeroDivisionError
    assert content(folder) == OLD


def test_killed_at_any_step_a_folder_holds_all_of_a_change_or_nothing(tmp_path: Path) -> None:
    steps = int(killed_at(written(tmp_path / "all"), 10_000).stdout)
    assert steps > 20
    states = []
    for step in range(1, steps + 1, 1 if NIGHT else 2):
        folder = written(tmp_path / str(step))
        assert killed_at(folder, step).returncode == -signal.SIGKILL
        told = [one.id for one in recover(folder)]
        states.append("new" if content(folder) == NEW else "old" if content(folder) == OLD else content(folder))
        assert told in ([], ["folder.lock_left"], ["folder.finished" if states[-1] == "new" else "folder.dropped"])
        assert recover(folder) == []
    assert set(states) == {"old", "new"}
    assert states == sorted(states, reverse=True)  # one point from which it is there


def test_what_was_killed_is_told_with_who_and_when(tmp_path: Path) -> None:
    folder = written(tmp_path)
    cut_off(folder)
    (one,) = recover(folder)
    assert (one.id, one.warning, one.params["doing"]) == ("folder.finished", True, "import")
    assert one.params["who"] != "?"
    assert content(folder) == NEW


def test_what_was_edited_after_a_kill_is_put_aside_and_told(tmp_path: Path) -> None:
    folder = written(tmp_path)
    cut_off(folder)
    (folder / "facts/b.csv").write_text("edited by hand")
    assert [one.id for one in recover(folder)] == ["folder.finished", "folder.put_aside"]
    assert content(folder) == NEW | {"b.csv.edited": "edited by hand"}


def test_a_second_writer_is_told_who_writes_and_since_when(tmp_path: Path) -> None:
    with held(tmp_path):
        id, params = refused(lambda: write(tmp_path, "facts/a.csv", "second"))
    assert id == "folder.locked"
    assert params["process"] == str(os.getpid())
    assert params["doing"] == "import"
    assert str(params["since"]).startswith("20")
    assert content(tmp_path) == {}


def test_the_lock_of_a_dead_process_holds_nobody_up(tmp_path: Path) -> None:
    killed_at(tmp_path, 4)
    assert (tmp_path / commit.LOCK).exists()
    write(tmp_path, "a.csv", "new")
    assert content(tmp_path) == {"a.csv": "new"}


def test_a_hand_that_edits_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    folder = written(tmp_path)

    def edited() -> None:
        with changing(folder, "import") as change:
            (folder / "facts/a.csv").write_text("by hand")
            with change.place("facts/a.csv") as path:
                path.write_text("new")

    assert refused(edited)[0] == "folder.changed_meanwhile"
    assert content(folder) == OLD | {"facts/a.csv": "by hand"}


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path) -> None:
    folder = written(tmp_path)
    calls = []

    def read() -> tuple[str, str]:
        first = (folder / "facts/a.csv").read_text()
        if not calls:  # a whole import between two files of the first try
            killed_at(folder, 10_000)
        calls.append(1)
        return first, (folder / "facts/b.csv").read_text()

    assert whole(folder, read) == ("new a", "new b")
    assert len(calls) == 2


def test_a_reader_who_may_not_write_says_that_a_change_is_unfinished(tmp_path: Path) -> None:
    folder = written(tmp_path)
    (folder / commit.STAGE).mkdir()
    (folder / commit.STAGE / commit.MANIFEST).write_text("{}")
    (folder / commit.LOCK).mkdir()  # as good as a folder without rights, also for root
    assert refused(lambda: whole(folder, lambda: 0))[0] == "folder.unfinished"


def test_files_that_never_rest_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "PAUSE", 0)
    folder = written(tmp_path)
    turns = iter(range(1000))
    touched = folder / "facts/a.csv"
    assert refused(lambda: whole(folder, lambda: touched.write_text("x" * next(turns))))[0] == "folder.restless"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "facts.csv"
    path.write_text("old")
    path.chmod(mode)
    write(tmp_path, "facts.csv", "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode
    with replacing(path) as place:
        place.write_text("newer")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("newer", mode)


@pytest.mark.parametrize(("folder_mode", "expected"), [(0o700, 0o600), (0o750, 0o640), (0o755, 0o644)])
def test_a_new_file_is_no_more_open_than_its_folder(tmp_path: Path, folder_mode: int, expected: int) -> None:
    tmp_path.chmod(folder_mode)
    write(tmp_path, "facts/a.csv", "new")
    assert stat.S_IMODE((tmp_path / "facts").stat().st_mode) == folder_mode
    assert stat.S_IMODE((tmp_path / "facts/a.csv").stat().st_mode) == expected


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives files away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    os.chown(path, 1234, 4321)
    write(tmp_path, "a.csv", "new")
    assert (path.read_text(), path.stat().st_uid, path.stat().st_gid) == ("new", 1234, 4321)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/a.csv").symlink_to(tmp_path / "real.csv")
    write(tmp_path, "facts/a.csv", "new")
    assert (tmp_path / "facts/a.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


def test_parts_of_dead_writers_are_removed_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    number = int(dead.stdout)
    names = [f"facts/.a.csv.{number}.part", f"out/.today.json.{number}.part", f".a.xlsx.{os.getpid()}.part"]
    folder = written(tmp_path, dict.fromkeys(names, "names of people"))
    (one,) = recover(folder)
    assert (one.id, one.params["count"]) == ("folder.parts", 2)
    assert list(content(folder)) == names[2:]


def test_everything_is_on_the_disk_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    rename = Path.rename
    monkeypatch.setattr(commit, "sync_file", lambda path: order.append(path.name))
    monkeypatch.setattr(commit, "sync_folder", lambda path: order.append(f"{path.name}/"))
    monkeypatch.setattr(Path, "rename", lambda self, to: (order.append(f"commit {to.name}"), rename(self, to))[1])
    with changing(tmp_path / "folder", "write") as change:
        for name in ("facts/a.csv", "b.csv"):
            with change.place(name) as path:
                path.write_text("new")
    committed = order.index("commit commit.json")
    assert {"a.csv", "b.csv", "commit.json.new", "new/", "facts/"} <= set(order[:committed])
    assert order[committed + 1 :] == [".tenfold-change/", "folder/", "facts/"]


def test_an_error_of_the_system_names_the_file_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "facts").write_text("a file")
    with pytest.raises(OSError) as error:
        write(tmp_path, "facts/a.csv", "new")
    assert error.value.filename == str(tmp_path / "facts/a.csv")
    assert content(tmp_path) == {"facts": "a file"}


def test_a_folder_in_the_place_of_a_file_is_said_before_anything_moved(tmp_path: Path) -> None:
    folder = written(tmp_path, {"b.csv/1.csv": "inside"})
    with pytest.raises(IsADirectoryError) as error, changing(folder, "write") as change:
        for name in ("a.csv", "b.csv"):
            with change.place(name) as path:
                path.write_text("new")
    assert error.value.filename == str(folder / "b.csv")
    assert content(folder) == {"b.csv/1.csv": "inside"}


def test_a_manifest_says_what_moves_and_what_goes(tmp_path: Path) -> None:
    folder = written(tmp_path)
    cut_off(folder)
    said = json.loads((folder / commit.STAGE / commit.MANIFEST).read_text())
    assert list(said["moves"]) == ["facts/a.csv", "facts/b.csv", "rejects.csv"]
    assert list(said["removes"]) == ["facts/c/1.csv"]
    assert said["emptied"] == ["facts/c"]
