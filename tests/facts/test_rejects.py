"""What was left out at import lies beside the facts; whatever somebody made of that file is said, not a crash."""

from pathlib import Path

import pytest
from tests import small

from tenfold.engine.community import Community
from tenfold.facts.rejects import read_rejects
from tenfold.terms.errors import Refused


@pytest.mark.parametrize("content", ["", "\n", "source,row,table,reason\n"])
def test_a_file_that_says_nothing_says_that_nothing_was_left_out(tmp_path: Path, content: str) -> None:
    folder = small.write(tmp_path / "small")
    (folder / "rejects.csv").write_text(content)
    assert Community.load(folder).refused == 0


def test_records_left_out_are_counted(tmp_path: Path) -> None:
    (tmp_path / "rejects.csv").write_text("source,row,table,reason\na.csv,2,parties,no name\na.csv,7,parties,\n")
    assert read_rejects(tmp_path).rows() == [("a.csv", 2, "parties", "no name"), ("a.csv", 7, "parties", None)]


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "source\nx\n", 'source,row\n"x'])
def test_another_file_of_that_name_is_refused_with_its_place(tmp_path: Path, content: str) -> None:
    (tmp_path / "rejects.csv").write_text(content)
    with pytest.raises(Refused) as refused:
        read_rejects(tmp_path)
    assert {one.place.file for one in refused.value.complaints} == {"rejects.csv"}
