"""The commands joined to one application, with its help in one language, and the exit codes."""

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, redirect_stdout
from errno import errorcode
from io import StringIO

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from tenfold.cli import charters, community, files, reading, serving, users, why
from tenfold.cli.output import Output
from tenfold.cli.usage import helping, problem
from tenfold.report.words import catalogue, say
from tenfold.terms.errors import Complaint, Place, Refused

DONE, REFUSED, USAGE = 0, 1, 2  # and 3, given by the command itself: a check found something
JSON, HELP = "--json", "--help"
SENTENCE_END = re.compile(r"(?<=\.) |(?<=。)")


def application() -> typer.Typer:
    """Return the application, its help not yet in any language."""
    app = typer.Typer(name="tenfold", no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    for module in (community, why, files, reading, serving):
        for name, function in module.COMMANDS.items():
            app.command(name)(function)
    app.command("schema")(charters.schema)
    charter = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    charter.command("diff")(charters.diff)
    charter.command("test")(charters.test)
    app.add_typer(charter, name="charter")
    user = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    for name, function in users.COMMANDS.items():
        user.command(name)(function)
    app.add_typer(user, name="user")
    return app


def localised(command: TyperCommand | TyperGroup, language: str, path: str = "cli.help") -> None:
    """Put the words of one language into the help of a command, its options and the commands below it."""
    command.help = say(language, path)
    command.short_help = SENTENCE_END.split(command.help, maxsplit=1)[0]
    for parameter in command.params:
        if isinstance(parameter, TyperOption) and parameter.name != "help":
            parameter.help = say(language, f"cli.option.{parameter.name}")
        elif isinstance(parameter, TyperArgument):
            parameter.help = say(language, f"cli.argument.{parameter.name}")
    if isinstance(command, TyperGroup):
        for name, below in command.commands.items():
            if isinstance(below, TyperCommand | TyperGroup):
                localised(below, language, f"{path}.{name}")


def _of_the_system(error: OSError, language: str) -> Complaint:
    """Return the complaint about what the system refused; in its own words where the catalogue has none."""
    place = Place(file=str(error.filename)) if error.filename else Place()
    id = f"system.{errorcode.get(error.errno or 0)}"
    if id in catalogue(language):
        return Complaint(id, place)
    return Complaint("cli.system", place, {"reason": error.strerror or str(error)})


@contextmanager
def _help_in(output: Output, given: Sequence[str]) -> Iterator[None]:
    """Print what is asked for; of a help text the parser's own words too in the reader's language."""
    told = StringIO()
    with redirect_stdout(told) if HELP in given else nullcontext():
        yield
    sys.stdout.write(helping(told.getvalue(), output.say))


def main(language: str, arguments: Sequence[str]) -> int:
    """Run one command; return its exit code: 0 done, 1 input refused, 2 wrong usage, 3 a check found something."""
    output = Output(language, as_json=JSON in arguments)
    command = typer.main.get_command(application())
    if isinstance(command, TyperGroup):
        localised(command, language)
    given = [argument for argument in arguments if argument != JSON]
    try:
        with _help_in(output, given):
            code = command.main(given, prog_name="tenfold", standalone_mode=False, obj=output)
    except Refused as refusal:
        output.complaints(refusal.complaints)
        return REFUSED
    except OSError as error:  # a full disk, a folder that is not there or not ours
        output.complaints([_of_the_system(error, output.language)])
        return REFUSED
    except typer.TyperException as error:
        output.errors.print(output.say("cli.usage", problem=problem(error, output.say)), markup=False)
        return USAGE
    except typer.Abort:
        return USAGE
    return code if isinstance(code, int) else DONE
