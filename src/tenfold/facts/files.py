"""The bytes of files that people have: of a regular file; whatever else has its name is refused as what it is."""

import os
import stat
from errno import EACCES, ELOOP, EPERM
from pathlib import Path

from tenfold.facts.system import naming
from tenfold.terms.errors import Complaint, Place, Refused


def file_bytes(path: Path, name: str, most: int = -1) -> bytes:
    """Return what a file holds, or its first `most` bytes; `name` is what complaints call it.

    Raises
    ------
    Refused   it is not there, is no file (a folder, pipe or device, a link into nothing or in a circle), or not ours
    OSError   the system cannot read it; the error names the file
    """
    must_be_file(path, name)
    with naming(path), path.open("rb") as file:
        return file.read(most)


def optional_bytes(path: Path, name: str) -> bytes:
    """Return what a file holds, nothing where there is none; raise as `file_bytes` does for what is no file."""
    return file_bytes(path, name) if is_there(path) else b""


def is_there(path: Path) -> bool:
    """Whether anything has this name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def must_be_file(path: Path, name: str) -> None:
    """Raise Refused, with what stands there instead, unless `path` leads to a file that may be read."""
    id = _other_than_file(path)
    if id is not None:
        raise Refused([Complaint(id, Place(file=name))])


def must_be_folder(path: Path, name: str) -> bool:
    """Return whether a folder is there; raise Refused when something else has its name."""
    if is_there(path) and not path.is_dir():
        id = _other_than_file(path)
        raise Refused([Complaint(id or "file.no_folder", Place(file=name))])
    return is_there(path)


def _other_than_file(path: Path) -> str | None:
    """Return the complaint about a path that leads to no readable file."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno == ELOOP:
            return "file.link_circle"
        if error.errno in (EACCES, EPERM):
            return "file.denied"
        return "file.link_nowhere" if path.is_symlink() else "file.missing"
    if stat.S_ISDIR(mode):
        return "file.folder"
    if not stat.S_ISREG(mode):
        return "file.special"
    return None if os.access(path, os.R_OK) else "file.denied"
