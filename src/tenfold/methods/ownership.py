"""Shares held through others: along a chain of holdings they multiply, and what several chains give adds up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

LEAST = Fraction(1, 1000)  # a chain that gives less is left out: what is left of a company has at most 1000 such parts
Pair = tuple[str, str]  # holder, company


@dataclass(frozen=True, slots=True)
class Held:
    """What a holder has of a company, directly and through others, as a part of one.

    chain   the chain that gives most: from the holder over those between to the company
    """

    total: Fraction
    chain: tuple[str, ...]


def held_through(holdings: Mapping[Pair, Fraction], least: Fraction = LEAST) -> dict[Pair, Held]:
    """Return who holds what through others, each with what they hold directly counted in.

    A chain names nobody twice, so that companies that hold each other come to an end. The shares of one company are
    at most one together, and so are the products of the chains of one length that lead to it: no more than 1 / least
    of them can be worth following.

    holdings   (holder, company) → part of one, above 0
    least      a chain that gives less is left out
    returns    the pairs that a chain of at least two holdings joins, in the order of company, then of discovery

    >>> found = held_through({("a", "b"): Fraction(3, 5), ("b", "c"): Fraction(3, 5), ("a", "c"): Fraction(1, 5)})
    >>> str(found["a", "c"].total), found["a", "c"].chain
    ('14/25', ('a', 'b', 'c'))
    """
    owners: dict[str, list[tuple[str, Fraction]]] = {}
    for (holder, company), share in holdings.items():
        owners.setdefault(company, []).append((holder, share))
    found: dict[Pair, Held] = {}
    for company in sorted(owners):
        best: dict[str, tuple[Fraction, tuple[str, ...]]] = {}
        sums: dict[str, Fraction] = {}
        for product, chain in _chains(company, owners, least):
            holder = chain[0]
            sums[holder] = sums.get(holder, Fraction(0)) + product
            best[holder] = max(best.get(holder, (Fraction(0), ())), (product, chain), key=lambda one: one[0])
        for holder, total in sums.items():
            direct = holdings.get((holder, company), Fraction(0))
            found[holder, company] = Held(total + direct, best[holder][1])
    return found


def _chains(
    company: str, owners: Mapping[str, list[tuple[str, Fraction]]], least: Fraction
) -> Iterator[tuple[Fraction, tuple[str, ...]]]:
    """Yield the chains of two holdings and more that lead to a company, with what each gives, the shortest first."""
    waiting: list[tuple[Fraction, tuple[str, ...]]] = [
        (share, (holder, company)) for holder, share in owners[company] if holder != company
    ]
    while waiting:
        longer: list[tuple[Fraction, tuple[str, ...]]] = []
        for product, chain in waiting:
            if len(chain) > 2:
                yield product, chain
            longer += [
                (product * share, (holder, *chain))
                for holder, share in owners.get(chain[0], ())
                if holder not in chain and product * share >= least
            ]
        waiting = longer
