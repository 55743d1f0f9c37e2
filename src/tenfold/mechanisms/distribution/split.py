"""One layer's pools split one after another: exact shares under caps, rounding, what is carried, what is left over."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from math import floor

from tenfold.mechanisms.distribution.rules import RoundingRule
from tenfold.methods.allocation import capped_entitlements, entitlements, residual_carry, round_each
from tenfold.terms.durations import Duration, add_months

Groups = Sequence[tuple[tuple[str, ...], int]]
Paid = Mapping[str, int]  # party → minor units


@dataclass(frozen=True, slots=True)
class Limits:
    """What the charter allows: shares of a pool, an amount per time, the smallest payout, and how to round.

    per_time   most minor units a member gets within `per`, or None
    smallest   payouts below so many minor units wait for the next pool
    """

    member_share: Fraction | None = None
    group_share: Fraction | None = None
    per_time: int | None = None
    per: Duration | None = None
    smallest: int = 0
    rounding: RoundingRule = "largest_remainder_carry"


def as_computed(paid: Paid) -> Paid:
    """Return what the rules give as what was approved: nobody has recorded anything else."""
    return paid


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool to split: minor units, whole points of each party that may share, connected groups as known then.

    approved_at   when it was approved, None before
    approved      what the rules give → what was approved
    later         the same pool by what is known since, None before it was approved
    """

    key: str
    amount: int
    start: date
    end: date
    points: Mapping[str, int]
    groups: Mapping[str, str]
    limits: Limits
    approved_at: datetime | None = None
    approved: Callable[[Paid], Paid] = as_computed
    later: "Pool | None" = None


@dataclass(frozen=True, slots=True)
class Split:
    """What becomes of a pool.

    paid       party → minor units that the rules give now
    exact      party → exact share of this pool, before rounding
    capped     parties that stand at a cap
    waiting    party → minor units too small to pay, kept for the next pool
    brought    minor units that were waiting before this pool
    remainder  amount + brought − Σ approved: what caps, floors and small payouts leave
    approved   party → minor units that people approved: `paid`, unless they recorded something else
    later      party → minor units that the rules would give by what is known since
    """

    paid: Paid
    exact: Mapping[str, Fraction]
    capped: frozenset[str]
    waiting: Paid
    brought: int
    remainder: int
    approved: Paid
    later: Paid | None = None


@dataclass
class _Carried:
    """What one pool of a layer hands to the next."""

    rounding: dict[str, Fraction] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    past: list[tuple[date, Paid]] = field(default_factory=list)

    def copy(self) -> "_Carried":
        """Return the same, to be spent without touching this one."""
        return _Carried(dict(self.rounding), dict(self.waiting), list(self.past))


def split_layer(pools: Iterable[Pool]) -> dict[str, Split]:
    """Split the pools of one layer: the approved ones in the order of their approval, then the others by their periods.

    Each hands on what it carries. So a pool that is declared or changed later changes nothing in those approved before;
    one that is not approved yet is split as if those of earlier periods were approved before it.

    Law: for every pool Σ approved + remainder = amount + brought.
    """
    carried = _Carried()
    ordered = sorted(pools, key=lambda pool: (pool.end, pool.start, pool.key))
    signed = [(pool.approved_at, place) for place, pool in enumerate(ordered) if pool.approved_at is not None]
    first = [ordered[place] for _, place in sorted(signed)]
    splits: dict[str, Split] = {}
    for pool in [*first, *(pool for pool in ordered if pool.approved_at is None)]:
        later = None if pool.later is None else _split(pool.later, carried.copy()).paid
        splits[pool.key] = replace(_split(pool, carried), later=later)
    return splits


def _split(pool: Pool, carried: _Carried) -> Split:
    caps, groups = _caps(pool, carried)
    if caps or groups:
        found = capped_entitlements(pool.amount, pool.points, caps=caps, groups=groups)
        exact, capped = found.exact, found.capped
    else:
        exact, capped = entitlements(pool.amount, pool.points), frozenset()
    shares = _rounded(pool, exact, caps, groups, carried)
    brought = sum(carried.waiting.values())
    due = {party: shares.get(party, 0) + carried.waiting.get(party, 0) for party in {*shares, *carried.waiting}}
    paid = {party: amount for party, amount in sorted(due.items()) if amount >= max(1, pool.limits.smallest)}
    approved = pool.approved(paid)
    handled = {*paid, *approved}
    carried.waiting = {party: amount for party, amount in sorted(due.items()) if amount > 0 and party not in handled}
    carried.past.append((pool.end, approved))
    remainder = pool.amount + brought - sum(approved.values())
    return Split(paid, exact, frozenset(capped), dict(carried.waiting), brought, remainder, approved)


def _rounded(
    pool: Pool, exact: Mapping[str, Fraction], caps: Mapping[str, int], groups: Groups, carried: _Carried
) -> Mapping[str, int]:
    """Round exact shares by the charter's rule; only the largest remainder hands what it rounded to the next pool."""
    match pool.limits.rounding:
        case "floor":
            return {party: floor(share) for party, share in exact.items()}
        case "nearest":
            return round_each(exact, pool.amount, groups=groups)
        case "largest_remainder_carry" if any(exact.values()):
            paid, carried.rounding = residual_carry(exact, carried.rounding, ceilings=caps, groups=groups)
            return paid
        case _:
            return {}


def _caps(pool: Pool, carried: _Carried) -> tuple[dict[str, int], Groups]:
    """Return the most units of each party and of each connected group; never rounded up."""
    limits = pool.limits
    caps: dict[str, int] = {}
    if limits.member_share is not None:
        caps = dict.fromkeys(pool.points, floor(pool.amount * limits.member_share))
    if limits.per_time is not None and limits.per is not None:
        had = _had_since(carried, pool.end, limits.per)
        for party in pool.points:
            left = max(0, limits.per_time - had.get(party, 0) - carried.waiting.get(party, 0))
            caps[party] = min(caps.get(party, left), left)
    if limits.group_share is None:
        return caps, ()
    most = floor(pool.amount * limits.group_share)
    members: dict[str, list[str]] = {}
    for party in sorted(pool.points):
        members.setdefault(pool.groups.get(party, party), []).append(party)
    return caps, [(tuple(parties), most) for _, parties in sorted(members.items())]


def _had_since(carried: _Carried, end: date, per: Duration) -> dict[str, int]:
    had: dict[str, int] = {}
    for day, paid in carried.past:
        if _after(day, per) > end and _after(end, per) > day:
            for party, amount in paid.items():
                had[party] = had.get(party, 0) + amount
    return had


def _after(day: date, per: Duration) -> date:
    months = per.months
    return add_months(day, months) if months is not None else date.fromordinal(day.toordinal() + per.days)
