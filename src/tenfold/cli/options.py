"""Arguments and options that several commands share; their help is found by name in the catalogue."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tenfold.cli.output import Output

if TYPE_CHECKING:  # the engine is imported by the commands that need it: help must not wait for it
    from tenfold.engine.community import Community, Moment
    from tenfold.engine.cycle import Cycle
    from tenfold.report.kept_today import Today

FOUND = 3  # exit code: a check found something
OUT = "out"  # where in its folder the files of a cycle are written


def tell_left(output: Output, folder: Path) -> None:
    """Finish or drop what a killed run left in a community folder or its `out`, and say so."""
    from tenfold.facts.commit import recover

    for left in (recover(folder), recover(folder / OUT)):
        if left:
            output.notes(left)


def _settled(context: typer.Context, folder: Path) -> Path:
    """Return the folder, after what a killed run left there was settled."""
    if not context.resilient_parsing:
        tell_left(output_of(context), folder)
    return folder


def output_of(context: typer.Context) -> Output:
    """Return where a command prints."""
    output: Output = context.obj
    return output


Folder = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, callback=_settled)]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="T")]
KnownAt = Annotated[str | None, typer.Option("--known-at", metavar="T")]
CharterFile = Annotated[Path | None, typer.Option("--charter", metavar="FILE", exists=True, dir_okay=False)]


def loaded(folder: Path, as_of: str | None, known_at: str | None) -> "tuple[Community, Moment]":
    """Return the community of a folder and the moment asked for."""
    from tenfold.engine.community import Community, read_moment

    community = Community.load(folder)
    zone = community.rulebook.newest.charter.timezone
    moment = community.moment(
        read_moment(as_of, zone) if as_of else None,
        read_moment(known_at, zone, "--known-at") if known_at else None,
    )
    return community, moment


def kept_today(context: typer.Context, folder: Path, as_of: str | None, known_at: str | None) -> "Today | None":
    """Return the day's list that the folder's cycle kept, unless another moment is asked for."""
    from tenfold.report.kept_today import kept

    return None if as_of or known_at else kept(folder, folder / OUT, output_of(context).language, datetime.now(UTC))


def moment_of(context: typer.Context, folder: Path, id: str, as_of: str | None, known_at: str | None) -> str | None:
    """Return the instant to look from: a row of a kept list is one of its moment."""
    from tenfold.engine.asked import is_row

    found = kept_today(context, folder, as_of, known_at) if is_row(id) else None
    return found.as_of if found else as_of


def cycled(context: typer.Context, folder: Path, as_of: str | None, known_at: str | None) -> "Cycle":
    """Return the cycle of a folder at the moment asked for."""
    from tenfold.engine.cycle import run

    with output_of(context).working("cli.working.cycle") as watch:
        return run(*loaded(folder, as_of, known_at), watch=watch)
