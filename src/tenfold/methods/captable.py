"""Agreements that turn into shares at a round (SAFE), in exact fractions; shares are rounded by the caller's agreement.

Two kinds are in use. Post-money: the investor's part of the company just before the round is amount ÷ cap. Pre-money:
the price is cap ÷ shares before, nothing else counted. Which one a contract means stands in the contract, never here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Exact = int | Fraction

ROUNDS_MAX = 50


@dataclass(frozen=True, slots=True)
class Safe:
    """One agreement: amount paid, cap (None = uncapped), discount on the round's price, and which kind of cap it is."""

    amount: Exact
    cap: Exact | None = None
    discount: Exact = 0
    kind: Literal["post", "pre"] = "post"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A priced round: price, shares of each agreement and of the new money, options added, all shares after."""

    price: Fraction
    safes: tuple[Fraction, ...]
    new_shares: Fraction
    options_added: Fraction
    total: Fraction

    @property
    def post_money(self) -> Fraction:
        """Value of the company after the round."""
        return self.price * self.total


def ownership(amount: Exact, post_money_cap: Exact) -> Fraction:
    """Part of the company that a post-money agreement sells: amount ÷ cap.

    >>> str(ownership(500_000, 6_700_000))
    '5/67'
    """
    return Fraction(amount) / post_money_cap


def pro_rata(safes_sold: Fraction, sold_in_round: Fraction) -> Fraction:
    """Part of the next round that keeps the agreements' part of the company: new ÷ (1 − safes) − new.

    >>> round(float(pro_rata(Fraction(15, 100), Fraction(25, 100))), 4)
    0.0441
    """
    return sold_in_round / (1 - safes_sold) - sold_in_round


def convert(
    *,
    pre_money: Exact,
    shares: int,
    options: int = 0,
    pool_after: Fraction = Fraction(0),
    safes: Sequence[Safe] = (),
    new_money: Exact = 0,
) -> Conversion:
    """Convert agreements at a priced round and find its price.

    price = pre-money ÷ (all shares just before the new money, with converted agreements and added options). An
    agreement takes the lowest of its cap price, the discounted price and the round's price. Cap price: cap ÷ (shares +
    options + all agreements' shares) for the post-money kind, cap ÷ (shares + options) for the pre-money kind. Options
    are added until the unissued pool is `pool_after` of all shares after. Once it is known which term each agreement
    takes, everything is linear and solved exactly; the terms are tried until they hold.

    shares      issued before (without options); options: unissued pool before
    returns     Conversion with exact fractions; ValueError when agreements and pool would take the whole company

    >>> safes = [Safe(2_000_000, 10_000_000)]
    >>> round_ = convert(pre_money=32_000_000, shares=2_000_000, safes=safes, new_money=8_000_000)
    >>> float(round_.price), int(round_.total)
    (12.8, 3125000)
    """
    by_cap = [safe.cap is not None for safe in safes]
    for _ in range(ROUNDS_MAX):
        before, company = _before_the_round(pre_money, shares, options, pool_after, safes, by_cap, new_money)
        price = pre_money / before
        counted = {"post": company, "pre": Fraction(shares + options)}
        lower = [bool(s.cap) and Fraction(s.cap or 0) / counted[s.kind] <= price * (1 - s.discount) for s in safes]
        if lower == by_cap:
            break
        by_cap = lower
    held = tuple(
        s.amount * counted[s.kind] / s.cap if capped and s.cap else s.amount / (price * (1 - s.discount))
        for s, capped in zip(safes, by_cap, strict=True)
    )
    return Conversion(price, held, new_money / price, before - company, before + new_money / price)


def _before_the_round(
    pre_money: Exact,
    shares: int,
    options: int,
    pool: Fraction,
    safes: Sequence[Safe],
    by_cap: list[bool],
    new_money: Exact,
) -> tuple[Fraction, Fraction]:
    """Solve for all shares before the new money, with and without the added options, once each term is known.

    With F the parts sold by post-money caps, K the shares sold by pre-money caps and G·before those sold at the round's
    price: company·(1 − F) = shares + options + K + G·before, and before = company + added, where added = pool·(1 + new
    ÷ pre)·before − options if that is positive.
    """
    part, own, sold = Fraction(0), Fraction(shares), Fraction(0)
    for safe, capped in zip(safes, by_cap, strict=True):
        if not capped or not safe.cap:
            sold += Fraction(safe.amount) / (pre_money * (1 - safe.discount))
        elif safe.kind == "post":
            part += Fraction(safe.amount) / safe.cap
        else:
            own += Fraction(safe.amount) * (shares + options) / safe.cap
    wanted = pool * (1 + Fraction(new_money) / pre_money)
    left = (1 - wanted) * (1 - part) - sold
    if left <= 0 or part + sold >= 1:
        raise ValueError(left)
    before = (own + options * part) / left
    if wanted * before > options:
        return before, before * (1 - wanted) + options
    before = (own + options) / (1 - part - sold)
    return before, before


def pre_money_conversion(
    amount: Exact, shares_before: int, price: Fraction, *, cap: Exact | None = None, discount: Fraction = Fraction(0)
) -> tuple[Fraction, Fraction, str]:
    """Convert a pre-money agreement: (price, shares, which term set it: cap, discount or round).

    Cap price = cap ÷ shares before; discount price = round's price × (1 − discount); the lowest applies.

    >>> terms = pre_money_conversion(100_000, 11_000_000, Fraction("0.909"), cap=8_000_000, discount=Fraction("0.15"))
    >>> int(terms[1]), terms[2]
    (137500, 'cap')
    """
    prices = [(price * (1 - discount), "discount" if discount else "round")]
    if cap is not None:
        prices.append((Fraction(cap) / shares_before, "cap"))
    best, term = min(prices)
    return best, amount / best, term
