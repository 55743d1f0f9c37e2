"""What earns nothing in a pool, and why: a contribution, or all that a party has there; each with its rule.

A contribution is judged by the charter version in force when it was made, a pool by the one in force when it was
declared. Until a pool is declared there is nothing to earn. What a sanction takes is told by its own decision.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.drafting import POOLS, Drafting
from tenfold.mechanisms.distribution.layers import placed
from tenfold.mechanisms.distribution.pools import APPROVED, as_approved
from tenfold.terms.days import days_later
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, decision
from tenfold.terms.reason import Reason
from tenfold.terms.rules import Rules

Row = Mapping[str, Any]
ATTESTATION, TYPES = "/distribution/attestation", "/distribution/contribution_types"
# Reason → the place below a kind of contribution where the charter says so.
OF_TYPE = {
    "introduction": "/of",
    "again": "/of",
    "quarter": "/per_member_per_quarter",
    "stage": "/per_member_per_stage",
    "no_value": "/rate",
}
# What can still be changed; the other reasons follow from what happened.
CURED = frozenset({"disputed", "rejected", "unconfirmed", "introduction", "window", "no_value", "no_rule"})


@decision(
    "distribution.unearned",
    of=Drafting,
    reads=("pool.unearned", "pool.parties", "pool.members", "pool.shares", *POOLS),
)
def unearned(drafting: Drafting) -> Iterator[Draft]:
    """Yield a decision for each contribution, and for each party as a whole, that earns nothing in a pool."""
    rows, same = (drafting.facts.read(f"pool.{name}") for name in ("unearned", "same"))
    found = rows.join(same, on=["end", "pool", "party"], how="left", maintain_order="left")
    found = found.with_columns(party=pl.coalesce("target", "party"))
    for row in found.sort("pool", "party", "occurred_at", "fact").iter_rows(named=True):
        yield _contribution(drafting, row)
    yield from _outside(drafting)
    yield from _unpaid(drafting)


def _contribution(drafting: Drafting, row: Row) -> Draft:
    """A contribution of a pool's period that earns no points there."""
    judges = drafting.rules.judging(row["occurred_at"])
    reason = reason_of(row)
    params = {"contribution_type": row["type"], "day": str(row["on"]), **_figures(reason, row)}
    cure = Cure(Reason(f"distribution.cure_unearned_{reason}", params)) if reason in CURED else None
    return _draft(drafting, row, reason, params, cure, _place(reason, row["type"], judges), judges, row["fact"])


def reason_of(row: Row) -> str:
    """Return why a contribution earns nothing: the first test that it fails, a row of `pool.unearned`."""
    tests = (
        ("no_rule", row["flat"] is None),
        ("withdrawn", row["withdrawn"] > 0),
        ("disputed", row["disputes"] > 0),
        ("rejected", row["rejects"] > 0),
        ("unconfirmed", row["accepts"] < row["needed"]),
        ("introduction", row["introduces"] and row["newcomer"] is None),
        ("window", days_later(row["known_on"], row["window_days"]) > row["today"]),
        ("again", row["again"]),
        ("quarter", row["over_quarter"]),
        ("stage", row["over_stage"]),
        ("no_value", not row["flat"] and row["fair_value_minor"] is None),
    )
    return next((reason for reason, holds in tests if holds), "nothing")


def _figures(reason: str, row: Row) -> dict[str, str]:
    """Return the figures that the sentence of a reason names."""
    match reason:
        case "unconfirmed":
            missing = row["needed"] - row["accepts"]
            return {"accepts": str(row["accepts"]), "needed": str(row["needed"]), "missing": str(missing)}
        case "window":
            return {"until": str(days_later(row["known_on"], row["window_days"] - 1))}
        case "quarter" | "stage":
            return {"limit": str(row[f"per_{reason}"])}
        case _:
            return {}


def _place(reason: str, type_: str, judges: Rules) -> str:
    """Return where the charter that judges a contribution says why it earns nothing."""
    kind = judges.distribution.contribution_types.get(type_)
    if kind is None:
        return TYPES
    if reason == "unconfirmed":
        return f"{TYPES}/{type_}/when" if kind.when else "/incentives/anti_gaming/attesters_min"
    if reason == "window":
        return f"{ATTESTATION}/dispute_window"
    if reason in ("withdrawn", "disputed", "rejected") and judges.distribution.attestation is not None:
        return ATTESTATION
    return f"{TYPES}/{type_}{OF_TYPE.get(reason, '')}"


def _outside(drafting: Drafting) -> Iterator[Draft]:
    """Yield the parties that have points in a pool and may not share in it: nobody's members, and those who left."""
    parties = as_approved(drafting.facts.read("pool.parties")).filter(~pl.col("shares"), pl.col("raw") > 0)
    members = drafting.facts.read("pool.members").select("end", "pool", "party", "leaver", "left_on", "left_at")
    rows = parties.join(members, on=["end", "pool", "party"], how="left").sort("pool", "party")
    for row in rows.filter(pl.col("pool").is_in(list(drafting.pools))).iter_rows(named=True):
        terms = drafting.pools[row["pool"]]
        judges = drafting.rules.judging(row["left_at"] or terms["declared_at"])
        left = row["leaver"] is not None
        params = {"leaver": row["leaver"], "left": str(row["left_on"])} if left else {"end": str(terms["period_end"])}
        place = f"/distribution/leaver/{row['leaver']}" if left and judges.distribution.leaver else "/distribution"
        yield _draft(drafting, row, "left" if left else "outside", params, None, place, judges, terms["since"])


def _unpaid(drafting: Drafting) -> Iterator[Draft]:
    """Yield the parties whose points in a pool come to no payout: too small for one, at a cap, or less than a cent."""
    nothing = pl.col("points") > 0, pl.col("paid") == 0, pl.col("computed") == 0
    for row in drafting.facts.read("pool.shares").filter(*nothing).sort("pool", "party").iter_rows(named=True):
        terms, currency = drafting.pools[row["pool"]], row["currency"]
        judges = drafting.rules.judging(terms["declared_at"])
        floor = judges.distribution.caps.small_payout_floor
        params = {"currency": currency, "amount": drafting.amount(row["waiting"] or 0, currency)}
        if row["waiting"] and floor is not None:
            params["floor"] = drafting.amount(floor.minor(judges.currencies), currency)
            reason, place = "waiting", "/distribution/caps/small_payout_floor"
        elif row["capped"]:
            reason, place = "capped", _cap(drafting, terms)
        else:
            reason, place = "rounded", "/distribution/rounding"
        yield _draft(drafting, row, reason, params, None, place, judges, terms["since"])


def _cap(drafting: Drafting, terms: Row) -> str:
    """Return the cap that leaves a member nothing: what it gets at most per time, or of a pool."""
    own = placed(drafting.rules, terms)
    return "/distribution/caps" if own.layer.member_cap is None else f"/distribution/layers/{own.place}/member_cap"


def _draft(
    drafting: Drafting,
    row: Row,
    reason: str,
    params: Mapping[str, str],
    cure: Cure | None,
    pointer: str,
    judges: Rules,
    since: str,
) -> Draft:
    """Return the decision; in a pool that was approved nothing can be changed any more."""
    party, pool = row["party"], row["pool"]
    settled = drafting.pools[pool]["state"] in APPROVED
    subject = f"{party}@{pool}"
    return (
        Draft("unearned", subject, since)
        .says(f"distribution.unearned_{reason}", {"party": party, "pool": pool, **params})
        .asks_for("none")
        .follows(pointer, int(judges.charter.version))
        .rests_on(MeasureRef("dis.points", subject), facts=(since,))
        .stands("executed" if settled else "proposed")
        .cured_by(None if settled else cure)
    )
