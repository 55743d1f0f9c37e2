"""Ordered tiers: who is paid first, up to what, in which shares. Exact fractions; round each payee at the end.

One engine for private equity (capital, preferred return, catch-up, split) and for project finance (debt service,
reserves, then equity if the tests pass).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

Exact = int | Fraction
Compounding = Literal["simple", "annual"]

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Tier:
    """One step: money goes to `shares` (payee → share, Σ = 1) until the tier holds `limit`; None takes all the rest."""

    name: str
    shares: Mapping[str, Fraction]
    limit: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What one tier took, by payee."""

    tier: str
    amounts: dict[str, Fraction]

    @property
    def total(self) -> Fraction:
        """Return Σ amounts."""
        return sum(self.amounts.values(), Fraction(0))


def run(cash: Exact, tiers: Sequence[Tier]) -> tuple[list[Paid], Fraction]:
    """Pour cash through the tiers in order; return what each took and what is left.

    A tier never takes more than is there nor more than its limit; a negative limit counts as 0.

    >>> paid, left = run(10, [Tier("first", {"a": Fraction(1)}, Fraction(6)), Tier("rest", {"b": Fraction(1)})])
    >>> [int(tier.total) for tier in paid], int(left)
    ([6, 4], 0)
    """
    left, paid = Fraction(cash), []
    for tier in tiers:
        amount = left if tier.limit is None else min(left, max(tier.limit, Fraction(0)))
        paid.append(Paid(tier.name, {payee: amount * share for payee, share in tier.shares.items()}))
        left -= amount
    return paid, left


def received(paid: Sequence[Paid], payee: str) -> Fraction:
    """Add up what one payee got in all tiers."""
    return sum((tier.amounts.get(payee, Fraction(0)) for tier in paid), Fraction(0))


def catch_up_limit(preferred: Exact, carry: Fraction, rate: Fraction) -> Fraction:
    """Size of the catch-up layer: it ends when the manager has its carry of all profit so far.

    preferred·carry ÷ (rate − carry): of each unit in the layer the manager takes `rate`, so that rate·L =
    carry·(preferred + L). Rate 1 is the full catch-up, preferred·carry ÷ (1 − carry); rate 0 means none (a hard
    hurdle). A rate above 0 but not above carry never catches up (ValueError).

    >>> str(catch_up_limit(24, Fraction(1, 5), Fraction(1)))
    '6'
    """
    if rate == 0:
        return Fraction(0)
    if rate <= carry:
        raise ValueError(rate)
    return preferred * carry / (rate - carry)


def private_equity(
    capital: Exact,
    preferred: Exact,
    carry: Fraction,
    *,
    catch_up: Fraction = Fraction(1),
    preferred_first: bool = False,
) -> list[Tier]:
    """Build the tiers of a fund for payees `lp` and `gp`: capital → preferred return → catch-up → split.

    capital     contributed and not yet returned; preferred: owed to the investors and not yet paid
    carry       the manager's share of profit; catch_up of each unit in its layer (see `catch_up_limit`)
    preferred_first   pay the preferred return before the capital

    >>> paid, _ = run(150, private_equity(100, 24, Fraction(1, 5)))
    >>> [(tier.tier, int(tier.total)) for tier in paid]
    [('return_of_capital', 100), ('preferred', 24), ('catch_up', 6), ('split', 20)]

    Source: DOMAIN 2.6; closed form of the catch-up layer.
    """
    own = {"lp": Fraction(1)}
    first = [Tier("return_of_capital", own, Fraction(capital)), Tier("preferred", own, Fraction(preferred))]
    return [
        *(first[::-1] if preferred_first else first),
        Tier("catch_up", {"lp": 1 - catch_up, "gp": catch_up}, catch_up_limit(preferred, carry, catch_up)),
        Tier("split", {"lp": 1 - carry, "gp": carry}),
    ]


def accrued(balance: Exact, rate: Fraction, days: int, compounding: Compounding = "annual") -> Fraction:
    """Return the preferred return on a balance over days: balance·rate·d/365, or balance·((1 + rate)^(d/365) − 1).

    Whole years are exact; parts of a year use 28-digit decimals.

    >>> str(accrued(100, Fraction(8, 100), 365)), str(accrued(100, Fraction(8, 100), 730, "simple"))
    ('8', '16')
    """
    if compounding == "simple":
        return balance * rate * Fraction(days, DAYS_A_YEAR)
    years, rest = divmod(days, DAYS_A_YEAR)
    growth = Fraction(1 + rate) ** years
    if rest:
        base = Decimal((1 + rate).numerator) / Decimal((1 + rate).denominator)
        growth *= Fraction(base ** (Decimal(rest) / DAYS_A_YEAR))
    return balance * (growth - 1)


def preferred_balance(
    flows: Sequence[tuple[date, Exact]], rate: Fraction, at: date, compounding: Compounding = "annual"
) -> tuple[Fraction, Fraction]:
    """Return (capital outstanding, preferred return owed) at a date.

    Contributions are positive, distributions negative; a distribution pays the accrued return first, then capital.
    Under `annual` the unpaid return itself earns from flow to flow; under `simple` only capital does. Days act/365.
    """
    capital, owed, last = Fraction(0), Fraction(0), None
    for day, amount in [*sorted((d, a) for d, a in flows if d <= at), (at, 0)]:
        if last is not None:
            base = capital + owed if compounding == "annual" else capital
            owed += accrued(base, rate, (day - last).days, compounding)
        last = day
        if amount >= 0:
            capital += amount
        else:
            to_owed = min(owed, Fraction(-amount))
            owed -= to_owed
            capital -= min(capital, -amount - to_owed)
    return capital, owed


def hurdle(flows: Sequence[tuple[date, Exact]], rate: Fraction, at: date) -> Fraction:
    """Return what an investor must receive at `at` to have earned exactly `rate` (an IRR hurdle), at least 0.

    Flows as in `preferred_balance`, valued forward by (1 + rate)^(days/365). Cash paid at `at` itself counts.
    """
    value = sum((amount + accrued(amount, rate, (at - day).days) for day, amount in flows if day <= at), Fraction(0))
    return max(Fraction(0), value)


def promote_shares(ownership: Fraction, promote: Fraction) -> tuple[Fraction, Fraction]:
    """Return (investor, operator) shares of a tier: the investor keeps ownership × (1 − promote).

    >>> [str(share) for share in promote_shares(Fraction(9, 10), Fraction(1, 5))]
    ['18/25', '7/25']
    """
    investor = ownership * (1 - promote)
    return investor, 1 - investor


def clawback(paid: Exact, entitled: Exact) -> Fraction:
    """Return what the manager must give back: carry paid so far less the carry of the whole, never below 0."""
    return max(Fraction(0), Fraction(paid) - entitled)


def deal_by_deal_carry(profits: Sequence[Exact], carry: Fraction) -> Fraction:
    """Carry when each winning deal pays on its own and losses are not set off.

    >>> int(deal_by_deal_carry([100, -100], Fraction(1, 5)))
    20
    """
    return sum((carry * profit for profit in profits if profit > 0), Fraction(0))


def whole_fund_carry(proceeds: Exact, basis: Exact, carry: Fraction) -> Fraction:
    """Carry on what exceeds the capital that must be returned first (committed, or without lifetime fees), ≥ 0."""
    return max(Fraction(0), carry * (Fraction(proceeds) - basis))


def income_fee(income: Exact, hurdle_amount: Exact, carry: Fraction, breakpoint: Exact | None = None) -> Fraction:
    """Fee on income above a hurdle with a full catch-up: all between hurdle and breakpoint, carry of what exceeds it.

    The breakpoint is hurdle ÷ (1 − carry) unless the document rounds it and names its own.

    >>> str(income_fee(Fraction(2), Fraction(1), Fraction(1, 5)))
    '2/5'
    """
    top = Fraction(hurdle_amount) / (1 - carry) if breakpoint is None else Fraction(breakpoint)
    inside = max(Fraction(0), min(Fraction(income), top) - hurdle_amount)
    return inside + max(Fraction(0), carry * (income - top))


@dataclass(frozen=True, slots=True)
class Cascade:
    """A project's cash after operating costs: what was paid, what reserves took, what may go to equity and why."""

    dscr: Fraction | None
    state: Literal["pay", "lock_up", "default"]
    paid: dict[str, Fraction]
    distributable: Fraction
    trapped: Fraction


def project_finance(
    cash: Exact,
    debt_service: Exact,
    reserves: Sequence[tuple[str, Exact]] = (),
    *,
    lock_up_below: Fraction = Fraction(0),
    default_below: Fraction = Fraction(0),
) -> Cascade:
    """Pay debt service, then reserve top-ups in order; the rest goes to equity unless the cover ratio locks it up.

    cash             available for debt service (after operating costs)
    reserves         (name, amount still missing) in order of the agreement
    lock_up_below    cover ratio under which the rest is trapped; default_below likewise for an event of default
    returns          Cascade; without debt the ratio is None and nothing is locked. Short debt service is `default`.

    >>> cascade = project_finance(5400, 4320, [("dsra", 300)], lock_up_below=Fraction(6, 5))
    >>> str(cascade.dscr), int(cascade.distributable), cascade.state
    ('5/4', 780, 'pay')

    Source: DOMAIN 2.6, 2.7.
    """
    payees = [("debt_service", debt_service), *reserves]
    taken, left = run(cash, [Tier(name, {name: Fraction(1)}, Fraction(amount)) for name, amount in payees])
    paid = {tier.tier: tier.total for tier in taken}
    dscr = Fraction(cash) / debt_service if debt_service else None
    state: Literal["pay", "lock_up", "default"] = "pay"
    if paid["debt_service"] < debt_service or (dscr is not None and dscr < default_below):
        state = "default"
    elif (dscr is not None and dscr < lock_up_below) or any(paid[name] < amount for name, amount in reserves):
        state = "lock_up"
    free = left if state == "pay" else Fraction(0)
    return Cascade(dscr, state, paid, free, left - free)
