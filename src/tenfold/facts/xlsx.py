"""Workbooks (XLSX), looked into as an archive before a parser sees them.

Only parts that were unpacked here, within bounds and without a document type, are handed to the parser, so that a bomb,
an outside entity or a lying size never reaches it. Formulas are never evaluated: the value saved beside one is taken.
Where there is none, or an error, the cell is complained of, for as an empty one it would vanish without a word.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.cells import ROW
from tenfold.facts.complaints import SCHEMA, refusing
from tenfold.facts.csv_bytes import COLUMNS_AT_MOST, FIELD_BYTES_AT_MOST, checked_names
from tenfold.terms.errors import Complaint, Place, Refused

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

ENTRIES_AT_MOST = 1_000
RATIO_AT_MOST = 100
UNPACKED_AT_MOST = 100_000_000
CELLS_AT_MOST = 5_000_000  # of one sheet, empty ones between the used included
DIGITS_AT_MOST = 15  # what a spreadsheet keeps of a number

_MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_OTHER_MAINS = (
    b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    b"application/vnd.ms-excel.sheet.binary.macroEnabled.main",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_BINARY = re.compile(r"^(?:mimetype|xl/(?:workbook|sharedStrings|styles|worksheets/[^/]+)\.bin)$")  # no macros
_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([^\"']{1,40})[\"']", re.IGNORECASE)
# Where cells and rows say that they stand, whatever else has such an attribute; and tags that could hide it from this.
_USED = re.compile(rb"\br\s{0,40}=\s{0,40}[\"']\s{0,40}([A-Za-z]{0,20})([0-9]{1,20})")
_HIDDEN = re.compile(rb"<(?:[^\s<>/]{1,100}:)?(?:c|row)\s(?:[^>]{0,400}&|[^>]{401})|<[^\s<>]{101}")
_FORMULA = rb"<(?:\w{1,20}:)?f\b(?:[^<>]{0,200}/>|[^<>]{0,200}>[^<]{0,40000}</(?:\w{1,20}:)?f>)\s{0,40}"
_NO_VALUE = re.compile(  # bounded like the others, so that no sheet makes it slow
    rb"<(?P<prefix>\w{1,20}:)?c\b(?:"
    rb"(?P<formula>(?![^<>]{0,200}\bt=[\"'](?:str|s|inlineStr)[\"'])[^<>]{0,200})>\s{0,40}"
    + _FORMULA
    + rb"(?:<(?:\w{1,20}:)?v\s{0,40}(?:/>|>\s{0,40}</(?:\w{1,20}:)?v>))?"
    rb"|(?P<error>[^<>]{0,200}\bt=[\"']e[\"'][^<>]{0,200})>\s{0,40}(?:"
    + _FORMULA
    + rb")?(?:<(?:\w{1,20}:)?v\s{0,40}(?:/>|>[^<]{0,400}</(?:\w{1,20}:)?v>))?"
    rb")\s{0,40}</(?:\w{1,20}:)?c>"
)
_TYPE = re.compile(rb"\bt=[\"']\w*[\"']")
NO_VALUE = "\ue000"  # stands in a cell that has a formula, and no value
_SHEET = re.compile(r"^/?xl/worksheets/[^/]+\.xml$", re.IGNORECASE)

Sheet = tuple[str, pl.DataFrame, pl.DataFrame]


def sheets(data: bytes, file: str, wanted: tuple[str, ...] | None = None) -> Iterator[Sheet]:
    """Read the sheets of a workbook as text cells.

    Parameters
    ----------
    wanted
        Names of the sheets to read; None reads all that have a header.

    Yields
    ------
    tuple
        The sheet's name; its rows (String columns under the names of its first row, and `_row`, the row number;
        numbers in their shortest decimal form, dates as local `2026-10-31`, yes/no); complaints about single cells.

    Raises
    ------
    Refused   when the file is no sound workbook
    """
    book = _opened(repacked(data, file), file)
    for name in book.sheet_names:
        if wanted is None or name in wanted:
            with refusing("facts.xlsx.unreadable", f"{file}#{name}"):
                sheet = book.get_sheet_by_name(name)
            yield from _sheet(sheet, f"{file}#{name}")


def sheet_names(data: bytes, file: str) -> list[str]:
    """Return the names of the sheets; raise Refused as `sheets` does."""
    return list(_opened(repacked(data, file), file).sheet_names)


def _refused(id: str, file: str, seen: object = "", expected: object = "") -> Refused:
    return Refused([Complaint(id, Place(file), {"seen": seen, "expected": expected})])


def _opened(safe: bytes, file: str) -> Any:
    from python_calamine import CalamineWorkbook

    with refusing("facts.xlsx.unreadable", file):
        return CalamineWorkbook.from_filelike(io.BytesIO(safe))


def repacked(data: bytes, file: str, others: bool = False) -> bytes:
    """Return the parts of a workbook that hold cells as a new archive, unpacked within bounds.

    Parameters
    ----------
    others
        Whether XLSM, XLSB and ODS are taken too; macros are left behind.

    Raises
    ------
    Refused   when the file is no sound workbook, or holds more than a reader may take
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refused("facts.xlsx.protected", file)
    if not data.startswith(b"PK\x03\x04"):
        raise _refused("facts.file.content", file, data[:4].hex(" "), "XLSX")
    with refusing("facts.xlsx.unreadable", file), zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = dict(_parts(archive, len(data), file))
    if not _is_workbook(parts, others):
        raise _refused("facts.file.content", file, "ZIP", "XLSX")
    safe = io.BytesIO()
    with zipfile.ZipFile(safe, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return safe.getvalue()


def _is_workbook(parts: Mapping[str, bytes], others: bool) -> bool:
    types = parts.get("[Content_Types].xml", b"")
    if _MAIN in types:
        return True
    return others and (any(main in types for main in _OTHER_MAINS) or parts.get("mimetype", b"").startswith(_ODS))


def _parts(archive: zipfile.ZipFile, packed: int, file: str) -> Iterator[tuple[str, bytes]]:
    """Yield the XML parts, after the archive's own figures were found within bounds; each part is bounded again."""
    entries = archive.infolist()
    if len(entries) > ENTRIES_AT_MOST:
        raise _refused("facts.xlsx.entries", file, len(entries), ENTRIES_AT_MOST)
    if len({entry.filename.lower() for entry in entries}) < len(entries):
        raise _refused("facts.xlsx.unreadable", file, "double entry")
    total = sum(entry.file_size for entry in entries)
    largest = max(
        (entry.file_size / max(entry.compress_size, 1) for entry in entries if entry.file_size > 1 << 20), default=0
    )
    if total > UNPACKED_AT_MOST or total > RATIO_AT_MOST * packed or largest > RATIO_AT_MOST:
        raise _refused("facts.xlsx.bomb", file, total, UNPACKED_AT_MOST)
    for entry in entries:
        if _BINARY.match(entry.filename):
            yield entry.filename, archive.read(entry)
        elif entry.filename.lower().endswith((".xml", ".rels")):
            part = archive.read(entry)
            _check_part(part, entry.filename, file)
            yield entry.filename, _NO_VALUE.sub(_marked, part) if _SHEET.match(entry.filename) else part


def _marked(cell: re.Match[bytes]) -> bytes:
    """Return a cell that has no value as one whose text says so: the parser would take it for an empty one."""
    prefix, attributes = cell["prefix"] or b"", _TYPE.sub(b"", cell["formula"] or cell["error"] or b"")
    text = b"<%sv>%s</%sv>" % (prefix, NO_VALUE.encode(), prefix)
    return b'<%sc %s t="str">%s</%sc>' % (prefix, attributes, text, prefix)


def _check_part(part: bytes, name: str, file: str) -> None:
    """Refuse a document type, an encoding that could hide one, and a sheet that claims more cells than it may."""
    encoding = _ENCODING.match(part[:400].removeprefix(b"\xef\xbb\xbf"))
    if part[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in part[:200]:
        raise _refused("facts.xlsx.encoding", file, name, "UTF-8")
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise _refused("facts.xlsx.encoding", file, name, "UTF-8")
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise _refused("facts.xlsx.dtd", file, name)
    if _SHEET.match(name):
        _check_extent(part, file)


def _check_extent(part: bytes, file: str) -> None:
    if _HIDDEN.search(part):
        raise _refused("facts.xlsx.unreadable", file, "&")
    widest, deepest = 1, 0
    for match in _USED.finditer(part):
        widest = max(widest, _column_number(match[1].upper()))
        deepest = max(deepest, int(match[2]))
    if widest > COLUMNS_AT_MOST:
        raise _refused("facts.file.columns", file, widest, COLUMNS_AT_MOST)
    if widest * deepest > CELLS_AT_MOST:
        raise _refused("facts.xlsx.cells", file, widest * deepest, CELLS_AT_MOST)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet(sheet: "CalamineSheet", file: str) -> Iterator[Sheet]:
    width = sheet.total_width + 1  # the parser counts its last column from 0
    if width > COLUMNS_AT_MOST:
        raise _refused("facts.file.columns", file, width, COLUMNS_AT_MOST)
    with refusing("facts.xlsx.unreadable", file):
        rows = iter(sheet.to_python(skip_empty_area=False))
    head = [(cell_text(cell)[0] or "").strip() for cell in next(rows, [])]
    while head and not head[-1]:
        head.pop()
    if head:
        frame, found = _cells(rows, checked_names(head, file))
        yield sheet.name, frame, found


def _cells(rows: Iterator[list[Any]], names: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the text cells under the header and complaints about those that no text can stand for."""
    columns: list[list[str | None]] = [[] for _ in names]
    numbers: list[int] = []
    found: list[tuple[int, str, str, str, str]] = []
    for number, row in enumerate(rows, 2):
        texts = [cell_text(cell) for cell in row]
        if not any(text or trouble for text, trouble in texts):
            continue
        numbers.append(number)
        for position, (text, trouble) in enumerate(texts):
            if position < len(names):
                columns[position].append(text)
            name = names[position] if position < len(names) else ""
            if position >= len(names) and text:
                found.append((number, "", "facts.xlsx.beside", text, ""))
            elif trouble:
                found.append((number, name, trouble, text or "", str(DIGITS_AT_MOST)))
        for column in columns[len(texts) :]:
            column.append(None)
    frame = pl.DataFrame(dict(zip(names, columns, strict=True)), schema=dict.fromkeys(names, pl.String))
    counted = frame.with_columns(pl.Series(ROW, numbers, dtype=pl.Int64))
    return counted, pl.DataFrame(found, schema=SCHEMA, orient="row")


def cell_text(cell: object) -> tuple[str | None, str | None]:
    """Return a workbook's cell as text, and the id of a complaint if it cannot be taken exactly."""
    if isinstance(cell, bool):
        return ("yes" if cell else "no"), None
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        rounded = cell + timedelta(microseconds=500)  # serial days hold no finer time
        return rounded.replace(microsecond=rounded.microsecond // 1000 * 1000).isoformat(), None
    if isinstance(cell, date | time):
        return cell.isoformat(), None
    text = str(cell) if cell not in (None, "") else None
    if text == NO_VALUE:
        return None, "facts.xlsx.no_value"
    if text and len(text.encode(errors="replace")) > FIELD_BYTES_AT_MOST:
        return text[:80], "facts.file.long"
    return text, None


def _number(cell: float) -> tuple[str, str | None]:
    """Return the shortest decimal form of a number cell."""
    shortest = Decimal(repr(cell))
    if not shortest.is_finite():
        return str(cell), "facts.cell.digits"
    text = f"{shortest:f}"
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    many = len(plain.lstrip("-").replace(".", "").strip("0")) > DIGITS_AT_MOST
    return plain, "facts.cell.digits" if many else None
