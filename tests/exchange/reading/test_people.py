"""Lists of people: rows that name only a firm, and the countries that they live in."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.exchange.reading.sheets import Rows, text_file
from tests.exchange.reading.test_reading import Run, empty, facts, folder, names, run

__all__ = ["empty", "folder", "run"]  # fixtures

BOTH: Rows = [
    ["姓名", "公司", "电话", "承诺事项", "国家"],
    ["李雷", "青松资本", "13800138000", "介绍两位专家", "中国"],
    ["", "远山科技", "", "提供试点场地", "CHN"],
    ["", "静海贸易", "", "", "china"],
    ["韩梅", "", "13900139000", "做一次分享", "乌托邦"],
]


def reasons(path: Path) -> list[str]:
    """What a parked copy says in its last column, below the header."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [str(row[-1]) for row in rows[1:] if row[-1]]


@pytest.fixture
def read_twice(run: Run, folder: Path, tmp_path: Path) -> dict[str, object]:
    """What the second of two readings of the list told."""
    path = text_file(tmp_path, "people.csv", BOTH)
    run("import", path, folder, "--yes")
    return run("import", path, folder, "--yes")


def test_the_promise_of_a_row_that_names_only_a_firm_is_the_firms(read_twice: dict[str, object], folder: Path) -> None:
    called = names(folder)
    made = [(called[str(party)], what) for party, what in facts(folder, "commitments", "party", "what")]
    assert sorted(made) == sorted([("李雷", "介绍两位专家"), ("远山科技", "提供试点场地"), ("韩梅", "做一次分享")])


def test_a_country_is_two_letters_and_one_that_is_none_is_told_and_left_out(
    read_twice: dict[str, object], folder: Path
) -> None:
    lives = dict(facts(folder, "parties", "name", "country"))
    wanted = {"李雷": "CN", "青松资本": None, "远山科技": "CN", "静海贸易": "CN", "韩梅": None}
    assert {name: lives[name] for name in wanted} == wanted
    (reason,) = reasons(folder / "people.parked.xlsx")
    assert "乌托邦" in reason


def test_a_new_word_of_a_known_shape_is_told_without_a_map_that_nobody_saw(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    head = ["投资人", "意向金额", "阶段", "日期"]
    first: Rows = [head, ["青松资本", "800万", "意向", "2026-09-01"]]
    then: Rows = [*first, ["蓝天资本", "500万", "喝茶了", "2026-09-08"]]
    run("import", text_file(tmp_path, "first.csv", first), folder, "--yes")
    for language, map_, words in (("zh-Hans", "映射", "请重新导入并回答"), ("en", "map", "answer the question")):
        told = run("import", text_file(tmp_path, f"{language}.csv", then), folder, "--yes", language=language)
        assert told["readings"][0]["known_shape"]
        assert told["parked"] == [f"{language}.parked.xlsx"]
        (reason,) = reasons(folder / f"{language}.parked.xlsx")
        assert words in reason
        assert "喝茶了" in reason
        assert map_ not in reason
