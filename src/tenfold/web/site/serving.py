"""Serving: the pages, the engines beside them, and a demo community where one is asked for; all end together."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import sleep

from tenfold.terms.errors import Complaint, Refused
from tenfold.web.jobs.processes import started

SETTINGS = "tenfold.web.site.settings"
HOST = "127.0.0.1"
LOOPBACK = (HOST, "localhost", "::1")
WORKERS, THREADS = 2, 4
LOOK_EVERY = 0.5  # seconds between two looks at whether a part has ended
PATIENCE = 10  # seconds that a process has to end
DEMO_HOME = "server"  # beside the demo's facts
DEMO_MARK = "made-by-the-demo"  # a file in it: what holds it may be made anew
DEMO_NAME = "a-project"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be served, and where.

    host, port   where the pages answer; a proxy in front of it is what the world sees
    demo         a community folder that is written into a fresh database and can be looked at as any of its people
    only         `pages` or `engines` where the other part runs elsewhere; the tables are then made by `tenfold upgrade`
    """

    host: str = HOST
    port: int = 8000
    demo: Path | None = None
    only: str | None = None


def at_home(home: Path) -> None:
    """Let the application live in a home from now on, made if it is not there."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    look_at_home(home)


def look_at_home(home: Path) -> None:
    """Let the application look at a home as it is: neither the folder nor a table is made."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": SETTINGS, "TENFOLD_HOME": str(home.resolve())}
    import django

    django.setup()


def serve_at(home: Path, wanted: Wanted) -> Callable[[], int]:
    """Make a home ready; return what serves it until interrupted and gives the exit code of what ended first.

    Raises
    ------
    Refused   the database belongs to a newer version, or a part is served alone and the tables are not made yet; the
              demo, which asks nobody who they are, was to answer others than this machine, or what lies in its home
              is not its own
    """
    if wanted.demo is not None:
        _clear(home, wanted.host)
    at_home(home)
    if wanted.demo is not None:
        (home / DEMO_MARK).touch()
    prepare(wanted.demo, make=wanted.only is None)
    return partial(_serve, wanted)


def _clear(home: Path, host: str) -> None:
    """Let the demo begin anew: nothing is left of the last one, and nothing of somebody else's is touched."""
    if host not in LOOPBACK:
        raise Refused([Complaint("site.demo_open", params={"seen": host})])
    if home.is_dir() and any(home.iterdir()) and not (home / DEMO_MARK).is_file():
        raise Refused([Complaint("site.demo_taken", params={"place": str(home)})])
    shutil.rmtree(home, ignore_errors=True)
    os.environ["TENFOLD_DEMO"] = "1"
    os.environ.pop("TENFOLD_DATABASE", None)  # the demo never goes into somebody's database


def _serve(wanted: Wanted) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever stops a container means Ctrl-C
    commands = {"engines": ["tenfold.web.jobs"], "pages": _gunicorn(wanted)}
    with ExitStack() as stack:
        parts = [
            stack.enter_context(running(command)) for part, command in commands.items() if wanted.only in (None, part)
        ]
        try:
            return _first_to_end(parts)
        except KeyboardInterrupt:
            return 0
        finally:
            for part in parts:  # all at once; each is waited for as the stack ends
                part.terminate()


def _first_to_end(parts: Sequence["subprocess.Popen[bytes]"]) -> int:
    """Wait until one part ends: without it the others are no application, and whatever started this starts it again."""
    while True:
        for part in parts:
            if (code := part.poll()) is not None:
                return code
        sleep(LOOK_EVERY)


def prepare(demo: Path | None, *, make: bool = True) -> None:
    """Make every table that is not there yet (else only look whether all are), and the demo's community and people."""
    from tenfold.web.site.upgrading import refuse_older, upgrade

    if make:
        upgrade()
    else:
        refuse_older()
    if demo is not None:
        _fill(demo)


def _fill(folder: Path) -> None:
    from tenfold.demo import PEOPLE
    from tenfold.web.rights.viewers import leading
    from tenfold.web.store.accounts import Account, Seat
    from tenfold.web.store.append import Author
    from tenfold.web.store.current import current
    from tenfold.web.store.folders import take_in

    community = take_in(folder, DEMO_NAME, Author(f"import:{DEMO_NAME}"))
    parties = {row["party"] for row in current(community, "parties", party=PEOPLE)}
    for party in [one for one in PEOPLE if one in parties] or leading(community):
        account = Account.objects.create_user(f"{party}@example.org")  # nobody logs in with a password here
        Seat.objects.create(account=account, community=community, party=party)


def _gunicorn(wanted: Wanted) -> list[str]:
    bind = ["--bind", f"{wanted.host}:{wanted.port}", "--workers", str(WORKERS), "--threads", str(THREADS)]
    quiet = ["--no-control-socket", "--log-level", "warning"]
    return ["gunicorn", "tenfold.web.site.wsgi", *bind, *quiet]


@contextmanager
def running(command: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a module with its arguments while it is needed; it is asked to end, and ended if it does not."""
    process = started(*command)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
