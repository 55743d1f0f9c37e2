"""The views behind the numbers of distribution: who may share in a pool, and what each gets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.judged import groups
from tenfold.mechanisms.distribution.layers import placed
from tenfold.mechanisms.distribution.split import Limits, Pool, Split, split_layer
from tenfold.terms.durations import add_months
from tenfold.terms.measure import Facts, view
from tenfold.terms.rules import Rules

MICRO = 1_000_000  # points are shown and shared with six digits
KEPT_FOR = re.compile(r"^points_kept_(\d{1,3})m$")
SHARES = {
    "end": pl.Int32,
    "pool": pl.String,
    "layer": pl.String,
    "currency": pl.String,
    "state": pl.String,
    "fact": pl.String,
    "party": pl.String,
    "role": pl.String,
    "subject": pl.String,
    "points": pl.Int128,  # millionths: a point a yuan of a large community is more than 64 bits hold
    "paid": pl.Int64,
    "waiting": pl.Int64,
    "capped": pl.Boolean,
    "amount": pl.Int64,
    "brought": pl.Int64,
    "remainder": pl.Int64,
}


@view(
    "pool.parties",
    subject="member × pool",
    reads=("pool.terms", "pool.points", "pool.limited", "pool.members", "pool.same", "pool.cuts"),
    source="DOMAIN §2.6",
)
def parties(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return each party's points in each pool, what sanctions take of them, and whether the party may share.

    A party shares when it was a member at the pool's period end or instant, or left in a way that keeps its points; in
    a community that keeps no memberships everyone does. Records merged by then are one party.
    """
    terms = facts.read("pool.terms").select("end", "pool", "layer", "period_end", "has_pool", "approved_at")
    points = pl.concat([facts.read("pool.points"), facts.read("pool.limited")])
    rows = _folded(points, facts.read("pool.same"))
    rows = rows.join(terms, on=["end", "pool"], maintain_order="left")
    rows = rows.join(facts.read("pool.cuts"), on=["end", "pool", "party"], how="left", maintain_order="left")
    members = facts.read("pool.members")
    rows = rows.join(members, on=["end", "pool", "party"], how="left", maintain_order="left")
    keeps = pl.Series("keeps", [_keeps(row, rules) for row in rows.iter_rows(named=True)], dtype=pl.Boolean)
    registered = rows["pool"].is_in(members["pool"].unique().implode())
    left = (1 - pl.col("cut").fill_null(0.0)).clip(0, 1)
    known = pl.when(pl.col("unknown") == 0).then(pl.col("points").cast(pl.Float64) * left)
    return rows.with_columns(keeps, registered.alias("registered")).select(
        "end",
        "pool",
        "layer",
        "party",
        subject=pl.concat_str("party", pl.lit("@"), "pool"),
        raw=pl.col("points").cast(pl.Float64),
        points=known,
        n="n",
        cut=pl.col("cut").fill_null(0.0),
        because=pl.col("because"),
        shares=~pl.col("registered") | (pl.col("inside").fill_null(0) > 0) | pl.col("keeps"),
    )


def _folded(points: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Give the points of a merged record to the record that stands for it."""
    key = ["end", "pool", "party"]
    points = points.join(same, on=key, how="left", maintain_order="left")
    points = points.with_columns(party=pl.coalesce("target", "party")).drop("target")
    sums = points.group_by(key, maintain_order=True).agg(pl.col("points", "n", "unknown").sum())
    return sums.sort(key)


def _keeps(row: Mapping[str, Any], rules: Rules) -> bool:
    """Whether a leaver's points still count at the period end."""
    leaver = rules.distribution.leaver
    if row["leaver"] is None or leaver is None:
        return False
    rule = str(getattr(leaver, row["leaver"]))
    months = KEPT_FOR.match(rule)
    if months is None:
        return rule == "keeps_vested_and_points"
    left_on: date = row["left_on"]
    period_end: date = row["period_end"]
    return add_months(left_on, int(months[1])) >= period_end


@view(
    "pool.shares",
    subject="pool",
    reads=("pool.terms", "pool.parties", "pool.links", "pool.cascade", "dis.points"),
    whole=("pool.terms", "pool.parties", "pool.links", "pool.cascade", "dis.points"),
    source="DOMAIN §2.6",
)
def shares(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each party or tier gets of each pool, and what the pool leaves (columns `SHARES`).

    `role` is `member` in a layer by points, `tier` or `holder` in a waterfall. A pool with points that nobody can know
    yet (a missing exchange rate) gives rows without `paid`.
    """
    points = facts.read("dis.points").select("end", "subject", "value")
    known = facts.read("pool.parties").filter("shares").drop("points").join(points, on=["end", "subject"], how="left")
    by_pool = known.sort("end", "pool", "party").partition_by("end", "pool", as_dict=True, maintain_order=True)
    links = facts.read("pool.links").partition_by("end", "pool", as_dict=True)
    rows: list[dict[str, Any]] = []
    for layer_terms in _layers(facts.read("pool.terms"), rules):
        pools = [_pool(term, by_pool.get((term["end"], term["pool"])), links, rules) for term in layer_terms]
        splits = split_layer(pool for pool in pools if pool is not None)
        for term, pool in zip(layer_terms, pools, strict=True):
            frame = by_pool.get((term["end"], term["pool"]))
            rows += _rows(term, pool, splits.get(term["pool"]), frame)
    return pl.concat([pl.DataFrame(rows, schema=SHARES), _poured(facts.read("pool.cascade"))])


def _poured(cascade: pl.DataFrame) -> pl.DataFrame:
    """Return what a waterfall pays, as shares: tiers and holders; what is locked up is the remainder."""
    rows = cascade.filter(pl.col("role") != "equity").with_columns(
        remainder=pl.col("amount") - pl.col("paid").sum().over("end", "pool"),
        subject=pl.concat_str("party", pl.lit("@"), "pool"),
        points=pl.lit(None, dtype=SHARES["points"]),
        waiting=pl.lit(0, dtype=pl.Int64),
        brought=pl.lit(0, dtype=pl.Int64),
        capped=pl.lit(False),
    )
    return rows.select(*SHARES)


def _layers(terms: pl.DataFrame, rules: Rules) -> Iterator[list[dict[str, Any]]]:
    """Yield the pools of each end and layer by points, in the order of their periods."""
    rows = terms.filter("has_pool").sort("end", "layer", "period_end", "period_start", "pool")
    for _, group in rows.group_by("end", "layer", maintain_order=True):
        found = [row for row in group.iter_rows(named=True) if placed(rules, row).layer.by == "points"]
        if found:
            yield found


def _pool(
    term: Mapping[str, Any], frame: pl.DataFrame | None, links: Mapping[Any, pl.DataFrame], rules: Rules
) -> Pool | None:
    """Return the pool to split, or None when a party's points cannot be known."""
    cells: Sequence[tuple[str, float | None]] = (
        [] if frame is None else list(frame.select("party", "value").iter_rows())
    )
    if any(value is None for _, value in cells):
        return None
    tied = links.get((term["end"], term["pool"]))
    voices = groups(tied) if tied is not None else {}
    points = {party: round(value * MICRO) for party, value in cells if value}
    start, end = term["period_start"], term["period_end"]
    return Pool(term["pool"], term["amount_minor"], start, end, points, voices, _limits(term, rules))


def _limits(term: Mapping[str, Any], rules: Rules) -> Limits:
    version = rules.judging(term["declared_at"])
    caps, per_time = version.distribution.caps, placed(rules, term).layer.member_cap
    currency = term["currency"]
    counts = per_time is not None and per_time.amount.currency == currency
    floor = caps.small_payout_floor
    return Limits(
        member_share=None if caps.member_share is None else Fraction(caps.member_share),
        group_share=None if caps.group_share is None else Fraction(caps.group_share),
        per_time=per_time.amount.minor(version.currencies) if counts else None,
        per=per_time.per if counts else None,
        smallest=floor.minor(version.currencies) if floor is not None and floor.currency == currency else 0,
        by_floor=version.distribution.rounding == "floor",
    )


def _rows(
    term: Mapping[str, Any], pool: Pool | None, split: Split | None, frame: pl.DataFrame | None
) -> Iterator[dict[str, Any]]:
    key = {name: term[name] for name in ("end", "pool", "layer", "currency", "state", "fact")}
    key |= {"amount": term["amount_minor"]}
    if pool is None or split is None:
        for party in [] if frame is None else frame["party"].to_list():
            yield key | {"party": party, "role": "member", "subject": f"{party}@{term['pool']}"}
        return
    listed = sorted({*([] if frame is None else frame["party"]), *split.paid, *split.waiting})
    for party in listed:
        yield key | {
            "party": party,
            "role": "member",
            "subject": f"{party}@{pool.key}",
            "points": pool.points.get(party, 0),
            "paid": split.paid.get(party, 0),
            "waiting": split.waiting.get(party, 0),
            "capped": party in split.capped,
            "brought": split.brought,
            "remainder": split.remainder,
        }
    if not listed:
        yield key | {"brought": split.brought, "remainder": split.remainder}


SPECS = (parties, shares)
