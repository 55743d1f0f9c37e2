import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import survival

CASES = st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40)


def test_the_reply_time_of_the_worked_example(worked):
    answered, open_ = worked["response_km"]["input"].values()
    curve = survival.kaplan_meier([*answered, *open_], [1] * len(answered) + [0] * len(open_))
    assert curve.quantile() == worked["response_km"]["expect"]["median_hours"]
    assert round(sum(answered) / len(answered), 1) == worked["response_km"]["expect"]["naive_mean_of_answered"]


def test_the_leukaemia_trial_of_freireich(case):
    published = case("B10")
    for arm, expect in published["expected"].items():
        curve = survival.kaplan_meier(published["inputs"][arm]["t"], published["inputs"][arm]["e"])
        assert list(curve.times) == expect["times"]
        assert curve.survival == pytest.approx([float(s) for s in expect["survival"]], abs=6e-4)
        assert curve.quantile() == expect["median"]
        if "se" in expect:
            assert list(curve.at_risk) == expect["at_risk"]
            assert list(curve.events) == expect["events"]
            assert curve.se == pytest.approx([float(s) for s in expect["se"]], abs=6e-5)


def test_the_four_tests_of_the_leukaemia_trial(case):
    published = case("B12")
    arms = [(published["inputs"][arm]["t"], published["inputs"][arm]["e"]) for arm in ("placebo", "mp6")]
    chi2, p = survival.compare_two(*arms)
    assert round(chi2, 2) == float(published["expected"]["logrank"])
    assert p == pytest.approx(float(published["expected"]["p"]), rel=2e-3)
    for weighting in ("wilcoxon", "tarone_ware", "peto"):
        assert survival.compare_two(*arms, weighting)[0] == pytest.approx(
            float(published["expected"][weighting]), abs=1e-5
        )


@given(CASES, CASES)
def test_medians_of_groups_in_one_pass_equal_one_by_one(first, second):
    rows = [(0, *row) for row in first] + [(1, *row) for row in second]
    group, time, event = (np.array(column) for column in zip(*rows, strict=True))
    names, medians = survival.medians_by_group(group, time.astype(float), event)
    for name, median in zip(names, medians, strict=True):
        own = [row for row in rows if row[0] == name]
        alone = survival.kaplan_meier([row[1] for row in own], [row[2] for row in own]).quantile()
        assert (alone is None and np.isnan(median)) or alone == median


@given(CASES)
def test_a_curve_only_falls_and_waiting_longer_never_shortens_the_median(rows):
    times, events = [t for t, _ in rows], [e for _, e in rows]
    curve = survival.kaplan_meier(times, events)
    assert all(1 >= a >= b >= -1e-12 for a, b in zip((1.0, *curve.survival), curve.survival, strict=False))
    longer = survival.kaplan_meier([t + 5 * (not e) for t, e in rows], events).quantile()
    assert curve.quantile() is None or longer is None or longer >= curve.quantile()


def test_nobody_answered_gives_no_median():
    assert survival.kaplan_meier([3, 5], [0, 0]).quantile() is None
    assert survival.kaplan_meier([], []).at(3) == 1.0
