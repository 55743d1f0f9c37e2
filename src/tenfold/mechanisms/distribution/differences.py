"""Where money that was approved, recorded or paid and the rules say different things: each difference with its sum.

Nothing is set right by itself. What was approved stays until people settle the difference, or say that it stays.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.approval import decision_id
from tenfold.mechanisms.distribution.drafting import MECHANISM, Drafting
from tenfold.mechanisms.distribution.pools import STOOD
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.reason import Reason

LISTED = 8  # parties that a pool's difference names, those whose amount moves most first
SETTLE, ANEW = "settle_difference", "approve_anew"
LEAVE = "leave_difference"


def differences(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Decision]:
    """Yield what of a pool's approval and payouts does not fit together, in the order in which money moves."""
    yield from _previews(drafting, pool, rows)
    yield from _changed(drafting, pool)
    for row in rows.filter(pl.col("role") != "tier").iter_rows(named=True):
        yield from _payee(drafting, row)
    yield from _since(drafting, pool, rows)


def _payee(drafting: Drafting, row: Mapping[str, Any]) -> Iterator[Decision]:
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


def _difference(drafting: Drafting, row: Mapping[str, Any], kind: str, since: str, has: int, due: int) -> Decision:
    """Return one difference: a party `has` another amount than what is `due`."""
    currency, party, pool = row["currency"], row["party"], row["pool"]
    more = has > due
    sum_ = drafting.amount(abs(has - due), currency)
    params = {
        "party": party, "pool": pool, "currency": currency, "has": drafting.amount(has, currency),
        "due": drafting.amount(due, currency), "difference": sum_,
    }  # fmt: skip
    back = {"payer": party, "purpose": "clawback"} if more else {"payee": party, "purpose": "payout"}
    return Decision(
        mechanism=MECHANISM,
        kind=f"{kind}_difference",
        subject=row["subject"],
        since=since,
        message=Reason(f"distribution.{kind}_{'more' if more else 'less'}", params),
        proposal=SETTLE,
        pointer="/distribution/approve",
        version=drafting.version(pool),
        value=drafting.amount(has - due, currency),
        unit=currency,
        measures=(MeasureRef("dis.entitlement", row["subject"]),),
        facts=(since,),
        alternatives=("correct_record", LEAVE),
        cure=Cure(Reason(f"distribution.cure_{'back' if more else 'paid'}", params), sum_, currency),
        closes_when={"fact": "decision_acts", "decision": f"{MECHANISM}.{kind}_difference:{row['subject']}:{since}"},
        proposes={"table": "cash_movements", "pool": pool, "amount": sum_, "currency": currency, **back},
    ).handing_on()


def _currency(drafting: Drafting, row: Mapping[str, Any], first: Mapping[str, Any]) -> Decision:
    """A payout on record in another currency than its pool's: nobody can compare it."""
    params = {
        "party": row["party"], "pool": row["pool"], "currency": row["currency"], "other": first["currency"],
    }  # fmt: skip
    return Decision(
        mechanism=MECHANISM,
        kind="currency_difference",
        subject=row["subject"],
        since=first["fact"],
        message=Reason("distribution.other_currency", params),
        proposal="correct_record",
        pointer="/distribution/approve",
        version=drafting.version(row["pool"]),
        measures=(MeasureRef("dis.entitlement", row["subject"]),),
        facts=(first["fact"],),
        cure=Cure(Reason("distribution.cure_currency", params)),
        closes_when={"fact": "payouts", "pool": row["pool"], "party": row["party"]},
    )


def _since(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Decision]:
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
    id = f"{MECHANISM}.later_difference:{pool}:{terms['since']}"
    yield Decision(
        mechanism=MECHANISM,
        kind="later_difference",
        subject=pool,
        since=terms["since"],
        message=Reason("distribution.later", params),
        proposal=SETTLE,
        pointer="/distribution/approve",
        version=drafting.version(pool),
        value=drafting.amount(max(more, less), currency),
        unit=currency,
        measures=tuple(MeasureRef("dis.difference", subject) for subject in first["subject"].head(LISTED)),
        facts=tuple(dict.fromkeys((terms["since"], terms["fact"]))),
        alternatives=(LEAVE,),
        cure=Cure(Reason("distribution.cure_later", params)),
        closes_when={"fact": "decision_acts", "decision": id},
        proposes={"table": "decision_acts", "decision": id, "act": "override"},
    ).handing_on()


def _previews(drafting: Drafting, pool: str, rows: pl.DataFrame) -> Iterator[Decision]:
    """Approvals of another preview than the one that was known at the approval, and approvals that name none."""
    terms, sha256 = drafting.pools[pool], rows["sha256"][0]
    approval = terms["approval"]
    others = sorted(by for by, named in approval.named.items() if named != sha256)
    nameless = [by for by in approval.signers if by not in approval.named] if terms["state"] == "approved" else []
    for kind, people in (("other_preview", others), ("no_preview", sorted(nameless))):
        if not people:
            continue
        params = {"pool": pool, "by": ", ".join(people)}
        yield Decision(
            mechanism=MECHANISM,
            kind=kind,
            subject=pool,
            since=terms["fact"],
            message=Reason(f"distribution.{kind}", params),
            proposal=ANEW,
            pointer="/distribution/approve",
            version=drafting.version(pool),
            value=str(len(people)),
            unit="count",
            measures=(MeasureRef("dis.entitlement", f"remainder@{pool}"),),
            facts=tuple(dict.fromkeys((terms["since"], terms["fact"]))),
            alternatives=("cancel_pool",),
            cure=Cure(Reason("distribution.cure_preview", params)),
            closes_when={"fact": "decision_acts", "decision": decision_id(pool, terms["since"])},
            proposes={
                "table": "decision_acts",
                "decision": decision_id(pool, terms["since"]),
                "act": "confirm",
                "proposal_sha256": sha256,
            },
        ).handing_on()


def _changed(drafting: Drafting, pool: str) -> Iterator[Decision]:
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
    yield Decision(
        mechanism=MECHANISM,
        kind="pool_difference",
        subject=pool,
        since=row["fact"],
        message=Reason("distribution.pool_changed", params),
        proposal="correct_record",
        pointer="/distribution/approve",
        version=drafting.version(pool),
        value=drafting.amount(change, terms["currency"]) if same else None,
        unit=terms["currency"] if same else None,
        measures=(MeasureRef("dis.entitlement", f"remainder@{pool}"),),
        facts=tuple(dict.fromkeys((terms["since"], row["fact"]))),
        alternatives=("cancel_pool",),
        cure=Cure(Reason("distribution.cure_pool_changed", params)),
        closes_when={"fact": "pools", "pool": pool},
    )
