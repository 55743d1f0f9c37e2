"""A file as grids: what it is by its bytes, whatever its name says, within the limits of a reader."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from tenfold.exchange.reading.decode import Decoded, decode
from tenfold.exchange.reading.delimited import grid_of_text
from tenfold.exchange.reading.formats import grid_of_format, grid_of_package
from tenfold.exchange.reading.grid import Grid
from tenfold.exchange.reading.workbooks import ARCHIVE, grids_of_workbook, is_workbook
from tenfold.facts.files import file_bytes
from tenfold.facts.maps.sources import UNPACKED_AT_MOST
from tenfold.terms.errors import Complaint, Place, Refused

PACKED = b"\x1f\x8b"
OTHERS = {b"%PDF": "PDF", b"PAR1": "Parquet", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"7z\xbc\xaf": "7z"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was opened: its sheets, and the encodings that fit it as well as the one it was read in."""

    file: str
    grids: tuple[Grid, ...]
    rivals: tuple[tuple[str, str], ...] = ()
    sha256: str = ""


def open_file(path: Path, encoding: str | None = None, separator: str | None = None) -> Opened:
    """Open a file of cells.

    Parameters
    ----------
    encoding, separator
        What a person chose; without them they are found.

    Raises
    ------
    Refused   when it cannot be read, is no file of cells, or is larger than a reader may take
    """
    data = _bytes(path)
    sha256 = hashlib.sha256(data).hexdigest()
    package = grid_of_package(data, path.name) if data.startswith(ARCHIVE) else None
    if package is not None:
        return Opened(path.name, (package,), sha256=sha256)
    if is_workbook(data):
        grids = grids_of_workbook(data, path.name)
        if not grids:
            raise Refused([Complaint("facts.csv.empty", Place(path.name))])
        return Opened(path.name, tuple(grids), sha256=sha256)
    told = grid_of_format(data, path.name)
    if told is not None:
        return Opened(path.name, (told,), sha256=sha256)
    for magic, kind in OTHERS.items():
        if data.startswith(magic):
            params = {"seen": kind, "expected": "CSV, XLSX"}
            raise Refused([Complaint("facts.file.content", Place(path.name), params)])
    decoded: Decoded = decode(data, path.name, encoding)
    return Opened(path.name, (grid_of_text(decoded, path.name, separator),), decoded.rivals, sha256)


def _bytes(path: Path) -> bytes:
    """Return the file's bytes, unpacked, and no more of them than a reader may take."""
    try:
        data = file_bytes(path, path.name, UNPACKED_AT_MOST + 1)
        if data.startswith(PACKED):
            with gzip.open(path) as packed:
                data = packed.read(UNPACKED_AT_MOST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused([Complaint("maps.source_unreadable", Place(path.name), {"seen": path.name})]) from error
    if len(data) > UNPACKED_AT_MOST:
        raise Refused([Complaint("maps.source_too_large", Place(path.name), {"most": UNPACKED_AT_MOST})])
    return data
