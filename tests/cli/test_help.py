"""Every help text shows a real example."""

import re
from collections.abc import Iterator
from pathlib import Path
from shlex import split

import pytest
import typer

from tenfold.cli.app import application, main
from tenfold.report.words import LANGUAGES, catalogue

EXAMPLE = re.compile(r"tenfold [a-z][^，。]*?(?=, or |，或|$)")
FOLDERS = ("mine", "exported")
ROOT = typer.main.get_command(application())


def _commands(group: typer.core.TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        yield f"{path}.{name}"
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, f"{path}.{name}")


PATHS = ["cli.help", *_commands(ROOT, "cli.help")]


def _parse(words: list[str]) -> None:
    """Let the command line read its words; it raises for what it does not take."""
    command, parent = ROOT, None
    while isinstance(command, typer.core.TyperGroup):
        parent = command.make_context("tenfold", words[:1], parent=parent)
        command, words = command.commands[words[0]], words[1:]
    command.make_context("tenfold", words, parent=parent)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_help_text_shows_an_example_that_the_command_line_takes(
    path: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FOLDERS:
        (tmp_path / name).mkdir()
    examples = EXAMPLE.findall(catalogue(language)[path])
    assert examples
    for example in examples:
        for name in re.findall(r"\b[a-z]+\.(?:yaml|zip|xlsx)\b", example):
            (tmp_path / name).touch()
        _parse(split(example)[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_commands_says_one_whole_sentence_of_each(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(language, ["--help"])
    listed = capsys.readouterr().out.rpartition("\n\n")[2]
    assert "..." not in listed
    assert not re.search("For example|例如", listed)
