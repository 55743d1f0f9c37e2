"""The commands of the application: serve it, bring its tables up to date, archive, back up, restore, examine."""

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from tenfold.cli.options import FOUND, output_of
from tenfold.terms.errors import Complaint, Refused

PORT = 8000
HOME = Path.home() / ".tenfold"
LOOPBACK = "127.0.0.1"
Home = Annotated[Path, typer.Option("--home", envvar="TENFOLD_HOME", show_envvar=False)]
ArchivedName = Annotated[str, typer.Argument(metavar="COMMUNITY")]
Archive = Annotated[Path, typer.Argument(metavar="DIR")]
BackupFile = Annotated[Path, typer.Argument(metavar="FILE.zip")]


class Part(StrEnum):
    """What may be served alone."""

    PAGES = "pages"
    ENGINES = "engines"


def serve(
    context: typer.Context,
    home: Home = HOME,
    host: Annotated[str, typer.Option("--host")] = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = PORT,
    demo: Annotated[Path | None, typer.Option("--demo", metavar="DIR")] = None,
    only: Annotated[Part | None, typer.Option("--only")] = None,
) -> None:
    """Serve the application until interrupted."""
    needs_packages()
    source = context.get_parameter_source("home")
    if demo is not None and source is not None and source.name == "COMMANDLINE":
        raise Refused([Complaint("site.demo_home", params={"seen": str(home)})])
    from tenfold.web.site.serving import DEMO_HOME, Wanted, serve_at

    output = output_of(context)
    place = home if demo is None else demo / DEMO_HOME
    with output.working("cli.working.serve"):
        serving = serve_at(place, Wanted(host, port, demo, only))
    if only is not Part.ENGINES:
        output.line("cli.serve.open", address=f"{host}:{port}")
    raise typer.Exit(serving())


def upgrade(context: typer.Context, home: Home = HOME) -> None:
    """Bring the tables of the database up to this version."""
    needs_packages()
    from tenfold.web.site.serving import at_home, prepare

    at_home(home)
    prepare(None)
    output_of(context).line("cli.upgrade.done")


def backup(context: typer.Context, file: BackupFile, home: Home = HOME) -> None:
    """Write everything of an installation into one file, while it runs."""
    needs_packages()
    from tenfold.web.site.serving import look_at_home

    look_at_home(home)
    from tenfold.web.site.backups import backup as make

    output = output_of(context)
    with output.working("cli.working.backup"):
        made = make(file)
    output.result({"rows": made.rows, "heads": made.heads, "made_at": made.made_at})
    output.line("cli.backup.done", file=file, rows=made.rows, communities=len(made.heads))
    for name, (sequence, head) in made.heads.items():
        output.line("cli.backup.head", community=name, entries=sequence, head=head)


def restore(context: typer.Context, file: BackupFile, home: Home = HOME) -> None:
    """Bring a backup back into an empty database."""
    needs_packages()
    from tenfold.web.site.serving import at_home

    at_home(home)
    from tenfold.web.site.backups import restore as bring

    output = output_of(context)
    with output.working("cli.working.restore"):
        found = bring(file)
    output.result({"rows": found.rows, "heads": found.heads, "made_at": found.made_at})
    output.line("cli.restore.done", rows=found.rows, communities=len(found.heads), made_at=found.made_at)


def archive(context: typer.Context, archived: ArchivedName, directory: Archive, home: Home = HOME) -> None:
    """Write one community as a folder that an auditor checks without the installation."""
    needs_packages()
    from tenfold.web.site.serving import look_at_home

    look_at_home(home)
    from tenfold.web.site.archives import archive as write

    output = output_of(context)
    with output.working("cli.working.archive"):
        newest = write(archived, directory)
    output.result({"entries": newest.sequence, "head": newest.hash})
    output.line("cli.archive.done", folder=quote(str(directory)), entries=newest.sequence, head=newest.hash)


def doctor(context: typer.Context, home: Home = HOME) -> None:
    """Say what may be wrong with an installation, and what to do about it."""
    needs_packages()
    from tenfold.web.site.serving import look_at_home

    look_at_home(home)
    from tenfold.web.site.doctor import examined

    output = output_of(context)
    found = examined()
    wrong = [one.problem for one in found if one.problem is not None]
    output.result({"checked": [one.checked for one in found], "problems": [one.id for one in wrong]})
    for one in found:
        output.line("cli.doctor.well" if one.problem is None else "cli.doctor.ill", what=output.say(one.checked))
    if not output.as_json:
        output.notes(wrong)
    if any(not one.warning for one in wrong):
        raise typer.Exit(FOUND)


def needs_packages() -> None:
    """Refuse where the application's packages are not installed."""
    if find_spec("django") is None:
        raise Refused([Complaint("cli.serve.packages")])


COMMANDS = {
    "serve": serve,
    "upgrade": upgrade,
    "archive": archive,
    "backup": backup,
    "restore": restore,
    "doctor": doctor,
}
