from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import decision_analysis as da

TABLES = st.lists(st.lists(st.integers(1, 100), min_size=3, max_size=3), min_size=2, max_size=6)


def matrix_of(rows):
    return [[float(Fraction(cell)) for cell in row] for row in rows]


def test_the_priorities_of_the_worked_example(worked):
    given_, expect = worked["ahp"]["input"], worked["ahp"]["expect"]
    answer = da.ahp(matrix_of(given_["matrix"]))
    assert [round(weight, 4) for weight in answer.weights] == expect["weights"]
    assert round(answer.lambda_max, 4) == expect["lambda_max"]
    assert round(answer.consistency_ratio, 4) == expect["consistency_ratio"]
    assert float(given_["random_index"]) == da.RANDOM_INDEX_1980[3]


def test_saatys_seven_drinks(case):
    published = case("B30")
    answer = da.ahp(matrix_of(published["inputs"]["matrix"]))
    assert answer.weights == pytest.approx([float(w) for w in published["expected"]["weights"]], abs=1e-3)
    assert answer.consistency_ratio == pytest.approx(float(published["expected"]["consistency_ratio"]), abs=1e-3)


def test_the_random_index_in_force_is_that_of_1980(case):
    published = case("B32")
    lambda_max, n = float(published["inputs"]["lambda_max"]), published["inputs"]["n"]
    ours = da.consistency_ratio(lambda_max, n)
    assert f"{ours:.4f}" == published["expected"]["cr_1980"]
    assert ours <= 0.10 < da.consistency_ratio(lambda_max, n, da.RANDOM_INDEX_2008)
    assert f"{da.consistency_ratio(lambda_max, n, da.RANDOM_INDEX_2008):.4f}" == published["expected"]["cr_2008"]


def test_the_ranking_of_the_worked_example_depends_on_the_method(worked):
    given_, expect = worked["method_sensitivity"]["input"], worked["method_sensitivity"]["expect"]
    weights, table = list(given_["weights"].values()), list(given_["ratings"].values())
    sums, closeness = da.weighted_sum(table, weights), da.topsis(table, weights)
    assert sums.tolist() == pytest.approx(expect["weighted_sum"])
    assert closeness.round(4).tolist() == expect["topsis_closeness"]
    for scores, order in ((sums, expect["order_weighted_sum"]), (closeness, expect["order_topsis"])):
        assert "".join("ABC"[index] for index in np.argsort(-scores)) == order


def test_the_fighter_aircraft_of_hwang_and_yoon(case):
    published = case("B33")
    benefits = [kind > 0 for kind in published["inputs"]["types"]]
    scores = da.topsis(published["inputs"]["matrix"], published["inputs"]["weights"], benefits)
    assert scores.tolist() == pytest.approx([float(s) for s in published["expected"]], abs=1e-3)


def test_promethee_with_the_usual_criterion(case):
    published = case("B35")
    flows = da.promethee_ii(published["inputs"]["matrix"], published["inputs"]["weights"])
    assert flows.tolist() == pytest.approx([float(f) for f in published["expected"]], abs=5e-3)


def test_the_counts_of_a_best_worst_survey(case):
    published = case("B43")
    inputs = published["inputs"]
    found = da.best_worst_counts(inputs["sets"], inputs["best"], inputs["worst"])
    assert {name: list(counts) for name, counts in found.items()} == published["expected"]


@given(TABLES)
def test_net_flows_sum_to_zero_and_closeness_stays_within_one(table):
    assert da.promethee_ii(table, [1, 2, 3]).sum() == pytest.approx(0, abs=1e-12)
    assert ((da.topsis(table, [1, 2, 3]) >= 0) & (da.topsis(table, [1, 2, 3]) <= 1)).all()


@given(TABLES, st.integers(1, 4))
def test_acceptability_adds_up_and_repeats_with_its_seed(table, top):
    shares = da.rank_acceptability(table, top, draws=200, seed=11)
    assert shares.sum() == pytest.approx(min(top, len(table)))
    assert shares.tolist() == da.rank_acceptability(table, top, draws=200, seed=11).tolist()


def test_a_matrix_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="reciprocal"):
        da.ahp([[1, 2], [2, 1]])


@pytest.mark.parametrize(("n", "ratio"), [(1, 0.0), (2, 0.0), (3, 0.5 / 2 / 0.58), (10, 0.5 / 9 / 1.49), (11, None)])
def test_fewer_than_three_criteria_are_consistent_and_more_than_ten_have_no_index(n: int, ratio: float | None) -> None:
    assert da.consistency_ratio(n + 0.5, n) == (ratio if ratio is None else pytest.approx(ratio, rel=1e-9))
