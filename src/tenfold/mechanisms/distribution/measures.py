"""The numbers of distribution: points, entitlements, and how fair the shares are."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import polars as pl

from tenfold.mechanisms.distribution.pools import as_approved
from tenfold.methods.inequality import gini as gini_of
from tenfold.methods.inequality import jain as jain_of
from tenfold.terms.measure import Facts, measure
from tenfold.terms.rules import Rules

REMAINDER = "remainder"
Value = float | None
NUMBERS = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}


@measure(
    "dis.points",
    unit="points",
    direction="up",
    subject="member × pool",
    reads=("pool.parties",),
    minimum="0; insufficient while an exchange rate is missing",
    source="DOMAIN §2.6",
    pointer="/distribution/contribution_types",
)
def points(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Points of a party in a pool's period, less what sanctions of level 2 in force at its end take.

    Subject `PARTY@POOL`, or `PARTY@LAYER` for a layer by points without a pool, so far. `n` counts the accepted
    contributions, `because` names the sanctions.
    """
    rows = as_approved(facts.read("pool.parties"))
    return rows.select("subject", "end", value="points", n="n", because="because")


@measure(
    "dis.entitlement",
    unit="money",
    direction="up",
    subject="member × pool",
    reads=("pool.shares",),
    whole=("pool.shares",),
    minimum="0; a pool without points is all remainder",
    source="DOMAIN §2.6; Balinski & Young 1982",
    pointer="/distribution/rounding",
)
def entitlement(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """What a party gets of a pool, in minor units of the pool's currency, and what the pool leaves.

    Once payouts are on record, what they say was approved; before, what the rules give, by what is known now or, from
    the approval on, by what was known then.
    Subject `PARTY@POOL`; `remainder@POOL` is what caps, floors and payouts too small to pay leave: it is carried and
    shown. Law: over a pool Σ = its amount + what was waiting before. `because` names the pool.
    """
    rows = facts.read("pool.shares")
    because = pl.concat_list("fact")
    paid = rows.filter(pl.col("party").is_not_null()).select(
        "subject", "end", value="paid", unit="currency", because=because
    )
    left = rows.unique(["end", "pool"], maintain_order=True).select(
        pl.concat_str(pl.lit(f"{REMAINDER}@"), "pool").alias("subject"),
        "end",
        value="remainder",
        unit="currency",
        because=because,
    )
    return pl.concat([paid, left])


@measure(
    "dis.difference",
    unit="money",
    direction="none",
    subject="member × pool",
    reads=("pool.shares",),
    whole=("pool.shares",),
    minimum="pools that were approved; no row where nothing moves",
    source="DOMAIN §2.6",
    pointer="/distribution/approve",
)
def difference(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """What the rules would give a party more of an approved pool by what has become known since its approval.

    Negative where it would be less. What was approved stays: people settle the difference, or leave it. `because` names
    the pool.
    """
    rows = facts.read("pool.shares").with_columns(moved=pl.col("later") - pl.col("computed"))
    return rows.filter(pl.col("moved") != 0).select(
        "subject", "end", value="moved", unit="currency", because=pl.concat_list("fact")
    )


def _by_pool(facts: Facts, compute: Callable[[pl.DataFrame], Sequence[tuple[str, Value, int]]]) -> pl.DataFrame:
    """Return a number per pool, of the parties that have points in it."""
    rows = facts.read("pool.shares").filter(pl.col("points") > 0)
    found = [
        {"subject": f"{pool}{part}", "end": end, "value": value, "n": n}
        for (end, pool), group in rows.group_by("end", "pool", maintain_order=True)
        for part, value, n in compute(group)
    ]
    return pl.DataFrame(found, schema=NUMBERS)


@measure(
    "dis.gini",
    unit="ratio",
    direction="none",
    subject="pool",
    reads=("pool.shares",),
    minimum="2 parties with points",
    source="Gini 1912; small-sample form n ÷ (n − 1)",
    pointer="/distribution",
)
def gini(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Gini coefficient of the payouts of a pool; subject `POOL/small_sample` holds the form times n ÷ (n − 1)."""

    def compute(group: pl.DataFrame) -> Sequence[tuple[str, Value, int]]:
        paid, n = group["paid"].to_list(), group.height
        enough = n >= 2
        plain, small = gini_of(paid), gini_of(paid, small_sample=True)
        return [("", plain if enough else None, n), ("/small_sample", small if enough else None, n)]

    return _by_pool(facts, compute)


@measure(
    "dis.jain",
    unit="ratio",
    direction="none",
    subject="pool",
    reads=("pool.shares",),
    minimum="1 party with points",
    source="Jain, Chiu & Hawe 1984",
    pointer="/distribution",
)
def jain(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Jain's index of the payouts of a pool: 1 when all are equal, 1/n when one has all."""
    return _by_pool(facts, lambda group: [("", jain_of(group["paid"].to_list()), group.height)])


@measure(
    "dis.ratio_spread",
    unit="ratio",
    direction="target 1",
    subject="pool",
    reads=("pool.shares",),
    minimum="2 parties with a payout",
    source="DOMAIN §2.6",
    pointer="/distribution/caps",
)
def ratio_spread(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Largest ÷ smallest payout per point of a pool; subject `POOL/uncapped` leaves out who stands at a cap."""

    def compute(group: pl.DataFrame) -> Sequence[tuple[str, Value, int]]:
        paid = group.filter(pl.col("paid") > 0)
        free = paid.filter(~pl.col("capped"))
        return [("", _spread(paid), paid.height), ("/uncapped", _spread(free), free.height)]

    return _by_pool(facts, compute)


def _spread(rows: pl.DataFrame) -> Value:
    ratios = [Fraction(paid, points) for paid, points in rows.select("paid", "points").iter_rows()]
    return float(max(ratios) / min(ratios)) if len(ratios) > 1 else None
