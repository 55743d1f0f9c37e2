"""A real browser for tests: the site it opens, a page that remembers what went wrong on it, and what axe says of it.

Needs Debian's chromium (`apt-get install -y chromium fonts-noto-cjk`); skipped with that line where there is none.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application

APT = "apt-get install -y chromium fonts-noto-cjk"
PHONE, DESK = 390, 1280
LANGUAGES = ("zh-CN", "en-GB")
# What axe looks at is made alike in either language: it examines each in one width and one scheme of colours; whether
# something is cut off is looked at in both widths.
EXAMINED = ((PHONE, "zh-CN", "dark"), (DESK, "en-GB", "light"))
PATIENCE = 60_000  # milliseconds: how fast a page comes is not what these tests ask
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Quiet(WSGIRequestHandler):
    """Answers without a line a request."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the database that is open now at a loopback address; yield the address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@contextmanager
def launched() -> Iterator[Any]:
    """Run chromium; skip the test where there is none."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip(f"no browser: {APT}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is in the group dev")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright keeps a loop in this thread
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def page_in(context: Any) -> Any:
    """Return a fresh page of a browser's context; what the browser complains of is kept in `page.wrong`."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    return page


def violations(page: Any) -> list[tuple[str, list[str]]]:
    """Return what axe finds on a page: the rule, and the first elements that break it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is in the group dev")
    found = axe.Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"][:3]]) for one in found]


def too_wide(page: Any) -> int:
    """Return by how many pixels a page is wider than the window, so that part of it is cut off."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wider, 0)
