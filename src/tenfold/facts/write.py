"""Fact files as Tenfold writes them: the same rows give the same bytes, and a file is there whole or not at all."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import polars as pl

from tenfold.facts.amounts import digits_of
from tenfold.facts.cells import filled_columns
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.read import FOLDER, sort_rows, sorted_places
from tenfold.terms.money import Currencies

Form = Literal["csv", "parquet"]
ROW_GROUP = 100_000
ALWAYS = ("fact", "occurred_at", "recorded_at", "recorded_by")


def write_facts(
    tables: Mapping[str, pl.DataFrame], folder: Path, currencies: Currencies, form: Form = "csv"
) -> list[Path]:
    """Write tables as `facts/TABLE.csv` or `.parquet` of a community folder; what such a table had there is replaced.

    Every file is written beside its place first and moved when all are complete; a table without rows has no file.
    Returns the paths, by table in the declaration's order.
    """
    top = folder / FOLDER
    top.mkdir(parents=True, exist_ok=True)
    waiting: list[tuple[Path, Path]] = []
    try:
        for name, table in TABLES.items():
            if name in tables and tables[name].height:
                path = top / f"{name}.{form}"
                waiting.append((_beside(path), path))
                _write(table, tables[name], waiting[-1][0], currencies, form)
        for temporary, path in waiting:
            temporary.replace(path)
    finally:
        for temporary, _ in waiting:
            temporary.unlink(missing_ok=True)
    for name in tables:
        _clear(top, name, keep=form if tables[name].height else None)
    return [path for _, path in waiting]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a place beside a file to write to; what was written there takes the file's place in the end, or nothing."""
    temporary = _beside(path)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


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


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def _clear(top: Path, table: str, keep: str | None) -> None:
    """Remove the other files of a table, so that no fact is read twice."""
    label = TABLES[table].label
    for name in (table, label):
        for form in ("csv", "parquet"):
            if (name, form) != (table, keep):
                (top / f"{name}.{form}").unlink(missing_ok=True)
        if (top / name).is_dir():
            shutil.rmtree(top / name)
