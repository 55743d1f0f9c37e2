"""A small community for tests: five members, their talks, promises, contributions and one pool."""

import random
from pathlib import Path

import polars as pl

from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, fact_context
from tenfold.facts.cells import cast
from tenfold.facts.declaration import TABLES
from tenfold.facts.store import FactStore
from tenfold.facts.write import write_facts

CHARTER = Path(__file__).with_name("small.yaml")
MEMBERS = {"lin": "partner", "zhou": "investor", "wang": "expert", "chen": "investor", "zhao": "partner"}

Rows = dict[str, list[dict[str, str]]]


def rows() -> Rows:
    """The facts as a file would hold them."""
    parties = [{"fact": f"party-{key}", "party": key, "type": "organisation", "name": key} for key in ("us", *MEMBERS)]
    memberships = [
        {"fact": f"member-{key}", "party": key, "class": of, "state": "active", "occurred_at": "2026-01-10"}
        for key, of in MEMBERS.items()
    ]
    talks = [
        {
            "fact": f"talk-{member}-{month:02}-{direction}",
            "member": member,
            "direction": direction,
            "channel": "call" if month % 2 else "message",
            "flags": "decision" if (month + number) % 2 else "",
            "occurred_at": f"2026-{month:02}-{number + 3:02}T09:00:00+08:00",
        }
        for number, member in enumerate(MEMBERS)
        for month in range(2, 10 - number)
        for direction in ("out", "in")
    ]
    work = [
        {
            "fact": f"work-{member}",
            "party": member,
            "type": "work_unpaid",
            "quantity": "1",
            "fair_value": f"{1000 * (number + 1)}.00",
            "currency": "CNY",
            "occurred_at": "2026-03-01",
        }
        for number, member in enumerate(MEMBERS)
    ]
    accepted = [
        {"fact": f"accept-{one['party']}", "contribution": one["fact"], "by": "us", "verdict": "accept"} for one in work
    ]
    pool = {"fact": "pool-1", "pool": "h1", "layer": "cash", "amount": "1000.00", "currency": "CNY", "by": "us"}
    period = {
        "period_start": "2026-01-01",
        "period_end": "2026-06-30",
        "state": "declared",
        "occurred_at": "2026-07-05",
    }
    for row in [*parties, *accepted]:
        row.setdefault("occurred_at", "2026-03-05" if "verdict" in row else "2026-01-01")
    return {
        "parties": parties,
        "memberships": memberships,
        "interactions": talks,
        "contributions": work,
        "attestations": accepted,
        "pools": [pool | period],
    }


def store(folder: Path, given: Rows, seed: int | None = None) -> FactStore:
    """The facts as a store, in the order given or shuffled."""
    context = fact_context(load_charters(folder))
    tables = {}
    for name, listed in given.items():
        ordered = list(listed)
        if seed is not None:
            random.Random(seed).shuffle(ordered)
        columns = sorted({column for row in ordered for column in row})
        text = pl.DataFrame(
            [{c: row.get(c) for c in columns} for row in ordered], schema=dict.fromkeys(columns, pl.String)
        )
        tables[name], wrong = cast(TABLES[name], text, context, recorded_by="test")
        assert wrong.is_empty(), wrong.to_dicts()
    return FactStore.of(tables)


def write(
    folder: Path, form: str = "csv", seed: int | None = None, given: Rows | None = None, charter: bytes | None = None
) -> Path:
    """Write the community into a folder, its facts as CSV, Parquet or one workbook."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "charter.yaml").write_bytes(charter or CHARTER.read_bytes())
    facts = store(folder, rows() if given is None else given, seed)
    currencies = load_charters(folder).newest.currencies
    if form == "xlsx":
        from tenfold.exchange.workbook import export_workbook

        write_facts(facts.tables, folder, currencies)
        community = Community.load(folder)
        for path in (folder / "facts").iterdir():
            path.unlink()
        export_workbook(community, folder / "facts.xlsx", "zh-Hans")
    else:
        write_facts(facts.tables, folder, currencies, form)
    return folder
