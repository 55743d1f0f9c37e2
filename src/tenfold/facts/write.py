"""Fact files as Tenfold writes them: the same rows give the same bytes."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import polars as pl

from tenfold.facts.amounts import digits_of
from tenfold.facts.cells import filled_columns
from tenfold.facts.cleaning import clean
from tenfold.facts.commit import Change, changing
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.files import optional_bytes
from tenfold.facts.order import sort_rows, sorted_places
from tenfold.facts.read import FOLDER, WORKBOOK
from tenfold.facts.store import FactStore
from tenfold.terms.money import Currencies

Form = Literal["csv", "parquet"]
ROW_GROUP = 100_000
FACT_HEADS = ("fact", "事实编号")  # what the column of ids is called in a sheet
ALWAYS = ("fact", "occurred_at", "recorded_at", "recorded_by")


def write_facts(
    tables: Mapping[str, pl.DataFrame], folder: Path, currencies: Currencies, form: Form = "csv"
) -> list[Path]:
    """Write tables as `put_facts` does, as one change of their own; return the paths of the files.

    Raises
    ------
    Refused   somebody else writes there
    """
    with changing(folder, "write") as change:
        return put_facts(change, tables, currencies, form)


def put_facts(
    change: Change, tables: Mapping[str, pl.DataFrame], currencies: Currencies, form: Form = "csv"
) -> list[Path]:
    """Let a change write tables as `facts/TABLE.csv` or `.parquet`; what such a table had there is replaced.

    A table without rows has no file. Returns the paths, by table in the declaration's order.
    """
    names = []
    for name, table in TABLES.items():
        if name not in tables:
            continue
        kept = f"{FOLDER}/{name}.{form}" if tables[name].height else None
        if kept is not None:
            with change.place(kept) as path:
                _write(table, tables[name], path, currencies, form)
            names.append(kept)
        _clear(change, table, kept)
    return [change.folder / name for name in names]


def add_facts(
    change: Change, store: FactStore, added: Mapping[str, pl.DataFrame], currencies: Currencies
) -> list[Path]:
    """Let a change add rows to tables of a community; rows that it keeps in its workbook stay there alone.

    store   what the community has, by table
    """
    elsewhere = _in_workbook(change.folder)
    tables = {
        name: pl.concat([store.tables[name].filter(~pl.col("fact").is_in(elsewhere.implode())), rows])
        for name, rows in added.items()
    }
    return put_facts(change, tables, currencies)


def _in_workbook(folder: Path) -> pl.Series:
    """Return the ids of facts that the community keeps in a workbook."""
    from tenfold.facts.xlsx import sheets

    data = optional_bytes(folder / WORKBOOK, WORKBOOK)
    facts = [pl.Series(dtype=pl.String)]
    for _, cells, _ in sheets(data, WORKBOOK) if data else ():
        facts += [clean(cells[name]) for name in FACT_HEADS if name in cells.columns]
    return pl.concat(facts)


def text_cells(table: Table, rows: pl.DataFrame, currencies: Currencies) -> pl.DataFrame:
    """Return rows as the text cells of a file for people: money in major units, instants in UTC, columns with values.

    `cells.cast` reads them back to the same rows.
    """
    rows = (
        rows.with_columns(digits_of(rows["currency"], currencies).alias("_digits"))
        if "currency" in rows.columns
        else rows
    )
    return rows.select(_text(column, rows).alias(column.name) for column in _shown(table, rows))


def _shown(table: Table, rows: pl.DataFrame) -> list[Column]:
    """Return the columns that a file has: those that it must have, and those with values."""
    filled = filled_columns(rows)
    return [c for c in table.columns.values() if c.required or c.name in ALWAYS or c.stored in filled]


def _text(column: Column, rows: pl.DataFrame) -> pl.Expr:
    value = pl.col(column.stored)
    if column.kind == "money":
        return _major(value, sorted(rows["_digits"].drop_nulls().unique().to_list()))
    if column.kind == "dec":
        return value.cast(pl.String).str.strip_chars_end("0").str.strip_suffix(".")
    if column.kind == "bool":
        return pl.when(value).then(pl.lit("yes")).when(value.not_()).then(pl.lit("no"))
    if column.kind == "date":
        return value.dt.strftime("%Y-%m-%d")
    if column.kind == "instant":
        return value.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").str.replace(".000000Z", "Z", literal=True)
    if column.kind == "list":
        return value.list.join(";")
    return value if column.textual else value.cast(pl.String)


def _major(minor: pl.Expr, digits: list[int]) -> pl.Expr:
    """Write minor units with the currency's decimals, as text throughout."""
    text = minor.cast(pl.String)
    sign, figures = pl.when(minor < 0).then(pl.lit("-")).otherwise(pl.lit("")), text.str.strip_prefix("-")
    forms = []
    for count in digits:
        padded = figures.str.zfill(count + 1)
        point = pl.concat_str(sign, padded.str.head(-count), pl.lit("."), padded.str.tail(count)) if count else text
        forms.append(pl.when(pl.col("_digits") == count).then(point))
    return pl.coalesce(*forms, pl.lit(None, dtype=pl.String))


def _write(table: Table, rows: pl.DataFrame, path: Path, currencies: Currencies, form: Form) -> None:
    if form == "csv":
        text_cells(table, sort_rows(table, rows), currencies).write_csv(
            path, line_terminator="\n", quote_style="necessary"
        )
        return
    from polars.io.plugins import register_io_source

    kept = rows.select(column.stored for column in _shown(table, rows))
    places = sorted_places(table, kept)

    def pieces(
        columns: list[str] | None, predicate: pl.Expr | None, most: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        """Yield a row group at a time, so that the whole never lies in memory a second time."""
        for start in range(0, kept.height, ROW_GROUP):
            piece = kept.slice(start, ROW_GROUP) if places is None else kept[places.slice(start, ROW_GROUP)]
            yield piece if columns is None else piece.select(columns)

    # The first level packs ids, which are most of a file, as small as the third, in half the time.
    register_io_source(pieces, schema=kept.schema).sink_parquet(
        path, compression="zstd", compression_level=1, statistics=True, row_group_size=ROW_GROUP
    )


def _clear(change: Change, table: Table, kept: str | None) -> None:
    """Let go of the other files of a table, so that no fact is read twice."""
    for name in (table.name, table.label):
        for written in (f"{FOLDER}/{name}.csv", f"{FOLDER}/{name}.parquet", f"{FOLDER}/{name}"):
            if written != kept:
                change.remove(written)
