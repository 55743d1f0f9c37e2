"""A register of shareholders proposes who belongs with whom; people in charge of compliance confirm it."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.exchange.reading.sheets import Rows, text_file
from tests.exchange.reading.test_reading import Run, empty, facts, folder, names, run

from tenfold.exchange.reading.community import Around
from tenfold.exchange.reading.keep import Shelf
from tenfold.exchange.reading.owned import names_several
from tenfold.exchange.reading.reading import Reading, read_file

__all__ = ["empty", "folder", "run"]  # fixtures

OTHERS: dict[str, Rows] = {
    "zh": [
        ["被投资公司", "股东名称", "持股比例（%）", "实际控制人", "一致行动人", "被代持人"],
        ["海棠基金管理有限公司", "青松资本管理有限公司", "60", "张伟", "无", ""],
        ["海棠基金管理有限公司", "李雷", "24.5", "李雷", "", "韩梅"],
        ["远山科技有限公司", "海棠基金管理有限公司", "30", "", "云杉创业投资有限公司", ""],
    ],
    "en": [
        ["Investee", "Shareholder", "% ownership", "Ultimate controller", "Acting in concert with", "Beneficial owner"],
        ["海棠基金管理有限公司", "青松资本管理有限公司", "60%", "张伟", "n/a", ""],
        ["海棠基金管理有限公司", "李雷", "24.5%", "李雷", "", "韩梅"],
        ["远山科技有限公司", "海棠基金管理有限公司", "30%", "", "云杉创业投资有限公司", ""],
    ],
}
LINKS = [
    ("海棠基金管理有限公司", "acts_in_concert", "云杉创业投资有限公司", None),
    ("李雷", "nominee_for", "韩梅", None),
    ("张伟", "controls", "青松资本管理有限公司", None),
    ("李雷", "owns", "海棠基金管理有限公司", "0.245"),
    ("海棠基金管理有限公司", "owns", "远山科技有限公司", "0.3"),
    ("青松资本管理有限公司", "owns", "海棠基金管理有限公司", "0.6"),
]


def linked(folder: Path) -> set[tuple[str | None, ...]]:
    called = names(folder)
    rows = facts(folder, "group_links", "party", "relation", "other", "share")
    return {(called[str(party)], relation, called[str(other)], share) for party, relation, other, share in rows}


def read(tmp_path: Path, around: Around, rows: Rows) -> Reading:
    return read_file(text_file(tmp_path, "s.csv", rows), around, Shelf(()), {})


@pytest.mark.parametrize("language", OTHERS)
def test_a_table_of_shares_in_others_proposes_links(language: str, folder: Path, tmp_path: Path, run: Run) -> None:
    path = text_file(tmp_path, "s.csv", OTHERS[language])
    told = run("import", path, folder, "--yes")["readings"][0]
    assert told["kind"] == "captable"
    assert linked(folder) == set(LINKS), "nobody controls oneself, and 无 is nobody"
    assert facts(folder, "holdings", "party") == [], "they are no shares in us"
    assert run("import", path, folder, "--yes")["written"] is None, "the same table again says nothing new"


def test_a_link_counts_once_compliance_confirms_it(folder: Path, tmp_path: Path, run: Run) -> None:
    run("import", text_file(tmp_path, "s.csv", OTHERS["en"]), folder, "--yes")
    recorded = {who for (who,) in facts(folder, "group_links", "recorded_by")}
    assert all(str(who).startswith("import:") for who in recorded), "an import is nobody of compliance"


def test_a_changed_share_is_the_next_state_of_its_link(folder: Path, tmp_path: Path, run: Run) -> None:
    rows = [["被投资公司", "股东名称", "持股比例（%）", "登记日"], ["远山科技有限公司", "青松资本", "30", "2026-01-05"]]
    run("import", text_file(tmp_path, "a.csv", rows), folder, "--yes")
    rows[1][2:] = ["20", "2026-10-05"]
    told = run("import", text_file(tmp_path, "b.csv", rows), folder, "--yes", language="en")["readings"][0]
    assert told["preview"]["samples"] == ["青松资本 – 远山科技有限公司: owns 20 %, to be confirmed (30 % → 20 %)"]
    assert [share for (share,) in facts(folder, "group_links", "share")] == ["0.3", "0.2"]


def test_shares_in_the_project_itself_join_nobody_with_it(folder: Path, tmp_path: Path, run: Run) -> None:
    project = names(folder)["project"]
    rows = [
        ["被投资公司", "股东名称", "持股数", "持股比例（%）", "登记日"],
        [project, "青松资本", "6000", "60", "2026-01-05"],
        ["远山科技有限公司", "青松资本", "100", "40", "2026-01-05"],
    ]
    run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes")
    assert [units for (units,) in facts(folder, "holdings", "units")] == ["6000"]
    assert linked(folder) == {("青松资本", "owns", "远山科技有限公司", "0.4")}


def proposed(told: dict[str, Any]) -> dict[str, str]:
    return {one["id"]: one["proposed"] for one in told["readings"][0]["questions"]}


TITLES = ["海棠基金管理有限公司股东名册（2026年11月）", "Register of members: 海棠基金管理有限公司"]


@pytest.mark.parametrize("title", TITLES)
def test_whose_register_it_is_is_asked_where_its_title_alone_names_another_company(
    title: str, folder: Path, tmp_path: Path, run: Run
) -> None:
    rows = [
        [title, "", ""],
        ["股东名称", "持股数", "持股比例（%）"],
        ["青松资本", "6000", "60"],
        ["李雷", "4000", "40"],
    ]
    path = text_file(tmp_path, "s.csv", rows)
    assert proposed(run("import", path, folder))["company"] == "us", "the project may be called so in its register"
    project = folder / "facts" / "parties.csv"
    project.write_text(project.read_text("utf-8").replace(names(folder)["project"], "远山储能科技有限公司"), "utf-8")
    assert proposed(run("import", path, folder))["company"] == "title"
    run("import", path, folder, "--yes")
    assert facts(folder, "holdings", "units") == [], "they are no shares in us"
    assert linked(folder) == {
        ("青松资本", "owns", "海棠基金管理有限公司", "0.6"),
        ("李雷", "owns", "海棠基金管理有限公司", "0.4"),
    }


def test_a_register_under_the_projects_own_name_or_under_none_is_ours(folder: Path, tmp_path: Path, run: Run) -> None:
    project = names(folder)["project"]
    for title in (f"{project}股东名册", "股东名册（2026年11月）"):
        rows = [[title, ""], ["股东名称", "持股数"], ["青松资本", "6000"], ["李雷", "4000"]]
        told = run("import", text_file(tmp_path, "s.csv", rows), folder)["readings"][0]
        assert "company" not in {one["id"] for one in told["questions"]}
        assert told["preview"]["counts"]["holdings"] == {"new": 2}
        assert any("按本项目的股份读取" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("header", "cells", "shares"),
    [
        ("持股比例", ["60%", "0.5%"], ["0.6", "0.005"]),
        ("持股比例（%）", ["0.6", "0.5"], ["0.006", "0.005"]),
        ("持股比例", ["0.6", "0.4"], ["0.6", "0.4"]),
        ("持股比例", ["60", "0.4"], ["0.6", "0.004"]),  # some bare number is above one: all are percents
        ("持股比例", ["1", "0.4"], ["1", "0.4"]),
        ("持股比例", ["100", "33.3333"], ["1", "0.333333"]),
    ],
)
def test_a_share_is_a_part_of_one(
    header: str, cells: list[str], shares: list[str], folder: Path, tmp_path: Path, run: Run
) -> None:
    rows = [
        ["被投资公司", "股东名称", header],
        ["甲有限公司", "青松资本", cells[0]],
        ["乙有限公司", "青松资本", cells[1]],
    ]
    run("import", text_file(tmp_path, "s.csv", rows), folder, "--yes")
    assert sorted(str(share) for _, _, _, share in linked(folder)) == sorted(shares)


@pytest.mark.parametrize("cell", ["101%", "0%", "about half", "-5%"])
def test_what_is_no_share_is_parked(cell: str, around: Around, tmp_path: Path) -> None:
    rows = [["被投资公司", "股东名称", "持股比例"], ["甲有限公司", "青松资本", "30%"], ["乙有限公司", "青松资本", cell]]
    reading = read(tmp_path, around, rows)
    assert [(one.id, one.place.row) for one in reading.found.complaints()] == [("maps.not_answered", 3)]
    assert reading.found.added["group_links"].height == 1


def test_a_cell_with_several_names_links_nobody_and_says_so(around: Around, tmp_path: Path) -> None:
    rows = [["股东名称", "持股数", "一致行动人", "登记日"], ["李雷", "500", "张伟、韩梅", "2026-01-05"]]
    reading = read(tmp_path, around, rows)
    assert "group_links" not in reading.found.added
    assert [one.params["cell"] for one in reading.notes if one.id == "reading.says.several"] == ["张伟、韩梅"]
    assert reading.found.added["holdings"].height == 1, "the rest of the row is taken"


@pytest.mark.parametrize("text", ["张伟、李雷", "Pine Capital; Elm Fund", "Ann Lee and Bob Ray", "甲公司，乙公司"])
def test_several_names_are_told(text: str) -> None:
    assert names_several(text)


@pytest.mark.parametrize("text", ["Pine Capital, LLC", "Elm & Co. KG", "海棠基金", "无", "n/a", "Smith, Inc."])
def test_a_legal_form_is_no_second_name(text: str) -> None:
    assert not names_several(text)


def test_a_column_that_asks_whether_names_nobody(around: Around, tmp_path: Path) -> None:
    rows = [["股东名称", "持股数", "是否一致行动人", "登记日"], ["李雷", "500", "是", "2026-01-05"]]
    reading = read(tmp_path, around, rows)
    assert "group_links" not in reading.found.added
    assert "是" not in reading.found.added["parties"].select(pl.col("name").implode())["name"][0].to_list()
