"""Who may share in a pool, with how many points."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from tenfold.terms.durations import add_months
from tenfold.terms.measure import Facts, view
from tenfold.terms.rules import Rules

POINTS = pl.Decimal(38, 9)
CUT_DIGITS = 9  # of a share that sanctions take
KEPT_FOR = re.compile(r"^points_kept_(\d{1,3})m$")


@view(
    "pool.parties",
    subject="member × pool",
    reads=("pool.terms", "pool.points", "pool.limited", "pool.members", "pool.same", "pool.cuts"),
    source="DOMAIN §2.6",
)
def parties(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return each party's points in each pool, what sanctions take of them, and whether the party may share.

    A party shares when it was a member at the pool's period end or instant, or left in a way that keeps its points; in
    a community that keeps no memberships everyone does. Records merged by then are one party. `raw` and `points` are
    exact decimals of nine digits.
    """
    terms = facts.read("pool.terms").select("end", "pool", "layer", "period_end", "has_pool", "approved_at")
    points = pl.concat([facts.read("pool.points"), facts.read("pool.limited")])
    rows = _folded(points, facts.read("pool.same"))
    rows = rows.join(terms, on=["end", "pool"], maintain_order="left")
    rows = rows.join(facts.read("pool.cuts"), on=["end", "pool", "party"], how="left", maintain_order="left")
    members = facts.read("pool.members")
    rows = rows.join(members, on=["end", "pool", "party"], how="left", maintain_order="left")
    keeps = pl.Series("keeps", [_keeps(row, rules) for row in rows.iter_rows(named=True)], dtype=pl.Boolean)
    kept = members.select("end", "pool", registered=pl.lit(True)).unique()
    rows = rows.join(kept, on=["end", "pool"], how="left", maintain_order="left")
    # In decimals: a point a yuan of a large community has more digits than a float holds.
    left = (1 - pl.col("cut").fill_null(0.0)).clip(0, 1).round(CUT_DIGITS).cast(pl.Decimal(38, CUT_DIGITS))
    known = pl.when(pl.col("unknown") == 0).then(pl.col("points").cast(POINTS) * left)
    return rows.with_columns(keeps).select(
        "end",
        "pool",
        "layer",
        "party",
        subject=pl.concat_str("party", pl.lit("@"), "pool"),
        raw=pl.col("points").cast(POINTS),
        points=known,
        n="n",
        cut=pl.col("cut").fill_null(0.0),
        because=pl.col("because"),
        shares=pl.col("registered").is_null() | (pl.col("inside").fill_null(0) > 0) | pl.col("keeps"),
    )


def _folded(points: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Give the points of a merged record to the record that stands for it."""
    key = ["end", "pool", "party"]
    points = points.join(same, on=key, how="left", maintain_order="left")
    points = points.with_columns(party=pl.coalesce("target", "party")).drop("target")
    sums = points.group_by(key, maintain_order=True).agg(pl.col("points", "n", "unknown").sum())
    return sums.sort(key)


def _keeps(row: Mapping[str, Any], rules: Rules) -> bool:
    """Whether a leaver's points still count at the period end, by the charter in force when the party left."""
    if row["leaver"] is None:
        return False
    leaver = rules.judging(row["left_at"]).distribution.leaver
    if leaver is None:
        return False
    rule = str(getattr(leaver, row["leaver"]))
    months = KEPT_FOR.match(rule)
    if months is None:
        return rule == "keeps_vested_and_points"
    left_on: date = row["left_on"]
    period_end: date = row["period_end"]
    return add_months(left_on, int(months[1])) >= period_end


SPECS = (parties,)
