"""What big files add to the digest, remembered beside what a cycle writes: hashing a file is a hundred times as fast.

A sum of row hashes stands under a name made of all that it depends on: the bytes and the name of the Parquet file, the
charters that it was read by, the program that read it. Where any of them is another, the rows are hashed again.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tenfold.facts.commit import Change, Stamp, stamps
from tenfold.facts.declaration import TABLES
from tenfold.facts.digest import Sums, digest_of, sums
from tenfold.facts.files import optional_bytes
from tenfold.facts.read import FOLDER, WORKBOOK
from tenfold.facts.store import FactStore

NAME = "remembered.json"
FROM = 100_000  # rows of a table from which its sum is remembered

Kept = dict[str, tuple[int, int]]  # name of a sum → count and sum


@dataclass(frozen=True)
class Read:
    """From where facts were read: the folder, the state of its files then, and the SHA-256 of its charters."""

    folder: Path
    files: Mapping[str, Stamp]
    charters: Sequence[str]
    tables: dict[str, Path] = field(init=False)

    def __post_init__(self) -> None:
        """Find the tables whose rows all come from one Parquet file that is still what was read."""
        here = stamps(self.folder)
        alone = {name: f"{FOLDER}/{name}.parquet" for name in TABLES if self._alone(name)}
        same = {name: self.folder / file for name, file in alone.items() if here.get(file) == self.files[file]}
        object.__setattr__(self, "tables", {} if WORKBOOK in self.files else same)

    def _alone(self, table: str) -> bool:
        """Whether nothing but one Parquet file holds rows of a table."""
        names = {f"{FOLDER}/{written}" for written in (table, TABLES[table].label)}
        found = [file for file in self.files if any(file.startswith((f"{name}.", f"{name}/")) for name in names)]
        return found == [f"{FOLDER}/{table}.parquet"]

    def name_of(self, table: str) -> str:
        """Return the name of what the file of a table adds to the digest."""
        with self.tables[table].open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        parts = [_program(), table, content, *self.charters]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _program() -> str:
    """Return the SHA-256 of the program that reads rows and hashes them."""
    sources = [*sorted(Path(__file__).parent.rglob("*.py")), Path(__file__).with_name("schema.json")]
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in sources)).hexdigest()


def digest_kept(store: FactStore, read: Read, change: Change) -> str:
    """Return the digest of facts; let a change keep what their big files add to it, in the folder that comes out."""
    big = [name for name in read.tables if store.tables[name].height >= FROM]
    if not big:
        return digest_of(sums(store.tables))
    names = {name: read.name_of(name) for name in big}
    before = _kept(change.folder)
    known = {table: before[name] for table, name in names.items() if _fits(before.get(name), store, table)}
    found: Sums = {**sums({name: rows for name, rows in store.tables.items() if name not in known}), **known}
    with change.place(NAME) as place:
        place.write_text(f"{json.dumps({names[table]: found[table] for table in big}, sort_keys=True)}\n", "utf-8")
    return digest_of(found)


def _fits(kept: tuple[int, int] | None, store: FactStore, table: str) -> bool:
    return kept is not None and kept[0] == store.tables[table].height


def _kept(folder: Path) -> Kept:
    """Return what a cycle before kept; nothing where there is none that can be read."""
    try:
        found = json.loads(optional_bytes(folder / NAME, NAME) or b"{}")
        return {str(name): (int(count), int(total)) for name, (count, total) in found.items()}
    except (AttributeError, TypeError, ValueError):
        return {}
