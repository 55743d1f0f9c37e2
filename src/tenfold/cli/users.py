"""The commands about who can sign in: add, link, close, list. No password ever stands on a command line."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from tenfold.cli.options import output_of
from tenfold.cli.serving import HOME, Home, needs_packages

Address = Annotated[str, typer.Argument(metavar="EMAIL")]


def add(
    context: typer.Context,
    email: Address,
    home: Home = HOME,
    community: Annotated[str | None, typer.Option("--community", metavar="NAME")] = None,
    party: Annotated[str | None, typer.Option("--party", metavar="KEY")] = None,
) -> None:
    """Print a link with which an account begins."""
    _made_ready(home)
    from tenfold.web.site import users

    output = output_of(context)
    address = users.add(email, output.language, community, party)
    output.result({"link": address})
    output.line("cli.user.link", address=address)
    output.hint("cli.user.once")


def link(
    context: typer.Context,
    email: Address,
    home: Home = HOME,
    forget: Annotated[bool, typer.Option("--forget-second-factors")] = False,
) -> None:
    """Print a link with which an account gets a new password."""
    _made_ready(home)
    from tenfold.web.site import users

    output = output_of(context)
    address = users.link(email, forget=forget)
    output.result({"link": address})
    output.line("cli.user.link", address=address)
    output.hint("cli.user.new_password")


def close(context: typer.Context, email: Address, home: Home = HOME) -> None:
    """End an account at once."""
    _made_ready(home)
    from tenfold.web.site import users

    output = output_of(context)
    users.close(email)
    output.result({"closed": email})
    output.line("cli.user.closed", email=email)


def listed(context: typer.Context, home: Home = HOME) -> None:
    """List the accounts."""
    _made_ready(home)
    from tenfold.web.site import users

    output = output_of(context)
    found = users.listed()
    output.result([{name: getattr(one, name) for name in one.__slots__} for one in found])
    yes, no = output.say("cli.user.yes"), "–"
    rows = [
        (
            one.email,
            yes if one.active else no,
            yes if one.second else no,
            output.say("report.comma").join(one.communities),
        )
        for one in found
    ]
    columns = [f"cli.user.column.{name}" for name in ("email", "active", "second", "communities")]
    output.table("cli.user.title", columns, rows, count=len(found))


def _made_ready(home: Path) -> None:
    needs_packages()
    from tenfold.web.site.serving import at_home, prepare

    at_home(home)
    prepare(None)


COMMANDS: Mapping[str, Callable[..., None]] = {"add": add, "link": link, "close": close, "list": listed}
