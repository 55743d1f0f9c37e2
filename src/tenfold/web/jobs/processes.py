"""Processes of the application itself."""

import subprocess
import sys


def started(module: str, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start a module in a process of its own, under this very interpreter and without a shell."""
    return subprocess.Popen([sys.executable, "-m", module, *arguments])  # noqa: S603  # callers name modules; no shell
