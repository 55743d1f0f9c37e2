"""What was true and known at an instant: the only door to the facts (FACTS.md §2).

A row counts at an end (`as_of`, `known_at`) when it occurred by `as_of`, was recorded by `known_at`, and no row
recorded by `known_at` corrects it, whenever that correction says the fact happened. A void row only takes away.
"""

from collections.abc import Sequence
from functools import cache

import polars as pl

from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.terms.days import local_days

CROSSED_AT_MOST = 2_000_000  # rows × ends made at once; beyond it each end filters alone
LATEST = ("occurred_at", "recorded_at", "fact")
KNOWN_DAYS = frozenset({"contributions"})  # tables of which a rule counts days from when a row was recorded


def prepared(store: FactStore, timezone: str) -> dict[str, pl.DataFrame]:
    """Return every table ready for `visible`.

    Void rows are gone. `corrected_at` (instant) says when a row stopped counting, `on` (date) is the local date of
    `occurred_at` in `timezone`, and of `KNOWN_DAYS` also `known_on` that of `recorded_at`. Rows of state tables are in
    the order of their succession.
    """
    return {name: prepared_table(name, rows, timezone) for name, rows in store.tables.items()}


def prepared_table(table: str, rows: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """Return one table ready for `visible`; those without a row, most of a small community, are made once for all."""
    if rows.is_empty() and rows.schema == TABLES[table].schema:
        return _empty(table)
    return _made_ready(table, rows, timezone)


@cache
def _empty(table: str) -> pl.DataFrame:
    return _made_ready(table, TABLES[table].empty(), "UTC")


def _made_ready(table: str, rows: pl.DataFrame, timezone: str) -> pl.DataFrame:
    days = {"on": "occurred_at"} | ({"known_on": "recorded_at"} if table in KNOWN_DAYS else {})
    local = {day: local_days(instant, timezone) for day, instant in days.items()}
    dated = rows.with_columns(_corrected_at(rows), **local)
    kept = dated.filter(~pl.col("void").fill_null(value=False)) if rows["void"].any() else dated
    return kept if not TABLES[table].by or in_order(kept, LATEST) else kept.sort(LATEST)


def _corrected_at(rows: pl.DataFrame) -> pl.Series:
    """Return when each row stopped counting. Few do: those are looked up, where a join would copy them all."""
    nothing = pl.repeat(None, rows.height, dtype=rows.schema["recorded_at"], eager=True).alias("corrected_at")
    if rows["corrects"].null_count() == rows.height:
        return nothing
    corrections = rows.lazy().filter(pl.col("corrects").is_not_null())
    known = corrections.select(fact="corrects", corrected_at="recorded_at").collect()
    places = rows["fact"].is_in(known["fact"].implode()).arg_true()
    corrected = rows["fact"].gather(places).to_frame().join(known, on="fact", how="left", maintain_order="left")
    return nothing.scatter(places, corrected["corrected_at"])


def visible(rows: pl.DataFrame, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a prepared table that count at each end.

    Parameters
    ----------
    ends
        `end`, `as_of`, `known_at` and whatever else the caller wants beside each row.

    Returns
    -------
    DataFrame
        The columns of `rows`, then those of `ends`; ends in their order, rows in theirs within each.
    """
    if ends.height != 1 and ends.height * rows.height <= CROSSED_AT_MOST:
        crossed = ends.lazy().join(rows.lazy(), how="cross", maintain_order="left_right")
        kept = crossed.filter(*counting(pl.col("as_of"), pl.col("known_at")))
        return kept.select(*rows.columns, *ends.columns).collect()
    return pl.concat(_at(rows, end) for end in ends.iter_slices(1))


def counting(as_of: pl.Expr, known_at: pl.Expr) -> tuple[pl.Expr, ...]:
    """Return the filters that keep what counts: it happened, was known, and nothing known corrects it."""
    uncorrected = pl.col("corrected_at").is_null() | (pl.col("corrected_at") > known_at)
    return pl.col("occurred_at") <= as_of, pl.col("recorded_at") <= known_at, uncorrected


def as_literals(end: pl.DataFrame) -> dict[str, pl.Expr]:
    """Return the columns of one end as expressions that hold its values, each by its name."""
    cells = end.row(0, named=True)
    return {name: pl.lit(cell, dtype=end.schema[name]).alias(name) for name, cell in cells.items()}


def _at(rows: pl.DataFrame, end: pl.DataFrame) -> pl.DataFrame:
    """Return what counts at one end; a filter without a join, for it may have to read millions of rows."""
    beside = as_literals(end)
    return known(rows, beside["as_of"], beside["known_at"]).with_columns(**beside)


def known(rows: pl.DataFrame, as_of: pl.Expr, known_at: pl.Expr) -> pl.DataFrame:
    """Return the rows of a prepared table that count at one end."""
    return rows.filter(*counting(as_of, known_at))


def current(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return per end and key the latest of the visible rows by (`occurred_at`, `recorded_at`, `fact`)."""
    if not by:
        raise ValueError("an event table has no current row")
    ordered = rows if in_order(rows, ("end", *LATEST)) else rows.sort("end", *LATEST)
    return newest(ordered, ("end", *by))


def newest(ordered: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the last row of each key; the rows of a prepared state table are in the order of their succession."""
    return ordered.unique([*by], keep="last", maintain_order=True)


def in_order(rows: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Whether rows are sorted by these columns already, missing values first: a scan costs less than a sort."""
    if rows.height < 2:
        return True
    if not rows[columns[0]].is_sorted():
        return False
    later, equal = pl.lit(value=False), pl.lit(value=True)
    for name in columns:
        here, before = pl.col(name), pl.col(name).shift(1)
        later = later | (equal & ((here > before).fill_null(value=False) | (before.is_null() & here.is_not_null())))
        equal = equal & here.eq_missing(before)
    return bool(rows.select((later | equal).slice(1).all()).item())
