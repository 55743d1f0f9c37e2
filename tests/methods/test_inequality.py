from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import inequality

AMOUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(any)


def test_the_concentration_of_the_worked_example(worked):
    rounds = worked["concentration"]["input"]["wired_million_cny"]
    paid: dict[str, Fraction] = {}
    for stage, name in (("seed", "seed"), ("series_a", "seed_to_a"), ("expansion", "seed_to_expansion")):
        for payer, amount in rounds[stage].items():
            paid[payer] = paid.get(payer, Fraction(0)) + Fraction(amount)
        check(list(paid.values()), worked["concentration"]["expect"][name])
    first, second = worked["concentration"]["input"]["connected_group"]
    paid[first] += paid.pop(second)
    check(list(paid.values()), worked["concentration"]["expect"]["with_connected_group"])


def check(amounts, expect):
    assert len(amounts) == expect["n"]
    assert round(inequality.top_share(amounts), 4) == expect["top1"]
    assert round(inequality.top_share(amounts, 3), 4) == expect["top3"]
    assert round(10_000 * inequality.herfindahl(amounts)) == expect["hhi"]
    assert round(inequality.effective_number(amounts), 2) == expect["n_eff"]
    assert round(inequality.herfindahl_normalised(amounts), 4) == expect["hhi_normalised"]


def test_published_concentrations_of_markets(case):
    published = case("N22")
    for shares, expect in zip(published["inputs"], published["expected"], strict=True):
        assert round(10_000 * inequality.herfindahl(shares)) == expect


def test_the_effective_number_is_the_inverse_index_and_golosov_only_by_name(case):
    published = case("N23")
    for name, rows in published["inputs"].items():
        shares = [Fraction(str(share)) for share, times in rows for _ in range(times)]
        assert round(inequality.effective_number(shares), 2) == float(published["expected"]["inverse_hhi"][name])
        assert round(inequality.effective_number_golosov(shares), 2) == float(published["expected"]["golosov"][name])


def test_the_absence_factor_of_the_worked_example(worked):
    counts = worked["contributor_absence"]["input"]["contributions"]
    assert inequality.absence_factor(counts) == worked["contributor_absence"]["expect"]["factor"]
    assert sum(counts) == worked["contributor_absence"]["expect"]["total"]


@given(AMOUNTS, st.integers(2, 9))
def test_measures_are_bounded_and_know_no_scale(amounts, factor):
    n = len(amounts)
    gini = inequality.gini(amounts)
    assert 0 <= gini <= 1 - 1 / n + 1e-12
    assert gini == pytest.approx(inequality.gini([factor * amount for amount in amounts]), abs=1e-12)
    assert 1 / n - 1e-12 <= inequality.jain(amounts) <= 1 + 1e-12
    assert 1 - 1e-12 <= inequality.effective_number(amounts) <= n + 1e-9


@given(AMOUNTS)
def test_the_gini_is_twice_the_area_over_the_lorenz_curve(amounts):
    points = inequality.lorenz(amounts)
    area = sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in pairwise(points))
    assert inequality.gini(amounts) == pytest.approx(1 - 2 * area, abs=1e-9)


def test_nothing_shared_gives_no_number():
    for measure in (inequality.gini, inequality.jain, inequality.herfindahl, inequality.effective_number):
        assert measure([]) is None
        assert measure([0, 0]) is None
