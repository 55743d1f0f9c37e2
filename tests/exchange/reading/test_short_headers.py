"""Few columns with short headers, for each kind of sheet: what it is taken for, and which column is what."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.exchange.reading.sheets import text_file

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.kinds import kinds
from tenfold.exchange.reading.reading import Reading, read_file

LISTED = YAML(typ="safe", pure=True).load(Path(__file__).with_name("short_headers.yaml"))
SHEETS = [(kind, sheet) for kind, sheets in LISTED.items() for sheet in sheets]


def parted(text: str) -> list[str]:
    return [cell.strip() for cell in text.split("|")]


def reading_of(rows: list[list[str]], around: Around, folder: Path) -> Reading:
    return read_file(text_file(folder, "s.csv", rows), around, Shelf(()), {})


@pytest.mark.parametrize(("kind", "sheet"), SHEETS, ids=[f"{kind}: {sheet['head']}" for kind, sheet in SHEETS])
def test_a_sheet_of_few_columns_is_taken_for_what_it_is(
    kind: str, sheet: dict[str, Any], around: Around, tmp_path: Path
) -> None:
    slots = dict(cell.rsplit("=", 1) for cell in parted(sheet["head"]))
    found = reading_of([list(slots), *map(parted, sheet["rows"])], around, tmp_path)
    assert (found.kind, {column.name: column.role for column in found.columns}) == (kind, slots)
    assert "kind" not in {question.id for question in found.questions}
    assert not found.found.unread


def test_every_kind_of_sheet_is_among_them() -> None:
    assert set(LISTED) == {kind.name for kind in kinds()}


@pytest.mark.parametrize(
    ("names", "types"),
    [
        (["Ann Lee", "Bob Ray"], ["person", "person"]),
        (["Ann Lee", "Pine Capital"], ["person", "organisation"]),
        (["madonna", "cher"], ["person", "person"]),  # a list of names is of people, where nothing says otherwise
        (["Pine Capital", "Elm Fund"], ["organisation", "organisation"]),
    ],
)
def test_who_stands_under_name_is_told_by_the_names(
    names: list[str], types: list[str], around: Around, tmp_path: Path
) -> None:
    rows = [["Name", "Email"], *([name, f"x{number}@pine.example"] for number, name in enumerate(names))]
    found = reading_of(rows, around, tmp_path)
    parties = found.found.added["parties"].select("name", "type").rows()
    assert sorted(parties) == sorted(zip(names, types, strict=True))
    assert "party.Name" not in {question.id for question in found.questions}


def test_names_that_look_like_neither_are_asked_about_among_organisations(around: Around, tmp_path: Path) -> None:
    found = reading_of([["Name", "Email"], ["madonna", ""], ["Pine Capital", ""]], around, tmp_path)
    assert "party.Name" in {question.id for question in found.questions}


@pytest.mark.parametrize(
    "header", ["成立日期", "出生日期", "入职时间", "Founded", "Date of birth", "Incorporation date"]
)
def test_a_day_of_something_else_dates_no_deal(header: str, around: Around, tmp_path: Path) -> None:
    rows = [["投资方", "阶段", "金额", header], ["青松资本", "尽调", "500万", "2015-06-01"]]
    found = reading_of(rows, around, tmp_path)
    assert {column.name: column.role for column in found.columns}[header] == ""
    assert found.found.added["opportunities"]["precision"].to_list() == ["before"]


@pytest.mark.parametrize("label", ["合计：2人", "合计 2", "Total: 2", "Total 2 records", "共计（2家）"])
def test_a_count_below_the_names_is_nobody(label: str, around: Around, tmp_path: Path) -> None:
    rows = [["姓名", "公司", "电话"], ["李雷", "青松资本", ""], ["韩梅梅", "海棠基金", ""], [label, "", ""]]
    found = reading_of(rows, around, tmp_path)
    assert sorted(found.found.added["parties"]["name"]) == sorted(["李雷", "青松资本", "韩梅梅", "海棠基金"])
    assert [one.row for one in found.left_out] == [4]


@pytest.mark.parametrize(
    ("cells", "slot"),
    [
        (["Partner", "Partner"], "title"),  # one word: rather what they call themselves than a class of members
        (["CEO", "Analyst"], "title"),
        (["Investor", "Advisor"], "class"),
    ],
)
def test_under_role_stands_a_title_unless_the_words_are_classes_of_members(
    cells: list[str], slot: str, around: Around, tmp_path: Path
) -> None:
    rows = [["Name", "Company", "Role"], *([f"Ann Lee{'s' * n}", "Pine Fund", cell] for n, cell in enumerate(cells))]
    found = reading_of(rows, around, tmp_path)
    assert {column.name: column.role for column in found.columns}["Role"] == slot
