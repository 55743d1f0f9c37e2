"""What each party gets of each pool: by the rules, by what was approved, and by what has become known since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import polars as pl

from tenfold.mechanisms.distribution.approval import Approval, Approvals, preview_sha256
from tenfold.mechanisms.distribution.judged import groups
from tenfold.mechanisms.distribution.layers import placed
from tenfold.mechanisms.distribution.pools import LATER
from tenfold.mechanisms.distribution.split import Limits, Paid, Pool, Split, split_layer
from tenfold.terms.measure import Facts, Select, view
from tenfold.terms.rules import Rules

MICRO = 1_000_000  # points are shown and shared with six digits
DIGITS = 6
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
    "computed": pl.Int64,
    "later": pl.Int64,
    "waiting": pl.Int64,
    "capped": pl.Boolean,
    "amount": pl.Int64,
    "brought": pl.Int64,
    "remainder": pl.Int64,
    "sha256": pl.String,
}
Term = Mapping[str, Any]  # a row of `pool.terms`
Row = dict[str, Any]


@view(
    "pool.shares",
    subject="pool",
    reads=(
        "pool.terms",
        "pool.parties",
        "pool.links",
        "pool.same",
        "pool.cascade",
        "pools",
        "payouts",
        "decision_acts",
    ),
    whole=("pool.terms", "pool.parties", "pool.links", "pool.same", "pool.cascade"),
    facts=(
        Select("payouts", ever=True),
        Select("pools", ever=True),
        Select("decision_acts", keep={"act": ("confirm",)}, ever=True),
    ),
    source="DOMAIN §2.6",
)
def shares(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each party or tier gets of each pool, and what the pool leaves (columns `SHARES`).

    paid       what was approved; before that, and where nothing else is on record, what the rules give
    computed   what the rules give by what was known at the approval
    later      what they give by what is known now; null before the approval
    sha256     the digest of the preview: of what the rules give

    `role` is `member` in a layer by points, `tier` or `holder` in a waterfall. A pool with points that nobody can know
    yet (a missing exchange rate) gives rows without `computed`.
    """
    table = _Table.read(facts, rules)
    rows: list[Row] = []
    for terms in _layers(facts.read("pool.terms").filter("has_pool"), rules):
        pools = [table.pool(term) for term in terms]
        splits = split_layer(pool for pool in pools if pool is not None)
        for term, pool in zip(terms, pools, strict=True):
            rows += table.rows(term, pool, splits.get(term["pool"]))
    return pl.DataFrame([*rows, *_poured(facts, rules, table.approvals)], schema=SHARES)


@dataclass(frozen=True)
class _Table:
    """What splitting reads, by end and pool."""

    rules: Rules
    parties: Mapping[Any, pl.DataFrame]
    links: Mapping[Any, pl.DataFrame]
    approvals: Approvals

    @classmethod
    def read(cls, facts: Facts, rules: Rules) -> "_Table":
        """Return it from the views: parties that may share, links, approvals."""
        rounded = pl.col("points").round(DIGITS, mode="half_to_even")
        parties = facts.read("pool.parties").filter("shares").with_columns(rounded).sort("end", "pool", "party")
        return cls(
            rules,
            parties.partition_by("end", "pool", as_dict=True, maintain_order=True),
            facts.read("pool.links").partition_by("end", "pool", as_dict=True),
            Approvals(facts, rules),
        )

    def sharing(self, term: Term) -> dict[str, Decimal | None]:
        """Return the parties that may share in a pool, with their points."""
        frame = self.parties.get((term["end"], term["pool"]))
        return {} if frame is None else dict(frame.select("party", "points").iter_rows())

    def pool(self, term: Term) -> Pool | None:
        """Return the pool to split, or None when a party's points cannot be known."""
        own = self._looked(term)
        if own is None:
            return None
        approval, at = self.approvals.of(term), term["approved_at"]

        def approved(computed: Paid) -> Paid:
            return approval.amounts(computed, preview_sha256(term, computed))

        later = None if at is None else self._looked({**term, "pool": f"{term['pool']}{LATER}"})
        return replace(own, approved_at=at, approved=approved, later=later)

    def _looked(self, term: Term) -> Pool | None:
        sharing = self.sharing(term)
        if None in sharing.values():
            return None
        tied = self.links.get((term["end"], term["pool"]))
        voices = {} if tied is None else groups(tied)
        points = {party: round(value * MICRO) for party, value in sharing.items() if value}
        start, end = term["period_start"], term["period_end"]
        return Pool(term["pool"], term["amount_minor"], start, end, points, voices, _limits(term, self.rules))

    def rows(self, term: Term, pool: Pool | None, split: Split | None) -> Iterator[Row]:
        """Yield the rows of one pool: a row a party, one at least."""
        key = _key(term)
        sharing = self.sharing(term)
        if pool is None or split is None:
            approved = self.approvals.of(term).payouts
            for party in sorted({*sharing, *approved}):
                yield key | _of(term, party) | {"paid": approved.get(party)}
            return
        key |= {"brought": split.brought, "remainder": split.remainder, "sha256": preview_sha256(term, split.paid)}
        listed = sorted({*sharing, *split.paid, *split.waiting, *split.approved, *(split.later or {})})
        for party in listed:
            yield (
                key
                | _of(term, party)
                | {
                    "points": pool.points.get(party, 0),
                    "paid": split.approved.get(party, 0),
                    "computed": split.paid.get(party, 0),
                    "later": None if split.later is None else split.later.get(party, 0),
                    "waiting": split.waiting.get(party, 0),
                    "capped": party in split.capped,
                }
            )
        if not listed:
            yield key


def _key(term: Term) -> Row:
    return {name: term[name] for name in ("end", "pool", "layer", "currency", "state", "fact")} | {
        "amount": term["amount_minor"]
    }


def _of(term: Term, party: str, role: str = "member") -> Row:
    return {"party": party, "role": role, "subject": f"{party}@{term['pool']}"}


def _layers(terms: pl.DataFrame, rules: Rules) -> Iterator[list[Row]]:
    """Yield the pools of each end and layer by points, in the order of their periods."""
    rows = terms.sort("end", "layer", "period_end", "period_start", "pool").to_dicts()
    by_points = [row for row in rows if placed(rules, row).layer.by == "points"]
    for _, group in groupby(by_points, key=lambda row: (row["end"], row["layer"])):
        yield [*group]


def _limits(term: Term, rules: Rules) -> Limits:
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
        rounding=version.distribution.rounding,
    )


def _poured(facts: Facts, rules: Rules, approvals: Approvals) -> Iterator[Row]:
    """Yield what a waterfall pays, as shares: tiers and holders; what is locked up is the remainder."""
    poured = facts.read("pool.cascade").partition_by("end", "pool", as_dict=True, maintain_order=True)
    for term in facts.read("pool.terms").filter("has_pool").sort("end", "pool").iter_rows(named=True):
        frame = poured.get((term["end"], term["pool"]))
        if frame is not None:
            seen = poured.get((term["end"], f"{term['pool']}{LATER}"))
            yield from _waterfall(term, frame, seen, approvals.of(term))


def _waterfall(term: Term, frame: pl.DataFrame, later: pl.DataFrame | None, approval: Approval) -> list[Row]:
    """Return a row a payee; one of the pool alone where all of it is locked up, or there is nobody to pay."""
    tiers, holders = _paid(frame, "tier"), _paid(frame, "holder")
    sha256 = preview_sha256(term, holders, tiers)
    approved = approval.amounts(holders, sha256)
    left = term["amount_minor"] - sum(tiers.values()) - sum(approved.values())
    key = _key(term) | {"sha256": sha256, "remainder": left, "brought": 0, "waiting": 0, "capped": False}
    rows: list[Row] = []
    for role, computed, counted in (("tier", tiers, tiers), ("holder", holders, approved)):
        since = {} if later is None else _paid(later, role)
        for party in dict.fromkeys([*computed, *sorted({*counted, *since})]):
            rows.append(
                key
                | _of(term, party, role)
                | {
                    "paid": counted.get(party, 0),
                    "computed": computed.get(party, 0),
                    "later": None if later is None else since.get(party, 0),
                }
            )
    return rows or [key]


def _paid(cascade: pl.DataFrame, role: str) -> Paid:
    return dict(cascade.filter(pl.col("role") == role).select("party", "paid").iter_rows())


SPECS = (shares,)
