"""Where money that was approved, recorded or paid and the rules say different things: each difference with its sum.

Nothing is set right by itself. What was approved stays until people settle the difference, or say that it stays.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.approval import decision_id
from tenfold.mechanisms.distribution.drafting import ON_RECORD, POOLS, Drafting
from tenfold.mechanisms.distribution.pools import STOOD
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.reason import Reason

LISTED = 8  # parties that a pool's difference names, those whose amount moves most first
SETTLE, ANEW = "settle_difference", "approve_anew"
LEAVE = "leave_difference"


@decision(
    "distribution.approved_difference",
    "unapproved_difference",
    "recorded_difference",
    "cash_difference",
    "currency_difference",
    of=Drafting,
    reads=("pool.shares", *POOLS, *ON_RECORD),
    hands_on=("cash_movements",),
    closes=("decision_acts", "payouts"),
)
def payout_difference(drafting: Drafting) -> Iterator[Draft]:
    """Yield what of a payee's money does not fit together, in the order in which money moves."""
    for _, rows in drafting.shared:
        for row in rows.filter(pl.col("role") != "tier").iter_rows(named=True):
            yield from _payee(drafting, row)


def _payee(drafting: Drafting, row: Mapping[str, Any]) -> Iterator[Draft]:
    """Compare what the rules give, what was approved, what is on record now and what went out."""
    first, last, out = (found.get((row["pool"], row["party"])) for found in drafting.on_record)
    if first is not None and first["currency"] != row["currency"]:
        yield _currency(drafting, row, first)
        return
    approved, since = row["paid"], drafting.pools[row["pool"]]["since"] if first is None else first["fact"]
    if approved != row["computed"]:
        kind = "unapproved" if first is None else "approved"
        yield _difference(drafting, row, kind, since, approved, row["computed"])
    if first is None or last is None:
        return
    if last["amount_minor"] != approved:
        yield _difference(drafting, row, "recorded", last["fact"], last["amount_minor"], approved)
    if out is not None and out["paid"] != last["amount_minor"]:
        yield _difference(drafting, row, "cash", out["fact"], out["paid"], last["amount_minor"])


def _difference(drafting: Drafting, row: Mapping[str, Any], kind: str, since: str, has: int, due: int) -> Draft:
    """Return one difference: a party `has` another amount than what is `due`."""
    currency, party, pool = row["currency"], row["party"], row["pool"]
    more = has > due
    sum_ = drafting.amount(abs(has - due), currency)
    params = {
        "party": party, "pool": pool, "currency": currency, "has": drafting.amount(has, currency),
        "due": drafting.amount(due, currency), "difference": sum_,
    }  # fmt: skip
    back = {"payer": party, "purpose": "clawback"} if more else {"payee": party, "purpose": "payout"}
    return (
        Draft(f"{kind}_difference", row["subject"], since)
        .says(f"distribution.{kind}_{'more' if more else 'less'}", params)
        .asks_for(SETTLE, "correct_record", LEAVE)
        .follows("/distribution/approve", drafting.version(pool))
        .counts(drafting.amount(has - due, currency), currency)
        .rests_on(MeasureRef("dis.entitlement", row["subject"]), facts=(since,))
        .cured_by(Cure(Reason(f"distribution.cure_{'back' if more else 'paid'}", params), sum_, currency))
        .closes(Fact("decision_acts", {"decision": f"distribution.{kind}_difference:{row['subject']}:{since}"}))
        .hands_on(Fact("cash_movements", {"pool": pool, "amount": sum_, "currency": currency, **back}))
    )


def _currency(drafting: Drafting, row: Mapping[str, Any], first: Mapping[str, Any]) -> Draft:
    """A payout on record in another currency than its pool's: nobody can compare it."""
    params = {
        "party": row["party"], "pool": row["pool"], "currency": row["currency"], "other": first["currency"],
    }  # fmt: skip
    return (
        Draft("currency_difference", row["subject"], first["fact"])
        .says("distribution.other_currency", params)
        .asks_for("correct_record")
        .follows("/distribution/approve", drafting.version(row["pool"]))
        .rests_on(MeasureRef("dis.entitlement", row["subject"]), facts=(first["fact"],))
        .cured_by(Cure(Reason("distribution.cure_currency", params)))
        .closes(Fact("payouts", {"pool": row["pool"], "party": row["party"]}))
    )


@decision(
    "distribution.later_difference",
    of=Drafting,
    reads=(
        "pool.shares",
        *POOLS,
    ),
    hands_on=("decision_acts",),
    closes=("decision_acts",),
)
def later_difference(drafting: Drafting) -> Iterator[Draft]:
    """Yield what has become known since the approval of each pool and would give other amounts."""
    for pool, rows in drafting.shared:
        yield from _since(drafting, pool, rows)


def _since(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Draft]:
    """What has become known since the approval and would give other amounts: one decision a pool, with its sum."""
    moved = rows.with_columns(moved=pl.col("later") - pl.col("computed")).filter(pl.col("moved") != 0)
    if moved.is_empty():
        return
    terms, currency = drafting.pools[pool], str(moved["currency"][0])
    more, less = (int(moved.filter(pl.col("moved") * sign > 0)["moved"].abs().sum()) for sign in (1, -1))
    first = moved.with_columns(size=pl.col("moved").abs()).sort("size", "party", descending=[True, False])
    params = {
        "pool": pool, "currency": currency, "count": str(moved.height),
        "more": drafting.amount(more, currency), "less": drafting.amount(less, currency),
    }  # fmt: skip
    id = f"distribution.later_difference:{pool}:{terms['since']}"
    yield (
        Draft("later_difference", pool, terms["since"])
        .says("distribution.later", params)
        .asks_for(SETTLE, LEAVE)
        .follows("/distribution/approve", drafting.version(pool))
        .counts(drafting.amount(max(more, less), currency), currency)
        .rests_on(
            *tuple(MeasureRef("dis.difference", subject) for subject in first["subject"].head(LISTED)),
            facts=tuple(dict.fromkeys((terms["since"], terms["fact"]))),
        )
        .cured_by(Cure(Reason("distribution.cure_later", params)))
        .closes(Fact("decision_acts", {"decision": id}))
        .hands_on(Fact("decision_acts", {"decision": id, "act": "override"}))
    )


@decision(
    "distribution.other_preview",
    "no_preview",
    of=Drafting,
    reads=(
        "pool.shares",
        *POOLS,
    ),
    hands_on=("decision_acts",),
    closes=("decision_acts",),
)
def preview_difference(drafting: Drafting) -> Iterator[Draft]:
    """Yield the approvals of each pool that name another preview, or none."""
    for pool, rows in drafting.shared:
        yield from _previews(drafting, pool, rows)


def _previews(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Draft]:
    """Approvals of another preview than the one that was known at the approval, and approvals that name none."""
    terms, sha256 = drafting.pools[pool], rows["sha256"][0]
    approval = terms["approval"]
    others = sorted(by for by, named in approval.named.items() if named != sha256)
    nameless = [by for by in approval.signers if by not in approval.named] if terms["state"] == "approved" else []
    for kind, people in (("other_preview", others), ("no_preview", sorted(nameless))):
        if not people:
            continue
        params = {"pool": pool, "by": ", ".join(people)}
        yield (
            Draft(kind, pool, terms["fact"])
            .says(f"distribution.{kind}", params)
            .asks_for(ANEW, "cancel_pool")
            .follows("/distribution/approve", drafting.version(pool))
            .counts(str(len(people)), "count")
            .rests_on(
                MeasureRef("dis.entitlement", f"remainder@{pool}"),
                facts=tuple(dict.fromkeys((terms["since"], terms["fact"]))),
            )
            .cured_by(Cure(Reason("distribution.cure_preview", params)))
            .closes(Fact("decision_acts", {"decision": decision_id(pool, terms["since"])}))
            .hands_on(
                Fact(
                    "decision_acts",
                    {"decision": decision_id(pool, terms["since"]), "act": "confirm", "proposal_sha256": sha256},
                )
            )
        )


@decision(
    "distribution.pool_difference",
    of=Drafting,
    reads=(
        "pool.shares",
        *POOLS,
    ),
    closes=("pools",),
)
def pool_difference(drafting: Drafting) -> Iterator[Draft]:
    """Yield the pools of which a later row says something else than what was approved."""
    for pool, _ in drafting.shared:
        yield from _changed(drafting, pool)


def _changed(drafting: Drafting, pool: str) -> Iterator[Draft]:
    """A row after the approval says another amount, period, currency or layer than what was approved."""
    terms, row = drafting.pools[pool], drafting.newest[pool]
    if terms["approved_at"] is None or all(row[name] == terms[name] for name in STOOD):
        return
    params = {
        "pool": pool,
        "approved": f"{drafting.amount(terms['amount_minor'], terms['currency'])} {terms['currency']}",
        "said": f"{drafting.amount(row['amount_minor'], row['currency'])} {row['currency']}",
        "start": str(row["period_start"]), "end": str(row["period_end"]),
    }  # fmt: skip
    same = row["currency"] == terms["currency"]
    change = row["amount_minor"] - terms["amount_minor"]
    yield (
        Draft("pool_difference", pool, row["fact"])
        .says("distribution.pool_changed", params)
        .asks_for("correct_record", "cancel_pool")
        .follows("/distribution/approve", drafting.version(pool))
        .counts(drafting.amount(change, terms["currency"]) if same else None, terms["currency"] if same else None)
        .rests_on(
            MeasureRef("dis.entitlement", f"remainder@{pool}"),
            facts=tuple(dict.fromkeys((terms["since"], row["fact"]))),
        )
        .cured_by(Cure(Reason("distribution.cure_pool_changed", params)))
        .closes(Fact("pools", {"pool": pool}))
    )
