"""Writes the demo community: charters, facts, its own clock."""

import shutil
from pathlib import Path

import polars as pl

from tenfold.demo.book import NOW, Book
from tenfold.demo.crowd import crowd
from tenfold.demo.story import (
    alarm,
    contributions,
    culture,
    deals,
    governance,
    offers,
    people,
    promises,
    register,
    standing,
    talks,
    threads,
)
from tenfold.facts.commit import changing
from tenfold.facts.write import put_facts
from tenfold.terms.money import Currencies

CHARTERS = Path(__file__).parent / "charters"
VERSIONS = (1, 2, 3)
NAME = "A项目"
CHANGED = "cap20.yaml"  # the charter of the fifth question: what if a member's cap were 20 %
STORY_MEMBERS = 58
CSV_UP_TO = 10_000  # members; beyond that Parquet
TELLERS = (
    people.tell,
    deals.tell,
    standing.tell,
    alarm.tell,
    threads.tell,
    talks.tell,
    promises.tell,
    offers.tell,
    contributions.tell,
    governance.tell,
    culture.tell,
    register.tell,
)


def story(seed: int) -> Book:
    """Return the story's facts."""
    book = Book(seed)
    for tell in TELLERS:
        tell(book)
    return book


def write_demo(folder: Path, members: int, seed: int) -> None:
    """Write the demo community into a folder; what its facts held before is replaced.

    members   ever admitted; the story alone has 58, what is beyond is a crowd of the same shape
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = story(seed).frames()
    if members > STORY_MEMBERS:
        more = crowd(members - STORY_MEMBERS, seed)
        tables = {name: pl.concat([rows, more[name]]) if name in more else rows for name, rows in tables.items()}
    with changing(folder, "demo") as change:
        for name, source in _charters().items():
            with change.place(name) as path:
                shutil.copyfile(source, path)
        with change.place("clock.txt") as path:
            path.write_text(f"{NOW.isoformat()}\n", encoding="utf-8")
        put_facts(change, tables, Currencies({}), "csv" if members <= CSV_UP_TO else "parquet")


def _charters() -> dict[str, Path]:
    """Return the charters by the names that they have in the community."""
    *older, newest = VERSIONS
    named = {f"charters/a-project-v{version}.yaml": CHARTERS / f"v{version}.yaml" for version in older}
    draft = {f"drafts/a-project-v{governance.PROPOSED}.yaml": CHARTERS / f"v{governance.PROPOSED}.yaml"}
    return named | draft | {"charter.yaml": CHARTERS / f"v{newest}.yaml", CHANGED: CHARTERS / CHANGED}
