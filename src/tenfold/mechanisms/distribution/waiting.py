"""What waits with a pool: payouts that were approved, and of which nobody knows yet that the money arrived."""

import polars as pl

from tenfold.mechanisms.distribution.approval import Approvals
from tenfold.terms.measure import Facts, Select, view
from tenfold.terms.rules import Rules

KEY = ["end", "pool"]
APPROVED, EXPORTED, RETURNED = "approved", "exported", "returned"
HANDED_OVER = (EXPORTED, "receipted")  # pools whose payments a bank may send back
# What waits: to be handed over, to be handed over once more, to be said whether it arrived.
HAND_OVER, HAND_AGAIN, ARRIVAL = "hand_over", "hand_again", "arrival"


@view(
    "pool.waiting",
    subject="pool",
    reads=("pools", "payouts"),
    facts=(Select("pools", subject="pool"), Select("payouts", subject="pool")),
    clock="none",
    source="DOMAIN §2.6, §12b",
)
def waiting(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each payout on record that waits: end, pool, party, what, since, on, amount_minor, currency.

    since, on   the fact since which it waits, and its local day: of one that is to be handed over the pool's last
                approval, of any other the payout's own row

    A pool of which no payout is on record has no row: it is not approved by everybody, or nobody wrote down for whom.
    """
    stands = _stands(facts, rules)
    rows = facts.now("payouts").join(stands, on=KEY, how="inner", maintain_order="left")
    of_pool = pl.col("state") == APPROVED  # what became of these payouts since says only their pool
    found = rows.with_columns(
        what=_what(),
        since=pl.when(of_pool).then("pool_fact").otherwise("fact"),
        on=pl.when(of_pool).then("pool_on").otherwise("on"),
    )
    columns = (*KEY, "party", "what", "since", "on", "amount_minor", "currency")
    return found.filter(pl.col("what").is_not_null()).select(columns).sort(*KEY, "party")


def _stands(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return how each pool stands, since which fact and day, and whether everybody has approved it."""
    first = facts.rows("pools").group_by(KEY).agg(declared_at=pl.col("occurred_at").min())
    pools = facts.now("pools").join(first, on=KEY, maintain_order="left")
    approvals = Approvals(facts, rules)
    whole = pl.Series("whole", [approvals.complete(row) for row in pools.iter_rows(named=True)], dtype=pl.Boolean)
    return pools.select(*KEY, whole, pool_state="state", pool_fact="fact", pool_on="on")


def _what() -> pl.Expr:
    """Return what a payout waits for; null where nothing more is to be done, or not yet."""
    pool, payout = pl.col("pool_state"), pl.col("state")
    to_hand_over = pl.col("whole") & (pool == APPROVED) & (payout == APPROVED)
    came_back = pool.is_in(HANDED_OVER) & (payout == RETURNED)
    unknown = (pool == EXPORTED) & payout.is_in((APPROVED, EXPORTED))
    chosen = pl.when(to_hand_over).then(pl.lit(HAND_OVER)).when(came_back).then(pl.lit(HAND_AGAIN))
    return chosen.when(unknown).then(pl.lit(ARRIVAL))


SPECS = (waiting,)
