"""What stood before a correction: facts that were replaced or withdrawn, by which fact and when that was known."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import polars as pl

Prepared = Mapping[str, pl.DataFrame]


class Corrected(NamedTuple):
    """A fact that no longer counts; `by` is the fact that replaced it, None where it was withdrawn."""

    table: str
    fact: str
    at: datetime
    by: str | None


def uncorrected(tables: Prepared) -> Prepared:
    """Return prepared tables as if no row had been corrected."""
    return {
        name: rows.with_columns(corrected_at=pl.lit(None, rows.schema["corrected_at"])) for name, rows in tables.items()
    }


def corrected(tables: Prepared, facts: Mapping[str, pl.DataFrame], known_at: datetime) -> list[Corrected]:
    """Return which of some facts, and of those that they replaced, were corrected by what was known, by table and id.

    tables   prepared tables
    facts    table → frame with column `fact`
    """
    found: list[Corrected] = []
    for table, frame in sorted(facts.items()):
        rows = tables[table].lazy()
        gone = rows.filter(pl.col("corrected_at") <= known_at).select("fact", "corrected_at").collect()
        if not gone.is_empty():
            pairs = rows.filter(pl.col("corrects").is_not_null()).select("corrects", "fact").collect()
            replaced_by = dict(pairs.iter_rows())
            behind = _with_older(frame["fact"], {new: old for old, new in replaced_by.items()})
            listed = gone.filter(pl.col("fact").is_in(sorted(behind))).sort("fact")
            found += [Corrected(table, fact, at, replaced_by.get(fact)) for fact, at in listed.iter_rows()]
    return found


def with_newer(tables: Prepared, facts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return some facts with those that replaced them, one after the other; a withdrawal is no fact of its own.

    A fact that counted at an earlier instant of a history says too much without the one that replaced it since.
    """
    found = {}
    for table, frame in facts.items():
        rows = tables[table].lazy()
        gone = rows.filter(pl.col("corrected_at").is_not_null()).select("fact")
        newest = gone.join(frame.lazy().select("fact"), on="fact", how="semi").collect()
        kept = [frame]
        while not newest.is_empty():
            replacing = pl.col("corrects").is_in(newest["fact"].implode())
            newest = rows.filter(replacing).select("fact").collect()
            kept.append(newest)
        found[table] = frame if len(kept) == 1 else pl.concat(kept).unique(maintain_order=True)
    return found


def _with_older(facts: Iterable[str], older: Mapping[str, str]) -> set[str]:
    """Return facts with all that they replaced, one after the other."""
    found = set(facts)
    waiting = [fact for fact in found if fact in older]
    while waiting:
        before = older.get(waiting.pop())
        if before is not None and before not in found:
            found.add(before)
            waiting.append(before)
    return found
