"""What follows from the numbers: a payout for each member and pool, the pool's own next act, how fair it is."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.approval import signatures
from tenfold.mechanisms.distribution.clawbacks import clawback
from tenfold.mechanisms.distribution.differences import (
    later_difference,
    payout_difference,
    pool_difference,
    preview_difference,
)
from tenfold.mechanisms.distribution.drafting import ON_RECORD, POOLS, Drafting
from tenfold.mechanisms.distribution.measures import REMAINDER
from tenfold.mechanisms.distribution.payouts import MICRO
from tenfold.mechanisms.distribution.pools import APPROVED, as_approved
from tenfold.mechanisms.distribution.tiers import tier
from tenfold.mechanisms.distribution.unearned import unearned
from tenfold.terms.days import local_day
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.durations import add
from tenfold.terms.measure import DIGITS, Facts, write_number
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason

# What a recorded payout makes of the proposal; a returned one is proposed again.
STATUS = {"approved": "confirmed", "exported": "executed", "receipted": "executed"}
NEXT_ACT = {
    "declared": "preview_pool",
    "previewed": "approve_pool",
    "approved": "export_pool",
    "exported": "collect_receipts",
}


@decision(
    "distribution.payout",
    of=Drafting,
    reads=(
        "pool.shares",
        *POOLS,
        *ON_RECORD,
    ),
    hands_on=("payouts",),
    closes=("payouts",),
)
def payout(drafting: Drafting) -> Iterator[Draft]:
    """One payout for each party that is paid something, in the pool's currency."""
    for pool, rows in drafting.shared:
        yield from _payouts(drafting, pool, rows)


def _payouts(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Draft]:
    terms = drafting.pools[pool]
    whole = int(rows["points"].sum())
    for row in rows.filter(pl.col("paid") > 0, pl.col("role") != "tier").iter_rows(named=True):
        recorded = drafting.payouts.get((pool, row["party"]))
        paid = drafting.amount(row["paid"], row["currency"])
        uncapped = row["amount"] * (row["points"] or 0) // whole if whole else 0
        params = {
            "party": row["party"],
            "pool": pool,
            "amount": paid,
            "currency": row["currency"],
            "points": _points(row["points"] or 0),
            "all_points": _points(whole),
            "pool_amount": drafting.amount(row["amount"], row["currency"]),
            "before_caps": drafting.amount(uncapped, row["currency"]),
        }
        form = _form(row)
        if form == "payout_recorded":
            params["computed"] = drafting.amount(row["computed"], row["currency"])
        yield (
            Draft("payout", row["subject"], terms["since"])
            .says(f"distribution.{form}", params)
            .asks_for("pay", "dispute", "hold")
            .follows("/distribution/rounding", drafting.version(pool))
            .counts(paid, row["currency"])
            .rests_on(
                *tuple(
                    MeasureRef(id, row["subject"])
                    for id in (("dis.entitlement",) if row["role"] == "holder" else ("dis.entitlement", "dis.points"))
                ),
                facts=(terms["since"], *([recorded["fact"]] if recorded else [])),
            )
            .stands(_status(row, recorded))
            .appealed_by(_appeal(drafting, pool, row["party"]))
            .closes(Fact("payouts", {"pool": pool, "party": row["party"]}))
            .hands_on(
                Fact(
                    "payouts",
                    {
                        "pool": pool,
                        "party": row["party"],
                        "amount": paid,
                        "currency": row["currency"],
                        "state": "approved",
                    },
                )
            )
        )


def _appeal(drafting: Drafting, pool: str, party: str) -> Reason | None:
    """Return until when the payee of an approved payout may appeal, where the charter that judges the pool says so.

    The days are those after the one on which the community could know of the payout.
    """
    approved = drafting.on_record[0].get((pool, party))
    judges = drafting.rules.judging(drafting.pools[pool]["declared_at"])
    if approved is None or judges.incentives.appeals is None:
        return None
    known = local_day(max(approved["occurred_at"], approved["recorded_at"]), drafting.rules.charter.timezone)
    until = add(known, judges.incentives.appeals.window)
    return Reason("distribution.appeal", {"until": str(until), "version": str(judges.charter.version)})


def _form(row: Mapping[str, Any]) -> str:
    """Return which sentence tells a payout."""
    if row["paid"] != row["computed"]:
        return "payout_recorded"
    if row["role"] == "holder":
        return "payout_holder"
    return "payout_capped" if row["capped"] else "payout"


def _status(row: Mapping[str, Any], recorded: Mapping[str, Any] | None) -> str:
    """Return what a recorded payout makes of the proposal: another amount than the rules give overrides it."""
    if recorded is None:
        return "proposed"
    status = STATUS.get(recorded["state"], "proposed")
    return "overridden" if status == "confirmed" and recorded["amount_minor"] != row["computed"] else status


@decision(
    "distribution.pool",
    "insufficient",
    of=Drafting,
    reads=("pool.shares", *POOLS),
    hands_on=("pools", "exchange_rates"),
    closes=("pools",),
)
def pool_act(drafting: Drafting) -> Iterator[Draft]:
    """Yield the next act of each pool; of one that cannot be shared yet what is lacking."""
    shared = dict(drafting.shared)
    for pool in drafting.shares:
        yield _pool(drafting, pool, shared[pool]) if pool in shared else _unknown(drafting, pool)


def _pool(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Draft:
    """The pool's own next act, with what it pays and what it leaves."""
    terms = drafting.pools[pool]
    first = rows.row(0, named=True)
    currency, state = first["currency"], terms["state"]
    wanted = signatures(drafting.rules.judging(terms["declared_at"]))
    signed = len(terms["approval"].signers)
    half_signed = state in APPROVED and not terms["approval"].complete
    act = "sign_pool" if half_signed else NEXT_ACT.get(state, "none")
    params = {
        "pool": pool,
        "layer": first["layer"],
        "amount": drafting.amount(first["amount"], currency),
        "currency": currency,
        "paid": drafting.amount(int(rows["paid"].fill_null(0).sum()), currency),
        "remainder": drafting.amount(first["remainder"], currency),
        "brought": drafting.amount(first["brought"], currency),
        "waiting": drafting.amount(int(rows["waiting"].fill_null(0).sum()), currency),
        "parties": str(rows.filter(pl.col("paid") > 0).height),
        "capped": str(rows.filter("capped").height),
        "signatures": str(signed),
        "signatures_wanted": str(wanted),
    }
    following = {
        "preview_pool": "previewed",
        "approve_pool": "approved",
        "sign_pool": "approved",
        "export_pool": "exported",
    }
    return (
        Draft("pool", pool, terms["since"])
        .says(f"distribution.pool_{'half_signed' if half_signed else state}", params)
        .asks_for(act, "change_amount", "cancel_pool")
        .follows(
            "/distribution/approve" if act in {"approve_pool", "sign_pool"} else "/distribution/rounding",
            drafting.version(pool),
        )
        .counts(params["amount"], currency)
        .rests_on(
            MeasureRef("dis.entitlement", f"{REMAINDER}@{pool}"),
            facts=tuple(dict.fromkeys((terms["since"], terms["fact"]))),
        )
        .stands("executed" if state in APPROVED and not half_signed else "proposed")
        .closes(Fact("pools", {"pool": pool, "state": "receipted"}))
        .hands_on(Fact("pools", {"pool": pool, "state": following[act]}) if act in following else None)
        .signed_as(first["sha256"])
    )


@decision(
    "distribution.fairness",
    of=Drafting,
    reads=(
        "pool.shares",
        *POOLS,
        "dis.gini",
        "dis.jain",
        "dis.ratio_spread",
    ),
)
def fairness(drafting: Drafting) -> Iterator[Draft]:
    """How the shares are spread, and whether anyone would rather have another's payout at the own points."""
    for pool, rows in drafting.shared:
        yield from _fairness(drafting, pool, rows)


def _fairness(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Draft]:
    terms = drafting.pools[pool]
    numbers = {
        name: _number(drafting.facts, f"dis.{id}", subject)
        for name, id, subject in (
            ("gini", "gini", pool),
            ("gini_small_sample", "gini", f"{pool}/small_sample"),
            ("jain", "jain", pool),
            ("spread", "ratio_spread", pool),
            ("spread_uncapped", "ratio_spread", f"{pool}/uncapped"),
        )
    }
    if numbers["gini"] is None:
        return
    envious = _envious(rows)
    shown = {name: value if value is not None else "–" for name, value in numbers.items()}
    yield (
        Draft("fairness", pool, terms["since"])
        .says("distribution.fairness", {"pool": pool, "envious": str(envious), **shown})
        .asks_for("publish_shape")
        .follows("/distribution/openness", drafting.version(pool))
        .counts(numbers["gini"], "ratio")
        .rests_on(*(MeasureRef(f"dis.{id}", pool) for id in ("gini", "jain", "ratio_spread")), facts=(terms["since"],))
    )


def _number(facts: Facts, id: str, subject: str) -> str | None:
    found = facts.read(id).filter(pl.col("subject") == subject)["value"].to_list()
    return write_number(found[0], DIGITS["ratio"]) if found else None


def _envious(rows: pl.DataFrame) -> int:
    """Count who is paid less, by more than a rounding unit, than somebody with no more points."""
    ranked = rows.filter(pl.col("points") > 0).sort("points", "party").select("points", "paid")
    most = (
        ranked.group_by("points", maintain_order=True)
        .agg(pl.col("paid").max())
        .with_columns(best=pl.col("paid").cum_max())
    )
    return ranked.join(most.select("points", "best"), on="points").filter(pl.col("best") > pl.col("paid") + 1).height


def _unknown(drafting: Drafting, pool: str) -> Draft:
    """The pool cannot be shared yet: one line with the fact that would settle it."""
    terms = drafting.pools[pool]
    return (
        Draft("insufficient", pool, terms["since"])
        .says("distribution.rate_missing", {"pool": pool, "currency": str(drafting.rules.charter.currency)})
        .asks_for("enter_rate")
        .follows("/distribution/contribution_types", drafting.version(pool))
        .rests_on(MeasureRef("dis.entitlement", f"{REMAINDER}@{pool}"), facts=(terms["since"],))
        .cured_by(Cure(Reason("distribution.cure_rate", {"currency": str(drafting.rules.charter.currency)})))
        .hands_on(Fact("exchange_rates", {}))
    )


@decision(
    "distribution.reduction",
    of=Drafting,
    reads=(
        "pool.parties",
        *POOLS,
    ),
    closes=("sanctions",),
)
def reduction(drafting: Drafting) -> Iterator[Draft]:
    """What sanctions in force take of a party's points in a pool."""
    parties = as_approved(drafting.facts.read("pool.parties"))
    rows = parties.filter(pl.col("cut") > 0, pl.col("raw") > 0).sort("pool", "party")
    for row in rows.iter_rows(named=True):
        terms = drafting.pools.get(row["pool"])
        left, before = row["points"] or Decimal(0), row["raw"]
        yield (
            Draft("reduction", row["subject"], row["because"][0])
            .says(
                "distribution.reduction",
                {
                    "party": row["party"],
                    "pool": row["pool"],
                    "percent": f"{100 * min(row['cut'], 1.0):g}",
                    "points": f"{left:.6f}",
                    "before": f"{before:.6f}",
                },
            )
            .asks_for("reduce_points", "appeal")
            .follows(
                "/incentives/ladder", drafting.version(row["pool"]) if terms else int(drafting.rules.charter.version)
            )
            .counts(f"{before - left:.6f}", "points")
            .rests_on(MeasureRef("dis.points", row["subject"]), facts=tuple(row["because"]))
            .cured_by(
                Cure(Reason("distribution.cure_reduction", {"party": row["party"], "sanction": row["because"][0]}))
            )
            .closes(Fact("sanctions", {"party": row["party"], "state": "lifted"}))
        )


def _points(micro: int) -> str:
    return from_minor(micro, len(str(MICRO)) - 1)


DECISIONS = (
    payout,
    pool_act,
    preview_difference,
    pool_difference,
    payout_difference,
    later_difference,
    fairness,
    tier,
    reduction,
    unearned,
    clawback,
)
