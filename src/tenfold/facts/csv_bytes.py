"""CSV as RFC 4180 has it, checked on its bytes before anything parses it.

The parsers of this world accept double headers, NUL bytes, workbooks named .csv and quotes that nobody closed. Here the
bytes are looked at first; the fast parser sees only a file whose structure is known to be sound.
"""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.cells import ROW
from tenfold.facts.complaints import refusing
from tenfold.terms.errors import LISTED_AT_MOST, Complaint, Place, Refused

if TYPE_CHECKING:
    import numpy as np

COLUMNS_AT_MOST = 200
FIELD_BYTES_AT_MOST = 65_536
HEADER_BYTES_AT_MOST = FIELD_BYTES_AT_MOST * 2  # of the record that names the columns; what Python's parser takes
_CHUNK = 4 << 20
_CACHED = 1 << 18  # bytes that stay near the processor while they are looked at again
_MAGIC = {
    b"PK\x03\x04": "XLSX/ZIP",
    b"PAR1": "Parquet",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
_LAST = (b"", b"\n", b"\r\n")  # what may end the last record


def text_table(data: bytes, file: str, separator: str = ",") -> pl.DataFrame:
    """Read CSV bytes as text cells.

    Parameters
    ----------
    data
        UTF-8, a BOM allowed; records end in LF or CRLF; the first record holds the column names.
    file
        What complaints call it.

    Returns
    -------
    DataFrame
        String columns under their trimmed header names (an empty cell is null or ""), and `_row`: the record number,
        the header being 1. Empty records are left out but counted.

    Raises
    ------
    Refused   with the row and the reason, when the file is not such a CSV
    """
    _content(data, file)
    try:
        return _read(data.removeprefix(_BOM), file, separator)
    except (Refused, UnicodeDecodeError):
        _decodable(data, file)  # the parser takes UTF-8 alone, but does not say which byte is none
        raise


def _read(body: bytes, file: str, separator: str) -> pl.DataFrame:
    if not body or body.isspace():
        raise Refused([Complaint("facts.csv.empty", Place(file))])
    end = _end(body)
    if body[end:] not in _LAST:
        body = body[:end]
    names = header(body, file, separator)
    if not _sound(body, end, separator, len(names)):
        troubles = _Scan(body[:end], file, separator, len(names)).troubles()
        if troubles:
            raise Refused(troubles)
    try:
        return _parsed(body, file, separator, names)
    except Refused as refused:
        # A short row can hide a long one from counting alone; then the walk finds both.
        raise Refused(_Scan(body[:end], file, separator, len(names)).troubles() or refused.complaints) from None


def _end(body: bytes) -> int:
    """Return where the last record ends, without copying what may be large."""
    end = len(body)
    while body[end - 1] in b"\r\n":
        end -= 1
    return end


def header(body: bytes, file: str, separator: str) -> list[str]:
    """Return the trimmed column names of the first record.

    Raises
    ------
    Refused   when there are too many, or two alike, or an empty one
    """
    ends = (position for position in _line_ends(body) if body.count(b'"', 0, position) % 2 == 0)
    first = body[: next(ends, HEADER_BYTES_AT_MOST + 1)]
    _narrow(body, file, separator)
    _headable(first, file)
    try:
        read = csv.reader([first.decode()], delimiter=separator, strict=True)
        names = [name.strip() for record in read for name in record]
    except csv.Error:
        raise Refused([Complaint("facts.csv.quote", Place(file, 1), {"seen": _shown(first)})]) from None
    return checked_names(names, file)


def _narrow(body: bytes, file: str, separator: str) -> None:
    """Refuse a first line with far too many columns before it is read; a few separators may be quoted."""
    end = body.find(b"\n")
    columns = body.count(separator.encode(), 0, end if end >= 0 else len(body)) + 1
    if columns > COLUMNS_AT_MOST * 2:
        params = {"seen": columns, "expected": COLUMNS_AT_MOST}
        raise Refused([Complaint("facts.file.columns", Place(file, 1), params)])


def _headable(first: bytes, file: str) -> None:
    """Refuse a first record that can be no header, for what it is: an open quote, lines without LF, a long text."""
    if first.count(b'"') % 2:
        raise Refused([Complaint("facts.csv.unclosed", Place(file, 1))])
    if b"\r" in first.removesuffix(b"\r") and b'"' not in first:
        raise Refused([Complaint("facts.csv.line_end", Place(file, 1), {"seen": _shown(first)})])
    if len(first) > HEADER_BYTES_AT_MOST:
        params = {"seen": len(first), "expected": HEADER_BYTES_AT_MOST}
        raise Refused([Complaint("facts.csv.header_long", Place(file, 1), params)])


def _shown(text: bytes) -> str:
    """Return the begin of bytes as a complaint can show it."""
    return text[:30].decode(errors="replace").replace("\r", "␍").replace("\n", "␊")


def checked_names(names: list[str], file: str) -> list[str]:
    """Return the column names if they can head a table.

    Raises
    ------
    Refused   when there are too many, or two alike, or an empty one
    """
    if len(names) > COLUMNS_AT_MOST:
        params = {"seen": len(names), "expected": COLUMNS_AT_MOST}
        raise Refused([Complaint("facts.file.columns", Place(file, 1), params)])
    seen = {ROW}  # the name under which readers count records
    troubles = []
    for number, name in enumerate(names, 1):
        if not name:
            troubles.append(Complaint("facts.file.nameless", Place(file, 1), {"seen": number}))
        elif name in seen:
            troubles.append(Complaint("facts.file.double", Place(file, 1, name), {"seen": name}))
        seen.add(name)
    if troubles:
        raise Refused(troubles[:LISTED_AT_MOST])
    return names


def _line_ends(body: bytes) -> Iterator[int]:
    """Yield the positions of line breaks near the begin: a header's quoted name may hold some."""
    position = -1
    while 0 <= (position := body.find(b"\n", position + 1)) < HEADER_BYTES_AT_MOST:
        yield position


def _content(data: bytes, file: str) -> None:
    """Refuse what is no text: other kinds of file, UTF-16, NUL bytes."""
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            raise Refused([Complaint("facts.file.content", Place(file), {"seen": name, "expected": "CSV"})])
    zero = data.find(b"\0")
    if data.startswith(_UTF16) or (zero >= 0 and data[:64].count(b"\0") * 3 >= len(data[:64])):
        raise Refused([Complaint("facts.csv.encoding", Place(file, 1), {"seen": "UTF-16", "expected": "UTF-8"})])
    if zero >= 0:
        _decodable(data, file)
        raise Refused([Complaint("facts.csv.nul", Place(file, record_at(data, zero)), {"seen": "NUL"})])


def _decodable(data: bytes, file: str) -> None:
    """Refuse what is no UTF-8, naming the row of the first bad byte."""
    bad = _bad_byte(data)
    if bad is not None:
        params = {"seen": data[bad : bad + 4].hex(" "), "expected": "UTF-8"}
        raise Refused([Complaint("facts.csv.encoding", Place(file, record_at(data, bad)), params)])


def _bad_byte(data: bytes) -> int | None:
    """Return the position of the first byte that is no UTF-8. Pieces end at line ends, where no character is cut."""
    if data.isascii():
        return None
    start = 0
    while start < len(data):
        end = data.find(b"\n", start + _CHUNK) + 1 or len(data)
        try:
            data[start:end].decode()
        except UnicodeDecodeError as error:
            return start + error.start
        start = end
    return None


def record_at(data: bytes, position: int) -> int:
    """Return the number of the record that holds a byte (the first record is 1; quoted line breaks do not count)."""
    return 1 + sum(piece.count(b"\n") for number, piece in enumerate(data[:position].split(b'"')) if number % 2 == 0)


def _sound(body: bytes, end: int, separator: str, width: int) -> bool:
    """Whether quotes, line ends and the count of cells are all as they should be; when not, a walk finds out why."""
    if body.count(b"\r") != body.count(b"\r\n"):
        return False
    plain = b'"' not in body
    counted = (_count(body, separator), body.count(b"\n", 0, end)) if plain else _outside(body, end, separator)
    return counted is not None and counted[0] == (counted[1] + 1) * (width - 1)


def _count(body: bytes, character: str) -> int:
    """Count a frequent byte; beyond a megabyte NumPy is worth its import."""
    if len(body) < 1 << 20:
        return body.count(character.encode())
    import numpy as np

    bytes_ = np.frombuffer(body, dtype=np.uint8)
    pieces = (bytes_[start : start + _CACHED] for start in range(0, len(body), _CACHED))
    return sum(int(np.count_nonzero(piece == ord(character))) for piece in pieces)


def _outside(body: bytes, end: int, separator: str) -> tuple[int, int] | None:
    """Count separators and line feeds outside quotes; None when a quote stands amid a cell or stays open.

    Every other quote opens: where it does, a cell begins; where it closes, one ends (or it is one of a doubled pair).
    """
    import numpy as np

    bytes_ = np.frombuffer(body, dtype=np.uint8)[:end]
    edge = np.zeros(256, dtype=bool)
    edge[[ord(separator), ord("\n"), ord("\r"), ord('"')]] = True
    inside, totals = False, [0, 0]
    for start in range(0, end, _CACHED):
        piece = bytes_[start : start + _CACHED]
        quotes = np.flatnonzero(piece == ord('"'))
        opens, closes = quotes[int(inside) :: 2] + start, quotes[1 - int(inside) :: 2] + start
        begins = edge[bytes_[np.maximum(opens - 1, 0)]] | (opens == 0)
        ends = edge[bytes_[np.minimum(closes + 1, end - 1)]]
        if not (begins.all() and ends.all()):
            return None
        for number, character in enumerate((separator, "\n")):
            totals[number] += _between(piece == ord(character), quotes, inside)
        inside ^= bool(quotes.size % 2)
    return None if inside else (totals[0], totals[1])


def _between(found: "np.ndarray[Any, Any]", quotes: "np.ndarray[Any, Any]", inside: bool) -> int:
    """Count what is found between quotes that close and quotes that open."""
    import numpy as np

    if not inside and quotes.size % 2 == 0 and (np.diff(quotes)[::2] == 1).all():
        return int(np.count_nonzero(found))  # all that is quoted is empty
    counts = np.add.reduceat(found, np.concatenate(([0], quotes)), dtype=np.int64)
    return int(counts[int(inside) :: 2].sum())


class _Scan:
    """One walk over the bytes in pieces, keeping whether we are inside quotes and in which record."""

    def __init__(self, body: bytes, file: str, separator: str, width: int) -> None:
        self.body, self.file, self.separator, self.width = body, file, ord(separator), width
        self.inside = False
        self.record = 1  # the record in which the next piece begins
        self.cells = 0  # separators seen in it so far
        self.begin = 0  # where it began
        self.found: list[Complaint] = []

    def troubles(self) -> list[Complaint]:
        """Return the complaints: the first bad quote or line end, else every record of a wrong length."""
        import numpy as np

        bytes_ = np.frombuffer(self.body, dtype=np.uint8)
        for start in range(0, len(self.body), _CHUNK):
            self._piece(np, bytes_, start, min(start + _CHUNK, len(self.body)))
            if self.found:
                return self.found[:LISTED_AT_MOST]
        if self.inside:
            return [Complaint("facts.csv.unclosed", Place(self.file, self.record))]
        self._length(self.record, self.cells, self.begin, len(self.body))
        return self.found

    def _piece(self, np: Any, bytes_: "np.ndarray[Any, Any]", start: int, end: int) -> None:
        piece = bytes_[start:end]
        quote = piece == ord('"')
        inside = np.logical_xor.accumulate(quote) ^ quote ^ self.inside
        breaks = np.flatnonzero((piece == ord("\n")) & ~inside)
        wrong = self._first_wrong(np, bytes_, start, quote, inside)
        if wrong is not None:
            position, id = wrong
            row = self.record + int(np.searchsorted(breaks, position))
            self.found.append(Complaint(id, Place(self.file, row), {"seen": self._around(start + position)}))
            return
        commas = np.flatnonzero((piece == self.separator) & ~inside)
        self._lengths(np, start, breaks, commas)
        self.inside = bool(inside[-1] ^ quote[-1])

    def _first_wrong(
        self, np: Any, bytes_: "np.ndarray[Any, Any]", start: int, quote: Any, inside: Any
    ) -> tuple[int, str] | None:
        """Return position and complaint of the first quote amid a cell, or carriage return without its line feed."""
        edges = np.array([self.separator, ord("\n"), ord("\r"), ord('"')], dtype=np.uint8)
        where = np.flatnonzero(quote)
        before = bytes_[np.maximum(where + start - 1, 0)]
        after = bytes_[np.minimum(where + start + 1, len(bytes_) - 1)]
        first, last = where + start == 0, where + start == len(bytes_) - 1
        opens = ~inside[where]
        bad = (opens & ~first & ~np.isin(before, edges)) | (~opens & ~last & ~np.isin(after, edges))
        returns = np.flatnonzero((bytes_[start : start + len(quote)] == ord("\r")) & ~inside)
        lonely = returns[bytes_[np.minimum(returns + start + 1, len(bytes_) - 1)] != ord("\n")]
        found = [(int(where[bad][0]), "facts.csv.quote")] if bad.any() else []
        found += [(int(lonely[0]), "facts.csv.line_end")] if lonely.size else []
        return min(found, default=None)

    def _lengths(self, np: Any, start: int, breaks: Any, commas: Any) -> None:
        """Complain of each record that ends in this piece and has not as many cells as the header."""
        if not breaks.size:
            self.cells += int(commas.size)
            return
        ends = np.searchsorted(commas, breaks)
        counts = np.diff(ends, prepend=0)
        counts[0] += self.cells
        for index in np.flatnonzero(counts != self.width - 1)[: LISTED_AT_MOST + 1]:
            begin = start + int(breaks[index - 1]) + 1 if index else self.begin
            self._length(self.record + int(index), int(counts[index]), begin, start + int(breaks[index]))
        self.record += int(breaks.size)
        self.cells = int(commas.size - ends[-1])
        self.begin = start + int(breaks[-1]) + 1

    def _length(self, record: int, commas: int, begin: int, end: int) -> None:
        empty = not self.body[begin:end].strip(b"\r\n")
        if commas != self.width - 1 and not (empty and self.width > 1):
            params = {"seen": commas + 1, "expected": self.width}
            self.found.append(Complaint("facts.csv.cells", Place(self.file, record), params))

    def _around(self, position: int) -> str:
        return _shown(self.body[max(position - 10, 0) : position + 20])


def _parsed(body: bytes, file: str, separator: str, names: list[str]) -> pl.DataFrame:
    schema = {f"column_{number}": pl.String for number in range(1, len(names) + 1)}
    with refusing("facts.csv.unreadable", file):
        frame = pl.read_csv(
            io.BytesIO(body), has_header=False, schema=schema, separator=separator, infer_schema=False, quote_char='"'
        )
    cells = frame.slice(1).rename(dict(zip(schema, names, strict=True)))
    rows = cells.with_row_index(ROW, offset=2).with_columns(pl.col(ROW).cast(pl.Int64))
    _fields(rows, file)
    if rows.height and min(rows.drop(ROW).null_count().row(0)) == 0:
        return rows  # no record is empty
    return rows.filter(pl.any_horizontal(pl.all().exclude(ROW).is_not_null()))


def _fields(rows: pl.DataFrame, file: str) -> None:
    """Refuse cells that are too long."""
    longest = rows.select(pl.all().exclude(ROW).str.len_bytes().max()).row(0) if rows.height else ()
    names = [name for name in rows.columns if name != ROW]
    found = []
    for name, size in zip(names, longest, strict=False):
        if size is not None and size > FIELD_BYTES_AT_MOST:
            row = rows.filter(pl.col(name).str.len_bytes() > FIELD_BYTES_AT_MOST)[ROW][0]
            params = {"seen": size, "expected": FIELD_BYTES_AT_MOST}
            found.append(Complaint("facts.file.long", Place(file, row, name), params))
    if found:
        raise Refused(found)
