"""What was left out at import lies beside the facts; whatever somebody made of that file is said, not a crash."""

from pathlib import Path

import polars as pl
import pytest
from tests import small

from tenfold.engine.community import Community
from tenfold.facts.commit import changing
from tenfold.facts.rejects import SCHEMA, put_rejects, read_rejects
from tenfold.terms.errors import Refused


@pytest.mark.parametrize("content", ["", "\n", "source,row,table,reason\n"])
def test_a_file_that_says_nothing_says_that_nothing_was_left_out(tmp_path: Path, content: str) -> None:
    folder = small.write(tmp_path / "small")
    (folder / "rejects.csv").write_text(content)
    assert Community.load(folder).refused == 0


def test_records_left_out_are_counted(tmp_path: Path) -> None:
    (tmp_path / "rejects.csv").write_text("source,row,table,reason\na.csv,2,parties,no name\na.csv,7,parties,\n")
    assert read_rejects(tmp_path).rows() == [("a.csv", 2, "parties", "no name"), ("a.csv", 7, "parties", None)]


def test_what_was_left_out_holds_no_live_formula_and_is_read_as_it_was(tmp_path: Path) -> None:
    left = pl.DataFrame([("=cmd|' /C calc'!A0.csv", 2, "parties", "-1")], schema=SCHEMA, orient="row")
    with changing(tmp_path, "import") as change:
        put_rejects(change, left, [])
    assert (tmp_path / "rejects.csv").read_text("utf-8").splitlines()[1] == "'=cmd|' /C calc'!A0.csv,2,parties,'-1"
    assert read_rejects(tmp_path).equals(left)


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "source\nx\n", 'source,row\n"x'])
def test_another_file_of_that_name_is_refused_with_its_place(tmp_path: Path, content: str) -> None:
    (tmp_path / "rejects.csv").write_text(content)
    with pytest.raises(Refused) as refused:
        read_rejects(tmp_path)
    assert {one.place.file for one in refused.value.complaints} == {"rejects.csv"}
