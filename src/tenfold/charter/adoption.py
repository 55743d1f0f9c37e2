"""From when each version of a charter is in force by what the facts say of its adoption: never from before it.

No rule is retroactive (DOMAIN §14, 2), and people decide a charter, not whoever saves a file (§14, 4).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from tenfold.charter.document import Charter, Rulebook

ADOPTED = ("adopted", "in_force", "superseded")  # states that a version reaches only by being adopted
_NUMBER = re.compile(r"(?:^|\D)(\d+)$")
Row = Mapping[str, Any]


def as_adopted(rulebook: Rulebook, rows: pl.DataFrame, *, tried: bool = False) -> Rulebook:
    """Return the rulebook with each version in force from the later of its date and its adoption.

    rows    `charter_versions`: a version without a row keeps its date; one that was never adopted is not in force
    tried   the newest version is one that somebody tries: it keeps its date, whatever is known of its adoption

    A version whose turn comes only when a later one is in force already is left out. The oldest keeps its date: nothing
    else could judge what is older. What earlier facts had made of the rulebook does not count: the same rows give the
    same answer whenever they are asked.
    """
    known = _living(rows)
    dated = Rulebook(rulebook.charters)
    if known.is_empty():
        return _same(rulebook, dated)
    begins: list[tuple[datetime, Charter]] = []
    for start, charter in reversed(dated.versions):
        settled = charter is dated.oldest or (tried and charter is dated.newest)
        about = [row for row in known.iter_rows(named=True) if not settled and _speaks_of(row, charter)]
        begun = _begins(start, about, charter.sha256)
        if begun is not None and (not begins or begun < begins[-1][0]):
            begins.append((begun, charter))
    return _same(rulebook, Rulebook(rulebook.charters, begins[::-1]))


def _same(before: Rulebook, now: Rulebook) -> Rulebook:
    """Return the rulebook of before where nothing moved in it: what was found out about it stays known."""
    moved = [[(begins, charter.version) for begins, charter in one.versions] for one in (before, now)]
    return before if moved[0] == moved[1] else now


def _living(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that nothing corrects and that are not void, in order of time."""
    corrected = rows["corrects"].drop_nulls().implode()
    living = rows.filter(~pl.col("fact").is_in(corrected), ~pl.col("void").fill_null(value=False))
    return living.sort("occurred_at", "recorded_at", "fact")


def _speaks_of(row: Row, charter: Charter) -> bool:
    """Whether a row is about a version: by the SHA-256 of its file, else by the number that its key ends with."""
    if charter.sha256 and row["sha256"] == charter.sha256:
        return True
    return number_of(row["charter_version"]) == charter.version


def number_of(text: str) -> int | None:
    """Return the number that a text ends with: that of the version which it speaks of.

    >>> number_of("a-project-v3"), number_of("章程第 3 版 · charter version 3"), number_of("charter-1a2b-draft")
    (3, 3, None)
    """
    found = _NUMBER.search(text)
    return None if found is None else int(found[1])


def _begins(start: datetime, rows: Sequence[Row], sha256: str) -> datetime | None:
    """Return from when a version is in force; None where rows speak of it and none says that it was adopted.

    Where rows name its text, another proposal of its number does not reject it.
    """
    if not rows:
        return start
    named = {row["charter_version"] for row in rows if sha256 and row["sha256"] == sha256}
    own = [row for row in rows if row["charter_version"] in named] or rows
    adopted = [*_adoptions(rows)]
    return max(start, min(adopted)) if adopted and own[-1]["state"] != "rejected" else None


def _adoptions(rows: Sequence[Row]) -> Iterator[datetime]:
    """Yield when the community knew of an adoption, and from when it was meant."""
    for row in rows:
        if row["state"] in ADOPTED:
            yield max(row["occurred_at"], row["recorded_at"], row["effective_from"])
