"""Writes the sample report and the picture of the ten from the demo community: `python docs/make_sample.py`."""

import tempfile
from pathlib import Path

from tenfold.demo import write_demo
from tenfold.engine.community import Community
from tenfold.engine.cycle import run
from tenfold.report.hand_offs import picture
from tenfold.report.page import write_report
from tenfold.report.words import LANGUAGES

FOLDER = Path(__file__).parent / "sample"
MEMBERS, SEED = 58, 20260501  # as `make demo` writes it


def files() -> dict[Path, bytes]:
    """Return path → content of the sample."""
    with tempfile.TemporaryDirectory() as folder:
        write_demo(Path(folder), MEMBERS, SEED)
        community = Community.load(Path(folder))
        cycle = run(community, community.moment())
        report = write_report(cycle, Path(folder)).read_bytes()
    return {FOLDER / "report.html": report, FOLDER / "ten.svg": f"{picture(cycle, LANGUAGES)}\n".encode()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path, content in files().items():
        path.write_bytes(content)
