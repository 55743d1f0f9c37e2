"""Payouts that a bad leaver had within the window in which they may be claimed back."""

from collections.abc import Iterator

import polars as pl

from tenfold.mechanisms.distribution.drafting import Drafting
from tenfold.terms.decision import Cure, MeasureRef
from tenfold.terms.draft import Draft, Fact, decision
from tenfold.terms.durations import add
from tenfold.terms.reason import Reason

PAID = ("exported", "receipted")


@decision(
    "distribution.clawback",
    of=Drafting,
    reads=(
        "memberships",
        "payouts",
    ),
    hands_on=("cash_movements",),
    closes=("cash_movements",),
)
def clawback(drafting: Drafting) -> Iterator[Draft]:
    """Yield a candidate for each payout within `leaver.clawback_window` before a bad leaver left; people decide."""
    members = drafting.facts.now("memberships").filter(pl.col("state") == "alumni", pl.col("leaver") == "bad")
    paid = drafting.facts.now("payouts").filter(pl.col("state").is_in(PAID))
    gone = members.select("party", left_on="on", left_at="occurred_at", left_fact="fact")
    rows = paid.join(gone, on="party").sort("party", "pool", "left_fact")
    for row in rows.unique(["party", "pool"], keep="first", maintain_order=True).iter_rows(named=True):
        rules = drafting.rules.judging(row["left_at"])
        leaver = rules.distribution.leaver
        window = leaver.clawback_window if leaver else None
        if window is None or row["on"] > row["left_on"] or add(row["on"], window) < row["left_on"]:
            continue
        amount = drafting.amount(row["amount_minor"], row["currency"])
        params = {
            "party": row["party"],
            "pool": row["pool"],
            "amount": amount,
            "currency": row["currency"],
            "paid": str(row["on"]),
            "left": str(row["left_on"]),
        }
        yield (
            Draft("clawback", f"{row['party']}@{row['pool']}", row["left_fact"])
            .says("distribution.clawback", params)
            .asks_for("claim_back", "waive")
            .follows("/distribution/leaver/clawback_window", int(rules.charter.version))
            .counts(amount, row["currency"])
            .rests_on(
                MeasureRef("dis.entitlement", f"{row['party']}@{row['pool']}"), facts=(row["fact"], row["left_fact"])
            )
            .cured_by(Cure(Reason("distribution.cure_clawback", params), amount, row["currency"]))
            .closes(Fact("cash_movements", {"payer": row["party"], "purpose": "clawback", "pool": row["pool"]}))
            .hands_on(
                Fact(
                    "cash_movements",
                    {
                        "payer": row["party"],
                        "pool": row["pool"],
                        "amount": amount,
                        "currency": row["currency"],
                        "purpose": "clawback",
                    },
                )
            )
        )
