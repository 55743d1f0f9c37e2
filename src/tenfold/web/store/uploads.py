"""Files that wait to be imported, in the home and readable by its owner alone: until confirmed, or an hour."""

import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree
from time import time

from django.conf import settings

from tenfold.web.store.accounts import Account
from tenfold.web.store.communities import Community

FOLDER, MAPS = "uploads", "readings"
SECONDS = 3600
KEY_BYTES = 16
KEY = re.compile(r"[A-Za-z0-9_-]{22}")
LONGEST = 60  # characters of a file's name: at most 240 bytes
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


def keep(community: Community, account: Account, name: str, chunks: Iterable[bytes]) -> str:
    """Keep a file that an account brought; return the key under which this account finds it again."""
    key = secrets.token_urlsafe(KEY_BYTES)
    folder = _own(community, account) / key
    for one in (folder.parent.parent, folder.parent, folder):
        one.mkdir(PRIVATE_FOLDER, exist_ok=True)
    path = folder / _plain(name)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "wb") as file:
        file.writelines(chunks)
    return key


def find(community: Community, account: Account, key: str) -> Path | None:
    """Return where a file that an account brought lies; None when it is gone, or was never theirs."""
    sweep()
    folder = _own(community, account) / key
    if not KEY.fullmatch(key) or not folder.is_dir():
        return None
    return next(folder.iterdir(), None)


def forget(community: Community, account: Account, key: str) -> None:
    """Delete a file that an account brought."""
    if KEY.fullmatch(key):
        rmtree(_own(community, account) / key, ignore_errors=True)


def sweep() -> None:
    """Delete every file that waits longer than an hour."""
    for folder in _top(FOLDER).glob("*/*"):
        try:
            old = folder.stat().st_mtime < time() - SECONDS
        except FileNotFoundError:  # somebody else deleted it meanwhile
            continue
        if old:
            rmtree(folder, ignore_errors=True)


def shelf_folder(community: Community) -> Path:
    """Return where the maps of the shapes of files lie that a community confirmed: a folder as a `Shelf` reads it."""
    return _top(MAPS) / str(community.pk)


def _top(name: str) -> Path:
    return Path(settings.HOME) / name


def _own(community: Community, account: Account) -> Path:
    return _top(FOLDER) / f"{community.pk}-{account.pk}"


def _plain(name: str) -> str:
    """Return a file's name as it can lie in a folder, its ending kept."""
    bare = "".join(sign for sign in name if sign.isprintable() and sign not in "/\\").lstrip(".")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: LONGEST - len(ending) - 1]}{dot}{ending}" if stem else bare[:LONGEST] or "sheet"
