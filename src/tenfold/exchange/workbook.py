"""One workbook a community: a sheet a fact table, headers in either language, drop-downs, and a sheet that explains.

Every text cell is written as text, never as a formula. Importing the workbook unchanged changes nothing.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.engine.community import Community, fact_context
from tenfold.facts.check import check
from tenfold.facts.commit import Change, changing, replacing
from tenfold.facts.complaints import Complaints
from tenfold.facts.context import Context
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.facts.files import file_bytes
from tenfold.facts.read import WORKBOOK, load_facts
from tenfold.facts.store import FactStore
from tenfold.facts.write import add_facts, text_cells
from tenfold.report.words import say
from tenfold.terms.errors import Complaint, Refused

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

EXACT_DIGITS = 15  # significant digits that a spreadsheet keeps; longer numbers are written as text
LISTED_AT_MOST = 255  # characters of a drop-down's list
ROWS_TO_COME = 200  # empty rows below the facts that a drop-down covers too
BOOKKEEPING = frozenset({"fact", "corrects", "recorded_at", "recorded_by"})  # what a correction has of its own
NUMBERS = frozenset({"int", "dec", "money"})
CREATED = datetime(2000, 1, 1)  # the file must not carry the machine's clock
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}  # text stays text
ABOUT = {"en": "Notes", "zh-Hans": "说明"}  # names that the reader of facts leaves alone


def export_workbook(community: Community, path: Path, language: str) -> int:
    """Write every table that holds facts into `path`; return how many facts."""
    from xlsxwriter import Workbook

    with replacing(path) as place, place.open("wb") as file, Workbook(file, PLAIN) as book:
        book.set_properties({"created": CREATED})
        _about(book, language)
        for name, rows in community.facts.tables.items():
            if rows.height:
                _sheet(book, TABLES[name], rows, community, language)
    return community.facts.count


def _about(book: "Workbook", language: str) -> None:
    sheet = book.add_worksheet(ABOUT[language])
    sheet.set_column(0, 0, 100)
    for row, text in enumerate(say(language, "workbook.about").split("\n")):
        sheet.write_string(row, 0, text)


def _sheet(book: "Workbook", table: Table, rows: pl.DataFrame, community: Community, language: str) -> None:
    zh = language == "zh-Hans"
    sheet = book.add_worksheet(table.label if zh else table.name)
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 1)
    cells = text_cells(table, rows, community.rulebook.newest.currencies)
    allowed = fact_context(community.rulebook).codes or {}
    for index, name in enumerate(cells.columns):
        column = table.columns[name]
        sheet.write_string(0, index, column.label if zh and column.label else name, bold)
        _choices(sheet, index, rows.height, column, allowed)
        for row, text in enumerate(cells[name], start=1):
            _cell(sheet, row, index, column, text)


def _choices(sheet: "Worksheet", index: int, height: int, column: Column, allowed: Mapping[str, Any]) -> None:
    words = sorted({*column.values, *column.also, *allowed.get(column.path, ())})
    if words and len(",".join(words)) <= LISTED_AT_MOST:
        rule = {"validate": "list", "source": words, "error_type": "warning"}
        sheet.data_validation(1, index, height + ROWS_TO_COME, index, rule)


def _cell(sheet: "Worksheet", row: int, index: int, column: Column, text: str | None) -> None:
    """Write one cell: numbers as numbers as far as a spreadsheet keeps their digits, all else as text."""
    if text is None or text == "":
        return
    if column.kind in NUMBERS and sum(letter.isdigit() for letter in text) <= EXACT_DIGITS:
        sheet.write_number(row, index, float(text))
    else:
        sheet.write_string(row, index, text)


def import_workbook(file: Path, folder: Path) -> dict[str, dict[str, int]]:
    """Bring a workbook that `export_workbook` wrote, edited by people, into the community; return counts by table.

    A row is known by its `fact`. Unchanged rows do nothing; a changed row becomes a correction of the latest row of its
    chain; a new row enters. What is missing from the workbook stays.

    Raises
    ------
    Refused   the workbook or the whole would not load, or somebody else writes; nothing is written then
    """
    with changing(folder, "import") as change:
        return put_workbook(file, change)


def put_workbook(file: Path, change: Change) -> dict[str, dict[str, int]]:
    """Let a change of a community folder bring in a workbook, as `import_workbook` does."""
    community = Community.load(change.folder)
    context = fact_context(community.rulebook, community.now)
    edited = _read(file, context)
    counts: dict[str, dict[str, int]] = {}
    added: dict[str, pl.DataFrame] = {}
    for name, rows in edited.tables.items():
        if rows.height:
            known = community.facts.tables[name]
            new, changed = _new(rows, known), _corrections(name, rows, known)
            counts[name] = {
                "new": new.height,
                "changed": changed.height,
                "same": rows.height - new.height - changed.height,
            }
            added[name] = pl.concat([new, changed])
    added = {name: rows for name, rows in added.items() if rows.height}
    tables = community.facts.tables
    complaints = Complaints()
    check(
        {name: pl.concat([tables[name], added[name]]) if name in added else tables[name] for name in tables}, complaints
    )
    complaints.settle()
    add_facts(change, community.facts, added, context.currencies)
    return counts


def _read(file: Path, context: Context) -> FactStore:
    """Read a workbook as a folder of facts would hold it."""
    data = file_bytes(file, file.name)
    with TemporaryDirectory() as name:
        (Path(name) / WORKBOOK).write_bytes(data)
        try:
            return load_facts(Path(name), context)
        except Refused as refusal:
            raise Refused([_placed(complaint, file.name) for complaint in refusal.complaints]) from None


def _placed(complaint: Complaint, name: str) -> Complaint:
    """Return a complaint at the user's own file instead of our copy of it."""
    place = replace(complaint.place, file=complaint.place.file.replace(WORKBOOK, name, 1))
    return replace(complaint, place=place)


def _new(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return rows.join(known, on="fact", how="anti", maintain_order="left")


def _corrections(name: str, rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return a correction for each row that differs from what the community has under its id, and from its head."""
    same = rows.join(known, on=rows.columns, how="semi", nulls_equal=True)["fact"]
    differing = rows.join(known, on="fact", how="semi").filter(~pl.col("fact").is_in(same.implode()))
    heads = _heads(known)
    content = [column for column in rows.columns if column not in BOOKKEEPING]
    latest = {row["fact"]: row for row in known.iter_rows(named=True)} if differing.height else {}
    made = []
    for row in differing.iter_rows(named=True):
        head = latest[heads.get(row["fact"], row["fact"])]
        if any(row[column] != head[column] for column in content):
            recorded = max(row["recorded_at"], head["recorded_at"])
            id = f"{name}-{hashlib.sha256(head['fact'].encode()).hexdigest()[:12]}"
            made.append(row | {"fact": id, "corrects": head["fact"], "recorded_at": recorded})
    return pl.DataFrame(made, schema=rows.schema)


def _heads(known: pl.DataFrame) -> dict[str, str]:
    """Return each corrected fact's latest correction."""
    later = dict(known.filter(pl.col("corrects").is_not_null()).select("corrects", "fact").iter_rows())
    heads = {}
    for fact in later:
        head = fact
        while head in later:
            head = later[head]
        heads[fact] = head
    return heads
