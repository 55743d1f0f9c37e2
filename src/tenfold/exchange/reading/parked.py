"""A copy of the user's own file with a last column saying what could not be read, to be put right there and read again.

Every cell of the copy is text, so that none is a live formula; what stood where stays there.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from tenfold.exchange.reading.table import Table
from tenfold.exchange.workbook import PLAIN
from tenfold.terms.errors import Complaint, Place
from tenfold.terms.listed import BETWEEN

ROWS_AT_MOST = 1_000_000  # a workbook holds 1,048,576
SUFFIX = ".parked.xlsx"


def reasons_of(problems: pl.DataFrame, file: str, words: Callable[[Complaint], str]) -> Mapping[int, str]:
    """Return row → what could not be read in it, each thing once."""
    found: dict[int, list[str]] = {}
    for row, column, id, seen, expected in problems.iter_rows():
        place = Place(file, row, column or None)
        said = words(Complaint(id, place, {"seen": seen, "expected": expected}))
        told = found.setdefault(row, [])
        if said not in told:
            told.append(said)
    return {row: BETWEEN.join(told) for row, told in sorted(found.items())}


def write_parked(path: Path, table: Table, reasons: Mapping[int, str], header: str) -> None:
    """Write the copy; what is merged down a column stands in each of its rows, and hidden rows stay hidden."""
    from xlsxwriter import Workbook

    grid = table.grid
    with path.open("wb") as file, Workbook(file, {**PLAIN, "constant_memory": True}) as book:
        sheet = book.add_worksheet(grid.sheet)
        filled = _filled(table)
        for number, row in enumerate(grid.cells.head(ROWS_AT_MOST).iter_rows()):
            for place, cell in enumerate(row):
                text = cell if cell is not None else filled.get((number, place))
                if text is not None:
                    sheet.write_string(number, place, text)
            last = header if number + 1 in table.header[-1:] else reasons.get(number + 1)
            if last is not None:
                sheet.write_string(number, grid.width, last)
            if number in grid.hidden_rows:
                sheet.set_row(number, None, None, {"hidden": True})


def _filled(table: Table) -> dict[tuple[int, int], str]:
    """Return the cells that a merge fills."""
    found: dict[tuple[int, int], str] = {}
    for area in table.grid.merged:
        value = table.grid.cells[str(area.left)][area.top] if area.left < table.grid.width else None
        if value is not None and area.left == area.right:
            found |= {(row, area.left): value for row in range(area.top + 1, area.bottom + 1)}
    return found
