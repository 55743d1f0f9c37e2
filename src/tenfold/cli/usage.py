"""Wrong usage in the reader's language: what the argument parser says in English, found by its form."""

import re
from collections.abc import Callable

import typer

Say = Callable[..., str]

# What is told → the form of the parser's sentence about it.
FORMS = {
    "command": re.compile(r"No such command '(?P<seen>.*?)'"),
    "option": re.compile(r"No such option: (?P<seen>\S+)"),
    "missing": re.compile(r"Missing (?:argument|option) '(?P<seen>.*?)'"),
    "extra": re.compile(r"Got unexpected extra argument\S* \((?P<seen>.*)\)"),
    "no_value": re.compile(r"Option '(?P<seen>.*)' requires"),
    "nothing_there": re.compile(r"'(?P<seen>[^']*)' does not exist"),
    "a_file": re.compile(r"'(?P<seen>[^']*)' is a file"),
    "a_folder": re.compile(r"'(?P<seen>[^']*)' is a directory"),
    "one_of": re.compile(r"'(?P<seen>[^']*)' is not one of (?P<expected>.*?)\.?$"),
    "at_most": re.compile(r"'(?P<seen>.*)': Input should be less than or equal to (?P<limit>\S+)"),
    "at_least": re.compile(r"'(?P<seen>.*)': Input should be greater than or equal to (?P<limit>\S+)"),
    "number": re.compile(r"'(?P<seen>.*)': Input should be a valid integer"),
}


def problem(error: Exception, say: Say) -> str:
    """Return what was wrong, by `say` (a message id and its parameters); the parser's own words for a rare form."""
    said = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
    if not said:
        return say("cli.usage.none")
    for name, form in FORMS.items():
        if found := form.search(said):
            return say(f"cli.usage.{name}", **found.groupdict())
    return said
