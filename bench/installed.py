"""A community for the benches of the application: members, a few talks with each, and somebody who runs it."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from bench.data import BEGIN, CHARTER, interactions, members
from tenfold.charter.load import load_charters
from tenfold.facts.declaration import TABLES
from tenfold.facts.write import write_facts

EACH = 5  # talks of a member
WHO = "op"  # the operator, who looks and records
NAME = "timed"
EMAIL = f"{WHO}@example.org"
CLOCK = "2026-10-01T09:00:00+08:00"


def prepare(folder: Path, size: int) -> None:
    """Write a community of so many members."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "charter.yaml").write_bytes(CHARTER.read_bytes())
    (folder / "clock.txt").write_text(f"{CLOCK}\n", "utf-8")
    who = members(size)
    people = pl.concat([pl.Series(["us", WHO]), who["party"]]).to_frame("party")
    header = {"occurred_at": BEGIN, "recorded_at": BEGIN, "recorded_by": WHO}
    tables = {
        "parties": people.with_columns(name="party", type=pl.lit("organisation"), fact="party-" + pl.col("party")),
        "memberships": who.with_columns(state=pl.lit("active"), fact="member-" + pl.col("party")),
        "role_terms": pl.DataFrame(
            {"party": [WHO], "role": ["operator"], "until": [date(2030, 12, 31)], "fact": ["t"]}
        ),
    }
    stored = {
        name: rows.with_columns(**{key: pl.lit(cell) for key, cell in header.items()}) for name, rows in tables.items()
    }
    stored["interactions"] = interactions(size * EACH, size)
    whole = {name: pl.concat([TABLES[name].empty(), rows], how="diagonal_relaxed") for name, rows in stored.items()}
    write_facts(whole, folder, load_charters(folder).newest.currencies, "parquet")


def taken_in(folder: Path) -> Any:
    """Write the community into the database of this process; return it, with the operator's seat."""
    from tenfold.web.store.accounts import Account, Seat
    from tenfold.web.store.append import Author
    from tenfold.web.store.folders import take_in

    community = take_in(folder, NAME, Author("import:bench"))
    account = Account.objects.create_user(EMAIL, language="en")
    Seat.objects.create(account=account, community=community, party=WHO)
    return community
