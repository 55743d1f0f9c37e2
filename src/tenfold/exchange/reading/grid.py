"""A sheet as it stands in its file: text cells by row and column, what is merged, hidden, or cannot be taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

ROW = "$row"


@dataclass(frozen=True, slots=True)
class Area:
    """A merged block of cells, from the first to the last row and column, both included, counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that no text can stand for: a formula without a value, a number with more digits than a sheet keeps."""

    row: int  # from 0
    column: int
    id: str
    seen: str


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet.

    cells
        String columns "0", "1", …, one row per row of the sheet; null where a cell is empty.
    numbers
        Boolean columns of the same names: whether the cell is a number of its own, not text that looks like one.
        None for a file of text, where nothing is.
    """

    file: str
    cells: pl.DataFrame
    sheet: str | None = None
    hidden: bool = False
    numbers: pl.DataFrame | None = None
    merged: Sequence[Area] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    troubles: Sequence[Trouble] = ()
    origin: Mapping[str, str] = field(default_factory=dict)  # how it was read: encoding, separator

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.cells.height

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.cells.width

    def row(self, number: int) -> list[str | None]:
        """Return the cells of a row, counted from 0."""
        return list(self.cells.row(number))

    def rows(self, first: int, last: int) -> list[list[str | None]]:
        """Return the cells of the rows from `first` up to, not including, `last`."""
        return [list(row) for row in self.cells.slice(max(first, 0), last - max(first, 0)).iter_rows()]
