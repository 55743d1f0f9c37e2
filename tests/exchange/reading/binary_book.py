"""A workbook in the binary form (XLSB), written by hand: no library writes one. Source: MS-XLSB 2.1.4, 2.4."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

MAIN = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def binary_book(path: Path, sheets: Mapping[str, Sequence[Sequence[str | float]]], hidden: Sequence[str] = ()) -> Path:
    """Write sheets of texts and numbers, and a project of macros that is no more than a name."""
    with zipfile.ZipFile(path, "w") as archive:
        types = f'<Default Extension="bin" ContentType="{MAIN}"/>'
        archive.writestr("[Content_Types].xml", f"<Types>{types}</Types>")
        archive.writestr("xl/workbook.bin", _book(list(sheets), hidden))
        archive.writestr("xl/_rels/workbook.bin.rels", _relations(len(sheets)))
        archive.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
        for number, rows in enumerate(sheets.values(), 1):
            archive.writestr(f"xl/worksheets/sheet{number}.bin", _sheet(rows))
    return path


def _relations(count: int) -> str:
    one = '<Relationship Id="rId{n}" Type="' + OFFICE + '/worksheet" Target="worksheets/sheet{n}.bin"/>'
    listed = "".join(one.format(n=number) for number in range(1, count + 1))
    return f'<Relationships xmlns="{RELATIONS}">{listed}</Relationships>'


def _book(names: Sequence[str], hidden: Sequence[str]) -> bytes:
    sheets = b"".join(
        _record(156, struct.pack("<II", name in hidden, number) + _text(f"rId{number}") + _text(name))
        for number, name in enumerate(names, 1)
    )
    return _record(131) + _record(143) + sheets + _record(144) + _record(132)


def _sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
    size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    cells = b"".join(_row(number, row) for number, row in enumerate(rows))
    return _record(129) + _record(148, size) + _record(145) + cells + _record(146) + _record(130)


def _row(number: int, row: Sequence[str | float]) -> bytes:
    head = _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, 0, 0, 0))
    return head + b"".join(_cell(place, cell) for place, cell in enumerate(row))


def _cell(place: int, cell: str | float) -> bytes:
    begin = struct.pack("<II", place, 0)
    if isinstance(cell, str):
        return _record(6, begin + _text(cell))
    return _record(5, begin + struct.pack("<d", cell))


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _record(id: int, content: bytes = b"") -> bytes:
    """Write a record: its number in one or two bytes, its length in groups of seven bits, what it holds."""
    number = bytes([id]) if id < 128 else bytes([id & 0x7F | 0x80, id >> 7])
    length, size = b"", len(content)
    while size >= 128:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return number + length + bytes([size]) + content
