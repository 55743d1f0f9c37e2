"""The four real communities enter by mapping alone, to the last row; their data is read in place, never committed."""

import csv
import gzip
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import polars as pl
import pytest

from tenfold.engine.community import Community, fact_context
from tenfold.facts.maps import Import, run_map
from tenfold.facts.store import FactStore

from .maps_sample import store_of

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("TENFOLD_SHARED", ROOT.parent / "shared"))


@dataclass(frozen=True)
class Example:
    """A real set: where its data lies, how many rows each table gets, what is left out and why."""

    data: str
    rows: Mapping[str, int]
    skipped: Mapping[str, int]


EXAMPLES = {
    "makerdao": Example(
        "sourcecred-makerdao",
        {"parties": 354, "memberships": 354, "contributions": 13_566, "interactions": 7_140, "pools": 4},
        {},
    ),
    "optimism": Example(
        "oss-funding-oso",
        {
            "parties": 6_451,
            "memberships": 1_286,
            "gate_checks": 643,
            "ratings": 21_399,
            "contributions": 16_607,
            "commitments": 535,
            "commitment_steps": 522,
            "cash_movements": 13_370,
            "pools": 1,
        },
        {"names_no_applicant": 414, "no_status": 13},
    ),
    "cncf": Example("cncf-community", {"parties": 1_612, "memberships": 2_450}, {}),
    "aiddata": Example(
        "aiddata-gcdf2-geo",
        {
            "parties": 2_235,
            "memberships": 1_067,
            "rounds": 18,
            "opportunities": 2_261,
            "commitments": 3_325,
            "commitment_steps": 2_208,
        },
        {"no_amount": 1_064},
    ),
}


@cache
def imported(name: str) -> Import:
    data = SHARED / "data" / EXAMPLES[name].data
    if not data.is_dir():
        pytest.skip(f"the data set {EXAMPLES[name].data} is not there")
    folder = Path(mkdtemp())
    shutil.copy(ROOT / "examples" / name / "charter.yaml", folder)
    try:
        community = Community.load(folder)
    finally:
        shutil.rmtree(folder)
    return again(name, community.facts, fact_context(community.rulebook))


def again(name: str, store: FactStore, context: object) -> Import:
    folder = ROOT / "examples" / name
    return run_map(folder / "map.yaml", SHARED / "data" / EXAMPLES[name].data, store, context)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_record_of_a_real_set_is_made_or_counted(name: str) -> None:
    done = imported(name)
    skipped = {reason: count for report in done.reports for reason, count in report.skipped.items()}
    assert (done.unread, skipped) == (0, dict(EXAMPLES[name].skipped))
    assert {table: rows.height for table, rows in done.merged().items()} == dict(EXAMPLES[name].rows)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_real_set_imported_twice_changes_nothing(name: str) -> None:
    done = imported(name)
    second = again(name, store_of(done), done.context)
    assert (second.added, second.gone, second.parties) == ({}, {}, 0)


def test_the_second_round_corrects_the_scores_that_it_changes() -> None:
    scores = imported("makerdao").added["contributions"]
    assert scores["corrects"].drop_nulls().len() == 6_426


def test_who_reached_the_quorum_was_admitted() -> None:
    members = imported("optimism").added["memberships"]
    assert dict(members["state"].value_counts().iter_rows()) == {"applied": 643, "active": 501, "declined": 142}


def test_what_was_clawed_back_is_a_broken_promise_and_money_that_came_back() -> None:
    added = imported("optimism").added
    steps = dict(added["commitment_steps"]["step"].value_counts().iter_rows())
    purposes = dict(added["cash_movements"]["purpose"].value_counts().iter_rows())
    assert (steps, purposes) == ({"accepted": 509, "breached": 10, "waived": 3}, {"grant": 13_360, "clawback": 10})


def test_dollars_are_rounded_to_cents_once_each() -> None:
    flows = imported("optimism").added["cash_movements"].filter(pl.col("currency") == "USD")
    with gzip.open(SHARED / "data" / "oss-funding-oso" / "funding_flows.csv.gz", "rt", encoding="utf-8") as source:
        dollars = [Decimal(row["funding_usd"]) for row in csv.DictReader(source)]
    cents = [amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN) * 100 for amount in dollars]
    assert sorted(flows["amount_minor"]) == sorted(map(int, cents))


def test_between_a_sixth_and_a_quarter_of_the_member_organisations_leave_in_a_year() -> None:
    rows = imported("cncf").added["memberships"].filter(pl.col("class") == "member").sort("occurred_at", "fact")

    def there(day: str) -> set[str]:
        seen = rows.filter(pl.col("occurred_at") <= pl.lit(day).str.to_datetime(time_zone="UTC", time_unit="us"))
        now = seen.group_by("party", maintain_order=True).last()
        return set(now.filter(pl.col("state") == "active")["party"])

    years = [there(f"{year}-08-01") for year in range(2019, 2024)]
    left = [len(before - after) / len(before) for before, after in pairwise(years)]
    assert [len(year) for year in years] == [447, 578, 685, 834, 816]
    assert [round(share, 3) for share in left] == [0.172, 0.151, 0.164, 0.203]


def test_lateness_and_concentration_of_the_projects_are_as_published() -> None:
    added = imported("aiddata").added
    due = added["commitments"].select("commitment", "due_at").drop_nulls()
    done = added["commitment_steps"].select("commitment", done="occurred_at")
    dated = due.join(done, on="commitment")
    late = dated.filter(pl.col("done") > pl.col("due_at")).height
    assert (dated.height, round(late / dated.height, 3)) == (285, 0.716)
    by_funder = added["opportunities"].group_by("party").agg(pl.col("amount_minor").sum())["amount_minor"]
    assert round(sum((amount / by_funder.sum()) ** 2 for amount in by_funder), 3) == 0.327
