"""The tutorial runs as it is written, in both languages."""

import re
import shlex
from pathlib import Path

import pytest

from tenfold.cli.app import main

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("page", "language"), [("first-decision.md", "en"), ("first-decision.zh.md", "zh-Hans")])
def test_every_command_of_the_tutorial_works(
    page: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "docs" / "tutorial" / page).read_text(encoding="utf-8")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^    tenfold (.*)$", text, re.MULTILINE)
    assert len(commands) >= 8
    for command in commands:
        if "stricter.yaml" in command and not Path("stricter.yaml").exists():
            charter = Path("tutorial/charter.yaml").read_text(encoding="utf-8")
            assert "angel: 45d" in charter
            Path("stricter.yaml").write_text(charter.replace("angel: 45d", "angel: 25d"), encoding="utf-8")
        assert main(language, shlex.split(command)) == 0, command
    out = capsys.readouterr().out
    assert "Nordvik Grid" in out
    assert "[rel.overdue:p000001]" in out, "the page tells the reader to ask for it"
    before, after = (
        Path("tutorial", name, "decisions.jsonl").read_text(encoding="utf-8") for name in ("out", "stricter")
    )
    due_before, due_after = (set(re.findall(r"touch_due:(\w+)", text)) for text in (before, after))
    assert due_after - due_before == {"p000002"}, "the page says that 周明远 is due too"
    parties = Path("tutorial/facts/parties.csv").read_text(encoding="utf-8")
    assert "organisation,Nordvik Grid" in parties
