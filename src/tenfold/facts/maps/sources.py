"""The files a map reads: CSV, TSV and workbooks, also gzipped, as text cells with record numbers."""

import gzip
import os
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePath

import polars as pl

from tenfold.facts.cells import ROW as READ_ROW
from tenfold.facts.complaints import complaints, none
from tenfold.facts.csv_bytes import text_table
from tenfold.facts.files import file_bytes, is_there, must_be_file
from tenfold.facts.maps.fill import ROW
from tenfold.facts.safe_csv import as_it_was
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

UNPACKED_AT_MOST = 256 << 20  # more could not be read within the memory that a reader may take
_CHUNK = 1 << 20
UNVALUED = "facts.xlsx.no_value"
SHEET = "#"  # between a workbook and its sheet
PARKED = ".parked."  # in the name of a copy in which unreadable records were parked


class Sources:
    """Source files by the name that maps use, each read once, unless it was forgotten.

    Parameters
    ----------
    files
        A folder, or the files by name where they lie elsewhere; `.gz` and `.parked` in a name are of no account. A name
        never leaves its folder.
    """

    def __init__(self, files: Path | Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[tuple[str, str], pl.DataFrame] = {}
        self._unvalued: dict[tuple[str, str], pl.DataFrame] = {}
        self._given: set[tuple[str, str]] = set()

    @classmethod
    def given(cls, name: str, cells: pl.DataFrame, unvalued: pl.DataFrame) -> "Sources":
        """Return one source whose cells were read already.

        cells   text columns and `$row`
        unvalued   complaints about cells that no text can stand for
        """
        sources = cls({})
        sources._read[name, ""], sources._unvalued[name, ""] = cells, unvalued
        sources._given.add((name, ""))
        return sources

    def path(self, name: str) -> Path | None:
        """Return where the source called `name` lies, packed or not; None when it is nowhere."""
        if (name, "") in self._given:
            return Path(name)
        if isinstance(self._files, Mapping):
            found = [path for given, path in self._files.items() if _same(given, name)]
            return next((path for path in found if is_there(path)), None)
        bare = name.removesuffix(".gz")
        here = (self._files / written for written in dict.fromkeys((name, bare, f"{bare}.gz")))
        top = os.path.realpath(self._files)
        inside = (path for path in here if Path(os.path.realpath(path)).is_relative_to(top))
        return next((path for path in inside if is_there(path)), None)

    def frame(self, name: str, sheet: str | None = None) -> pl.DataFrame:
        """Return the text cells of source `name` and `$row`, the record number (the header is 1).

        Raises
        ------
        Refused   when it is missing or no such file
        """
        if (name, sheet or "") not in self._read:
            path = self.path(name)
            if path is None:
                raise Refused([Complaint("maps.source_missing", Place(file=name), {"seen": name})])
            cells, self._unvalued[name, sheet or ""] = _cells(path, sheet)
            cells = cells.rename({READ_ROW: ROW})
            self._read[name, sheet or ""] = cells.with_columns(pl.col(ROW).cast(pl.Int64))
        return self._read[name, sheet or ""]

    def unvalued(self, name: str, sheet: str | None = None) -> pl.DataFrame:
        """Return complaints about the cells of a source, once read, that hold a formula and no value."""
        return self._unvalued[name, sheet or ""]

    def forget(self, name: str, sheet: str | None = None) -> None:
        """Let go of a source's cells; they are read again when they are asked for again."""
        if (name, sheet or "") not in self._given:
            self._read.pop((name, sheet or ""), None)

    def named(self, label: str) -> pl.DataFrame:
        """Return the cells of `FILE` or `FILE#SHEET`, as complaints call a source."""
        file, _, sheet = (label, "", "") if self.path(label) is not None else label.rpartition(SHEET)
        return self.frame(file, sheet or None)


def _same(given: str, name: str) -> bool:
    """Whether a given file is the source `name`: packed or not, or the copy in which unreadable records were parked."""
    plain = name.removesuffix(".gz")
    parked, found, _ = given.removesuffix(".gz").partition(PARKED)
    return parked.partition(SHEET)[0] in (plain, PurePath(plain).stem) if found else parked == plain


def _cells(path: Path, sheet: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the text cells of a source, and complaints about those that hold a formula and no value."""
    kinds = [suffix.lower() for suffix in path.suffixes]
    data = _bytes(path, packed=kinds[-1:] == [".gz"])
    kind = (kinds[-2:-1] if kinds[-1:] == [".gz"] else kinds[-1:]) or [""]
    if kind[0] == ".xlsx":
        return _sheet(data, path.name, sheet)
    cells = text_table(data, path.name, "\t" if kind[0] in (".tsv", ".tab") else ",")
    return as_it_was(cells) if PARKED in path.name else cells, none()


def _bytes(path: Path, packed: bool) -> bytes:
    """Read the file, unpacked; a small file that unpacks into a huge one is refused before memory is."""
    must_be_file(path, path.name)
    if packed:
        return _unpacked(path)
    data = file_bytes(path, path.name, UNPACKED_AT_MOST + 1)
    if len(data) > UNPACKED_AT_MOST:
        raise _too_large(path)
    return data


def _unpacked(path: Path) -> bytes:
    pieces, size = [], 0
    try:
        with gzip.open(path) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > UNPACKED_AT_MOST:
                    raise _too_large(path)
                pieces.append(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused([Complaint("maps.source_unreadable", Place(file=path.name), {"seen": path.name})]) from error
    return b"".join(pieces)


def _too_large(path: Path) -> Refused:
    return Refused([Complaint("maps.source_too_large", Place(file=path.name), {"most": UNPACKED_AT_MOST})])


def _sheet(data: bytes, file: str, sheet: str | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the named sheet of a workbook, or its first; only a map knows whether it needs a cell without a value."""
    from tenfold.facts.xlsx import sheet_names, sheets

    names = sheet_names(data, file)
    wanted = sheet if sheet is not None else names[0]
    for _, cells, found in sheets(data, file, (wanted,)):
        unvalued = pl.col("id") == UNVALUED
        if found.filter(~unvalued).height:
            raise Refused(complaints(found.filter(~unvalued), f"{file}#{wanted}"))
        return cells, found.filter(unvalued)
    raise Refused([Complaint("maps.sheet_missing", Place(file=file), {"seen": wanted, "expected": Listed(names)})])
