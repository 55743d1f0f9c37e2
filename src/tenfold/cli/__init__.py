"""The `tenfold` command: words come from the catalogue, work from the floors below."""

import gc
import os
import sys
from collections.abc import Sequence

COLLECT_AFTER = 100_000  # objects made and not yet freed; Python looks after 700


def without_option(arguments: Sequence[str], name: str) -> tuple[str | None, list[str]]:
    """Return the value of an option that may stand anywhere, and the other arguments."""
    for index, argument in enumerate(arguments):
        if argument == name and index + 1 < len(arguments):
            return arguments[index + 1], [*arguments[:index], *arguments[index + 2 :]]
        if argument.startswith(f"{name}="):
            return argument.removeprefix(f"{name}="), [*arguments[:index], *arguments[index + 1 :]]
    return None, list(arguments)


def locale_name() -> str | None:
    """Return the locale that the environment names, by the order that POSIX gives."""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)


def run() -> None:
    """Run the command line (the entry point of the package)."""
    # A command makes many objects and few circles: the collector would walk all modules again and again (a tenth of
    # the time that a small community waits).
    gc.set_threshold(COLLECT_AFTER)
    from tenfold.cli.app import main
    from tenfold.report.words import language_of

    wanted, arguments = without_option(sys.argv[1:], "--lang")
    code = main(language_of(wanted or locale_name()), arguments)
    sys.stdout.flush()
    sys.exit(code)
