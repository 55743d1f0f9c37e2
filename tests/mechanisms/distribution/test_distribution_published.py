"""Published payouts of two communities, to the last unit."""

import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

SHARED = Path(os.environ.get("TENFOLD_SHARED", Path(__file__).parents[4] / "shared"))
Rows = list[dict[str, str]]
See = Callable[..., Any]


def source(path: str) -> Iterator[dict[str, str]]:
    file = SHARED / "data" / path
    if not file.exists():
        pytest.skip(f"{file} is not there")
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def payouts(seen: Any) -> dict[str, str]:
    return {one.subject: one.value or "" for one in seen.decisions("distribution", "payout")}


def test_the_forum_is_paid_as_it_was_paid_for_both_weeks(see: See) -> None:
    """Scores as known on each payout day: the second round re-scores weeks of the first."""
    known_on = {"1": "2020-06-15", "2": "2020-06-30"}
    contributions: Rows = []
    before: dict[tuple[str, str], str] = {}
    for number, row in enumerate(source("sourcecred-makerdao/weekly_cred.csv.gz")):
        key, fact = (row["member"], row["week_end"]), f"c{number}"
        contributions.append(
            {
                "fact": fact,
                "party": row["member"],
                "type": "forum_activity",
                "quantity": f"{Decimal(row['cred']):.18f}",
                "occurred_at": row["week_end"],
                "recorded_at": known_on[row["payout_round"]],
                "corrects": before.get(key, ""),
            }
        )
        before[key] = fact
    published: dict[str, str] = {}
    pools: Rows = []
    weeks = {}
    for row in source("sourcecred-makerdao/payouts.csv.gz"):
        weeks[row["week_end"]] = row["payout_round"]
        if row["fast_dai_units"] != "0":
            published[f"{row['member']}@fast-{row['week_end']}"] = row["fast_dai_units"]
    for day, paid_in in weeks.items():
        pools += [
            {
                "fact": f"{state}-{day}",
                "pool": f"fast-{day}",
                "layer": "fast",
                "amount": "25000",
                "currency": "DAI",
                "period_start": day,
                "period_end": day,
                "state": state,
                "occurred_at": known_on[paid_in],
            }
            for state in ("declared", "previewed", "approved")
        ]
    members = sorted({row["party"] for row in contributions})
    facts = {
        "contributions": contributions,
        "pools": pools,
        "memberships": [
            {"fact": f"m-{one}", "party": one, "class": "expert", "state": "active", "occurred_at": "2019-01-01"}
            for one in members
        ],
    }
    changes = {
        "charter": {"units": {"DAI": {"digits": 0}}},
        "distribution": {
            "layers": [{"id": "fast", "by": "points"}],
            "contribution_types": {"forum_activity": {"flat_points": 1}},
            "rounding": "floor",
        },
    }
    seen = see(facts, changes, "2020-07-31")
    assert payouts(seen) == published
    left = seen.rows("dis.entitlement").filter(pl.col("subject").str.starts_with("remainder@"))
    assert left.sort("subject").select("value", "unit").rows() == [(116, "DAI"), (118, "DAI")]


def retroactive_round(rows: Rows, see: See, **rules: str) -> Any:
    """Return what becomes of 30,000,000 OP by median ballot among the admitted."""
    facts: dict[str, Rows] = defaultdict(list)
    for number, row in enumerate(rows):
        key, passed = f"p{number}", row["Result: Quorum Reached"] == "True"
        facts["memberships"].append(
            {
                "fact": f"m{number}",
                "party": key,
                "class": "expert",
                "state": "active" if passed else "declined",
                "occurred_at": "2024-01-11",
            }
        )
        if row["Result: Median OP"]:
            quantity = f"{Decimal(row['Result: Median OP']):f}"
            facts["contributions"].append(
                {
                    "fact": f"c{number}",
                    "party": key,
                    "type": "impact",
                    "quantity": quantity,
                    "occurred_at": "2023-12-31",
                    "recorded_at": "2024-01-11",
                }
            )
    facts["pools"] = [
        {
            "fact": "round",
            "pool": "rpgf3",
            "layer": "round",
            "amount": "30000000",
            "currency": "OP",
            "period_start": "2023-01-01",
            "period_end": "2023-12-31",
            "state": "approved",
            "occurred_at": "2024-01-12",
        }
    ]
    changes = {
        "charter": {"units": {"OP": {"digits": 2 if rules else 6}}},
        "distribution": {
            "layers": [{"id": "round", "by": "points"}],
            "contribution_types": {"impact": {"flat_points": 1}},
            **rules,
        },
    }
    return see(facts, changes, "2024-01-31")


def test_the_retroactive_round_pays_every_applicant_as_published(see: See) -> None:
    """Published to the cent; shared out to six digits, everybody is within half a cent of it."""
    rows = list(source("oss-funding-oso/retropgf3_results.csv.gz"))
    paid = payouts(retroactive_round(rows, see))
    assert len(paid) == 501
    for number, row in enumerate(rows):
        published = Decimal(row["Result: Received OP"] or 0)
        assert abs(Decimal(paid.get(f"p{number}@rpgf3", "0")) - published) <= Decimal("0.005")
    assert sum(map(Decimal, paid.values())) == 30_000_000


def test_rounded_each_to_the_nearest_cent_the_retroactive_round_is_the_published_one(see: See) -> None:
    """All 501 amounts as published; together they are 0.36 OP less than the round had."""
    rows = list(source("oss-funding-oso/retropgf3_results.csv.gz"))
    seen = retroactive_round(rows, see, rounding="nearest")
    published = {f"p{n}@rpgf3": row["Result: Received OP"] for n, row in enumerate(rows) if row["Result: Received OP"]}
    paid = payouts(seen)
    assert {subject: Decimal(amount) for subject, amount in paid.items()} == {
        subject: Decimal(amount) for subject, amount in published.items() if Decimal(amount)
    }
    left = seen.rows("dis.entitlement").filter(pl.col("subject") == "remainder@rpgf3")
    assert left["value"].to_list() == [36]
