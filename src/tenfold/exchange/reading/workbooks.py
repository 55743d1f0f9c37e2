"""Workbooks of every kind (XLSX, XLSM, XLS, XLSB, ODS) as grids: hidden sheets, rows and columns told, merges kept.

Macros are never looked at: of an archive only the parts that hold cells are handed on. Formulas are not evaluated; the
value saved beside one is taken.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.exchange.reading.grid import Area, Grid, Trouble
from tenfold.facts.complaints import refusing
from tenfold.facts.csv_bytes import COLUMNS_AT_MOST
from tenfold.facts.xlsx import CELLS_AT_MOST, cell_text, repacked
from tenfold.terms.errors import Complaint, Place, Refused

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

OLD_AT_MOST = 64 << 20  # bytes of a workbook that is no archive
OLE, ARCHIVE = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROW = re.compile(rb"<(?:\w{1,20}:)?row\s([^>]{0,400})>")
_COLUMN = re.compile(rb"<(?:\w{1,20}:)?col\s([^>]{0,400}?)/?>")
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']")
_NUMBER = re.compile(rb"\b(r|min|max)\s*=\s*[\"']([0-9]{1,7})[\"']")
_TAG = re.compile(rb"<(?:\w{1,20}:)?sheet\s([^>]{0,1000})>")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s([^>]{0,1000})>")
_ATTRIBUTE = re.compile(rb"([\w:]{1,40})\s*=\s*\"([^\"]{0,1000})\"")


@dataclass(frozen=True, slots=True)
class Hidden:
    """Rows and columns that a sheet does not show, counted from 0."""

    rows: frozenset[int] = frozenset()
    columns: frozenset[int] = frozenset()


def is_workbook(data: bytes) -> bool:
    """Whether bytes begin as a workbook does."""
    return data.startswith((OLE, ARCHIVE))


def grids_of_workbook(data: bytes, file: str) -> list[Grid]:
    """Return the sheets of a workbook that hold cells, in their order.

    Raises
    ------
    Refused   when the file is no sound workbook, is protected, or larger than a reader may take
    """
    hidden: dict[str, Hidden] = {}
    if data.startswith(ARCHIVE):
        data = repacked(data, file, others=True)
        hidden = _hidden(data)
    else:
        _check_old(data, file)
    book = _opened(data, file)
    visible = {one.name: _is(one.visible, "Visible") for one in book.sheets_metadata if _is(one.typ, "WorkSheet")}
    grids = (_grid(book, name, file, shown, hidden.get(name, Hidden())) for name, shown in visible.items())
    return [grid for grid in grids if grid is not None]


def _is(value: object, name: str) -> bool:
    """Whether a value of the parser's enumerations is the one of that name."""
    return str(value).rpartition(".")[2] == name


def _check_old(data: bytes, file: str) -> None:
    if ENCRYPTED in data[: 1 << 20]:
        raise Refused([Complaint("facts.xlsx.protected", Place(file))])
    if len(data) > OLD_AT_MOST:
        raise Refused([Complaint("maps.source_too_large", Place(file), {"most": OLD_AT_MOST})])


def _opened(data: bytes, file: str) -> "CalamineWorkbook":
    from python_calamine import CalamineWorkbook

    with refusing("facts.xlsx.unreadable", file):
        return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _grid(book: "CalamineWorkbook", name: str, file: str, shown: bool, hidden: Hidden) -> Grid | None:
    with refusing("facts.xlsx.unreadable", f"{file}#{name}"):
        sheet = book.get_sheet_by_name(name)
    _check_extent(sheet, f"{file}#{name}")
    with refusing("facts.xlsx.unreadable", f"{file}#{name}"):
        rows = sheet.to_python(skip_empty_area=False)
    if not any(cell not in (None, "") for row in rows for cell in row):
        return None
    cells, numbers, troubles = _columns(rows)
    merged = [Area(a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ()]
    return Grid(file, cells, name, not shown, numbers, merged, hidden.rows, hidden.columns, troubles)


def _check_extent(sheet: "CalamineSheet", file: str) -> None:
    width, height = sheet.total_width + 1, sheet.total_height + 1  # the parser counts its last column and row from 0
    if width > COLUMNS_AT_MOST:
        raise Refused([Complaint("facts.file.columns", Place(file), {"seen": width, "expected": COLUMNS_AT_MOST})])
    if width * height > CELLS_AT_MOST:
        params = {"seen": width * height, "expected": CELLS_AT_MOST}
        raise Refused([Complaint("facts.xlsx.cells", Place(file), params)])


def _columns(rows: list[list[Any]]) -> tuple[pl.DataFrame, pl.DataFrame, list[Trouble]]:
    """Return the text cells, which of them are numbers, and those that no text can stand for."""
    width = max(map(len, rows))
    texts: list[list[str | None]] = [[] for _ in range(width)]
    numeric: list[list[bool]] = [[] for _ in range(width)]
    troubles: list[Trouble] = []
    for number, row in enumerate(rows):
        for column in range(width):
            cell = row[column] if column < len(row) else None
            text, trouble = cell_text(cell)
            text = text.strip() if text else None
            texts[column].append(text or None)
            numeric[column].append(isinstance(cell, int | float) and not isinstance(cell, bool))
            if trouble:
                troubles.append(Trouble(number, column, trouble, text or ""))
    names = [str(column) for column in range(width)]
    cells = pl.DataFrame(dict(zip(names, texts, strict=True)), schema=dict.fromkeys(names, pl.String))
    return cells, pl.DataFrame(dict(zip(names, numeric, strict=True))), troubles


def _hidden(data: bytes) -> dict[str, Hidden]:
    """Read from the parts of an archive which rows and columns its sheets do not show."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" not in names:
            return {}
        places = dict(_places(archive, names))
        return {sheet: _hidden_in(archive.read(part)) for sheet, part in places.items() if part in names}


def _places(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each sheet's name and the part that holds its cells."""
    relations = "xl/_rels/workbook.xml.rels"
    targets = _targets(archive.read(relations)) if relations in names else {}
    for tag in _TAG.finditer(archive.read("xl/workbook.xml")):
        attributes = dict(_ATTRIBUTE.findall(tag[1]))
        id = next((value for name, value in attributes.items() if name.endswith(b":id")), b"")
        target = targets.get(id, "").removeprefix("/xl/")
        yield _unescaped(attributes.get(b"name", b"")), f"xl/{target}"


def _targets(part: bytes) -> dict[bytes, str]:
    found = (dict(_ATTRIBUTE.findall(tag[1])) for tag in _RELATION.finditer(part))
    return {one.get(b"Id", b""): one.get(b"Target", b"").decode() for one in found}


def _unescaped(name: bytes) -> str:
    from html import unescape

    return unescape(name.decode(errors="replace"))


def _hidden_in(part: bytes) -> Hidden:
    rows: set[int] = set()
    columns: set[int] = set()
    for tag in _ROW.finditer(part):
        if _HIDDEN.search(tag[1]):
            rows.add(_numbers(tag[1]).get(b"r", 1) - 1)
    for tag in _COLUMN.finditer(part):
        if _HIDDEN.search(tag[1]):
            span = _numbers(tag[1])
            first = span.get(b"min", 1)
            last = min(span.get(b"max", first), first + COLUMNS_AT_MOST)
            columns.update(range(first - 1, last))
    return Hidden(frozenset(rows), frozenset(columns))


def _numbers(attributes: bytes) -> dict[bytes, int]:
    return {name: int(number) for name, number in _NUMBER.findall(attributes)}
