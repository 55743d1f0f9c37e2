import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import brier

FORECASTS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.8, 1.0]), st.integers(0, 1)), min_size=1, max_size=40
)


def test_the_decomposition_of_the_worked_example(worked):
    given_, expect = worked["brier_murphy"]["input"], worked["brier_murphy"]["expect"]
    parts = brier.murphy([float(p) for p in given_["forecast"]], given_["outcome"])
    assert {name: round(getattr(parts, name), 4) for name in expect} == expect


def test_a_small_published_score_and_calibration_error(case):
    published = case("B18")
    small, ece = published["inputs"]["brier"], published["inputs"]["ece"]
    assert f"{brier.brier(small['p'], small['y']):.4f}" == published["expected"]["brier"]
    found = brier.calibration_error(ece["p"], ece["y"], ece["bins"])
    for value, name in zip(found, ("ece_l1", "ece_l2", "ece_max"), strict=True):
        assert f"{value:.4f}" == published["expected"][name]


def test_the_rain_table_of_wilks_by_distinct_forecasts_not_pooled(case):
    published = case("B20")
    inputs, expect = published["inputs"], published["expected"]
    parts = brier.murphy_of_groups(
        list(zip(inputs["forecast"], inputs["observed_frequency"], inputs["share_of_cases"], strict=True))
    )
    assert parts.brier == pytest.approx(float(expect["brier"]), abs=1e-6)
    assert parts.uncertainty == pytest.approx(float(expect["uncertainty"]), abs=1e-6)
    assert parts.reliability == pytest.approx(float(expect["reliability"]), abs=1e-6)
    assert parts.resolution == pytest.approx(float(expect["resolution"]), abs=1e-6)
    assert brier.skill(parts) == pytest.approx(float(expect["skill"]), abs=1e-5)


@given(FORECASTS)
def test_the_parts_add_up_to_the_score(rows):
    parts = brier.murphy(*zip(*rows, strict=True))
    assert parts.brier == pytest.approx(parts.reliability - parts.resolution + parts.uncertainty, abs=1e-12)
    assert parts.reliability >= 0 <= parts.resolution


def test_more_than_twenty_values_are_put_in_ten_bins():
    forecasts = [i / 30 for i in range(31)]
    assert len(brier.murphy(forecasts, [0, 1] * 15 + [1]).groups) == 10
    assert brier.murphy([], []) is None
