import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import composite, reputation

DIMENSIONS = st.lists(st.floats(1, 100), min_size=2, max_size=3)


def test_the_index_of_the_worked_example(worked):
    given_, expect = worked["social_capital"]["input"], worked["social_capital"]["expect"]
    values = [float(given_[name]) for name in ("structural", "relational", "cognitive")]
    assert round(composite.geometric(values), 1) == expect["index"]
    assert round(composite.arithmetic(values), 1) == expect["arithmetic"]
    assert [round(end, 1) for end in composite.weight_band(values, concentration=given_["dirichlet"][0])] == expect[
        "band_90"
    ]
    assert len(list(composite._compositions(composite.STEPS, 3))) == given_["grid_points"]


@given(DIMENSIONS)
def test_imbalance_costs_and_the_band_lies_between_the_extremes(values):
    index = composite.geometric(values)
    assert min(values) - 1e-9 <= index <= composite.arithmetic(values) + 1e-9
    low, high = composite.weight_band(values, steps=30)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9


def test_a_missing_dimension_gives_no_index():
    assert composite.geometric([50.0, None]) is None
    assert composite.geometric([]) is None
    assert composite.geometric([50.0, 0.0]) == 0.0


def test_goalposts_may_point_down():
    assert [composite.normalise(x, 10, 0) for x in (0, 5, 20)] == [100, 50, 0]


def test_the_reputation_of_the_worked_example(worked):
    given_, expect = worked["reputation_beta"]["input"], worked["reputation_beta"]["expect"]
    r, s = (
        reputation.decayed(given_[f"{side}_age_days"], given_["half_life_days"]) for side in ("positive", "negative")
    )
    found = reputation.beta_reputation(r, s, weight=given_["W"], base_rate=float(given_["a"]))
    assert (round(r, 4), round(s, 4)) == (expect["r"], expect["s"])
    assert round(found.expectation, 4) == expect["expectation"]
    assert round(found.uncertainty, 4) == expect["uncertainty"]


def test_seven_good_and_one_bad_experience_and_forgetting(case):
    published = case("B40")
    inputs, expect = published["inputs"], published["expected"]
    found = reputation.beta_reputation(inputs["r"], inputs["s"])
    assert (found.expectation, found.rating) == pytest.approx(
        (float(expect["expectation"]), float(expect["rating_minus1_to_1"]))
    )
    for kept, text in zip(inputs["forgetting"], expect["limit_rating_all_good"], strict=True):
        endless = reputation.forgotten([1] * 500, kept)
        assert f"{reputation.beta_reputation(endless, 0).rating:.4f}" == text


def test_no_evidence_is_all_uncertainty():
    assert reputation.beta_reputation(0, 0).uncertainty == 1
