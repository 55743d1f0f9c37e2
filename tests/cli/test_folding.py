"""Where lines end in a narrow column: never between a number and its sign, nor before a mark that closes."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from tenfold.cli.folding import folded
from tenfold.cli.output import Output


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("82\u00a0% now → 96\u00a0% if they pay", 14, ["82\u00a0% now →", "96\u00a0% if they", "pay"]),
        ("融资处于“书面承诺”", 10, ["融资处于", "“书面承诺”"]),
        ("本轮目标的概率：现在", 14, ["本轮目标的概", "率：现在"]),
        ("已有 12 天没有互动", 7, ["已有", "12 天没", "有互动"]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("extraordinary", 5, ["extra", "ordin", "ary"]),
        ("first\nsecond", 20, ["first", "second"]),
        ("", 5, [""]),
    ],
)
def test_a_line_ends_where_people_end_one(text: str, width: int, lines: list[str]) -> None:
    assert folded(text, width) == lines


@pytest.mark.parametrize("width", range(20, 90))
def test_a_table_keeps_numbers_and_signs_together_however_narrow(width: int) -> None:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    row = ["Nordvik Grid", "谈：融资处于“书面承诺”", "82\u00a0% now → 96\u00a0% if they pay"]
    Output("en", console=console).table("cli.today.title", ["cli.today.whom", "cli.today.what", "cli.today.why"], [row])
    lines = console.file.getvalue().splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert "96\u00a0%" in "\n".join(lines)
