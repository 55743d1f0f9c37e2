"""Big tables inside an engine: which columns reductions read, and which rows are visible at each end."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tenfold.facts.declaration import TABLES

if TYPE_CHECKING:
    import ibis

# What no reduction reads of a row: from where, on what evidence; `corrected_at` stands for corrections. Who recorded it
# is read of small tables alone: a text on each of ten million rows is not.
UNREAD = frozenset({"evidence", "corrects", "origin", "origin_key", "void"})


def narrow(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a prepared table that reductions read; a list of an enumeration as bits (see `bits`).

    An engine tests a bit some twenty times faster than it looks into a list.
    """
    unread = UNREAD | ({"recorded_by"} if TABLES[table].big else set())
    kept = rows.select(name for name in rows.columns if name not in unread)
    listed = {name: words for name in kept.columns if (words := _words(table, name))}
    return kept.with_columns(
        pl.col(name).list.eval(pl.element().replace_strict(bit_of, return_dtype=pl.Int64).unique()).list.sum()
        for name, words in listed.items()
        if (bit_of := {word: 1 << place for place, word in enumerate(words)})
    )


def bits(table: str, column: str, words: Iterable[str]) -> int:
    """Return the integer with the bits of some words of a list of an enumeration.

    >>> bits("interactions", "flags", ["question_answered", "question_asked"])
    3
    """
    places = _words(table, column)
    return sum(1 << places.index(word) for word in set(words))


@cache
def _words(table: str, column: str) -> tuple[str, ...]:
    declared = TABLES[table].columns.get(column)
    return declared.item.values if declared is not None and declared.item is not None else ()


def carries(column: "ibis.Value", wanted: "ibis.Value | int") -> "ibis.Value":
    """Return whether a list stored as bits holds any of the wanted words; a missing list holds none."""
    return (column.fill_null(0) & wanted) != 0


def visible(table: "ibis.Table", ends: "ibis.Table") -> "ibis.Table":
    """Return the rows of a prepared table at every end at which they count, with the columns of `ends`.

    Same rule as `facts.as_of.visible`: it happened by then, was known by then, and nothing known by then corrects it.
    """
    crossed = table.cross_join(ends)
    return crossed.filter(
        crossed.occurred_at <= crossed.as_of,
        crossed.recorded_at <= crossed.known_at,
        crossed.corrected_at.isnull() | (crossed.corrected_at > crossed.known_at),
    )
