"""What each tier of a waterfall takes, where cash falls short, and what locks the rest up."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.cascade import conditions
from tenfold.mechanisms.distribution.drafting import POOLS, Drafting
from tenfold.mechanisms.distribution.layers import placed
from tenfold.mechanisms.distribution.pools import as_approved
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import NAMED, Draft, Fact, Measured, decision
from tenfold.terms.reason import Reason


@decision(
    "distribution.tier",
    "lock_up",
    of=Drafting,
    reads=(
        "pool.cascade",
        *POOLS,
    ),
    named=conditions,
    closes=(
        "incidents",
        NAMED,
    ),
)
def tier(drafting: Drafting) -> Iterator[Draft]:
    """Yield one decision a tier: paid, short, or the rest locked up."""
    cascade = as_approved(drafting.facts.read("pool.cascade"))
    for row in cascade.filter(pl.col("role") != "holder").sort("pool", "tier").iter_rows(named=True):
        if row["locked"]:
            yield _locked(drafting, row, cascade)
        elif row["role"] == "tier" and row["wanted"]:
            yield _tier(drafting, row)


def _rule(drafting: Drafting, row: Mapping[str, Any]) -> tuple[str, int]:
    """Return the tier's place in the charter, and the version in which it stands there."""
    own = placed(drafting.rules, drafting.pools[row["pool"]])
    return f"/distribution/layers/{own.place}/tiers/{row['tier']}", int(own.version.charter.version)


def _tier(drafting: Drafting, row: Mapping[str, Any]) -> Draft:
    terms, currency = drafting.pools[row["pool"]], row["currency"]
    pointer, version = _rule(drafting, row)
    short = row["wanted"] - row["paid"]
    paid = drafting.amount(row["paid"], currency)
    params = {
        "tier": row["party"],
        "pool": row["pool"],
        "amount": paid,
        "wanted": drafting.amount(row["wanted"], currency),
        "short": drafting.amount(short, currency),
        "currency": currency,
    }
    return (
        Draft("tier", f"{row['party']}@{row['pool']}", terms["since"])
        .says("distribution.tier_short" if short else "distribution.tier", params)
        .asks_for("pay" if row["paid"] else "defer")
        .follows(pointer, version)
        .counts(paid, currency)
        .rests_on(MeasureRef("dis.entitlement", f"{row['party']}@{row['pool']}"), facts=(terms["since"],))
        .cured_by(Cure(Reason("distribution.cure_short", params), params["short"], currency) if short else None)
    )


def _locked(drafting: Drafting, row: Mapping[str, Any], cascade: pl.DataFrame) -> Draft:
    terms, currency = drafting.pools[row["pool"]], row["currency"]
    pointer, version = _rule(drafting, row)
    paid = cascade.filter(pl.col("pool") == row["pool"], pl.col("role") != "equity")["paid"].sum()
    locked = drafting.amount(row["amount"] - int(paid), currency)
    operator, _, limit = row["needed"].partition(" ")
    params = {
        "tier": row["party"],
        "pool": row["pool"],
        "amount": locked,
        "currency": currency,
        "metric": row["failing"],
        "needed": row["needed"],
        "value": row["value"],
    }
    event = operator == row["failing"]
    return (
        Draft("lock_up", row["pool"], terms["since"])
        .says("distribution.lock_up_event" if event else "distribution.lock_up", params)
        .asks_for("hold", "waiver_by_lenders")
        .follows(pointer, version)
        .counts(locked, currency)
        .rests_on(
            *(
                (MeasureRef("dis.entitlement", f"remainder@{row['pool']}"),)
                + (() if event else (MeasureRef(row["failing"], "community"),))
            ),
            facts=(terms["since"],),
        )
        .cured_by(Cure(Reason("distribution.cure_event" if event else "distribution.cure_lock_up", params)))
        .closes(
            Fact("incidents", {"kind": row["failing"]})
            if event
            else Measured(row["failing"], "community", {"op": operator, "value": limit})
        )
    )
