"""What the operating system does for a writer: one lock a folder, rights of files, and what outlives a power cut."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CODE = re.compile(r"(?:os error |Errno )(\d+)")  # how compiled libraries write an errno into their messages

if sys.platform == "win32":
    import msvcrt

    BEYOND = 1 << 30  # a lock there hides no byte of what the file says

    def lock(descriptor: int) -> bool:
        """Take the lock of an open file if nobody has it; it ends with the process, however that ends."""
        os.lseek(descriptor, BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def sync_folder(folder: Path) -> None:
        """Do nothing: folders are written through here."""

    def keep_rights(place: Path, target: Path) -> None:
        """Do nothing: a file inherits the rights of its folder here."""

    def running(process: int) -> bool:
        """Say yes: asking would end the process here."""
        return True

else:
    import fcntl

    def lock(descriptor: int) -> bool:
        """Take the lock of an open file if nobody has it; it ends with the process, however that ends."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def sync_folder(folder: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def keep_rights(place: Path, target: Path) -> None:
        """Give `place` the mode and owner of the file that it will replace.

        Where there is none yet, `place` gets no right that the folder does not give, and the group that a folder hands
        down. Whoever may not give a file away gives at least nobody new a right to it.
        """
        if target.exists():
            kept = target.stat()
            mode, owner, group = stat.S_IMODE(kept.st_mode), kept.st_uid, kept.st_gid
        else:
            above = target.parent.stat()
            mode = stat.S_IMODE(place.stat().st_mode) & above.st_mode & 0o666
            owner, group = -1, above.st_gid if above.st_mode & stat.S_ISGID else -1
        place.chmod(mode if _given(place, owner, group) else mode & ~stat.S_IRWXG)

    def _given(place: Path, owner: int, group: int) -> bool:
        """Hand a file to an owner and a group as far as one may; return whether it has the group."""
        for who in (owner, -1):
            with suppress(PermissionError):
                os.chown(place, who, group)
                return True
        return False

    def running(process: int) -> bool:
        """Whether a process of this machine is alive."""
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # somebody else's
            return True
        return True


def sync_file(path: Path) -> None:
    """Wait until what a file holds is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def naming(target: Path) -> Iterator[None]:
    """Let an error of the system name the file that one meant, not the place beside it that was written to.

    Compiled libraries say such errors in their own types, with the number in the text.
    """
    try:
        yield
    except Exception as error:
        if (code := _code(error)) is None:
            raise
        raise OSError(code, os.strerror(code), str(target)) from error


def _code(error: BaseException) -> int | None:
    """Return the system's number of an error, if it is one of the system's."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if found := _CODE.search(str(error)):
        return int(found[1])
    return _code(error.__cause__) if error.__cause__ is not None else None
