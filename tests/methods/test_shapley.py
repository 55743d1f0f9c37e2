from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import nucleolus, power, shapley

GAMES = (
    st.integers(1, 5)
    .flatmap(lambda n: st.lists(st.integers(-20, 50), min_size=2**n - 1, max_size=2**n - 1))
    .map(lambda values: [0, *values])
)


def by_size(values):
    """Build a table from values listed by size, then in order of players."""
    n = len(values).bit_length()
    sets = [c for size in range(1, n + 1) for c in combinations(range(n), size)]
    table = [0] * (1 << n)
    for members, value in zip(sets, values, strict=True):
        table[sum(1 << m for m in members)] = value
    return table


def gloves(left, right):
    n = len(left) + len(right)

    def side(mask, players):
        return sum(mask >> (p - 1) & 1 for p in players)

    return [min(side(mask, left), side(mask, right)) for mask in range(1 << n)]


def test_the_joint_outcome_of_the_worked_example(worked):
    given_ = {name: value for name, value in worked["shapley"]["input"]["v"].items() if name != "others"}
    values = shapley.shapley_exact(shapley.game_table("IOU", given_))
    assert dict(zip("IOU", (str(v) for v in values), strict=True)) == worked["shapley"]["expect"]


def test_published_games(case):
    published = case("F01")
    for game, expect in zip(published["inputs"]["games"], published["expected"], strict=True):
        exact = [Fraction(text) for text in expect]
        if "w" in game:
            assert power.shapley_shubik(game["w"], game["q"]) == exact
            continue
        table = by_size(game["v"]) if "v" in game else gloves(game["glove"]["L"], game["glove"]["R"])
        assert shapley.shapley_exact(table) == exact
        assert shapley.shapley_array(np.array(table, dtype=float)) == pytest.approx([float(x) for x in exact])


def test_published_power_indices(case):
    published = case("F02a")
    for name, games in published["inputs"].items():
        for game, expect in zip(games, published["expected"][name], strict=True):
            assert getattr(power, name)(game["w"], game["q"]) == [Fraction(text) for text in expect], name


def test_airports_and_pilots(case):
    published = case("F04")
    for costs, expect in zip(published["inputs"], published["expected"], strict=True):
        assert shapley.airport(costs) == [Fraction(text) for text in expect]


@given(GAMES)
def test_values_add_up_and_the_array_path_agrees(table):
    exact = shapley.shapley_exact(table)
    assert sum(exact) == table[-1]
    assert shapley.shapley_array(np.array(table, dtype=float)) == pytest.approx([float(x) for x in exact], abs=1e-9)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6))
def test_the_airport_form_is_the_shapley_value_of_the_largest_cost(costs):
    table = [max((costs[i] for i in range(len(costs)) if mask >> i & 1), default=0) for mask in range(1 << len(costs))]
    assert shapley.airport(costs) == shapley.shapley_exact(table)


def test_sampling_covers_the_exact_value_within_its_half_width():
    random = np.random.default_rng(5)
    weights, levels = np.array([3.0, 2.0, 1.0]), random.random((12, 3)) * 0.6
    worth = shapley.coverage_along(weights, levels)
    table = [weights @ (1 - np.prod(1 - levels[[i for i in range(12) if m >> i & 1]], axis=0)) for m in range(1 << 12)]
    exact = shapley.shapley_array(np.array(table))
    sampled = shapley.shapley_sampled(worth, 12, orders=2000, seed=1)
    assert sampled.values.sum() == pytest.approx(table[-1])
    assert (np.abs(sampled.values - exact) <= 2 * sampled.half_widths + 1e-9).all()
    assert sampled.values.tolist() == shapley.shapley_sampled(worth, 12, orders=2000, seed=1).values.tolist()


def test_a_table_of_the_wrong_size_is_refused():
    with pytest.raises(ValueError, match="3"):
        shapley.shapley_exact([0, 1, 2])


def test_published_nucleoli_with_individual_rationality(case):
    published = case("F03")
    for game, expect in zip(published["inputs"], published["expected"], strict=True):
        found = nucleolus.nucleolus(by_size(game["v"]), per_capita=game["kind"] == "per-capita")
        assert found == [Fraction(text) for text in expect]


@given(GAMES)
def test_a_nucleolus_is_efficient_and_gives_everybody_at_least_their_own_worth(table):
    split = nucleolus.nucleolus(table)
    n = len(table).bit_length() - 1
    alone = [table[1 << index] for index in range(n)]
    if split is None:
        assert sum(alone) > table[-1]
        return
    assert float(sum(split)) == pytest.approx(table[-1], abs=1e-5)
    assert all(part >= own - Fraction(1, 10**5) for part, own in zip(split, alone, strict=True))
