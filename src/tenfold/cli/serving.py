"""The command that serves the application."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from tenfold.cli.options import output_of
from tenfold.terms.errors import Complaint, Refused

PORT = 8000
HOME = Path.home() / ".tenfold"


def serve(
    context: typer.Context,
    home: Annotated[Path, typer.Option("--home")] = HOME,
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = PORT,
    demo: Annotated[Path | None, typer.Option("--demo", metavar="DIR")] = None,
) -> None:
    """Serve the application until interrupted."""
    if find_spec("django") is None:
        raise Refused([Complaint("cli.serve.packages")])
    from tenfold.web.site.serving import DEMO_HOME, HOST, serve_at

    output = output_of(context)
    place = home if demo is None else demo / DEMO_HOME
    with output.working("cli.working.serve"):
        serving = serve_at(place, port, demo)
    output.line("cli.serve.open", address=f"{HOST}:{port}")
    raise typer.Exit(serving())


COMMANDS = {"serve": serve}
