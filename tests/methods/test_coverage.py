from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.methods import coverage

LEVEL = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
TEAMS = st.lists(st.lists(LEVEL, min_size=3, max_size=3), min_size=1, max_size=8).map(np.array)
WEIGHTS = np.array([3.0, 2.0, 1.0])


@pytest.fixture
def example(worked):
    given_ = worked["set_value"]["input"]
    weights = np.array(list(given_["needs"].values()), dtype=float)
    names = list(given_["capability"])
    levels = np.array([[float(given_["capability"][name].get(need, 0)) for need in given_["needs"]] for name in names])
    return weights, names, levels, worked["set_value"]


def test_the_set_value_of_the_worked_example(example):
    weights, names, levels, published = example
    expect = published["expect"]
    alone = coverage.gains(weights, np.zeros((0, len(weights))), levels)
    assert dict(zip(names, alone.round(2), strict=True)) == expect["alone"]
    chosen = coverage.greedy(weights, levels, published["input"]["choose"])
    assert [[names[index], round(gain, 2)] for index, gain in chosen] == expect["greedy"]
    team = levels[[index for index, _ in chosen]]
    assert round(coverage.value(weights, team), 2) == expect["covered"]
    next_gain = dict(zip(names, coverage.gains(weights, team, levels), strict=True))
    assert {name: round(next_gain[name], 2) for name in expect["next_gain"]} == expect["next_gain"]
    best, value = coverage.best_set(weights, levels, 4)
    assert [sorted(names[index] for index in best), round(value, 2)] == expect["best_four"]


@given(TEAMS)
def test_greedy_gains_never_increase_and_reach_the_bound(levels):
    for count in range(1, len(levels) + 1):
        chosen = coverage.greedy(WEIGHTS, levels, count)
        gains = [gain for _, gain in chosen]
        assert all(a >= b - 1e-12 for a, b in pairwise(gains))
        best = coverage.best_set(WEIGHTS, levels, count)[1]
        assert best >= sum(gains) - 1e-9 >= (1 - 1 / np.e) * best - 2e-9


@given(TEAMS, TEAMS)
def test_more_members_never_cover_less(one, two):
    assert coverage.value(WEIGHTS, np.vstack([one, two])) >= coverage.value(WEIGHTS, one) - 1e-12


@settings(max_examples=examples(40))
@given(TEAMS, st.integers(1, 4))
def test_the_table_of_all_sets_finds_the_best_one(levels, count):
    by_hand = max(
        coverage.value(WEIGHTS, levels[list(c)]) for c in combinations(range(len(levels)), min(count, len(levels)))
    )
    assert coverage.best_set(WEIGHTS, levels, count)[1] == pytest.approx(by_hand)


def test_a_pair_bonus_changes_the_best_pair():
    levels = np.array([[0.9, 0, 0], [0, 0.9, 0], [0, 0.8, 0]])
    assert coverage.best_set(WEIGHTS, levels, 2)[0] == (0, 1)
    assert coverage.best_set(WEIGHTS, levels, 2, pair_bonus=[(0, 2, 1.0)])[0] == (0, 2)


def test_the_shortlist_changes_no_choice():
    random = np.random.default_rng(3)
    weights, levels = random.random(12), random.random((3000, 12)) * (random.random((3000, 12)) < 0.2)
    team, expected = np.zeros((0, 12)), []
    for _ in range(20):
        gains = coverage.gains(weights, team, levels)
        gains[expected] = -1
        expected.append(int(gains.argmax()))
        team = np.vstack([team, levels[expected[-1]]])
    assert [index for index, _ in coverage.greedy(weights, levels, 20)] == expected


def test_overlap_costs_only_where_holders_suffice():
    present, candidate = np.array([[0.9, 0, 0]]), np.array([[0.6, 0.2, 0]])
    free = coverage.gains(WEIGHTS, present, candidate)[0]
    assert coverage.gains(WEIGHTS, present, candidate, penalty=0.1)[0] == pytest.approx(free - 0.3)
    two = coverage.gains(WEIGHTS, present, candidate, penalty=0.1, redundancy=np.array([2, 1, 1]))[0]
    assert two == pytest.approx(free)


@given(TEAMS)
def test_redundancy_is_the_worst_single_loss(levels):
    now = coverage.covered(levels)
    for need, kept in enumerate(coverage.redundancy(levels)):
        left = [coverage.covered(np.delete(levels, m, axis=0))[need] for m in range(len(levels))]
        assert kept is None if now[need] == 0 else kept == pytest.approx(min(left) / now[need])


def test_more_than_eighteen_are_not_enumerated():
    with pytest.raises(ValueError, match="19"):
        coverage.best_set(WEIGHTS, np.zeros((19, 3)), 3)
