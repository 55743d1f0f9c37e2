"""The as-of view (FACTS.md §2): which rows count at an end, and which of them is the current one of its key.

Prepared once per load, judged per end: a row counts when it had happened by `as_of`, was known by `known_at`, and nothing
known by then corrects it. The latter two are judged by `recorded_at` alone, so a correction that moves a fact into the
future also removes it from today.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from tenfold.facts.declaration import INSTANT
from tenfold.facts.store import FactStore


def prepared(store: FactStore, timezone: str) -> Mapping[str, pl.DataFrame]:
    """Return each table without void rows, with `corrected_at` and `on`.

    corrected_at   when the row that corrects this one was recorded; null when none does
    on             the local date of `occurred_at`
    """
    return {name: _prepared(rows, timezone) for name, rows in sorted(store.tables.items())}


def _prepared(rows: pl.DataFrame, timezone: str) -> pl.DataFrame:
    corrections = rows.filter(pl.col("corrects").is_not_null()).select(fact="corrects", corrected_at="recorded_at")
    on = pl.col("occurred_at").dt.convert_time_zone(timezone).dt.date()
    if corrections.is_empty():
        return rows.with_columns(corrected_at=pl.lit(None, dtype=INSTANT), on=on)
    return (
        rows.join(corrections, on="fact", how="left", maintain_order="left")
        .filter(~pl.col("void").fill_null(value=False))
        .with_columns(on=on)
    )


def visible(rows: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that count at each end, with the columns of `ends` (end, as_of, known_at, today).

    Ordered by end, then as the rows come.
    """
    seen = [_seen(rows, *end) for end in ends.select("end", "as_of", "known_at", "today").iter_rows()]
    return pl.concat(seen) if seen else _seen(rows.clear(), 0, None, None, None)


def _seen(rows: pl.DataFrame, end: int, as_of: object, known_at: object, today: object) -> pl.DataFrame:
    counts = (
        (pl.col("occurred_at") <= pl.lit(as_of, dtype=INSTANT))
        & (pl.col("recorded_at") <= pl.lit(known_at, dtype=INSTANT))
        & (pl.col("corrected_at").is_null() | (pl.col("corrected_at") > pl.lit(known_at, dtype=INSTANT)))
    )
    return rows.filter(counts).with_columns(
        end=pl.lit(end, dtype=pl.Int32),
        as_of=pl.lit(as_of, dtype=INSTANT),
        known_at=pl.lit(known_at, dtype=INSTANT),
        today=pl.lit(today, dtype=pl.Date),
    )


def current(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the current row per key and end of visible rows: the latest by occurred_at, recorded_at, fact."""
    ordered = rows.sort("end", *by, "occurred_at", "recorded_at", "fact")
    return ordered.group_by("end", *by, maintain_order=True).last().select(rows.columns)
