"""Files of text cells: which character parts them, and the cells as they stand, preambles and short rows included."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

import polars as pl

from tenfold.exchange.reading.decode import Decoded
from tenfold.exchange.reading.grid import Grid
from tenfold.facts.csv_bytes import COLUMNS_AT_MOST, FIELD_BYTES_AT_MOST
from tenfold.facts.safe_csv import unmarked
from tenfold.terms.errors import Complaint, Place, Refused

SEPARATORS = (",", ";", "\t", "|", "，")
LOOKED_AT = 1 << 16  # characters from which the separator is chosen
ROWS_LOOKED_AT = 200
BATCH = 50_000  # rows turned into columns at a time
CELLS_AT_MOST = 40_000_000  # a million rows of forty columns
SENTINEL = "\ue001"  # a last record of its own: where it does not come out alone, a quote was never closed

Rows = list[list[str | None]]


def grid_of_text(decoded: Decoded, file: str, separator: str | None = None) -> Grid:
    """Part a text into cells.

    Raises
    ------
    Refused   when it is empty, a quote is never closed, or a row or cell is larger than any sheet's
    """
    if not decoded.text.strip():
        raise Refused([Complaint("facts.csv.empty", Place(file))])
    chosen = separator or separator_of(decoded.text)
    try:
        cells = _cells(decoded.text, chosen, file)
    except csv.Error:
        raise Refused([Complaint("facts.csv.unclosed", Place(file, _unclosed(decoded.text, chosen)))]) from None
    return Grid(file, cells, origin={"encoding": decoded.encoding, "separator": chosen})


def separator_of(text: str) -> str:
    """Return the character that parts most rows into the same number of cells; a comma where none does.

    >>> separator_of("Investor;Amount\\nMüller;1,5\\n"), separator_of("name\\nLi\\n")
    (';', ',')
    """
    sample = text[:LOOKED_AT]
    if len(sample) < len(text):
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {separator: _evenness(sample, separator) for separator in SEPARATORS}
    best = max(scores, key=lambda separator: scores[separator])
    return best if scores[best] else ","


def _evenness(sample: str, separator: str) -> float:
    """Return how many rows have the commonest number of cells, the more cells the better; 0 for one column."""
    try:
        records = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row]
    except csv.Error:
        return 0.0
    widths = Counter(len(row) for row in records[:ROWS_LOOKED_AT] if len(row) > 1)
    if not widths:
        return 0.0
    rows = min(len(records), ROWS_LOOKED_AT)
    # Rows of amounts are cut apart by their commas, to many lengths; the true separator cuts most to one.
    return max((count / rows) * (count / rows) * (1 + min(width, 10) / 10) for width, count in widths.items())


def _cells(text: str, separator: str, file: str) -> pl.DataFrame:
    """Return the cells in columns "0", "1", …; short rows are filled up with empty cells."""
    csv.field_size_limit(FIELD_BYTES_AT_MOST * 4)
    ending = "" if text.endswith(("\n", "\r")) else "\n"
    stream = io.StringIO(f"{text}{ending}{SENTINEL}", newline="")
    reader = csv.reader(stream, delimiter=separator)
    pieces, width, last = [], 0, None
    for rows in _batches(reader):
        last = rows[-1]
        width = max(width, *map(len, rows))
        if width > COLUMNS_AT_MOST:
            row = next(number for number, one in enumerate(rows, 1) if len(one) > COLUMNS_AT_MOST)
            params = {"seen": width, "expected": COLUMNS_AT_MOST}
            raise Refused([Complaint("facts.file.columns", Place(file, row), params)])
        pieces.append(_columns(rows, width))
        if sum(piece.height for piece in pieces) * width > CELLS_AT_MOST:
            raise Refused([Complaint("reading.too_many", Place(file), {"most": CELLS_AT_MOST})])
    if last != [SENTINEL]:
        raise csv.Error("unclosed")
    cells = pl.concat(pieces, how="diagonal")
    _check_lengths(cells, file)
    return cells.head(cells.height - 1)


def _batches(reader: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for row in reader:
        rows.append(row)
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _columns(rows: list[list[str]], width: int) -> pl.DataFrame:
    """Turn rows into columns; blanks around a cell, and the mark that makes it text, are no part of it."""
    padded = [row if len(row) == width else row + [""] * (width - len(row)) for row in rows]
    columns = zip(*padded, strict=True)
    frame = pl.DataFrame({str(number): list(column) for number, column in enumerate(columns)})
    stripped = frame.with_columns(unmarked(pl.all().str.strip_chars()))
    return stripped.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _check_lengths(cells: pl.DataFrame, file: str) -> None:
    longest = cells.select(pl.max_horizontal(pl.all().str.len_bytes().fill_null(0)).alias("bytes"))["bytes"]
    long = (longest > FIELD_BYTES_AT_MOST).arg_true()
    if long.len():
        place = Place(file, int(long[0]) + 1)
        params = {"seen": int(longest[int(long[0])]), "expected": FIELD_BYTES_AT_MOST}
        raise Refused([Complaint("facts.file.long", place, params)])


def _unclosed(text: str, separator: str) -> int:
    """Return the number of the record in which the quote opens that is never closed."""
    opened, number = 1, 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader, 1):
            if any("\n" in cell for cell in row):
                opened = number
    except csv.Error:
        return number + 1
    return opened
