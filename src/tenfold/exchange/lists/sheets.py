"""A list as a sheet: CSV as Excel opens it, and XLSX, every cell of it text."""

import io

import polars as pl

from tenfold.exchange.lists.held import Held
from tenfold.exchange.lists.safe import csv_text, plain
from tenfold.exchange.lists.tables import Listing
from tenfold.exchange.workbook import CREATED, PLAIN

WIDTH, WIDEST = 18, 40  # characters of a column
WIDE = ("what", "reference")


def csv_of(listing: Listing, held: Held, language: str) -> bytes:
    """Return a list as CSV."""
    shown = listing.shown(held, language)
    return csv_text([shown.columns, *_rows(shown)])


def xlsx_of(listing: Listing, held: Held, language: str) -> bytes:
    """Return a list as a workbook of one sheet."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {**PLAIN, "in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        shown = listing.shown(held, language)
        for place, header in enumerate(shown.columns):
            sheet.set_column(place, place, WIDEST if listing.columns[place] in WIDE else WIDTH)
            sheet.write_string(0, place, header, bold)
        for number, row in enumerate(_rows(shown), start=1):
            for place, text in enumerate(row):
                if text:
                    sheet.write_string(number, place, text)
    return file.getvalue()


def _rows(shown: pl.DataFrame) -> list[list[str]]:
    return [[plain(one or "") for one in row] for row in shown.iter_rows()]
