"""What is printed while long work lasts: something on a terminal, nothing anywhere else."""

import io

import pytest
from rich.console import Console

from tenfold.cli.output import Output


def shown(*, terminal: bool, as_json: bool = False, language: str = "en") -> str:
    written = io.StringIO()
    errors = Console(file=written, force_terminal=terminal, width=80)
    with Output(language, as_json, errors=errors).working("cli.working.cycle") as watch:
        watch("rel.strength", 3, 7)
    return written.getvalue()


@pytest.mark.parametrize(("language", "words"), [("en", "Computing"), ("zh-Hans", "正在计算")])
def test_a_terminal_shows_what_is_being_done(language: str, words: str) -> None:
    told = shown(terminal=True, language=language)
    assert words in told
    assert "3/7" in told


def test_no_terminal_and_no_program_is_told() -> None:
    assert shown(terminal=False) == shown(terminal=True, as_json=True) == ""
