"""The picture of the ten: all of them, and an arrow for each hand-off of the house."""

import re
from itertools import combinations
from math import hypot
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.report.test_page import cycle_of

import tenfold.report
from tenfold.engine.cycle import Cycle
from tenfold.engine.registry import TEN
from tenfold.report.hand_offs import ALL, HAND_OFFS, Travelled, picture, travelled
from tenfold.report.words import LANGUAGES, catalogue


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    return cycle_of(tmp_path_factory.mktemp("ten"))


@pytest.mark.parametrize("languages", [["zh-Hans"], ["en"], list(LANGUAGES)])
def test_the_picture_names_all_ten_and_draws_every_hand_off(cycle: Cycle, languages: list[str]) -> None:
    svg = picture(cycle, languages)
    ElementTree.fromstring(svg)  # well formed
    assert all(catalogue(one)[f"report.ten.{name}"] in svg for one in languages for name in TEN)
    assert len(re.findall("<polygon", svg)) == sum(one.target != ALL for one in HAND_OFFS)


def test_on_a_page_the_picture_has_its_colours_and_as_a_file_its_own(cycle: Cycle) -> None:
    tokens = (Path(tenfold.report.__file__).parent / "templates" / "tokens.css").read_text("utf-8")
    for language in LANGUAGES:
        colours = coloured(picture(cycle, [language]))
        assert {"var(--ink)", "var(--accent)", "var(--sheet)"} <= colours
        assert all(re.search(rf"{one.removeprefix('var(').removesuffix(')')}: light-dark", tokens) for one in colours)
    assert all(re.fullmatch("#[0-9a-f]{6}", one) for one in coloured(picture(cycle, list(LANGUAGES))))


def coloured(svg: str) -> set[str]:
    """Every colour of a picture."""
    return set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none"}


def test_hand_offs_lead_from_one_of_the_ten_to_another() -> None:
    assert {one.source for one in HAND_OFFS} <= set(TEN)
    assert {one.target for one in HAND_OFFS} <= {*TEN, ALL}
    assert all(one.source != one.target for one in HAND_OFFS)


def test_every_kind_on_a_way_is_one_that_the_ten_emit() -> None:
    import tenfold.mechanisms

    source = "\n".join(path.read_text("utf-8") for path in Path(tenfold.mechanisms.__path__[0]).rglob("*.py"))
    kinds = {kind.partition(".")[2] for one in HAND_OFFS for kind in one.kinds}
    assert [kind for kind in sorted(kinds) if f'"{kind}"' not in source] == []


def test_only_open_decisions_travel(cycle: Cycle) -> None:
    assert all(one.status in ("proposed", "confirmed") for way in travelled(cycle) for one in way.decisions)


def test_the_numbers_of_the_arrows_stand_apart_even_when_every_way_is_travelled(
    cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [Travelled(one, cycle.decisions[:1]) for one in HAND_OFFS]
    monkeypatch.setattr("tenfold.report.hand_offs.travelled", lambda cycle: every)
    svg = picture(cycle, ["en"])
    found = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="(\d+)"', svg)
    circles = [(float(x), float(y)) for x, y, _ in found]
    assert len(circles) == sum(one.target != ALL for one in HAND_OFFS)
    apart = min(hypot(a - c, b - d) for (a, b), (c, d) in combinations(circles, 2))
    radius = int(found[0][2])
    assert apart > 2 * radius + 4
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    assert all(radius < x < width - radius and radius < y < height - radius for x, y in circles)
