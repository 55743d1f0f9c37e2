"""A process of its own that does a piece of work at each line that it is sent, for what must not share a process."""

import subprocess
from collections.abc import Mapping, Sequence


class Worker:
    """A running command: it says `ready`, then at each line the seconds of processor time that it has taken so far."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment)
        self.cpu = 0.0
        assert self._said() == "ready"

    def work(self) -> None:
        """Do the next piece of work; return when it is done."""
        self.cpu = float(self.ask("work"))

    def ask(self, line: str) -> str:
        """Send a line; return what the process says to it."""
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._said()

    def end(self) -> str:
        """End the process; return what it says in the end."""
        assert self._process.stdin
        with self._process:  # closes its pipes and waits
            self._process.stdin.close()
            return self._said()

    def _said(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()
