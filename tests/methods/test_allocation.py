import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.methods import allocation, allocation_array, apportionment, inequality

POINTS = st.dictionaries(st.integers(0, 40), st.integers(0, 10**6), min_size=1, max_size=12)


def test_the_pool_of_the_worked_example_splits_to_the_fen(worked):
    given_, expect = worked["pool_split"]["input"], worked["pool_split"]["expect"]
    shares = allocation.largest_remainder(given_["pool_fen"], given_["points"])
    assert shares == expect["fen"]
    assert round(inequality.gini(list(shares.values())), 4) == expect["gini"]
    assert round(inequality.gini(list(shares.values()), small_sample=True), 4) == expect["gini_small_sample"]
    assert round(inequality.jain(list(shares.values())), 4) == expect["jain"]


def test_the_capped_pool_of_the_worked_example_splits_to_the_fen(worked):
    given_ = worked["pool_split_capped"]["input"]
    cap = int(given_["pool_fen"] * Fraction(given_["member_share_cap"]))
    caps = dict.fromkeys(given_["points"], cap)
    split = allocation.capped_entitlements(given_["pool_fen"], given_["points"], caps=caps)
    paid = allocation.round_to_total(split.exact, given_["pool_fen"] - split.rest, ceilings=caps)
    assert paid == worked["pool_split_capped"]["expect"]["fen"]
    assert split.capped == {"m01", "m02"}


def test_the_nested_caps_of_the_worked_example_split_to_the_fen(worked):
    given_ = worked["pool_split_nested_caps"]["input"]
    pool = given_["pool_fen"]
    caps = dict.fromkeys(given_["points"], int(pool * Fraction(given_["member_share_cap"])))
    groups = [(members, int(pool * Fraction(given_["group_share_cap"]))) for members in given_["connected_groups"]]
    split = allocation.capped_entitlements(pool, given_["points"], caps=caps, groups=groups)
    paid = allocation.round_to_total(split.exact, pool - split.rest, ceilings=caps, groups=groups)
    assert paid == worked["pool_split_nested_caps"]["expect"]["fen"]
    assert split.rest == 0


def test_the_residual_carry_of_the_worked_example_pays_to_the_fen(worked):
    given_, expect = worked["residual_carry"]["input"], worked["residual_carry"]["expect"]
    carry: dict[str, Fraction] = {}
    for period in range(given_["periods"]):
        exact = allocation.entitlements(given_["pool_fen_each_period"], given_["points"])
        paid, carry = allocation.residual_carry(exact, carry)
        assert paid == expect["fen"][period]
    assert carry == {key: Fraction(text) for key, text in expect["carry_after"].items()}


@given(POINTS, st.integers(0, 10**9))
def test_shares_add_back_to_the_pool_and_keep_quota(points, pool):
    shares = allocation.largest_remainder(pool, points)
    whole = sum(points.values())
    assert sum(shares.values()) == (pool if whole else 0)
    for key, point in points.items():
        assert not whole or abs(shares[key] - Fraction(pool * point, whole)) < 1
        assert point or shares[key] == 0


@given(POINTS, st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_members_changes_no_share(points, pool, random):
    items = list(points.items())
    random.shuffle(items)
    assert allocation.largest_remainder(pool, dict(items)) == allocation.largest_remainder(pool, points)


@given(POINTS, st.integers(0, 10**6), st.integers(2, 9))
def test_multiplying_all_points_changes_nothing(points, pool, factor):
    more = {key: point * factor for key, point in points.items()}
    assert allocation.largest_remainder(pool, more) == allocation.largest_remainder(pool, points)


@given(POINTS, st.integers(0, 10**6), st.integers(1, 10**6), st.data())
def test_raising_only_your_points_never_lowers_your_share(points, pool, extra, data):
    mine = data.draw(st.sampled_from(sorted(points)))
    before = allocation.largest_remainder(pool, points)[mine]
    assert allocation.largest_remainder(pool, {**points, mine: points[mine] + extra})[mine] >= before


@given(st.lists(st.integers(0, 2**33), min_size=1, max_size=60), st.integers(0, 2**50))
def test_the_array_path_gives_the_same_units(points, pool):
    expected = allocation.largest_remainder(pool, dict(enumerate(points)))
    assert allocation_array.split_array(pool, np.array(points, dtype=np.int64)).tolist() == list(expected.values())


def test_the_array_path_stays_exact_beyond_its_bounds():
    points = np.array([2**61, 2**61 + 1, 3], dtype=np.int64)
    assert allocation_array.split_array(2**60 + 1, points).sum() == 2**60 + 1


def test_a_million_holders_are_split_to_the_unit():
    points = np.random.default_rng(7).integers(0, 10**6, 1_000_000)
    shares = allocation_array.split_array(123_456_789_01, points)
    exact = points.astype(object) * 123_456_789_01
    assert shares.sum() == 123_456_789_01
    assert (abs(shares.astype(object) * int(points.sum()) - exact) < int(points.sum())).all()


@given(POINTS, st.integers(0, 10**6), st.fractions(0, 1), st.fractions(0, 1), st.data())
def test_nobody_passes_a_cap_and_the_rest_is_only_what_caps_leave(points, pool, member_cap, group_cap, data):
    keys = sorted(points)
    members = data.draw(st.lists(st.sampled_from(keys), unique=True))
    caps = dict.fromkeys(keys, int(pool * member_cap))
    groups = [(members, int(pool * group_cap))]
    split = allocation.capped_entitlements(pool, points, caps=caps, groups=groups)
    paid = allocation.round_to_total(split.exact, pool - split.rest, ceilings=caps, groups=groups)
    assert sum(paid.values()) + split.rest == pool
    assert all(paid[key] <= caps[key] for key in keys)
    assert sum(paid[key] for key in members) <= groups[0][1]
    if split.rest and any(points.values()):  # everybody with points is at a cap
        inside = {key for key in members if points[key]}
        full = sum(paid[key] for key in inside) == groups[0][1]
        assert all(paid[key] == caps[key] or (full and key in inside) for key in keys if points[key])


@given(st.lists(POINTS, min_size=1, max_size=8), st.integers(0, 10**4))
def test_carry_is_conserved_and_nobody_is_paid_less_than_nothing(periods, pool):
    carry: dict[int, Fraction] = {}
    owed: dict[int, Fraction] = {}
    got: dict[int, int] = {}
    for points in periods:
        exact = allocation.entitlements(pool, points)
        paid, carry = allocation.residual_carry(exact, carry)
        assert sum(paid.values()) == sum(exact.values())
        for key in {*exact, *paid}:
            assert paid[key] >= 0
            assert paid[key] == 0 or exact[key] > 0
            owed[key] = owed.get(key, Fraction(0)) + exact.get(key, 0)
            got[key] = got.get(key, 0) + paid[key]
    assert all(owed[key] - got[key] == carry.get(key, 0) for key in owed)


def test_negative_points_are_refused():
    with pytest.raises(ValueError, match="negative"):
        allocation.largest_remainder(10, {"a": -1, "b": 2})


def test_balinski_and_young_agree_in_eight_methods(case):
    published = case("F09")
    for problem, answers in zip(published["inputs"], published["expected"], strict=True):
        votes, seats = problem["votes"], problem["seats"]
        hamilton = allocation.largest_remainder(seats, dict(enumerate(votes)))
        assert list(hamilton.values()) == answers.pop("hamilton")
        assert apportionment.quota(votes, seats) == answers.pop("quota")
        for method, seats_won in answers.items():
            assert apportionment.divisor(votes, seats, method) == seats_won, method


def test_thirteen_official_elections_are_reproduced(case):
    for election in json.loads(case("F10")["data"]["F10_elections.json"]):
        threshold = Fraction(str(election["threshold"]))
        won = apportionment.divisor(election["votes"], election["seats"], "dhondt", threshold=threshold)
        assert won == election["official"], (election["country"], election["election"])


@settings(max_examples=examples(30))
@given(st.lists(st.integers(1, 10**4), min_size=1, max_size=6), st.integers(0, 60))
def test_one_more_seat_takes_none_away_under_divisors_and_quota(votes, seats):
    for split in (lambda s: apportionment.quota(votes, s), lambda s: apportionment.divisor(votes, s, "saintelague")):
        assert all(after >= before for before, after in zip(split(seats), split(seats + 1), strict=True))


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=30).filter(any),
    st.lists(st.integers(0, 10**7), min_size=1, max_size=8),
)
def test_many_payouts_over_arrays_carry_like_the_exact_fractions(points, payouts):
    split, carry = allocation_array.CarrySplit(np.array(points, dtype=np.int64)), dict[int, Fraction]()
    weights = dict(enumerate(points))
    for payout in payouts:
        expected, carry = allocation.residual_carry(allocation.entitlements(payout, weights), carry)
        assert split.pay(payout).tolist() == list(expected.values())
        left = [Fraction(int(part), split.whole) for part in split.carry]
        assert left == [carry.get(key, Fraction(0)) for key in weights]
