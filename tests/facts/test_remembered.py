"""What a big file adds to the digest is remembered as long as nothing that it depends on is another."""

import json
from pathlib import Path

import polars as pl
import pytest
from tests import small

from tenfold.engine.community import Community
from tenfold.facts import digest as hashing
from tenfold.facts import remembered
from tenfold.facts.commit import changing
from tenfold.facts.declaration import Table
from tenfold.facts.digest import digest
from tenfold.facts.remembered import NAME, Read, digest_kept


def told(folder: Path, community: Community | None = None) -> str:
    """The digest of a folder's facts, with what was kept beside it."""
    known = community or Community.load(folder)
    charters = [charter.sha256 for charter in known.rulebook.charters]
    with changing(folder / "out", "cycle") as change:
        said = digest_kept(known.facts, Read(folder, known.files, charters), change)
    assert said == digest(known.facts)
    return said


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(remembered, "FROM", 10)
    return small.write(tmp_path / "small", "parquet")


def kept(folder: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = json.loads((folder / "out" / NAME).read_text("utf-8"))
    return found


def test_rows_of_a_big_file_are_hashed_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told(folder)
    hashed: list[str] = []

    def noted(table: Table, rows: pl.DataFrame) -> int:
        hashed.append(table.name)
        return 0

    monkeypatch.setattr(hashing, "_sum", noted)
    community = Community.load(folder)
    charters = [charter.sha256 for charter in community.rulebook.charters]
    with changing(folder / "out", "cycle") as change:
        digest_kept(community.facts, Read(folder, community.files, charters), change)
    assert "interactions" not in hashed
    assert "parties" in hashed  # few rows
    monkeypatch.undo()
    assert told(folder) == first


def test_another_content_is_another_sum(folder: Path) -> None:
    first, names = told(folder), kept(folder)
    rows = small.rows()
    rows["interactions"] = rows["interactions"][:-1]
    small.write(folder, "parquet", given=rows)
    assert told(folder) != first
    assert not names.keys() & kept(folder).keys()


def test_a_file_that_changed_after_it_was_read_lends_its_name_to_nothing(folder: Path) -> None:
    community = Community.load(folder)
    rows = small.rows()
    rows["interactions"] = rows["interactions"][:-1]
    small.write(folder, "parquet", given=rows)
    told(folder, community)
    assert not (folder / "out" / NAME).exists()
    told(folder)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 3}', '{"x": [1]}'])
def test_what_cannot_be_read_is_as_if_nothing_was_kept(folder: Path, content: str) -> None:
    first = told(folder)
    (folder / "out" / NAME).write_text(content, encoding="utf-8")
    assert told(folder) == first
