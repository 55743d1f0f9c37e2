"""An installation in a process of its own: it lives in a home beside a community folder, and does what each line asks.

    python -m bench.apart MODULE FOLDER     MODULE has `ready(folder)`, which returns what is done by name

It answers `ready`, then each line `name` or `name argument` with a line of JSON: what that came to, and the seconds of
processor time that the process has taken so far.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

from tenfold.web.site.serving import at_home

Doings = Mapping[str, Callable[[str], object]]


class Apart:
    """The process, seen from where it is measured."""

    def __init__(self, module: str, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.apart", module, str(folder)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._cpu = 0.0
        said = self._said()
        assert said == "ready", said

    def ask(self, name: str, argument: object = "") -> object:
        """Have something done; return what it came to."""
        assert self._process.stdin
        self._process.stdin.write(f"{name} {argument}\n")
        self._process.stdin.flush()
        said = json.loads(self._said())
        self._cpu = float(said["cpu"])
        return said["answer"]

    def cpu(self) -> float:
        """Return the seconds of processor time that it has taken so far."""
        return self._cpu

    def end(self) -> None:
        """End it."""
        assert self._process.stdin
        with self._process:  # closes its pipes and waits
            self._process.stdin.close()

    def end_after(self, name: str) -> None:
        """Have something done, and end it."""
        self.ask(name)
        self.end()

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def main(module: str, folder: Path) -> None:
    """Make a home with every table, then do what each line asks."""
    at_home(folder / f"server-{os.getpid()}")  # its own: more than one may be made of a folder
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    doings: Doings = import_module(module).ready(folder)
    _say("ready")
    for line in sys.stdin:
        name, _, argument = line.strip().partition(" ")
        answer = doings[name](argument)
        _say(json.dumps({"answer": answer, "cpu": time.process_time()}))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
