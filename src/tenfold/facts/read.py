"""A community folder's facts: `facts/TABLE.csv` or `.parquet`, folders of either, `facts.xlsx`; all or nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tenfold.facts.cells import ROW, Casted, accept, cast
from tenfold.facts.check import FILE
from tenfold.facts.complaints import Complaints
from tenfold.facts.context import Context
from tenfold.facts.csv_bytes import text_table
from tenfold.facts.declaration import TABLES, Table, tables_by_name
from tenfold.facts.files import file_bytes, is_there, must_be_file, must_be_folder
from tenfold.facts.sources import Part, assemble
from tenfold.facts.store import FactStore
from tenfold.terms.errors import Complaint, Place, Refused
from tenfold.terms.listed import Listed

FOLDER = "facts"
WORKBOOK = "facts.xlsx"
NOTES = ("说明", "Notes")  # sheets for people; so are sheets whose name begins with _
_SUFFIXES = (".csv", ".parquet")
_IGNORED = (".", "~$", "README")


@dataclass(frozen=True)
class Files:
    """The files of a community folder: `facts/TABLE.csv` or `.parquet`, and folders of either."""

    folder: Path

    def parts(self, context: Context, complaints: Complaints) -> Iterator[Part]:
        """Yield each file; one that is refused leaves its complaints and no rows."""
        for table, path in _found(self.folder, complaints):
            name = path.relative_to(self.folder).as_posix()
            try:
                rows = _file(TABLES[table], path, name, context, complaints)
            except Refused as refused:
                complaints.add_all(refused.complaints)
                continue
            if rows is not None:
                yield Part(table, rows)


@dataclass(frozen=True)
class Workbook:
    """The workbook of a community folder, a sheet a table, if there is one."""

    folder: Path

    def parts(self, context: Context, complaints: Complaints) -> Iterator[Part]:
        """Yield each sheet."""
        path = self.folder / WORKBOOK
        if not is_there(path):
            return
        try:
            yield from _workbook(file_bytes(path, WORKBOOK), WORKBOOK, context, complaints)
        except Refused as refused:
            complaints.add_all(refused.complaints)


def load_facts(folder: Path, context: Context) -> FactStore:
    """Read every fact of a community folder.

    Raises
    ------
    Refused   with at most 100 complaints and a count of the rest; each names file, row and column
    """
    return assemble([Files(folder), Workbook(folder)], context)


def read_text(table: Table, text: pl.DataFrame, file: str, context: Context, complaints: Complaints) -> Casted | None:
    """Read text cells under a file's own header (ids or labels); None when the header cannot be a table's."""
    names = _resolved(table, [name for name in text.columns if name != ROW], file, complaints)
    if names is None:
        return None
    return cast(table, text.rename(names), context, _recorder(table, file))


def _recorder(table: Table, file: str) -> str:
    """Name the import that a row came by: the file without its ending, for a format is no fact."""
    stem = Path(file.partition("#")[2] or file).stem
    return f"import:{table.name if tables_by_name().get(stem) else stem}"


def _found(folder: Path, complaints: Complaints) -> Iterator[tuple[str, Path]]:
    """Yield table and path of every file of facts, by name."""
    known = tables_by_name()
    for entry in _entries(folder / FOLDER, FOLDER):
        table = known.get(entry.stem)
        if table is None:
            params = {"seen": entry.stem, "expected": Listed(TABLES)}
            complaints.add(Complaint("facts.file.table", Place(entry.relative_to(folder).as_posix()), params))
            continue
        own_folder = entry.is_dir() and not entry.suffix
        for path in _entries(entry, entry.name) if own_folder else [entry]:
            if path.suffix in _SUFFIXES:
                yield table, path
            else:
                params = {"seen": path.suffix or path.name, "expected": Listed(_SUFFIXES)}
                complaints.add(Complaint("facts.file.kind", Place(path.relative_to(folder).as_posix()), params))


def _entries(folder: Path, name: str) -> list[Path]:
    """Return what lies in a folder of facts, by name; nothing where there is none."""
    there = must_be_folder(folder, name)
    return sorted(path for path in folder.iterdir() if not path.name.startswith(_IGNORED)) if there else []


def _file(table: Table, path: Path, name: str, context: Context, complaints: Complaints) -> pl.DataFrame | None:
    if path.suffix == ".parquet":
        must_be_file(path, name)
        from tenfold.facts.parquet import read_parquet

        typed = read_parquet(table, path, name, context)
        rows, found = accept(table, typed, context, _recorder(table, name))
        numbers = pl.int_range(1, rows.height + 1, dtype=pl.Int64, eager=True)
    else:
        text = text_table(file_bytes(path, name), name)
        read = read_text(table, text, name, context, complaints)
        if read is None:
            return None
        rows, found, numbers = *read, text[ROW]
    complaints.take(found, name)
    return _placed(rows, numbers, name)


def _placed(rows: pl.DataFrame, numbers: pl.Series, name: str) -> pl.DataFrame:
    return rows.with_columns(numbers.alias(ROW), pl.lit(name).alias(FILE))


def _workbook(data: bytes, file: str, context: Context, complaints: Complaints) -> Iterator[Part]:
    from tenfold.facts.xlsx import sheets

    known = tables_by_name()
    for sheet, text, found in sheets(data, file):
        if sheet in NOTES or sheet.startswith("_"):
            continue
        place = f"{file}#{sheet}"
        if sheet not in known:
            complaints.add(Complaint("facts.file.sheet", Place(place), {"seen": sheet, "expected": Listed(TABLES)}))
            continue
        complaints.take(found, place)
        read = read_text(TABLES[known[sheet]], text, place, context, complaints)
        if read is not None:
            complaints.take(read[1], place)
            yield Part(known[sheet], _placed(read[0], text[ROW], place))


def _resolved(table: Table, header: list[str], file: str, complaints: Complaints) -> dict[str, str] | None:
    """Return header → column id, or None after complaining of unknown, double and missing columns."""
    names: dict[str, str] = {}
    before = complaints.count
    for written in header:
        id = table.names.get(written)
        if id is None:
            params = {"seen": written, "expected": Listed(table.columns)}
            complaints.add(Complaint("facts.file.column", Place(file, 1, written), params))
        elif id in names.values():
            complaints.add(Complaint("facts.file.double", Place(file, 1, written), {"seen": id}))
        else:
            names[written] = id
    for column in table.columns.values():
        given = {column.name, column.stored} & set(names.values())
        if len(given) == 2:
            complaints.add(Complaint("facts.file.money_twice", Place(file, 1, column.name), {"seen": column.stored}))
        if column.required and not given and column.name not in ("recorded_at", "recorded_by"):
            complaints.add(Complaint("facts.file.missing", Place(file, 1, column.name), {"expected": column.name}))
    return names if complaints.count == before else None
