"""What each tier of a waterfall takes, where cash falls short, and what locks the rest up."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.drafting import MECHANISM, Drafting
from tenfold.mechanisms.distribution.layers import placed
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.reason import Reason


def tiers(drafting: Drafting, cascade: pl.DataFrame) -> Iterator[Decision]:
    """Yield one decision a tier: paid, short, or the rest locked up."""
    for row in cascade.filter(pl.col("role") != "holder").sort("pool", "tier").iter_rows(named=True):
        if row["locked"]:
            yield _locked(drafting, row, cascade)
        elif row["role"] == "tier" and row["wanted"]:
            yield _tier(drafting, row)


def _rule(drafting: Drafting, row: Mapping[str, Any]) -> tuple[str, int]:
    """Return the tier's place in the charter, and the version in which it stands there."""
    own = placed(drafting.rules, drafting.pools[row["pool"]])
    return f"/distribution/layers/{own.place}/tiers/{row['tier']}", int(own.version.charter.version)


def _tier(drafting: Drafting, row: Mapping[str, Any]) -> Decision:
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
    return Decision(
        mechanism=MECHANISM,
        kind="tier",
        subject=f"{row['party']}@{row['pool']}",
        since=terms["since"],
        message=Reason("distribution.tier_short" if short else "distribution.tier", params),
        proposal="pay" if row["paid"] else "defer",
        pointer=pointer,
        version=version,
        value=paid,
        unit=currency,
        measures=(MeasureRef("dis.entitlement", f"{row['party']}@{row['pool']}"),),
        facts=(terms["since"],),
        cure=Cure(Reason("distribution.cure_short", params), params["short"], currency) if short else None,
    )


def _locked(drafting: Drafting, row: Mapping[str, Any], cascade: pl.DataFrame) -> Decision:
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
    return Decision(
        mechanism=MECHANISM,
        kind="lock_up",
        subject=row["pool"],
        since=terms["since"],
        message=Reason("distribution.lock_up_event" if event else "distribution.lock_up", params),
        proposal="hold",
        pointer=pointer,
        version=version,
        value=locked,
        unit=currency,
        measures=(MeasureRef("dis.entitlement", f"remainder@{row['pool']}"),)
        + (() if event else (MeasureRef(row["failing"], "community"),)),
        facts=(terms["since"],),
        alternatives=("waiver_by_lenders",),
        cure=Cure(Reason("distribution.cure_event" if event else "distribution.cure_lock_up", params)),
        closes_when={"fact": "incidents", "kind": row["failing"]}
        if event
        else {"metric": row["failing"], "subject": "community", "op": operator, "value": limit},
    )
