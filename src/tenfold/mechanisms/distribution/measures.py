"""The numbers of distribution: points, entitlements, and how fair the shares are."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import polars as pl

from tenfold.mechanisms.distribution.payouts import MICRO
from tenfold.mechanisms.distribution.pools import as_approved
from tenfold.mechanisms.distribution.shares import POINTS
from tenfold.methods.inequality import gini as gini_of
from tenfold.methods.inequality import jain as jain_of
from tenfold.terms.measure import Facts, measure
from tenfold.terms.rules import Rules

REMAINDER = "remainder"
POT = ("pot", "points", "all_points")
Value = float | None
Number = tuple[str, Value, int] | tuple[str, Value, int, float, float]  # part, value, parties; largest, smallest
NUMBERS = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "n": pl.Int64,
    "way": pl.String,
    "total": pl.Int64,
    "currency": pl.String,
    "most": pl.Float64,
    "least": pl.Float64,
}
PAID = {"total": "money", "currency": "code"}


@measure(
    "dis.points",
    unit="points",
    direction="up",
    subject="member × pool",
    reads=("pool.parties",),
    minimum="0; insufficient while an exchange rate is missing",
    source="DOMAIN §2.6",
    pointer="/distribution/contribution_types",
    parts={"raw": "points", "cut": "ratio"},
)
def points(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Points of a party in a pool's period, less what sanctions of level 2 in force at its end take.

    Subject `PARTY@POOL`, or `PARTY@LAYER` for a layer by points without a pool, so far. `n` counts the accepted
    contributions, `because` names the sanctions.
    """
    rows = as_approved(facts.read("pool.parties"))
    return rows.select("subject", "end", "raw", "cut", "n", "because", value="points")


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
    ways=("points", "capped", "poured", "approved", "remainder"),
    parts={"pot": "money", "points": "points", "all_points": "points"},
)
def entitlement(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """What a party gets of a pool, in minor units of the pool's currency, and what the pool leaves.

    Once payouts are on record, what they say was approved; before, what the rules give, by what is known now or, from
    the approval on, by what was known then.
    Subject `PARTY@POOL`; `remainder@POOL` is what caps, floors and payouts too small to pay leave: it is carried and
    shown. Law: over a pool Σ = its amount + what was waiting before. `because` names the pool.
    """
    rows = facts.read("pool.shares").with_columns(
        pot=pl.col("amount") + pl.col("brought").fill_null(0),
        points=pl.col("points").fill_null(0).cast(POINTS) / MICRO,
        all_points=pl.col("points").fill_null(0).sum().over("end", "pool").cast(POINTS) / MICRO,
    )
    by_points = pl.when("capped").then(pl.lit("capped")).otherwise(pl.lit("points"))
    by_rule = pl.when(pl.col("role") == "member").then(by_points).otherwise(pl.lit("poured"))
    because = pl.concat_list("fact")
    paid = rows.filter(pl.col("party").is_not_null()).select(
        "subject",
        "end",
        *POT,
        value="paid",
        unit="currency",
        because=because,
        way=pl.when(pl.col("paid") == pl.col("computed")).then(by_rule).otherwise(pl.lit("approved")),
    )
    left = rows.unique(["end", "pool"], maintain_order=True).select(
        pl.concat_str(pl.lit(f"{REMAINDER}@"), "pool").alias("subject"),
        "end",
        *POT,
        value="remainder",
        unit="currency",
        because=because,
        way=pl.lit("remainder"),
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
    parts={"later": "money", "computed": "money"},
)
def difference(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """What the rules would give a party more of an approved pool by what has become known since its approval.

    Negative where it would be less. What was approved stays: people settle the difference, or leave it. `because` names
    the pool.
    """
    rows = facts.read("pool.shares").with_columns(moved=pl.col("later") - pl.col("computed"))
    return rows.filter(pl.col("moved") != 0).select(
        "subject", "end", "later", "computed", value="moved", unit="currency", because=pl.concat_list("fact")
    )


def _by_pool(facts: Facts, compute: Callable[[pl.DataFrame], Sequence[Number]]) -> pl.DataFrame:
    """Return a number per pool, of the parties that have points in it; beside it what they were paid in all."""
    rows = facts.read("pool.shares").filter(pl.col("points") > 0)
    found = [
        {
            "subject": f"{pool}{part}",
            "end": end,
            "value": value,
            "n": n,
            "way": part.removeprefix("/") or "whole",
            "total": group["paid"].sum(),
            "currency": group["currency"][0],
            **dict(zip(("most", "least"), edges, strict=False)),
        }
        for (end, pool), group in rows.group_by("end", "pool", maintain_order=True)
        for part, value, n, *edges in compute(group)
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
    ways=("whole", "small_sample"),
    parts=PAID,
)
def gini(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Gini coefficient of the payouts of a pool; subject `POOL/small_sample` holds the form times n ÷ (n − 1)."""

    def compute(group: pl.DataFrame) -> Sequence[Number]:
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
    parts=PAID,
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
    ways=("whole", "uncapped"),
    parts={"most": "number", "least": "number"},
)
def ratio_spread(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Largest ÷ smallest payout per point of a pool; subject `POOL/uncapped` leaves out who stands at a cap."""

    def compute(group: pl.DataFrame) -> Sequence[Number]:
        paid = group.filter(pl.col("paid") > 0)
        free = paid.filter(~pl.col("capped"))
        return [_spread("", paid, rules), _spread("/uncapped", free, rules)]

    return _by_pool(facts, compute)


def _spread(part: str, rows: pl.DataFrame, rules: Rules) -> Number:
    """Return largest ÷ smallest payout per point, with both in the pool's currency."""
    ratios = [Fraction(paid, points) for paid, points in rows.select("paid", "points").iter_rows()]
    if len(ratios) < 2:
        return part, None, len(ratios)
    scale = Fraction(MICRO, 10 ** (rules.currencies.digits(rows["currency"][0]) or 0))
    most, least = max(ratios), min(ratios)
    return part, float(most / least), len(ratios), float(most * scale), float(least * scale)
