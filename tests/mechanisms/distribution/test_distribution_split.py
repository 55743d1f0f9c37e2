"""Laws of splitting one layer's pools, and the worked carry."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.mechanisms.distribution.rules import RoundingRule
from tenfold.mechanisms.distribution.split import Limits, Pool, Split, split_layer
from tenfold.terms.durations import Duration

PARTIES = "abcdefg"
points = st.dictionaries(st.sampled_from(PARTIES), st.integers(0, 10**9), max_size=7)
shares = st.none() | st.fractions(Fraction(1, 20), 1)
limits = st.builds(
    Limits,
    member_share=shares,
    group_share=shares,
    per_time=st.none() | st.integers(0, 2000),
    per=st.just(Duration(12, "m")),
    smallest=st.integers(0, 50),
    rounding=st.sampled_from(get_args(RoundingRule)),
)
groups = st.dictionaries(st.sampled_from(PARTIES), st.sampled_from("xy"), max_size=4)


def pool(number: int, amount: int, weights: Mapping[str, int], linked: Mapping[str, str], rule: Limits) -> Pool:
    return Pool(f"p{number}", amount, date(2026, number, 1), date(2026, number, 28), weights, linked, rule)


pools = st.lists(st.tuples(st.integers(0, 10_000), points, groups, limits), min_size=1, max_size=4).map(
    lambda rows: [pool(number, *row) for number, row in enumerate(rows, start=1)]
)


def one(weights: Mapping[str, int], rule: Limits, amount: int = 10_000) -> Split:
    return split_layer([pool(1, amount, weights, {}, rule)])["p1"]


@given(pools)
def test_what_is_paid_and_what_is_left_add_up_to_the_pool_and_what_waited(layer: list[Pool]) -> None:
    splits = split_layer(layer)
    for each in layer:
        split = splits[each.key]
        assert sum(split.paid.values()) + split.remainder == each.amount + split.brought
        assert split.remainder >= 0
        assert min(split.paid.values(), default=0) >= 0


@given(pools)
def test_nobody_is_paid_above_a_cap(layer: list[Pool]) -> None:
    waiting: Mapping[str, int] = {}
    for key, split in split_layer(layer).items():
        each = next(one for one in layer if one.key == key)
        if each.limits.member_share is not None:
            most = each.amount * each.limits.member_share
            assert all(paid - waiting.get(party, 0) <= most for party, paid in split.paid.items())
        waiting = split.waiting


@given(pools)
def test_the_order_of_parties_and_pools_changes_nothing(layer: list[Pool]) -> None:
    def shuffled(each: Pool) -> Pool:
        turned = dict(reversed(each.points.items()))
        return Pool(each.key, each.amount, each.start, each.end, turned, each.groups, each.limits)

    assert split_layer([shuffled(each) for each in reversed(layer)]) == split_layer(layer)


@given(points, limits)
def test_doubling_all_points_changes_nothing(weights: dict[str, int], rule: Limits) -> None:
    assert one({party: 2 * count for party, count in weights.items()}, rule).paid == one(weights, rule).paid


@given(points, limits)
def test_no_points_no_pay(weights: dict[str, int], rule: Limits) -> None:
    paid = one(weights | {"zoe": 0}, rule).paid
    assert "zoe" not in paid


@given(points, st.sampled_from(PARTIES), st.integers(1, 10**6))
def test_more_points_of_ones_own_never_lower_the_pay(weights: dict[str, int], party: str, more: int) -> None:
    before = one(weights, Limits()).paid.get(party, 0)
    assert one(weights | {party: weights.get(party, 0) + more}, Limits()).paid.get(party, 0) >= before


def test_rounding_is_carried_so_that_nobody_loses_over_time() -> None:
    """The worked carry of DOMAIN 2.6: 100 fen four times among three."""
    equal = {"a": 1, "b": 1, "c": 1}
    splits = split_layer([pool(number, 100, equal, {}, Limits()) for number in range(1, 5)])
    assert [dict(split.paid) for split in splits.values()] == [
        {"a": 34, "b": 33, "c": 33},
        {"a": 33, "b": 34, "c": 33},
        {"a": 33, "b": 33, "c": 34},
        {"a": 34, "b": 33, "c": 33},
    ]


@pytest.mark.parametrize(
    ("amount", "weights", "paid", "remainder"),
    [
        (10, {"a": 49, "b": 51}, {"a": 5, "b": 5}, 0),
        (1, {"a": 49, "b": 51}, {"b": 1}, 0),  # .49 and .51: one step to each side of the half
        (1, {"a": 1, "b": 1}, {"a": 1}, 0),  # two halves go up, and there is one unit: the lower key keeps it
        (10, {"a": 1, "b": 1, "c": 1}, {"a": 3, "b": 3, "c": 3}, 1),  # 3.33 each: the rest stays in the pool
        (11, {"a": 1, "b": 1, "c": 1}, {"a": 4, "b": 4, "c": 3}, 0),  # 3.67 each: twelve are more than there are
        (100, {"a": 1, "b": 1, "c": 198}, {"a": 1, "c": 99}, 0),  # .5, .5 and 99: of two halves one is taken back
        (100, {"a": 1, "b": 199}, {"a": 1, "b": 99}, 0),  # .5 and 99.5
        (1, {"a": 1, "b": 1, "c": 1}, {}, 1),  # nobody reaches a half
    ],
)
def test_each_is_rounded_to_the_nearest_unit_a_half_up_and_never_more_than_the_pool_is_paid(
    amount: int, weights: dict[str, int], paid: dict[str, int], remainder: int
) -> None:
    split = one(weights, Limits(rounding="nearest"), amount)
    assert (dict(split.paid), split.remainder) == (paid, remainder)


def test_rounding_each_carries_nothing_and_leaves_what_was_carried_before() -> None:
    equal = {"a": 1, "b": 1, "c": 1}
    rules = [Limits(), Limits(rounding="nearest"), Limits(rounding="nearest"), Limits()]
    splits = split_layer([pool(number, 100, equal, {}, rule) for number, rule in enumerate(rules, 1)])
    assert [dict(split.paid) for split in splits.values()] == [
        {"a": 34, "b": 33, "c": 33},
        {"a": 33, "b": 33, "c": 33},
        {"a": 33, "b": 33, "c": 33},
        {"a": 33, "b": 34, "c": 33},
    ]
    assert [split.remainder for split in splits.values()] == [0, 1, 1, 0]


@given(pools)
def test_rounded_each_everybody_is_within_a_unit_of_the_exact_share(layer: list[Pool]) -> None:
    for each in layer:
        rule = replace(each.limits, rounding="nearest", smallest=0)
        split = split_layer([replace(each, limits=rule)])[each.key]
        raised = [split.paid.get(party, 0) - share for party, share in split.exact.items()]
        assert all(-1 < moved <= Fraction(1, 2) for moved in raised)
        if split.remainder > len(raised):
            assert split.capped or not any(split.exact.values())


def test_a_yearly_cap_counts_what_was_paid_in_the_year_before() -> None:
    rule = Limits(per_time=150, per=Duration(12, "m"))
    layer = [pool(number, 100, {"a": 1}, {}, rule) for number in (1, 4, 7)]
    next_year = Pool("late", 100, date(2027, 4, 1), date(2027, 4, 28), {"a": 1}, {}, rule)
    splits = split_layer([*layer, next_year])
    assert [split.paid.get("a", 0) for split in splits.values()] == [100, 50, 0, 100]
    assert [split.remainder for split in splits.values()] == [0, 50, 100, 0]


def test_caps_that_cannot_take_the_pool_leave_a_remainder() -> None:
    split = one({"a": 1, "b": 1}, Limits(member_share=Fraction(1, 4)))
    assert (dict(split.paid), split.remainder) == ({"a": 2500, "b": 2500}, 5000)
