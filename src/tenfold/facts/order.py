"""The order in which Tenfold writes rows, so that no order of files or rows shows later."""

from collections.abc import Mapping

import polars as pl

from tenfold.facts.as_of import in_order
from tenfold.facts.declaration import TABLES, Table


def sort_rows(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows in the order in which Tenfold writes them: first reference column, then time, then fact."""
    places = sorted_places(table, rows)
    return rows if places is None else rows[places]


def sorted_places(table: Table, rows: pl.DataFrame) -> pl.Series | None:
    """Return the numbers of the rows in the order in which Tenfold writes them; None when they are in it."""
    missing = rows.null_count().row(0, named=True)
    order = [name for name in table.order if missing.get(name, rows.height) < rows.height]  # others order nothing
    return None if in_order(rows, order) else rows.select(pl.arg_sort_by(order)).to_series()


def ordered(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Return tables in that order; big ones as they are: what reads them (reductions over integers and decimals) cannot
    show it.
    """
    return {name: rows if TABLES[name].big else sort_rows(TABLES[name], rows) for name, rows in tables.items()}
