"""5 → 1: conditions before a deal's money comes, and the date they move to by what their promisor is usually late."""

from collections.abc import Iterator, Mapping
from datetime import date
from math import ceil
from typing import Any

from tenfold.mechanisms.incentives.grounds import PROMISES, IncentiveGrounds
from tenfold.terms.days import days_later
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.reason import Reason

CONDITION = "condition"
WAITING = ("open", "late")


@decision(
    "incentives.condition_slip",
    of=IncentiveGrounds,
    reads=(
        *PROMISES,
        "view.deal",
        "inc.slip",
    ),
    hands_on=("commitment_steps",),
    closes=("commitment_steps",),
)
def condition_slip(grounds: IncentiveGrounds) -> Iterator[Draft]:
    """One for each open condition of a deal whose money has not come and which is likely to be met after its date."""
    deals = {row["opportunity"]: row for row in grounds.facts.read("view.deal").filter("open").iter_rows(named=True)}
    slips = dict(grounds.facts.read("inc.slip").select("subject", "value").iter_rows())
    for row in grounds.promises:
        waits = row["state"] in WAITING and row["delivered_on"] is None and row["due_on"] is not None
        moved = (
            row["extended"] and waits and grounds.today <= row["due_on"]
        )  # a moved date is not moved again before it
        if row["source_kind"] != CONDITION or row["opportunity"] not in deals or not waits or moved:
            continue
        own = slips.get(row["promisor"])
        expected = max(days_later(row["due_on"], ceil(own or 0)), grounds.today)
        if expected > row["due_on"]:
            yield _slips(grounds, row, deals[row["opportunity"]], own, expected)


def _slips(
    grounds: IncentiveGrounds, row: Mapping[str, Any], deal: Mapping[str, Any], own: float | None, expected: date
) -> Draft:
    promise, deal_key = row["promise"], row["opportunity"]
    params = {
        "promise": promise,
        "party": row["promisor"],
        "deal": deal_key,
        "funder": deal["party"],
        "due": str(row["due_on"]),
        "expected": str(expected),
        "slip": str(ceil(own)) if own is not None else "–",
    }
    days = str((expected - row["due_on"]).days)
    whose = ".own" if row["promisor"] == deal["party"] else ""  # one party is named once
    known = "" if own is not None else ".unknown"
    return (
        Draft("condition_slip", promise, row["fact"])
        .says(f"incentives.condition_slip{whose}{known}", params)
        .asks_for("incentives.move_date", "deliver_now", "waive")
        .follows("/incentives/commitment_rules", row["version"])
        .counts(days, "days")
        .rests_on(MeasureRef("inc.slip", row["promisor"]), MeasureRef("fund.p_close", deal_key), facts=(row["fact"],))
        .cured_by(Cure(Reason("incentives.cure_deliver", {"promise": promise}), "1", "count"))
        .closes(Fact("commitment_steps", {"commitment": promise, "steps": ["verified", "waived"]}))
        .hands_on(Fact("commitment_steps", {"commitment": promise, "step": "extended", "due_at": str(expected)}))
    )
