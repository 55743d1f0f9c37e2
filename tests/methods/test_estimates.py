import pytest

from tenfold.methods import estimates


def test_the_three_point_estimate_of_the_worked_example(worked):
    given_, expect = worked["pert"]["input"], worked["pert"]["expect"]
    mean = estimates.pert(*(float(given_[name]) for name in ("low", "mode", "high")))[0]
    assert mean == float(expect["mean"])
    assert mean * float(given_["p"]) == pytest.approx(float(expect["expected_loss"]))


def test_a_critical_path_ends_in_time(case):
    published = case("M38")
    inputs, expect = published["inputs"], published["expected"]
    mean, variance, chance = estimates.path_probability(
        [inputs["activities"][name] for name in inputs["critical"]], inputs["due"]
    )
    assert (round(mean, 9), round(variance, 9)) == (float(expect["expected"]), float(expect["variance"]))
    assert chance == pytest.approx(float(expect["probability"]), abs=2e-4)


def test_altmans_scores_as_published(case):
    published = case("M35")
    fields = ("total_assets", "current_assets", "current_liabilities", "total_liabilities", "retained_earnings", "ebit")
    z2 = published["inputs"]["z2"]
    score = estimates.altman_z2(estimates.Accounts(*(z2[field] for field in fields)), z2["book_equity"])
    assert f"{score:.4f}" == published["expected"]["z2"]
    assert estimates.zone(score) == "safe"
    for row, text in zip(published["inputs"]["z"], published["expected"]["z"], strict=True):
        accounts = estimates.Accounts(*(row[field] for field in fields))
        assert estimates.altman_z(accounts, row["revenue"], row["market_cap"]) == pytest.approx(float(text), abs=1e-3)


def test_the_cut_offs_are_those_of_the_score_and_the_constant_is_added_on_demand_only(case):
    published = case("M37")
    ratios, expect = published["inputs"]["ratios"], published["expected"]
    score = estimates.altman_z2_of_ratios(**ratios)
    assert f"{score:.4f}" == expect["z2_nonmanufacturing"]
    assert estimates.zone(score) == expect["zones"]["cutoffs_1_10_2_60"]
    other = expect["zones"]["cutoffs_1_23_2_90_of_the_private_firm_model"]
    assert estimates.zone(score) != other == estimates.zone(score, (1.23, 2.90))
    with_constant = estimates.altman_z2_of_ratios(**ratios, constant=estimates.EMERGING_MARKETS)
    assert f"{with_constant:.4f}" == expect["em_score_with_constant"]


def test_two_of_three_key_results(case):
    published = case("B42")
    score = estimates.grade(published["inputs"]["key_results"], published["inputs"]["weights"])
    assert f"{score:.3f}" == published["expected"]["score"]


def test_a_grade_needs_half_of_its_weight_and_a_score_stays_within_bounds():
    assert estimates.grade([1.0, None, None], [1, 1, 1]) is None
    assert estimates.grade([1.0, None], [1, 1]) == 1.0
    assert [estimates.attained(x, 100, 60) for x in (120, 70, 40)] == [0, 0.75, 1]
    assert estimates.attained(5, 5, 5) == 1


def test_no_debts_no_score():
    assert estimates.altman_z2(estimates.Accounts(10, 5, 5, 0, 1, 1), 10) is None
