"""A workbook that people edited, brought into communities that keep their facts in other ways."""

from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from tests import small
from xlsxwriter import Workbook

from tenfold.engine.community import Community
from tenfold.exchange.workbook import export_workbook, import_workbook


def edited(book: Path, to: Path) -> Path:
    """Write a copy of a workbook in which one member has another name and one more joined."""
    with Workbook(to, {"strings_to_formulas": False}) as copy:
        for name in CalamineWorkbook.from_path(book).sheet_names:
            rows = CalamineWorkbook.from_path(book).get_sheet_by_name(name).to_python(skip_empty_area=False)
            if name == "parties":
                rows = [["Lin Xi" if cell == "lin" and place == rows[0].index("name") else cell
                         for place, cell in enumerate(row)] for row in rows]  # fmt: skip
                rows.append(["anew" if title in ("fact", "party", "name") else cell
                             for title, cell in zip(rows[0], rows[1], strict=True)])  # fmt: skip
            sheet = copy.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return to


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_what_people_edited_enters_once_whatever_the_facts_are_kept_in(tmp_path: Path, form: str) -> None:
    folder = small.write(tmp_path / "small", form)
    before = Community.load(folder)
    book = tmp_path / "book.xlsx"
    export_workbook(before, book, "en")
    counts = import_workbook(edited(book, tmp_path / "edited.xlsx"), folder)
    assert {name: states for name, states in counts.items() if states["new"] or states["changed"]} == {
        "parties": {"new": 1, "changed": 1, "same": 5}
    }
    after = Community.load(folder)
    assert after.facts.count == before.facts.count + 2
    named = after.facts.tables["parties"].filter(pl.col("party") == "lin")
    assert sorted(named["name"]) == ["Lin Xi", "lin"]
    if form == "xlsx":  # what the community keeps in its workbook stays there, and there alone
        assert pl.read_csv(folder / "facts/parties.csv").height == 2
    assert import_workbook(tmp_path / "edited.xlsx", folder)["parties"] == {"new": 0, "changed": 0, "same": 7}
