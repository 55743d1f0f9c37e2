"""Files of an installation that a backup holds beside its tables: kept maps of sheets, and sheets that wait."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from django.conf import settings

from tenfold.web.store.uploads import FOLDER, MAPS, PRIVATE_FILE, PRIVATE_FOLDER

FOLDERS = (MAPS, FOLDER)
MEMBERS = "files"


def put_files(archive: zipfile.ZipFile) -> dict[str, str]:
    """Write the files into a backup; return path below the home → SHA-256. One that goes meanwhile is not in it."""
    home, found = Path(settings.HOME), {}
    for path in sorted(path for folder in FOLDERS for path in (home / folder).rglob("*")):
        try:
            content = path.read_bytes() if path.is_file() else None
        except FileNotFoundError:  # confirmed, or its hour is over
            continue
        if content is not None:
            name = path.relative_to(home).as_posix()
            archive.writestr(f"{MEMBERS}/{name}", content)
            found[name] = hashlib.sha256(content).hexdigest()
    return found


def damaged(archive: zipfile.ZipFile, files: Mapping[str, str]) -> str | None:
    """Return the first file that is not as the backup says, or lies where none may; None where all are well."""
    for name, digest in files.items():
        parts = PurePosixPath(name).parts
        if not parts or parts[0] not in FOLDERS or ".." in parts or "\\" in name:
            return name
        try:
            content = archive.read(f"{MEMBERS}/{name}")
        except (KeyError, EOFError, zipfile.BadZipFile):
            return name
        if hashlib.sha256(content).hexdigest() != digest:
            return name
    return None


def take_files(archive: zipfile.ZipFile, files: Mapping[str, str]) -> None:
    """Bring the files back into the home, each readable by its owner alone."""
    home = Path(settings.HOME)
    for name in files:
        path = home / name
        for folder in reversed([one for one in path.parents if one != home and one.is_relative_to(home)]):
            folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
        path.touch(PRIVATE_FILE)
        path.write_bytes(archive.read(f"{MEMBERS}/{name}"))
