"""Agreements that turn into shares at a round (SAFE), in exact fractions; shares are rounded by the caller's agreement.

Two kinds are in use. Post-money: the investor's part of the company just before the round is amount ÷ cap. Pre-money:
the price is cap ÷ shares before, nothing else counted. Which one a contract means stands in the contract, never here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Exact = int | Fraction

ROUNDS_MAX = 50


@dataclass(frozen=True, slots=True)
class Safe:
    """A post-money agreement: amount paid, cap (None = uncapped), discount on the round's price."""

    amount: Exact
    cap: Exact | None = None
    discount: Exact = 0


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
    """Convert post-money agreements at a priced round and find its price.

    price = pre-money ÷ (all shares just before the new money, with converted agreements and added options). An
    agreement takes the lowest of its cap price, cap ÷ (shares + options + all agreements' shares), the discounted price
    and the round's price. Options are added until the unissued pool is `pool_after` of all shares after. Once it is
    known which term each agreement takes, everything is linear and solved exactly; the terms are tried until they hold.

    shares      issued before (without options); options: unissued pool before
    returns     Conversion with exact fractions

    >>> safes = [Safe(2_000_000, 10_000_000)]
    >>> round_ = convert(pre_money=32_000_000, shares=2_000_000, safes=safes, new_money=8_000_000)
    >>> float(round_.price), int(round_.total)
    (12.8, 3125000)
    """
    by_cap = [safe.cap is not None for safe in safes]
    for _ in range(ROUNDS_MAX):
        before, company = _before_the_round(pre_money, shares, options, pool_after, safes, by_cap, new_money)
        price = pre_money / before
        lower = [safe.cap is not None and safe.cap / company <= price * (1 - safe.discount) for safe in safes]
        if lower == by_cap:
            break
        by_cap = lower
    held = tuple(
        safe.amount * company / safe.cap if capped and safe.cap else safe.amount / (price * (1 - safe.discount))
        for safe, capped in zip(safes, by_cap, strict=True)
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

    With F the parts sold by caps and G·before the shares sold at the round's price: company·(1 − F) = shares + options
    + G·before, and before = company + added, where added = pool·(1 + new ÷ pre)·before − options if that is positive.
    """
    pairs = list(zip(safes, by_cap, strict=True))
    part = sum((Fraction(safe.amount) / safe.cap for safe, capped in pairs if capped and safe.cap), Fraction(0))
    sold = sum(
        (Fraction(safe.amount) / (pre_money * (1 - safe.discount)) for safe, capped in pairs if not capped), Fraction(0)
    )
    wanted = pool * (1 + Fraction(new_money) / pre_money)
    before = (shares + options * part) / ((1 - wanted) * (1 - part) - sold)
    if wanted * before <= options:
        before = (shares + options) / (1 - part - sold)
        return before, before
    return before, before * (1 - wanted) + options


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
