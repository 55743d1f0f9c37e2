"""Small files with the habits of people's own sheets, made in place; no test keeps a file of somebody else's."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

Rows = Sequence[Sequence[Any]]


def text_file(folder: Path, name: str, rows: Rows, encoding: str = "utf-8", separator: str = ",") -> Path:
    """Write rows as delimited text."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\r\n").writerows(rows)
    path = folder / name
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def workbook(
    folder: Path,
    name: str,
    sheets: dict[str, Rows],
    merged: Iterable[tuple[str, str]] = (),
    hidden_sheets: Iterable[str] = (),
    hidden_rows: Iterable[int] = (),
    hidden_columns: Iterable[str] = (),
) -> Path:
    """Write a workbook; merges, hidden rows and columns are those of its last sheet. A merge is (range, text)."""
    path = folder / name
    with Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        pages = {title: book.add_worksheet(title) for title in sheets}
        for title, rows in sheets.items():
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell is not None:
                        pages[title].write(number, place, cell)
        page = list(pages.values())[-1]
        for area, text in merged:
            page.merge_range(area, text)
        for number in hidden_rows:
            page.set_row(number - 1, None, None, {"hidden": True})
        for letter in hidden_columns:
            page.set_column(f"{letter}:{letter}", None, None, {"hidden": True})
        for title in hidden_sheets:
            pages[title].hide()
        page.activate()
        page.set_first_sheet()
    return path


def open_document(folder: Path, name: str, rows: Rows) -> Path:
    """Write an OpenDocument sheet."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{word}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"' for word in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{cells}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return path
