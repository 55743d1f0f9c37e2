"""Sharing a pot that is smaller than what is owed, in exact fractions.

Every rule takes the estate E ≥ 0 and the claims in order and returns awards in the same order: 0 ≤ award ≤ claim and
Σ = min(E, Σ claims). Round with `allocation.round_to_total`.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import factorial, lcm

Exact = int | Fraction
Awards = list[Fraction]
Rule = Callable[[Exact, Sequence[Exact]], Awards]

ARRIVALS_MAX = 16
REPEATS_MAX = 80


def _exact(estate: Exact, claims: Sequence[Exact]) -> tuple[Fraction, Awards]:
    owed = [Fraction(claim) for claim in claims]
    return min(Fraction(estate), sum(owed, Fraction(0))), owed


def proportional(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Every claim is served at the same rate.

    >>> [str(award) for award in proportional(300, [100, 200, 300])]
    ['50', '100', '150']
    """
    pot, owed = _exact(estate, claims)
    whole = sum(owed)
    return [pot * claim / whole if whole else Fraction(0) for claim in owed]


def equal_awards(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Constrained equal awards: min(claim, λ), λ such that the pot is used up.

    >>> [str(award) for award in equal_awards(300, [100, 200, 300])]
    ['100', '100', '100']
    """
    pot, owed = _exact(estate, claims)
    level, left = Fraction(0), len(owed)
    for claim in sorted(owed):
        if pot <= (claim - level) * left:
            return [min(debt, level + pot / left) for debt in owed]
        pot -= (claim - level) * left
        level, left = claim, left - 1
    return owed


def equal_losses(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Constrained equal losses: max(0, claim − λ): what is missing is borne equally.

    >>> [str(award) for award in equal_losses(300, [100, 200, 300])]
    ['0', '100', '200']
    """
    pot, owed = _exact(estate, claims)
    losses = equal_awards(sum(owed, Fraction(0)) - pot, owed)
    return [claim - loss for claim, loss in zip(owed, losses, strict=True)]


def _halved(estate: Exact, claims: Sequence[Exact], below: Rule, above: Rule) -> Awards:
    """Use one rule on half claims up to half of the debt, and add half claims to another rule beyond."""
    pot, owed = _exact(estate, claims)
    half = [claim / 2 for claim in owed]
    if pot <= sum(half):
        return below(pot, half)
    rest = above(pot - sum(half), half)
    return [part + more for part, more in zip(half, rest, strict=True)]


def talmud(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Talmud rule: equal awards on half claims up to half of the debt, equal losses beyond.

    >>> [str(award) for award in talmud(200, [100, 200, 300])]
    ['50', '75', '75']

    Source: Ketubot 93a; Aumann & Maschler 1985.
    """
    return _halved(estate, claims, equal_awards, equal_losses)


def reverse_talmud(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Reverse Talmud rule: equal losses on half claims up to half of the debt, equal awards beyond (Chun 2001)."""
    return _halved(estate, claims, equal_losses, equal_awards)


def piniles(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Piniles' rule: equal awards on half claims, twice (Piniles 1861)."""
    return _halved(estate, claims, equal_awards, equal_awards)


def constrained_egalitarian(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Equal awards on half claims up to half of the debt; beyond, max(claim ÷ 2, min(claim, λ)) (Chun et al. 2001)."""
    pot, owed = _exact(estate, claims)
    if pot <= sum(owed) / 2:
        return equal_awards(pot, [claim / 2 for claim in owed])

    def awards(level: Fraction) -> Awards:
        return [max(claim / 2, min(claim, level)) for claim in owed]

    # What is paid rises with the level, straight between the points where a claim starts or stops to rise.
    points = sorted({*owed, *(claim / 2 for claim in owed)})
    at = bisect_left(points, pot, key=lambda level: sum(awards(level), Fraction(0)))
    if at == 0:
        return awards(points[0])
    low, high = points[at - 1], points[at]
    paid_low, paid_high = sum(awards(low)), sum(awards(high))
    return awards(low + (pot - paid_low) * (high - low) / (paid_high - paid_low))


def random_arrival(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Mean over all orders of arrival of “first come, fully served”; at most 16 claims (ValueError). O'Neill 1982.

    The Shapley value of the game in which a group is worth what the others leave it: over all sets that may have come
    before, n·2ⁿ steps on whole numbers of the smallest common part.
    """
    pot, owed = _exact(estate, claims)
    n = len(owed)
    if n > ARRIVALS_MAX:
        raise ValueError(n)
    part = lcm(pot.denominator, *(claim.denominator for claim in owed))
    whole, parts = int(pot * part), [int(claim * part) for claim in owed]
    left = [whole]  # by the set of those who came before, as bits
    for claim in parts:
        left += [rest - claim for rest in left]
    orders = [factorial(size) * factorial(n - size - 1) for size in range(n)]
    awards = [0] * n
    for before, rest in enumerate(left):
        if rest <= 0:
            continue
        for index, claim in enumerate(parts):
            if not before >> index & 1:
                awards[index] += orders[before.bit_count()] * min(claim, rest)
    return [Fraction(award, factorial(n) * part) for award in awards]


def adjusted_proportional(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """First what nobody else disputes, then proportional on the claims that are left, cut at the pot that is left.

    Source: Curiel, Maschler & Tijs 1987.
    """
    pot, owed = _exact(estate, claims)
    whole = sum(owed)
    sure = [max(Fraction(0), pot - (whole - claim)) for claim in owed]
    rest = pot - sum(sure)
    cut = [min(claim - part, rest) for claim, part in zip(owed, sure, strict=True)]
    return [part + more for part, more in zip(sure, proportional(rest, cut), strict=True)]


def minimal_overlap(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Claims are laid on parts of the pot so that they overlap least; each part is shared by those who claim it.

    With t from Σ max(0, claim − t) = E − t: the part above t goes to its claimant alone, the first t are shared by
    steps (t = E as soon as one claim is at least E). Source: Ibn Ezra; O'Neill 1982.
    """
    pot, whole = _exact(estate, claims)
    owed = [min(claim, pot) for claim in whole]
    level = pot
    if max(owed, default=Fraction(0)) < pot:
        ranked = sorted(owed, reverse=True)
        for count in range(1, len(ranked) + 1):  # the t that `count` largest claims exceed
            after = ranked[count] if count < len(ranked) else Fraction(0)
            level = (sum(ranked[:count]) - pot) / (count - 1) if count > 1 else Fraction(-1)
            if after <= level < ranked[count - 1]:
                break
        else:
            return owed
    order = sorted(range(len(owed)), key=lambda index: owed[index])
    awards, reached, share = [Fraction(0)] * len(owed), Fraction(0), Fraction(0)
    for rank, index in enumerate(order):
        step = min(owed[index], level)
        share += (step - reached) / (len(owed) - rank)
        reached = step
        awards[index] = share + max(Fraction(0), owed[index] - level)
    return awards


def average_of_awards_and_losses(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Mean of equal awards and equal losses."""
    both = zip(equal_awards(estate, claims), equal_losses(estate, claims), strict=True)
    return [(award + loss) / 2 for award, loss in both]


def recursive_bounds(estate: Exact, claims: Sequence[Exact]) -> Awards:
    """Everybody first gets the n-th part of the claim cut at the pot, again and again on what is left.

    The rounds end by themselves once all claims exceed the pot; otherwise the last crumb, below 10⁻⁹ of the pot or
    after 80 rounds, is shared in proportion. Source: Domínguez & Thomson 2006.
    """
    pot, owed = _exact(estate, claims)
    left, awards = list(owed), [Fraction(0)] * len(owed)
    crumb = pot / 10**9
    for _ in range(REPEATS_MAX):
        if pot <= crumb or pot >= sum(left):
            break
        parts = [min(claim, pot) / len(left) for claim in left]
        awards = [award + part for award, part in zip(awards, parts, strict=True)]
        left = [claim - part for claim, part in zip(left, parts, strict=True)]
        pot -= sum(parts)
    return [award + more for award, more in zip(awards, proportional(pot, left), strict=True)]
