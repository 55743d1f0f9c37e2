"""What the argument parser says in English, in the reader's language: wrong usage, and its own words in help."""

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


# What is told → what the parser writes into a help text by itself.
OWN = {
    "usage": re.compile(r"^Usage:", re.MULTILINE),
    "arguments": re.compile(r"^Arguments:$", re.MULTILINE),
    "options": re.compile(r"^Options:$", re.MULTILINE),
    "commands": re.compile(r"^Commands:$", re.MULTILINE),
    "help": re.compile(r"Show this message and exit\."),
    "required": re.compile(r"(?<=\[)required(?=\])"),
    "default": re.compile(r"(?<=\[)default:(?=\s)"),
}


def helping(text: str, say: Say) -> str:
    """Return a help text with the parser's own words in the language of `say`."""
    for name, form in OWN.items():
        text = form.sub(say(f"cli.parser.{name}"), text)
    return text


def problem(error: Exception, say: Say) -> str:
    """Return what was wrong, by `say` (a message id and its parameters); the parser's own words for a rare form."""
    said = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
    if not said:
        return say("cli.usage.none")
    for name, form in FORMS.items():
        if found := form.search(said):
            return say(f"cli.usage.{name}", **found.groupdict())
    return said
