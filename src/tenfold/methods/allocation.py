"""Splitting a whole number of units by weights, exactly.

Every function takes and returns whole units (money in minor units, shares, seats) and exact weights (int or Fraction);
nothing is a float, so that the parts add back to the whole. Keys order ties: the lower key wins.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Exact = int | Fraction


@dataclass(frozen=True, slots=True)
class Capped(Generic[Key]):
    """What caps leave of a proportional split.

    exact    key → entitlement as an exact fraction (at the cap for capped keys)
    capped   keys that stand at their own cap or whose group stands at its cap
    rest     units that nobody could take because every key or group is at its cap
    """

    exact: dict[Key, Fraction]
    capped: frozenset[Key]
    rest: int


def entitlements(total: int, weights: Mapping[Key, Exact]) -> dict[Key, Fraction]:
    """Return total × weight ÷ Σ weights for each key, as exact fractions in key order.

    All zero when the weights sum to zero. Weights must not be negative (ValueError).

    >>> entitlements(100, {"a": 1, "b": 2})
    {'a': Fraction(100, 3), 'b': Fraction(200, 3)}
    """
    _refuse_negative(weights)
    whole = sum(weights.values(), Fraction(0))
    return {key: total * Fraction(weights[key]) / whole if whole else Fraction(0) for key in _ordered(weights)}


def largest_remainder(total: int, weights: Mapping[Key, Exact]) -> dict[Key, int]:
    """Split `total` in proportion to `weights` by largest remainder (Hamilton, Hare quota).

    Definition: each key gets the floor of total·wᵢ ÷ Σw; the units left go one each to the largest fractions, ties to
    the lower key. Satisfies quota: every share is the floor or the ceiling of the exact one. Own-weight monotone.

    total     units ≥ 0
    weights   key → weight ≥ 0 (int or Fraction); a zero weight gets 0
    returns   key → units, in key order; Σ = total, or all 0 when every weight is 0 (the caller carries the rest)

    >>> largest_remainder(100, {"a": 1, "b": 1, "c": 1})
    {'a': 34, 'b': 33, 'c': 33}

    Source: Balinski & Young 1982, Fair Representation.
    """
    exact = entitlements(total, weights)
    rounded = (
        round_to_total({key: share for key, share in exact.items() if share}, total) if any(exact.values()) else {}
    )
    return {key: rounded.get(key, 0) for key in exact}


def floor_split(total: int, weights: Mapping[Key, Exact]) -> dict[Key, int]:
    """Split by floors only: each key gets ⌊total·wᵢ ÷ Σw⌋; the rest, total − Σ, is below the number of keys.

    >>> floor_split(100, {"a": 1, "b": 1, "c": 1})
    {'a': 33, 'b': 33, 'c': 33}
    """
    return {key: floor(share) for key, share in entitlements(total, weights).items()}


def round_each(
    targets: Mapping[Key, Fraction], total: int, *, groups: Iterable[tuple[Iterable[Key], int]] = ()
) -> dict[Key, int]:
    """Round each exact target to its nearest whole unit, a half up; never more than `total`, or than a group's most.

    Payᵢ = ⌊targetᵢ + ½⌋, as spreadsheets round money. What that is below the whole is left over; where it is above,
    the units too many are taken back one each from those who were raised most (the smallest fraction of a half or
    more; of equal ones from the highest key). Nobody is paid above a whole ceiling that holds for the target.

    targets   key → exact units ≥ 0, Σ at most `total`
    groups    (members, most units together), Σ of their targets at most that
    returns   key → units in key order; |payᵢ − targetᵢ| ≤ ½ but for those from whom a unit was taken back

    >>> round_each({"a": Fraction(5, 2), "b": Fraction(9, 4), "c": Fraction(1, 4)}, 5)
    {'a': 3, 'b': 2, 'c': 0}
    """
    paid = {key: floor(targets[key] + Fraction(1, 2)) for key in _ordered(targets)}
    for members, most in [*((tuple(members), most) for members, most in groups), (tuple(paid), total)]:
        inside = [key for key in paid if key in members]
        raised = [key for key in inside if paid[key] > targets[key]]
        too_many = max(0, sum(paid[key] for key in inside) - most)
        raised.sort(key=lambda key: paid[key] - targets[key])  # stable: of equal ones the highest key stands last
        for key in raised[len(raised) - too_many :]:
            paid[key] -= 1
    return paid


def round_to_total(
    targets: Mapping[Key, Fraction],
    total: int,
    *,
    ceilings: Mapping[Key, int] | None = None,
    groups: Iterable[tuple[Iterable[Key], int]] = (),
) -> dict[Key, int]:
    """Round exact targets to whole units ≥ 0 that sum to `total`, nobody above a ceiling.

    Floors first (a negative target becomes 0); missing units go to the largest target − paid, surplus units are taken
    from the smallest, ties to the lower key, one unit a key and pass. `total` is meant to be Σ targets.

    targets    key → exact units, may be negative by a carry
    ceilings   key → most units a key may get (its cap); default none
    groups     (members, most units together); default none
    returns    key → units in key order; below `total` only when all ceilings are reached

    >>> round_to_total({"a": Fraction(1, 2), "b": Fraction(5, 2)}, 3)
    {'a': 1, 'b': 2}
    """
    limits = ceilings or {}
    paid = {key: min(max(0, floor(targets[key])), limits.get(key, total)) for key in _ordered(targets)}
    rooms = [(tuple(members), most) for members, most in groups]
    room = {key: index for index, (members, _) in enumerate(rooms) for key in members}
    left = [most - sum(paid[key] for key in members if key in paid) for members, most in rooms]
    missing = total - sum(paid.values())
    while missing:
        step = 1 if missing > 0 else -1
        # sorted() is stable and `paid` is in key order, so the lower key wins a tie
        order = sorted(paid, key=lambda key: step * (paid[key] - targets[key]))
        moved = 0
        for key in order:
            at = room.get(key)
            blocked = at is not None and step > 0 and left[at] <= 0
            beyond = paid[key] >= limits.get(key, total) if step > 0 else paid[key] <= 0
            if blocked or beyond:
                continue
            paid[key] += step
            moved += step
            if at is not None:
                left[at] -= step
            if moved == missing:
                break
        if not moved:
            break
        missing -= moved
    return paid


def residual_carry(
    exact: Mapping[Key, Fraction],
    carry: Mapping[Key, Fraction],
    *,
    ceilings: Mapping[Key, int] | None = None,
    groups: Iterable[tuple[Iterable[Key], int]] = (),
) -> tuple[dict[Key, int], dict[Key, Fraction]]:
    """Round one of several repeated payouts so that no member loses to rounding over time.

    targetᵢ = exactᵢ + carryᵢ; the targets are rounded with payᵢ ≥ 0 and Σ pay = Σ exact; carryᵢ' = targetᵢ − payᵢ.
    Rounding the cumulative entitlement instead would demand negative payments (Hamilton is not house-monotone). A key
    with nothing to receive this time keeps its carry and is paid 0.

    exact     key → this period's entitlement; Σ must be a whole number of units (ValueError)
    carry     key → what earlier periods still owe (+) or overpaid (−)
    ceilings, groups   as in `round_to_total`
    returns   (key → units paid, key → carry after); keys of both, in key order

    >>> residual_carry(entitlements(100, {"a": 1, "b": 1, "c": 1}), {})[0]
    {'a': 34, 'b': 33, 'c': 33}

    Source: DOMAIN 2.6.
    """
    whole = sum(exact.values(), Fraction(0))
    if whole.denominator != 1:
        raise ValueError(whole)
    targets = {key: share + carry.get(key, Fraction(0)) for key, share in exact.items() if share}
    paid = round_to_total(targets, int(whole), ceilings=ceilings, groups=groups)
    after = {key: targets[key] - paid[key] if key in paid else carry[key] for key in _ordered({*targets, *carry})}
    return {key: paid.get(key, 0) for key in _ordered({*exact, *carry})}, after


def capped_entitlements(
    total: int,
    weights: Mapping[Key, Exact],
    *,
    caps: Mapping[Key, int] | None = None,
    groups: Iterable[tuple[Iterable[Key], int]] = (),
) -> Capped[Key]:
    """Split in proportion under caps of keys and of disjoint groups of keys.

    Every uncapped key gets λ·weight; a key stops at its cap; a group stops at its cap and is then split inside by
    weight, its members' caps still holding; λ is the rate that uses up `total`. Found by raising λ round by round:
    whoever passes a cap is fixed there, which only raises the rate of the others, so no fixed key ever comes back.

    total     units; weights key → exact ≥ 0
    caps      key → whole units; groups (members, whole units) with no member in two groups
    returns   Capped; Σ exact + rest = total. Round by `round_to_total` to total − rest with the same
              caps as ceilings and the same groups.

    >>> capped_entitlements(100, {"a": 6, "b": 1, "c": 1}, caps={"a": 40}).exact
    {'a': Fraction(40, 1), 'b': Fraction(30, 1), 'c': Fraction(30, 1)}
    """
    _refuse_negative(weights)
    scale = lcm(*(Fraction(weight).denominator for weight in weights.values()), 1)
    points = {key: int(weights[key] * scale) for key in _ordered(weights) if weights[key]}
    limits = dict(caps or {})
    pools = [(tuple(key for key in members if key in points), most) for members, most in groups]
    exact, capped = _fill(total, points, limits, pools)
    for members, most in pools:
        if members and all(key not in exact for key in members):
            inner, _ = _fill(most, {key: points[key] for key in members}, limits, [])
            exact |= inner
            capped |= set(members)
    full = {key: exact.get(key, Fraction(0)) for key in _ordered(weights)}
    rest = total - sum(full.values())
    return Capped(full, frozenset(capped), int(rest))


def _fill(
    total: int, points: dict[Key, int], caps: Mapping[Key, int], groups: list[tuple[tuple[Key, ...], int]]
) -> tuple[dict[Key, Fraction], set[Key]]:
    """Return entitlements of every key outside a capped group, and the keys at their own cap."""
    free, at_cap, closed = dict(points), dict[Key, Fraction](), set[int]()
    while True:
        left = total - sum(at_cap.values()) - sum(groups[index][1] for index in closed)
        weight = sum(free.values())
        rate = Fraction(max(left, 0)) / weight if weight else Fraction(0)
        over = [key for key, point in free.items() if key in caps and rate * point >= caps[key]]
        for key in over:
            at_cap[key] = Fraction(caps[key])
            del free[key]
        full = [
            index
            for index in range(len(groups))
            if index not in closed and _group_full(groups[index], free, at_cap, rate)
        ]
        for index in full:
            closed.add(index)
            for key in groups[index][0]:
                free.pop(key, None)
                at_cap.pop(key, None)
        if not over and not full:
            return at_cap | {key: rate * point for key, point in free.items()}, set(at_cap)


def _group_full(
    group: tuple[tuple[Key, ...], int], free: dict[Key, int], at_cap: dict[Key, Fraction], rate: Fraction
) -> bool:
    members, most = group
    return (
        bool(members)
        and sum((at_cap[key] if key in at_cap else rate * free[key] for key in members), Fraction(0)) >= most
    )


def _ordered(keys: Iterable[Key]) -> list[Key]:
    ordered: list[Any] = list(keys)
    return sorted(ordered)


def _refuse_negative(weights: Mapping[Key, Exact]) -> None:
    for key, weight in weights.items():
        if weight < 0:
            raise ValueError(f"negative weight of {key!r}")
