"""S10: a whole cycle over members in one chain of groups, and over old records in one chain of merges."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from bench.data import AS_OF, BEGIN, CHARTER, members, named
from bench.harness import LIMIT, PRODUCT, Contender, Subject, Trial
from tenfold.charter.load import load_charters
from tenfold.engine.community import Community, Moment
from tenfold.engine.cycle import run
from tenfold.engine.files import write_cycle
from tenfold.facts.declaration import TABLES
from tenfold.facts.views import components, standing_for
from tenfold.facts.write import write_facts

OLD = 10  # members for one old record
LEAD = "lead"  # records who controls whom: only compliance may


def prepare(folder: Path, size: int) -> None:
    """Write members each of whom controls the next, and a tenth as many records each merged into the next."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "charter.yaml").write_bytes(CHARTER.read_bytes())
    who, old = members(size), named("old-", np.arange(max(2, size // OLD)))
    people = pl.concat([pl.Series(["us", LEAD]), who["party"]]).to_frame("party")
    merged = pl.DataFrame({"party": old, "merged_into": pl.concat([old[1:], who["party"][:1]])})
    tables = {
        "parties": pl.concat([people, merged], how="diagonal").with_columns(
            name="party", type=pl.lit("organisation"), fact="party-" + pl.col("party")
        ),
        "memberships": who.with_columns(state=pl.lit("active"), fact="member-" + pl.col("party")),
        "role_terms": pl.DataFrame(
            {"party": [LEAD], "role": ["compliance"], "until": [date(2030, 12, 31)], "fact": ["term"]}
        ),
        "group_links": pl.DataFrame({"party": who["party"][:-1], "other": who["party"][1:]}).with_columns(
            relation=pl.lit("controls"), fact="link-" + pl.col("party")
        ),
    }
    header = {"occurred_at": BEGIN, "recorded_at": BEGIN, "recorded_by": LEAD}
    stored = {
        name: rows.with_columns(**{key: pl.lit(cell) for key, cell in header.items()}) for name, rows in tables.items()
    }
    whole = {name: pl.concat([TABLES[name].empty(), rows], how="diagonal_relaxed") for name, rows in stored.items()}
    write_facts(whole, folder, load_charters(folder).newest.currencies, "parquet")


def whole_cycle(folder: Path) -> dict[str, Any]:
    """Load the folder, compute every measure, decide, and write the three files."""
    return write_cycle(run(Community.load(folder), Moment(AS_OF, AS_OF)), folder / "out")


def walked(folder: Path) -> int:
    """Walk over both chains once; return the number of groups and of records that another stands for."""
    links = pl.read_parquet(folder / "facts" / "group_links.parquet", columns=["party", "other"])
    parties = pl.read_parquet(folder / "facts" / "parties.parquet", columns=["party", "merged_into"]).drop_nulls()
    return len(set(components(links.iter_rows()).values())) + len(standing_for(dict(parties.iter_rows())))


def trial(folder: Path, size: int) -> Trial:
    """Return the contenders."""

    def check(answers: Mapping[str, object]) -> None:
        """All members are one group, and one record stands for all the old ones."""
        counted = next(answer for who, answer in answers.items() if who.startswith(LIMIT))
        assert counted == 1 + max(2, size // OLD)

    contenders = [
        Contender(PRODUCT, lambda: whole_cycle(folder)),
        Contender(f"{LIMIT}: both chains walked over once", lambda: walked(folder)),
    ]
    return Trial(contenders, check, "one chain of groups, one of merges; from Parquet to the three files")


SUBJECT = Subject(
    "S10",
    "members",
    {"smallest": (20,), "quick": (250, 1_000, 10_000), "full": (250, 1_000, 10_000)},
    prepare,
    trial,
    "bench.s10_chains:whole_cycle",
)
