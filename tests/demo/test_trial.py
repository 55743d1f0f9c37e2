"""A charter is tried on the demo: what changes for whom is said, and the community's own files stay as they are."""

import json
from pathlib import Path

import pytest
from tests.night import NIGHT

from tenfold.cli.app import main

SAID = [("zh-Hans", "未生效"), ("en", "not in force")]


@pytest.mark.parametrize(("language", "words"), SAID if NIGHT else SAID[:1])
def test_a_tried_charter_says_who_gains_and_who_loses(
    folder: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(language, ["cycle", str(folder), "--charter", str(folder / "cap20.yaml")]) == 0
    told = capsys.readouterr().out
    assert words in told
    assert "−¥20,852.15" in told
    assert "+¥59,575.17" in told


def test_it_leaves_the_own_cycle_alone_and_marks_its_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("en", ["cycle", str(folder)]) == 0
    before = {path.name: path.read_bytes() for path in (folder / "out").iterdir()}
    capsys.readouterr()
    assert main("en", ["cycle", str(folder), "--charter", str(folder / "cap20.yaml"), "--json"]) == 0
    trial = json.loads(capsys.readouterr().out)["trial"]
    moved = [one["after"] - one["before"] for one in trial["pools"]["h1-2026"]]
    assert sum(moved) == 0
    assert sum(one for one in moved if one < 0) == -140_852_15
    assert trial["other"]
    assert {path.name: path.read_bytes() for path in (folder / "out").iterdir()} == before
    reports = [(folder / out / "report.html").read_text("utf-8") for out in ("out", "out-cap20")]
    assert ['class="tried"' in report for report in reports] == [False, True]
