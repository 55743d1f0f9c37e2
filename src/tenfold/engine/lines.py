"""Columns written as JSON lines, a portion at a time: no object a row, and the bytes are handed on as they were made.

A line is its constant text with the cells of its row between; Arrow joins them for a whole portion at once. Where a
cell holds what JSON escapes, Polars writes the portion: slower, the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

LINES_AT_ONCE = 100_000  # some MB: writing takes the same memory whatever the size of a community
ESCAPED = bytes([*range(0x20), *b'"\\'])
TEXT = pa.large_string()

Chunk = bytes | memoryview


@dataclass(frozen=True, slots=True)
class Either:
    """One of two texts in each line."""

    condition: Any  # an Arrow array of booleans
    yes: str
    no: str

    def __add__(self, after: str) -> "Either":
        return Either(self.condition, self.yes + after, self.no + after)

    def __radd__(self, before: str) -> "Either":
        return Either(self.condition, before + self.yes, before + self.no)


Piece = Any  # a text that is the same in every line, one of two, or an Arrow array with one for each


def json_lines(rows: pl.DataFrame, constants: Mapping[str, Any]) -> Chunk:
    """Return rows as JSON objects, one a line: keys sorted, no blanks, UTF-8 as it is.

    rows        columns of texts, whole numbers and lists of texts; only texts and numbers may be null
    constants   key → the value that every line has
    """
    return by_arrow(rows, constants) or by_polars(rows, constants)


def by_polars(rows: pl.DataFrame, constants: Mapping[str, Any]) -> bytes:
    """Return the lines of rows whatever their cells hold."""
    given = rows.with_columns(pl.lit(value).alias(name) for name, value in constants.items())
    return given.select(sorted(given.columns)).write_ndjson().encode()


def by_arrow(rows: pl.DataFrame, constants: Mapping[str, Any]) -> Chunk | None:
    """Return the lines of rows; None when a cell holds what JSON escapes."""
    cells: dict[str, Sequence[Piece]] = {name: [_json(value)] for name, value in constants.items()}
    for column in rows:
        if _same(column):
            cells[column.name] = [_json(column[0])]
            continue
        texts = _texts(column)
        if _escaped(texts):
            return None
        cells[column.name] = _list(column, texts) if column.dtype == pl.List else _cell(column, texts)
    pieces: list[Piece] = []
    for name in sorted(cells):
        pieces += [f"{',' if pieces else '{'}{_json(name)}:", *cells[name]]
    joined = pc.binary_join_element_wise(*_told([*pieces, "}\n"]), pa.scalar("", TEXT), null_handling="replace")
    return str(joined).encode() * rows.height if isinstance(joined, pa.Scalar) else memoryview(joined.buffers()[2])


def _same(column: pl.Series) -> bool:
    """Whether a column of texts or numbers holds one value in all its rows."""
    if column.dtype == pl.List or column[0] != column[-1]:
        return False
    return bool(column.eq_missing(column[0]).all())


def _texts(column: pl.Series) -> Any:
    """Return a column's texts in one buffer; of lists, all texts one after the other."""
    flat = column.explode(empty_as_null=False) if column.dtype == pl.List else column
    array = flat.to_arrow(compat_level=pl.CompatLevel.oldest())
    return array if flat.dtype == pl.String else array.cast(TEXT)


def _escaped(texts: Any) -> bool:
    content = texts.buffers()[2]
    return content is not None and len(bytes(content).translate(None, ESCAPED)) < content.size


def _cell(column: pl.Series, texts: Any) -> Sequence[Piece]:
    """Return a text or a number in pieces: a text with its quotes, or null."""
    quote = '"' if column.dtype == pl.String else ""
    if not column.null_count():
        return [quote, texts, quote]
    unknown = pc.is_null(texts)
    return [Either(unknown, "null", quote), texts, Either(unknown, "", quote)]


def _list(column: pl.Series, texts: Any) -> Sequence[Piece]:
    """Return a list of texts in pieces."""
    if not len(texts):
        return ["[]"]
    sizes = column.list.len().to_numpy().astype(np.int64)
    lists = pa.LargeListArray.from_arrays(np.concatenate(([0], sizes.cumsum())), texts)
    empty = pa.array(sizes == 0)
    return [Either(empty, "[", '["'), pc.binary_join(lists, pa.scalar('","', TEXT)), Either(empty, "]", '"]')]


def _told(pieces: Sequence[Piece]) -> list[Any]:
    """Return pieces as Arrow takes them, constant texts joined to their neighbours: each piece costs a copy a line."""
    told: list[Piece] = []
    for piece in pieces:
        kinds = {type(told[-1]) if told else None, type(piece)}
        if str in kinds and kinds <= {str, Either}:
            told[-1] += piece
        else:
            told.append(piece)
    return [_arrow(piece) for piece in told]


def _arrow(piece: Piece) -> Any:
    if isinstance(piece, Either):
        return pc.if_else(piece.condition, pa.scalar(piece.yes, TEXT), pa.scalar(piece.no, TEXT))
    return pa.scalar(piece, TEXT) if isinstance(piece, str) else piece


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
