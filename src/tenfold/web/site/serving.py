"""Serving: the pages, the engines beside them, and a demo community where one is asked for; all end together."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

SETTINGS = "tenfold.web.site.settings"
HOST = "127.0.0.1"  # a proxy in front of it is what the world sees
WORKERS, THREADS = 2, 4
PATIENCE = 10  # seconds that a process has to end
DEMO_HOME = "server"  # beside the demo's facts
DEMO_NAME = "a-project"


def serve_at(home: Path, port: int, demo: Path | None = None) -> Callable[[], int]:
    """Make a home ready; return what serves it until interrupted and gives the exit code of the pages.

    home   where the database, the secret and the documents lie; made if it is not there
    demo   a community folder that is written into a fresh database and can be looked at as any of its people
    """
    if demo is not None:
        shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ |= {"DJANGO_SETTINGS_MODULE": SETTINGS, "TENFOLD_HOME": str(home.resolve())}
    os.environ |= {"TENFOLD_DEMO": "1"} if demo is not None else {}
    prepare(demo)
    return partial(_serve, port)


def _serve(port: int) -> int:
    with ExitStack() as stack:
        stack.enter_context(running([sys.executable, "-m", "tenfold.web.jobs"]))
        pages = stack.enter_context(running(_gunicorn(port)))
        try:
            return pages.wait()
        except KeyboardInterrupt:
            return 0


def prepare(demo: Path | None) -> None:
    """Make every table that is not there yet, and the demo's community and people."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    if demo is not None:
        _fill(demo)


def _fill(folder: Path) -> None:
    from tenfold.demo import PEOPLE
    from tenfold.web.store.accounts import Account, Seat
    from tenfold.web.store.append import Author
    from tenfold.web.store.folders import take_in

    community = take_in(folder, DEMO_NAME, Author(f"import:{DEMO_NAME}"))
    for party in PEOPLE:
        account = Account.objects.create_user(f"{party}@example.org")  # nobody logs in with a password here
        Seat.objects.create(account=account, community=community, party=party)


def _gunicorn(port: int) -> list[str]:
    bind = ["--bind", f"{HOST}:{port}", "--workers", str(WORKERS), "--threads", str(THREADS)]
    quiet = ["--no-control-socket", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "tenfold.web.site.wsgi", *bind, *quiet]


@contextmanager
def running(command: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process while it is needed; it is asked to end, and ended if it does not."""
    process = subprocess.Popen(command)  # noqa: S603  # this program itself, with arguments of its own
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
