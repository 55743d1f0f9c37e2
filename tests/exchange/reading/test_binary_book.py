"""Workbooks in the binary form are read as the others are: hidden sheets named, macros left behind, within limits."""

import io
import zipfile
from pathlib import Path

import pytest
from tests.exchange.reading.binary_book import binary_book

from tenfold.exchange.reading import workbooks
from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.reading import read_file
from tenfold.facts.xlsx import repacked
from tenfold.terms.errors import Refused

ROWS = [["投资方", "阶段", "金额（万元）"], ["青松资本", "尽调", 500.0], ["海棠基金", "签约", 800.0]]


def test_a_binary_workbook_is_read_and_its_hidden_sheet_named(around: Around, tmp_path: Path) -> None:
    path = binary_book(tmp_path / "s.xlsb", {"old": [["投资方"], ["旧机构"]], "S": ROWS}, hidden=["old"])
    found = read_file(path, around, Shelf(()), {})
    assert found.kind == "pipeline"
    assert [(one.why, one.sheet) for one in found.left_out] == [("hidden_sheet", "old")]
    assert sorted(found.found.added["opportunities"]["amount_minor"]) == [500_000_000, 800_000_000]


def test_macros_are_left_behind(tmp_path: Path) -> None:
    path = binary_book(tmp_path / "s.xlsb", {"S": ROWS})
    with zipfile.ZipFile(io.BytesIO(repacked(path.read_bytes(), "s.xlsb", others=True))) as archive:
        assert "xl/vbaProject.bin" not in archive.namelist()


@pytest.mark.parametrize(("most", "is_read"), [(8, False), (9, True), (10, True)])
def test_no_more_cells_are_taken_than_of_other_workbooks(
    most: int, is_read: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = binary_book(tmp_path / "s.xlsb", {"S": ROWS})
    monkeypatch.setattr(workbooks, "CELLS_AT_MOST", most)
    if is_read:
        assert len(workbooks.grids_of_workbook(path.read_bytes(), "s.xlsb")) == 1
        return
    with pytest.raises(Refused) as refused:
        workbooks.grids_of_workbook(path.read_bytes(), "s.xlsb")
    assert refused.value.complaints[0].id == "facts.xlsx.cells"
