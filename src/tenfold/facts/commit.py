"""Writing into a folder: one writer at a time, and all of what it writes is there for a reader, or nothing.

A writer holds the lock of the folder and puts whole new files into `.tenfold-change`. The change happens at the one
rename that puts `commit.json` beside them; only then do the files move to their places. A run that is killed before it
has changed nothing, one that is killed after it has changed everything: whoever comes next drops or finishes what is
left, and says so. Nothing of this stays in a folder at rest.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from errno import EACCES, EISDIR, EXDEV
from getpass import getuser
from pathlib import Path
from platform import node
from typing import IO, Any, TypeVar

from tenfold.facts.system import keep_rights, lock, naming, running, sync_file, sync_folder
from tenfold.terms.errors import Complaint, Place, Refused

LOCK = ".tenfold-lock"
STAGE = ".tenfold-change"
NEW = "new"  # in it: the files to come, under their names
MANIFEST = "commit.json"
INPUTS = (
    "charter.yaml",
    "charters",
    "facts",
    "facts.xlsx",
    "clock.txt",
    "rejects.csv",
)  # what a community is read from
LEVELS = 2  # of folders that facts are read from
WAITS, PAUSE = 100, 0.05  # how often, and how long each time, a reader waits for a change to be over
PART = re.compile(r"\..+\.([0-9]+)\.part")  # what is written beside a single file, by a process of that number
PLACES = (".", "facts", "out")  # where in a folder such parts were left

Stamp = tuple[int, ...] | None  # what tells one state of a file from another; None: there is none
Read = TypeVar("Read")


class Change:
    """What one run writes into a folder: staged, then there as a whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._before = stamps(folder)
        self._moves: dict[str, Stamp] = {}
        self._removes: dict[str, Stamp] = {}
        self._emptied: list[str] = []

    @contextmanager
    def place(self, name: str) -> Iterator[Path]:
        """Yield where to write what the file `name` (relative to the folder) shall hold."""
        staged, target = self.folder / STAGE / NEW / name, self.folder / name
        with naming(target):
            (self.folder / STAGE).mkdir(mode=0o700, exist_ok=True)
            staged.parent.mkdir(parents=True, exist_ok=True)
            yield staged
            _make_folder(target.parent)
            keep_rights(staged, target)
            sync_file(staged)
        self._moves[name] = self._known(name)

    def remove(self, name: str) -> None:
        """Let a file go, or a folder with the files in it; what is not there need not go."""
        path = self.folder / name
        gone = [path]
        if path.is_dir() and not path.is_symlink():
            gone = sorted(path.iterdir())
            self._emptied.append(name)
        for one in gone:
            if one.is_file() or one.is_symlink():
                relative = one.relative_to(self.folder).as_posix()
                self._removes[relative] = self._known(relative)

    def _known(self, name: str) -> Stamp:
        """Return the state of a file when the change began, for what a community is read from; else its state now."""
        return self._before.get(name) if Path(name).parts[0] in INPUTS else _stamp(self.folder / name)

    def commit(self) -> None:
        """Put everything staged so far into its place, at once for every reader.

        Raises
        ------
        Refused   somebody else changed one of the files meanwhile; nothing is written then
        """
        if not (self._moves or self._removes or self._emptied):
            return
        for name, was in (*self._moves.items(), *self._removes.items()):
            if _stamp(self.folder / name) != was:
                raise Refused([Complaint("folder.changed_meanwhile", Place(file=name))])
            _writable(self.folder / name)
        manifest = {"moves": self._moves, "removes": self._removes, "emptied": self._emptied}
        _write_manifest(self.folder / STAGE, manifest)
        _apply(self.folder)
        self._moves, self._removes, self._emptied = {}, {}, []
        self._before = stamps(self.folder)


@contextmanager
def changing(folder: Path, doing: str) -> Iterator[Change]:
    """Hold a folder for one writer, from before it is read to after it is written, and give it a change to fill.

    What was staged is committed when the block ends, and dropped when it fails. `doing` is what others are told.

    Raises
    ------
    Refused   somebody else writes there, or changed a file meanwhile
    OSError   the system refuses to write; the error names the file
    """
    _make_folder(folder)
    with _locked(folder, doing) as before:
        _settle(folder, before)
        try:
            change = Change(folder)
            yield change
            change.commit()
        finally:
            if not _committed(folder):
                _drop(folder)


def recover(folder: Path) -> list[Complaint]:
    """Finish or drop what a killed run left in a folder, and say so; whoever writes there now is left alone.

    Raises
    ------
    Refused   a change waits to be finished and the system refuses to write it
    """
    if not _left(folder):
        return []
    try:
        with _locked(folder, "recover") as before:
            return _settle(folder, before)
    except Refused:  # somebody writes
        return []
    except OSError as error:
        if not _committed(folder):
            return []  # nothing of it counts, and whoever may write will remove it
        params = {"file": error.filename or str(folder)}
        raise Refused([Complaint("folder.unfinished", Place(file=str(folder)), params)]) from error


def whole(folder: Path, read: Callable[[], Read]) -> Read:
    """Return what `read` makes of a community folder none of whose files changed while it was read.

    Raises
    ------
    Refused   what `read` refuses, or the folder did not come to rest
    """
    for wait in range(WAITS):
        if wait:
            time.sleep(PAUSE)
        recover(folder)
        before = stamps(folder)
        if _committed(folder):
            continue  # a writer is moving its files
        try:
            found = read()
        except (Refused, OSError):
            if stamps(folder) == before:
                raise
            continue
        if stamps(folder) == before and not _committed(folder):
            return found
    raise Refused([Complaint("folder.restless", Place(file=str(folder)))])


def input_files(folder: Path) -> Iterator[Path]:
    """Yield every file that a community is read from; links are followed."""
    for name in INPUTS:
        yield from _files(folder / name, LEVELS)


def stamps(folder: Path) -> dict[str, Stamp]:
    """Return the state of every file that a community is read from, by its name in the folder."""
    return {path.relative_to(folder).as_posix(): _stamp(path) for path in input_files(folder)}


def _files(path: Path, below: int) -> Iterator[Path]:
    with suppress(FileNotFoundError):  # a folder that goes while it is looked into holds nothing
        if path.is_file():
            yield path
        elif below and path.is_dir():
            for one in path.iterdir():
                yield from _files(one, below - 1)


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _make_folder(folder: Path) -> None:
    """Make a folder, no more open than the one that it lies in."""
    if folder.is_dir():
        return
    with naming(folder):
        folder.mkdir()
        folder.chmod(folder.stat().st_mode & folder.parent.stat().st_mode & 0o777)


def _writable(target: Path) -> None:
    """Refuse before anything moved what could not be moved later."""
    if target.is_dir():
        raise IsADirectoryError(EISDIR, os.strerror(EISDIR), str(target))
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(EACCES, os.strerror(EACCES), str(target))


# ---- the lock -------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(folder: Path, doing: str) -> Iterator[Mapping[str, str] | None]:
    """Hold the folder's lock; yield who held it last, if that run was killed."""
    path = folder / LOCK
    with _taken(path) as file:
        try:
            before = _holder(file)
            since = datetime.now(UTC).isoformat(sep=" ", timespec="minutes").removesuffix("+00:00")
            own = {"who": _user(), "process": str(os.getpid()), "host": node(), "since": since, "doing": doing}
            file.seek(0)
            file.truncate()
            file.write(json.dumps(own, ensure_ascii=False))
            file.flush()
            yield before
        finally:
            path.unlink(missing_ok=True)


def _taken(path: Path) -> IO[str]:
    """Return the open lock file, locked.

    Raises
    ------
    Refused   somebody has it
    """
    while True:
        file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+", encoding="utf-8")
        if not lock(file.fileno()):
            with file:
                raise Refused([Complaint("folder.locked", Place(file=str(path.parent)), _holder(file) or _NOBODY)])
        if _same(file, path):
            return file
        file.close()  # its holder removed it between our two steps: the next one has another file


_NOBODY = dict.fromkeys(("who", "process", "host", "since", "doing"), "?")


def _same(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _holder(file: IO[str]) -> Mapping[str, str] | None:
    file.seek(0)
    try:
        said = json.loads(file.read())
    except ValueError:  # nothing yet
        return None
    return _NOBODY | said if isinstance(said, dict) else None


def _user() -> str:
    try:
        return getuser()
    except (OSError, KeyError):  # a container's nameless user
        return "?"


# ---- the change -----------------------------------------------------------------------------------------------------


def _committed(folder: Path) -> bool:
    return (folder / STAGE / MANIFEST).exists()


def _write_manifest(stage: Path, content: Mapping[str, Any]) -> None:
    """Commit: after the rename in here the change has happened."""
    stage.mkdir(mode=0o700, exist_ok=True)
    new = stage / f"{MANIFEST}.new"
    new.write_text(json.dumps(content), encoding="utf-8")
    sync_file(new)
    for folder in (*_folders(stage), stage.parent):
        sync_folder(folder)
    new.rename(stage / MANIFEST)
    sync_folder(stage)


def _apply(folder: Path) -> list[str]:
    """Move the files of a committed change to their places; return those put aside as somebody had edited them since.

    Whatever was done already is left alone, so that it can be done again after any interruption.
    """
    manifest = json.loads((folder / STAGE / MANIFEST).read_text(encoding="utf-8"))
    aside = [name for name, was in manifest["moves"].items() if _move(folder, name, was)]
    for name, was in manifest["removes"].items():
        if _stamp(folder / name) == (was and tuple(was)):
            (folder / name).unlink(missing_ok=True)
    for name in manifest["emptied"]:
        with suppress(OSError):  # somebody else has a file in it
            (folder / name).rmdir()
    for changed in sorted({(folder / name).parent for name in (*manifest["moves"], *manifest["removes"])}):
        if changed.is_dir():
            sync_folder(changed)
    shutil.rmtree(folder / STAGE / NEW, ignore_errors=True)  # before the manifest: without it, what is new was dropped
    (folder / STAGE / MANIFEST).unlink()
    _drop(folder)
    return aside


def _move(folder: Path, name: str, was: list[int] | None) -> bool:
    """Move one file to its place; return whether another stood there than the change knew, which is kept aside."""
    staged, target = folder / STAGE / NEW / name, Path(os.path.realpath(folder / name))
    if not staged.exists():
        return False
    edited = _stamp(target) != (was and tuple(was))
    with naming(folder / name):
        if edited and target.exists():
            target.replace(folder / _aside(name))
        _replace(staged, target)
    return edited


def _aside(name: str) -> str:
    return f"{Path(name).name}.edited"


def _replace(staged: Path, target: Path) -> None:
    """Rename, also to where a link leads onto another disk."""
    try:
        staged.replace(target)
    except OSError as error:
        if error.errno != EXDEV:
            raise
        with replacing(target) as place:
            shutil.copyfile(staged, place)
        staged.unlink()


def _folders(stage: Path) -> Iterator[Path]:
    yield stage
    yield from (path for path in stage.rglob("*") if path.is_dir())


def _drop(folder: Path) -> None:
    shutil.rmtree(folder / STAGE, ignore_errors=True)


# ---- what a killed run left -----------------------------------------------------------------------------------------


def _left(folder: Path) -> bool:
    return (folder / STAGE).exists() or (folder / LOCK).exists() or any(_dead_parts(folder))


def _settle(folder: Path, killed: Mapping[str, str] | None) -> list[Complaint]:
    """Finish a change that was committed, drop one that was not, and say so; the lock is held."""
    found = []
    about = killed or _NOBODY
    if _committed(folder):
        found.append(_told("folder.finished", folder, about))
        aside = _apply(folder)
        found += [_told("folder.put_aside", folder / name, {"aside": _aside(name)}) for name in aside]
    elif (folder / STAGE / NEW).exists():
        found.append(_told("folder.dropped", folder, about))
    elif killed is not None:
        found.append(_told("folder.lock_left", folder, about))
    _drop(folder)
    parts = list(_dead_parts(folder))
    for part in parts:
        part.unlink(missing_ok=True)
    if parts:
        found.append(_told("folder.parts", folder, {"count": len(parts)}))
    return found


def _told(id: str, place: Path, params: Mapping[str, object]) -> Complaint:
    return Complaint(id, Place(file=str(place)), params, warning=True)


def _dead_parts(folder: Path) -> Iterator[Path]:
    """Yield the half-written single files in a community folder whose writer is gone."""
    for place in PLACES:
        yield from _parts(folder / place)


def _parts(folder: Path, name: str = "") -> Iterator[Path]:
    with suppress(OSError):
        for path in folder.iterdir():
            found = PART.fullmatch(path.name)
            if found and path.name.startswith(f".{name}") and not running(int(found[1])):
                yield path


# ---- a single file --------------------------------------------------------------------------------------------------


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a place beside a file to write to; what was written there takes the file's place in the end, or nothing.

    For one file outside a community, such as an export; several files that belong together are a `Change`.
    """
    place = path.with_name(f".{path.name}.{os.getpid()}.part")
    for dead in list(_parts(path.parent, f"{path.name}.")):
        dead.unlink(missing_ok=True)
    try:
        with naming(path):
            yield place
            keep_rights(place, path)
            sync_file(place)
            place.replace(os.path.realpath(path))
    finally:
        place.unlink(missing_ok=True)
