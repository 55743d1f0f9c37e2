import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import purchases, renewal
from tenfold.methods.purchases import BgBb, BgNbd

DAYS = st.floats(0, 1000)


@given(st.integers(2, 40), st.floats(1, 1000), DAYS, DAYS, st.floats(1, 100))
def test_a_longer_silence_is_never_more_ordinary(gaps, gap_sum, silence, more, mean):
    before = renewal.p_active(gaps, gap_sum, silence, mean)
    after = renewal.p_active(gaps, gap_sum, silence + more, mean)
    assert 0 <= after <= before <= 1


def test_two_contacts_are_not_enough_data():
    assert renewal.p_active(1, 30.0, 5.0, 10.0) is None
    assert renewal.p_active(3, 0.0, 5.0, 0.0) is None


def test_the_second_opinion_of_the_worked_example(worked):
    given_, expect = worked["p_active_bgnbd"]["input"], worked["p_active_bgnbd"]["expect"]
    parameters = BgNbd(*(float(given_[name]) for name in ("r", "alpha", "a", "b")))
    (x, t_x, age), (none, *_) = given_["customers"]
    assert round(purchases.p_alive(parameters, x, float(t_x), float(age)), 4) == expect["p_active"][0]
    assert purchases.p_alive(parameters, none, 0.0, 38.86) is None


def test_one_contact_is_insufficient_where_bgnbd_says_alive_for_sure(case):
    published = case("B04")
    customer, pareto = published["inputs"]["customer"], published["inputs"]["pareto"]
    ours = purchases.p_alive(BgNbd(**published["inputs"]["bgnbd"]), customer["x"], customer["t_x"], customer["T"])
    assert ours is None
    other = purchases.pareto_nbd_p_alive(**pareto, x=customer["x"], t_x=customer["t_x"], age=customer["T"])
    assert 0 < other < float(published["expected"]["pareto_nbd_below"])


def test_the_cdnow_customers_give_the_published_parameters(case):
    published = case("B01")
    rows = list(csv.DictReader(io.StringIO(published["data"]["B01_cdnow.csv"])))
    columns = [[float(row[name]) for row in rows] for name in ("frequency", "recency", "T", "customers")]
    fit, expect = purchases.fit_bgnbd(*columns), published["expected"]
    for value, name in zip(fit.parameters, ("r", "alpha", "a", "b"), strict=True):
        assert value == pytest.approx(float(expect[name]), abs=0.01), name
    assert fit.log_likelihood == pytest.approx(float(expect["log_likelihood"]), abs=0.1)


def test_expected_purchases_of_a_new_and_a_known_customer(case):
    published = case("B02")
    inputs, expect = published["inputs"], published["expected"]
    parameters, customer = BgNbd(**inputs["parameters"]), inputs["customer"]
    for time, text in zip(inputs["times"], expect["expected_by_time"], strict=True):
        assert purchases.expected_purchases(parameters, time) == pytest.approx(float(text), abs=1e-3)
    more = purchases.expected_more(parameters, customer["x"], customer["t_x"], customer["T"], customer["t"])
    assert more == pytest.approx(float(expect["conditional"]), abs=1e-3)


def test_donors_over_six_yearly_opportunities(case):
    published = case("B06")
    x, t_x, periods, donors = zip(*published["inputs"]["rows_frequency_recency_periods_donors"], strict=True)
    fit, expect = purchases.fit_bgbb(x, t_x, periods[0], donors), published["expected"]
    for value, name in zip(fit.parameters, ("alpha", "beta", "gamma", "delta"), strict=True):
        assert value == pytest.approx(float(expect[name]), abs=0.01), name
    for row in expect["p_alive_next_year"]:
        found = purchases.bgbb_p_alive(BgBb(*fit.parameters), row["x"], row["t_x"], periods[0])
        assert found == pytest.approx(float(row["p"]), abs=0.01)


def test_a_mean_value_is_shrunk_towards_the_base(case):
    published = case("B08")
    parameters = published["inputs"]["parameters"]
    for (mean, count), text in zip(published["inputs"]["rows_mean_count"], published["expected"], strict=True):
        found = purchases.gamma_gamma_value(**parameters, mean=mean, count=count)
        assert found == pytest.approx(float(text), abs=0.1)
