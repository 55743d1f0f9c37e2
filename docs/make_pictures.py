"""Takes the pictures of README and guide from the demo, served as `make demo` does: `python docs/make_pictures.py`.

Needs Debian's chromium and playwright (group dev). Nothing on a picture is arranged for it.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "pictures"
PORT = 8765
SITE = f"http://127.0.0.1:{PORT}"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
PAGES = ("today", "funding")
WAIT = 180  # seconds for the demo's first cycle


def main() -> None:
    """Serve the demo, take its pages, end it."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tenfold"]
        subprocess.run([*command, "demo", folder], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen([*command, "serve", "--demo", folder, "--port", str(PORT)], stdout=subprocess.DEVNULL)
        try:
            wait_for_the_first_page()
            with sync_playwright() as started:
                browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                for language in LOCALES:
                    take(browser, language)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def wait_for_the_first_page() -> None:
    """Return when the demo answers."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(SITE).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(1)
    raise TimeoutError(SITE)


def take(browser: Any, language: str) -> None:
    """Take every page on a desk, and Today on a phone."""
    for size, pages in ((DESK, PAGES), (PHONE, PAGES[:1])):
        context = browser.new_context(viewport=size, locale=LOCALES[language])
        page = context.new_page()
        page.goto(SITE)
        page.wait_for_selector("#day[data-as-of]:not([data-as-of=''])", timeout=1000 * WAIT)
        home = page.url.rsplit("/", 1)[0]
        for name in pages:
            page.goto(f"{home}/{name}")
            page.wait_for_selector("main h1")
            page.wait_for_timeout(700)  # charts draw
            suffix = "" if size is DESK else ".phone"
            page.screenshot(path=FOLDER / f"{name}.{language}{suffix}.png")
        context.close()


if __name__ == "__main__":
    main()
