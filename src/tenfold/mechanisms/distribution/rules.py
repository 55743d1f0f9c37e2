"""The charter section `distribution`: layers that never mix, contribution types, caps, rounding, approval."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from tenfold.terms.clauses import Clause, Condition, Named, Problem, above_zero, needs_exactly_one
from tenfold.terms.scalars import Id, Money, NonNegative, Percent, Period, Positive, Share, Span, Text, Yes

Months = Annotated[int, Field(strict=True, ge=0, le=600)]
# With less than 10¹¹ of a kind, the points of a contribution then fit a decimal of 38 digits with nine places.
PointsEach = Annotated[NonNegative, Field(le=10**6)]
Multiplier = Annotated[NonNegative, Field(le=100)]
WHOLE = 100  # percent
RoundingRule = Literal["largest_remainder_carry", "nearest", "floor"]


class PoolSource(Clause):
    """Where the money of a pool comes from, and what part of it."""

    of: Id
    pct: Percent | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse a pool of nothing."""
        if self.pct == 0:
            yield Problem("above_zero", ("pct",), {"seen": "0"})


class Vesting(Clause):
    """Nothing before the cliff, then in steps."""

    months: Annotated[int, Field(strict=True, ge=1, le=600)]
    cliff: Months = 0
    step: Period

    def problems(self) -> Iterator[Problem]:
        """Refuse a cliff or a step beyond the end, and steps that are no months."""
        if self.cliff > self.months:
            yield Problem("above", ("cliff",), {"seen": self.cliff, "key": "months", "limit": self.months})
        if self.step.months is None:
            yield Problem("in_months", ("step",), {"seen": str(self.step)})
        elif self.step.months > self.months:
            yield Problem("above", ("step",), {"seen": str(self.step), "key": "months", "limit": self.months})


class AmountPer(Clause):
    """An amount per time."""

    amount: Money
    per: Period

    def problems(self) -> Iterator[Problem]:
        """Refuse an amount of nothing."""
        yield from above_zero(self, "amount")


class ReserveTarget(Clause):
    """How full a reserve must be: months of a series, or a figure."""

    months_of: Id | None = None
    months: Positive | None = None
    figure: Id | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse anything but one target; months need their series."""
        yield from needs_exactly_one(self, "months_of", "figure")
        if (self.months_of is None) != (self.months is None):
            yield Problem("together", params={"keys": "months_of, months"})


class Tier(Clause):
    """One tier of a waterfall: pay somebody, or fill a reserve; under conditions, else locked up."""

    pay: Id | None = None
    fill: Id | None = None
    to: ReserveTarget | None = None
    by: Literal["paid_in_share", "points"] | None = None
    if_: tuple[Condition, ...] = Field(default=(), alias="if")
    else_: Literal["lock_up"] | None = Field(default=None, alias="else")

    def problems(self) -> Iterator[Problem]:
        """Refuse a tier that neither or both pays and fills, and parts without their partner."""
        yield from needs_exactly_one(self, "pay", "fill")
        if (self.fill is None) != (self.to is None):
            yield Problem("together", params={"keys": "fill, to"})
        if bool(self.if_) != (self.else_ is not None):
            yield Problem("together", params={"keys": "if, else"})


class Layer(Named):
    """One legal basis of what members get; layers are never mixed."""

    basis: Literal["agreements"] | None = None
    note: Text | None = None
    pool_units: Positive | None = None
    pool: PoolSource | None = None
    by: Literal["points"] | None = None
    every: Period | None = None
    vesting: Vesting | None = None
    member_cap: AmountPer | None = None
    form: Id | None = None
    tiers: tuple[Tier, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Refuse ownership by points, two pools in one layer, a waterfall with a pool, and tiers in vain."""
        yield from self._tiers_in_vain()
        if self.basis is not None and self.by is not None:
            yield Problem("basis_and_points", ("by",))
        if self.tiers and self.by is not None:
            yield Problem("together_not", params={"keys": "tiers, by"})
        if self.tiers and (self.pool is not None or self.pool_units is not None):
            yield Problem("together_not", params={"keys": "tiers, pool"})
        if self.pool is not None and self.pool_units is not None:
            yield Problem("together_not", params={"keys": "pool, pool_units"})

    def _tiers_in_vain(self) -> Iterator[Problem]:
        """Yield tiers below the one that takes the rest, and those that pay or fill the same again."""
        seen: set[tuple[str | None, str | None]] = set()
        rest: str | None = None
        for number, tier in enumerate(self.tiers):
            if rest is not None:
                yield Problem("after_the_rest", ("tiers", number), {"rest": rest})
            elif (tier.pay, tier.fill) in seen:
                yield Problem("duplicate_id", ("tiers", number), {"seen": tier.pay or tier.fill})
            seen.add((tier.pay, tier.fill))
            if tier.by is not None:
                rest = tier.pay


class ContributionType(Clause):
    """Points of a kind of contribution: a rate on its fair value, or flat points each."""

    rate: PointsEach | None = None
    flat_points: PointsEach | None = None
    zh: Text | None = None
    en: Text | None = None
    valued_by: Id | None = None
    when: Id | None = None
    of: tuple[Id, ...] = ()
    levels: Literal[1] | None = None
    per_member_per_quarter: Positive | None = None
    per_member_per_stage: Positive | None = None
    diminishing: Literal["sqrt_per_month"] | None = None
    sized_by: Id | None = None
    multipliers: dict[Id, Multiplier] = Field(default_factory=dict)

    def problems(self) -> Iterator[Problem]:
        """Refuse neither or both of rate and flat points, a referral reward by rate, sizes without multipliers."""
        yield from needs_exactly_one(self, "rate", "flat_points")
        if (self.levels is not None or self.of) and self.flat_points is None:
            yield Problem("referral_flat")
        if (self.sized_by is not None) != bool(self.multipliers):
            yield Problem("together", params={"keys": "sized_by, multipliers"})


class Attestation(Clause):
    """Who confirms a contribution, and how long it may be disputed."""

    by_counterparty: Literal[True] = True
    dispute_window: Span


class Caps(Clause):
    """What one member and one connected group get at most, and what is too small to pay."""

    member_share: Share | None = None
    group_share: Share | None = None
    small_payout_floor: Money | None = None
    below_floor: Literal["carry_forward"] = "carry_forward"

    def problems(self) -> Iterator[Problem]:
        """Refuse a cap of nothing."""
        for key in ("member_share", "group_share"):
            if getattr(self, key) == 0:
                yield Problem("above_zero", (key,), {"seen": "0"})


class Leaver(Clause):
    """What a leaver keeps, by the kind of leaving."""

    good: Id
    neutral: Id
    bad: Id
    clawback_window: Period | None = None


class Minority(Clause):
    """Rights of small holders."""

    information_rights: Id | None = None
    pre_emption: Yes = False
    tag_along: Yes = False
    related_party_vote_excluded: Yes = False
    reserved_matters: tuple[Id, ...] = ()


class Approval(Clause):
    """Who signs a payout: two persons at least."""

    dual_control: tuple[Id, ...] = Field(min_length=2)
    unanimous_shareholders_for: tuple[Id, ...] = ()


class DistributionRules(Clause):
    """Rules of mechanism 6, benefit distribution."""

    layers: tuple[Layer, ...] = ()
    contribution_types: dict[Id, ContributionType] = Field(default_factory=dict)
    attestation: Attestation | None = None
    caps: Caps = Field(default_factory=Caps)
    rounding: RoundingRule = "largest_remainder_carry"
    leaver: Leaver | None = None
    minority: Minority | None = None
    openness: Literal["open", "own"] = "own"
    approve: Approval | None = None

    def problems(self) -> Iterator[Problem]:
        """Refuse pools that take more than the whole of one source."""
        taken: dict[str, Decimal] = {}
        for number, layer in enumerate(self.layers):
            if layer.pool is None or layer.pool.pct is None:
                continue
            whole = taken[layer.pool.of] = taken.get(layer.pool.of, Decimal(0)) + layer.pool.pct
            if whole > WHOLE:
                params = {"source": layer.pool.of, "seen": str(whole)}
                yield Problem("more_than_all", ("layers", number, "pool", "pct"), params)
