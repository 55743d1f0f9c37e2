import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import betainc

from tenfold.methods import intervals, proportions


def test_the_conversion_of_the_worked_example(worked):
    given_ = worked["conversion_beta"]["input"]
    answer = intervals.beta_posterior(
        given_["advanced"],
        given_["died"],
        prior_mean=float(given_["prior_mean"]),
        prior_strength=given_["prior_strength"],
    )
    assert round(answer.value, 4) == worked["conversion_beta"]["expect"]["mean"]


def test_the_net_promoter_score_of_the_worked_example(worked):
    expect = worked["nps"]["expect"]
    for level in (90, 95):
        score = intervals.net_promoter(**worked["nps"]["input"], level=level / 100)
        assert round(100 * score.value, 1) == expect["nps"]
        assert round(100 * (score.high - score.value), 1) == expect[f"half_width_{level}"]


def test_the_published_standard_error_of_a_net_promoter_score(case):
    published = case("M40")
    score = intervals.net_promoter(162, 108, 54, level=0.95)
    assert score.value == pytest.approx(1 / 3)
    assert (score.high - score.value) / 1.959964 == pytest.approx(
        float(published["expected"]["standard_error"]), abs=5e-5
    )


def test_the_fairness_numbers_of_the_worked_example(worked):
    small, large = worked["fairness"]["input"]["admitted"].values()
    expect = worked["fairness"]["expect"]
    assert round(intervals.impact_ratio([tuple(small), tuple(large)]), 3) == expect["impact_ratio"]
    table = (small[0], small[1] - small[0]), (large[0], large[1] - large[0])
    assert round(intervals.fisher_exact(table)[0], 3) == expect["fisher_p"]


def test_fisher_reads_the_tea_and_the_convictions(case):
    published = case("B37")
    for table, one, two in zip(
        published["inputs"], published["expected"]["one_sided"], published["expected"]["two_sided"], strict=True
    ):
        two_sided, one_sided = intervals.fisher_exact(table)
        assert one_sided == pytest.approx(float(one), abs=0.5 * 10.0 ** -len(one.split(".")[1]))
        assert two_sided == pytest.approx(float(two), abs=0.5 * 10.0 ** -len(two.split(".")[1]))


def test_the_four_fifths_rule_as_published(case):
    published = case("B39")
    assert intervals.impact_ratio([tuple(g) for g in published["inputs"]["groups"]]) == float(
        published["expected"]["ratio"]
    )


METHODS = {
    "wilson": proportions.wilson,
    "clopper_pearson": proportions.clopper_pearson,
    "jeffreys": proportions.jeffreys,
    "agresti_coull": proportions.agresti_coull,
    "wald": proportions.wald,
    "wilson_continuity": lambda x, n: proportions.wilson(x, n, continuity=True),
    "simple": proportions.wald,
    "simple_cc": lambda x, n: proportions.wald(x, n, continuity=True),
    "score": proportions.wilson,
    "score_cc": lambda x, n: proportions.wilson(x, n, continuity=True),
    "mid_p": proportions.mid_p,
}


def test_five_published_intervals_of_proportions(case):
    for row in case("B14")["expected"]:
        x, n = row.pop("x"), row.pop("n")
        for method, ends in row.items():
            cut = [min(1.0, max(0.0, float(end))) for end in ends]
            assert METHODS[method](x, n) == pytest.approx(cut, abs=1e-6), (method, x, n)


def test_newcombes_first_table(case):
    published = case("B16")
    for method, rows in published["expected"].items():
        for (x, n), ends in zip(published["inputs"], rows, strict=True):
            assert METHODS[method](x, n) == pytest.approx([float(end) for end in ends], abs=6e-5), (method, x, n)


def test_none_of_twenty_is_not_surely_nothing():
    answer = intervals.beta_posterior(0, 20)
    assert answer.low == 0
    assert answer.high == pytest.approx(1 - 0.1 ** (1 / 21))  # Beta(1, 21)


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0.05, 0.95), st.floats(0.5, 20))
def test_the_posterior_lies_in_its_interval_and_between_prior_and_data(hits, misses, mean, strength):
    answer = intervals.beta_posterior(hits, misses, prior_mean=mean, prior_strength=strength, level=0.99)
    assert 0 <= answer.low < answer.high <= 1
    if hits + misses:
        raw = hits / (hits + misses)
        assert min(raw, mean) - 1e-9 <= answer.value <= max(raw, mean) + 1e-9


def _mass(hits, misses, band):
    """Posterior probability under a flat prior that the share lies in the band."""
    return betainc(hits + 1, misses + 1, band.high) - betainc(hits + 1, misses + 1, band.low)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 20, 200])
@pytest.mark.parametrize("level", [0.90, 0.95])
def test_a_band_holds_what_it_is_called_after_at_every_count(n, level):
    for hits in range(n + 1):
        band = intervals.beta_posterior(hits, n - hits, level=level)
        assert _mass(hits, n - hits, band) == pytest.approx(level, abs=1e-6), hits


@given(
    st.floats(0, 1000), st.floats(0, 1000), st.floats(0.05, 0.95), st.floats(2, 20), st.sampled_from([0.8, 0.9, 0.95])
)
def test_a_band_holds_what_it_is_called_after_for_weights_and_any_prior(hits, misses, mean, strength, level):
    band = intervals.beta_posterior(hits, misses, prior_mean=mean, prior_strength=strength, level=level)
    alpha, beta = strength * mean + hits, strength * (1 - mean) + misses
    assert betainc(alpha, beta, band.high) - betainc(alpha, beta, band.low) == pytest.approx(level, abs=1e-6)


@pytest.mark.parametrize("n", [1, 5, 40])
def test_answers_all_of_one_class_are_no_certainty(n):
    share = 0.1 ** (1 / (n + 1))  # Beta(n + 1, 1) holds 90 % above it
    liked, heard, lost = (intervals.net_promoter(*(n if at == i else 0 for i in range(3))) for at in range(3))
    assert (liked.value, heard.value, lost.value) == (1, 0, -1)
    assert (liked.low, liked.high) == pytest.approx((2 * share - 1, 1))
    assert (heard.low, heard.high) == pytest.approx((share - 1, 1 - share))
    assert (lost.low, lost.high) == pytest.approx((-1, 1 - 2 * share))


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_confidence_is_never_narrower(count, other):
    narrow, wide = intervals.poisson(count, level=0.8), intervals.poisson(count, level=0.95)
    assert wide.low <= narrow.low <= count <= narrow.high <= wide.high
    assert intervals.poisson(count).value == count + 0 * other


def test_empty_groups_give_no_number():
    assert intervals.net_promoter(0, 0, 0) is None
    assert intervals.risk_ratio(0, 5, 2, 5) is None
    assert intervals.impact_ratio([(0, 5), (0, 3)]) is None
    assert intervals.proportion_difference(1, 2, 0, 0) is None


@pytest.mark.parametrize("counts", [(10, 20, 10, 20), (0, 20, 20, 20), (1, 20, 30, 200), (500, 1000, 2500, 5000)])
def test_the_band_of_a_difference_holds_what_it_is_called_after(counts):
    hits, n, base_hits, base_n = counts
    band = intervals.proportion_difference(*counts)
    slices = stats.beta.ppf((np.arange(100_000) + 0.5) / 100_000, base_hits + 1, base_n - base_hits + 1)
    held = [betainc(hits + 1, n - hits + 1, np.clip(end + slices, 0, 1)).mean() for end in (band.low, band.high)]
    assert held[1] - held[0] == pytest.approx(0.90, abs=1e-6)


def test_the_difference_of_two_equal_arms_is_centred_on_nothing():
    answer = intervals.proportion_difference(10, 20, 10, 20)
    assert answer.value == pytest.approx(0)
    assert answer.low == pytest.approx(-answer.high, abs=1e-6)
    assert answer.high == pytest.approx(0.25, abs=0.03)
