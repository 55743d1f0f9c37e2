from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import quadratic

PROJECTS = st.dictionaries(st.sampled_from("abcdef"), st.lists(st.integers(1, 10**6), max_size=6), min_size=1)


def test_the_older_form_by_name_only(case):
    published = case("F12")
    inputs, expect = published["inputs"], published["expected"]
    assert quadratic.full_match(inputs["simple"], subtract=False) == expect["simple_total"]
    for name, amounts in inputs["projects"].items():
        assert float(quadratic.full_match(amounts, subtract=False)) == pytest.approx(
            float(expect["raw"][name]), abs=0.011
        )
    shares = quadratic.match_pool(inputs["pool"] * 100, inputs["projects"], subtract=False)
    for name, text in expect["shares_of_pool_proportional_to_raw"].items():
        assert shares[name] / 100 == pytest.approx(float(text), abs=0.011)
    assert quadratic.match_pool(inputs["pool"] * 100, inputs["projects"]) != shares


def test_one_giver_draws_nothing_and_a_cap_is_shared_again(case):
    published = case("F13a")
    inputs, expect = published["inputs"], published["expected"]
    assert {name: quadratic.full_match(given_) for name, given_ in inputs["donations"].items()} == expect["match"]
    weights = {index: Fraction(str(share)) for index, share in enumerate(inputs["cap_inputs"])}
    capped = quadratic.capped_pool(100, weights, Fraction(str(inputs["cap"])))
    assert [units / 100 for units in capped.values()] == expect["capped"]


@given(PROJECTS, st.integers(0, 10**6), st.fractions(Fraction(1, 10), 1))
def test_the_pool_is_never_exceeded_and_no_project_passes_the_cap(projects, pool, cap):
    shares = quadratic.match_pool(pool, projects, cap=cap)
    assert sum(shares.values()) <= pool
    assert all(0 <= units <= pool * cap for units in shares.values())
    if cap == 1 and any(len(given_) > 1 for given_ in projects.values()):
        assert sum(shares.values()) == pool


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_splitting_one_gift_among_two_people_never_lowers_the_match(amounts):
    first, *rest = amounts
    halves = [first // 2, first - first // 2]
    assert quadratic.full_match([*halves, *rest]) >= quadratic.full_match(amounts) - 1
