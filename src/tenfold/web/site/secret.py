"""The secret that signs sessions: made at the first start, readable by its owner alone."""

import os
import secrets
from pathlib import Path

FILE = "secret.key"
BYTES = 48


def secret_of(home: Path) -> str:
    """Return the installation's secret; a passing one while its folder is not there yet."""
    path = home / FILE
    if not home.is_dir():
        return secrets.token_urlsafe(BYTES)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(BYTES))
    except FileExistsError:
        pass
    return path.read_text("utf-8")
