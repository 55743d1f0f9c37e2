"""Keys that a reader cannot tell apart, though a machine can: most probably one thing under two keys."""

from collections.abc import Iterator, Mapping

import polars as pl

from tenfold.facts.declaration import TABLES
from tenfold.terms.errors import LISTED_AT_MOST, Complaint, Place
from tenfold.terms.visible import ALIKE, spelled


def alike(tables: Mapping[str, pl.DataFrame]) -> list[Complaint]:
    """Return a warning for each key that looks like an earlier one of its table, in the order of tables and keys."""
    found = [one for name, rows in tables.items() if TABLES[name].key for one in _alike(name, rows)]
    return found[:LISTED_AT_MOST]


def _alike(name: str, rows: pl.DataFrame) -> Iterator[Complaint]:
    column = str(TABLES[name].key)
    keys = rows.select(key=pl.col(column).unique()).sort("key")
    looks = pl.col("key").str.normalize("NFKC").str.replace_many(list(ALIKE), list(ALIKE.values()))
    same = keys.with_columns(first=pl.col("key").first().over(looks)).filter(pl.col("key") != pl.col("first"))
    for key, first in same.select("key", "first").head(LISTED_AT_MOST).iter_rows():
        params = {"seen": _told(key), "other": _told(first)}
        yield Complaint("facts.key.alike", Place(file=name, column=column), params, warning=True)


def _told(key: str) -> str:
    """Return a key, and beside it the numbers of its characters that are not ASCII."""
    odd = [f"U+{ord(one):04X}" for one in key if not one.isascii()]
    return f"{spelled(key)} ({' '.join(odd)})" if odd else key
