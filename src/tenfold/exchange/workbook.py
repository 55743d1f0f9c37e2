"""One workbook a community: a sheet a fact table, headers in either language, drop-downs, and a sheet that explains.

Every text cell is written as text, never as a formula. Importing the workbook unchanged changes nothing.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.engine.community import Community, fact_context
from tenfold.engine.files import instant_text
from tenfold.facts.declaration import TABLES, Column, Table
from tenfold.report.words import say
from tenfold.terms.money import from_minor

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

EXACT_DIGITS = 15  # significant digits that a spreadsheet keeps; longer numbers are written as text
LISTED_AT_MOST = 255  # characters of a drop-down's list
CREATED = datetime(2000, 1, 1, tzinfo=UTC)  # the file must not carry the machine's clock
ABOUT = {"en": "About", "zh-Hans": "说明"}


def export_workbook(community: Community, path: Path, language: str) -> int:
    """Write every table that holds facts into `path`; return how many facts."""
    from xlsxwriter import Workbook

    temporary = path.with_name(f".{path.name}.new")
    with Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": CREATED.replace(tzinfo=None)})
        _about(book, language)
        for name, rows in community.facts.tables.items():
            if rows.height:
                _sheet(book, TABLES[name], rows, community, language)
    temporary.replace(path)
    return community.facts.count


def _about(book: "Workbook", language: str) -> None:
    sheet = book.add_worksheet(ABOUT[language])
    sheet.set_column(0, 0, 100)
    for row, text in enumerate(say(language, "workbook.about").split("\n")):
        sheet.write_string(row, 0, text)


def _sheet(book: "Workbook", table: Table, rows: pl.DataFrame, community: Community, language: str) -> None:
    sheet = book.add_worksheet(table.label if language == "zh-Hans" else table.name)
    used = [
        column for column in table.columns.values() if column.required or rows[column.stored].null_count() < rows.height
    ]
    allowed = fact_context(community.rulebook).codes or {}
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 1)
    for index, column in enumerate(used):
        label = column.label if language == "zh-Hans" and column.label else column.name
        sheet.write_string(0, index, label, bold)
        _choices(sheet, index, rows.height, column, allowed)
    digits = community.rulebook.newest.currencies.digits
    for number, row in enumerate(rows.iter_rows(named=True), start=1):
        for index, column in enumerate(used):
            _cell(sheet, number, index, _shown(column, row, digits), day)


def _choices(sheet: "Worksheet", index: int, height: int, column: Column, allowed: Mapping[str, Any]) -> None:
    words = sorted({*column.values, *column.also, *allowed.get(column.path, ())})
    if words and len(",".join(words)) <= LISTED_AT_MOST:
        rule = {"validate": "list", "source": words, "error_type": "warning"}
        sheet.data_validation(1, index, height + 200, index, rule)


def _shown(column: Column, row: Mapping[str, Any], digits: Any) -> Any:
    """Return a cell as a file holds it: money in major units, lists joined, instants in UTC."""
    value = row[column.stored]
    if value is None or value == []:
        return None
    if column.kind == "money":
        return Decimal(from_minor(value, digits(row["currency"])))
    if isinstance(value, list):
        return ";".join(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _cell(sheet: "Worksheet", row: int, index: int, value: Any, day: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, index, datetime(value.year, value.month, value.day), day)
    elif isinstance(value, int | Decimal) and len(Decimal(value).normalize().as_tuple().digits) <= EXACT_DIGITS:
        sheet.write_number(row, index, float(value))
    else:
        sheet.write_string(row, index, f"{value:f}" if isinstance(value, Decimal) else str(value))
