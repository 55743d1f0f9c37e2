"""A community in which it is hard to follow people: the demo's, with everything that tangles records.

Half of what people did stands under older records of theirs, which were merged into them, some over a chain of three;
facts were first recorded about the wrong member and corrected later, some withdrawn; groups form chains and circles;
three charter versions judge; the moment is a leap day and facts lie on it; the zone may keep summer time. Figures and
answers that the demo has no use for are added, so that every measure has a value.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import polars as pl
from tests.engine.filling import NEW, filling

from tenfold.charter.load import load_charters
from tenfold.demo import write_demo
from tenfold.engine.community import Community, fact_context
from tenfold.engine.cycle import Cycle, run
from tenfold.facts.declaration import TABLES
from tenfold.facts.read import load_facts
from tenfold.facts.write import write_facts

ZONES = ("Asia/Shanghai", "America/New_York")
SEED = 20260501
LEAP_DAY = date(2024, 2, 29)
CLOCK = datetime(2024, 2, 29, 15, 30, tzinfo=UTC)  # the same local day in both zones
DEMO_DAY = date(2026, 11, 2)
SHIFT = LEAP_DAY - DEMO_DAY
DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")
MERGED_EVERY = 3  # of the members, candidates and payers, one in so many has older records
CHAIN = 3  # records of one party at most
CORRECTED = 4  # facts of a table that were first recorded about somebody else
WITHDRAWN = 2
HALF = 0.5
RING = 4  # parties in one circle of groups

CHANGES = {
    "every: 7d, weekday": "every: 28d, weekday",
    "    - {id: supporter,": "    - {id: contractor, zh: 承包商, en: contractors}\n    - {id: supporter,",
    "surveys: {": "surveys: {acceptance: {instrument: csat_public, every: 12m}, ",
}

Tables = dict[str, pl.DataFrame]
Row = dict[str, Any]


@cache
def cycle(zone: str, seed: int = 0) -> Cycle:
    """The cycle of a tangled community on its leap day."""
    community = Community.load(write(Path(mkdtemp(prefix="tenfold-tangled-")), zone, seed))
    return run(community, community.moment())


def write(folder: Path, zone: str, seed: int = 0) -> Path:
    """Write a tangled community; the same zone and seed give the same one."""
    write_demo(folder, 58, SEED)
    _charters(folder)
    (folder / "clock.txt").write_text(CLOCK.isoformat())
    books = load_charters(folder)
    tables = _shifted(dict(load_facts(folder, fact_context(books)).tables))
    project = str(books.newest.community.project)
    tables = _with(tables, filling(LEAP_DAY, project, books.newest.value.offers[0].id))
    tables = tangled(tables, project, Random(seed))
    write_facts(tables, folder, books.newest.currencies)
    _zone(folder, zone)
    return folder


def _charters(folder: Path) -> None:
    """Move all dates of the charters, let observations be monthly, and add what the further facts name."""
    for path in (folder / "charter.yaml", *sorted((folder / "charters").glob("*.yaml"))):
        text = DATE.sub(lambda found: str(date.fromisoformat(found[0]) + SHIFT), path.read_text(encoding="utf-8"))
        for old, new in CHANGES.items():
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    for path in folder.glob("cap*.yaml"):
        path.unlink()


def _zone(folder: Path, zone: str) -> None:
    for path in (folder / "charter.yaml", *sorted((folder / "charters").glob("*.yaml"))):
        path.write_text(path.read_text(encoding="utf-8").replace(ZONES[0], zone), encoding="utf-8")


def _shifted(tables: Tables) -> Tables:
    moved = pl.selectors.date() | pl.selectors.datetime()
    return {name: rows.with_columns(moved + SHIFT) for name, rows in tables.items()}


def _with(tables: Tables, more: Mapping[str, Sequence[Row]]) -> Tables:
    """Add rows to tables; cells that they do not name are missing."""
    added = {name: pl.DataFrame(rows, schema=dict(tables[name].schema)) for name, rows in more.items() if rows}
    return {name: pl.concat([rows, added[name]]) if name in added else rows for name, rows in tables.items()}


def tangled(tables: Tables, project: str, random: Random) -> Tables:
    """Move facts to older records, let others be corrected or withdrawn, and link parties into groups."""
    members = sorted(set(tables["memberships"].filter(pl.col("state") == "active")["party"]))
    rated = sorted({*tables["ratings"]["party"], *tables["opportunities"]["party"]} - {*members})
    lead = str(tables["role_terms"].filter(pl.col("role") == "compliance")["party"][-1])
    older = _older_records([one for one in (*members, *rated) if one not in {lead, *NEW}], random)
    tables = _merged({name: _moved(name, rows, older, random) for name, rows in tables.items()}, older, random)
    led = pl.concat(rows["because"] for rows in tables.values()).drop_nulls()  # known before what it led to
    free = {name: rows.filter(~pl.col("fact").is_in(led.implode())) for name, rows in tables.items()}
    tables = {name: _corrected(name, rows, free[name]["fact"], members, random) for name, rows in tables.items()}
    return _with(tables, {"group_links": list(_links(members, older, lead, random))})


def _older_records(parties: Sequence[str], random: Random) -> dict[str, list[str]]:
    """Return party → its older records, each merged into the one before it."""
    return {
        key: [f"{key}.old{number}" for number in range(1, 1 + random.randint(1, CHAIN))]
        for key in parties[::MERGED_EVERY]
    }


def _moved(name: str, rows: pl.DataFrame, older: Mapping[str, Sequence[str]], random: Random) -> pl.DataFrame:
    """Let half of the facts about a party stand under one of its older records."""
    for column in _about_parties(name):
        cells = [
            random.choice([cell, *older[cell]]) if cell in older and random.random() < HALF else cell
            for cell in rows[column]
        ]
        rows = rows.with_columns(pl.Series(column, cells, dtype=pl.String))
    return rows


def _about_parties(name: str) -> list[str]:
    columns = TABLES[name].columns.values()
    return [one.name for one in columns if one.target == "parties" and one.name != "merged_into"]


def _merged(tables: Tables, older: Mapping[str, Sequence[str]], random: Random) -> Tables:
    """Add the older records, and some time later what merges them."""
    rows = []
    for key, records in older.items():
        for number, record in enumerate(records):
            first = CLOCK - timedelta(days=1200)
            own: Row = {"party": record, "type": "organisation", "name": record, "recorded_by": "tangle"}
            rows.append({"fact": f"first-{record}", "occurred_at": first, "recorded_at": first, **own})
            at = CLOCK - timedelta(days=random.randint(1, 700))
            into = [key, *records][number]
            rows.append({"fact": f"merge-{record}", "occurred_at": at, "recorded_at": at, "merged_into": into, **own})
    return _with(tables, {"parties": rows})


def _corrected(name: str, rows: pl.DataFrame, free: pl.Series, members: Sequence[str], random: Random) -> pl.DataFrame:
    """Let some facts be known about another member first, and some be withdrawn."""
    columns = _about_parties(name)
    if not columns or name == "parties" or free.len() < CORRECTED:
        return rows
    chosen = rows.filter(pl.col("fact").is_in(random.sample(free.to_list(), CORRECTED)))
    wrong = chosen.with_columns(
        pl.concat_str(pl.lit("wrong-"), "fact").alias("fact"),
        pl.Series(columns[0], random.choices(members, k=CORRECTED), dtype=pl.String),
    )
    right = chosen.with_columns(recorded_at=_later(10), corrects=wrong["fact"], because=None)
    gone = chosen.head(WITHDRAWN).with_columns(pl.concat_str(pl.lit("gone-"), "fact").alias("fact"))
    void = gone.with_columns(
        pl.concat_str(pl.lit("void-"), "fact").alias("fact"),
        recorded_at=_later(5),
        corrects=pl.col("fact"),
        void=True,
    )
    others = rows.filter(~pl.col("fact").is_in(right["fact"].implode()))
    return pl.concat([others, wrong, right, gone, void])


def _later(days: int) -> pl.Expr:
    """So many days after a fact became known, but not after the community's clock."""
    return pl.min_horizontal(pl.col("recorded_at") + timedelta(days=days), pl.lit(CLOCK))


def _links(members: Sequence[str], older: Mapping[str, Sequence[str]], lead: str, random: Random) -> Iterator[Row]:
    """Yield links recorded by the compliance lead: a circle, a chain through old records, shares that just connect."""
    ring = random.sample(list(members), RING)
    pairs = [*zip(ring, [*ring[1:], ring[0]], strict=True)]
    records = [random.choice(older[key]) for key in random.sample(sorted(older), RING)]
    pairs += [*pairwise(records)]
    for number, (party, other) in enumerate(pairs):
        at = CLOCK - timedelta(days=random.randint(1, 700))
        own: Row = {"party": party, "other": other, "occurred_at": at, "recorded_at": at, "recorded_by": lead}
        share = {"relation": "owns", "share": Decimal(random.choice(["0.24", "0.25", "0.26"]))}
        yield {"fact": f"tangle-link-{number}", **own, **(share if number % 2 else {"relation": "controls"})}
