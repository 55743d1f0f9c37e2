import pytest

from tenfold.methods import agreement


def test_published_kappas_of_two_raters(case):
    published = case("B22")
    found = [agreement.cohen_kappa(table) for table in published["inputs"]]
    for kappa, text in zip(found, published["expected"]["kappa"], strict=True):
        assert kappa.value == pytest.approx(float(text), abs=6e-5)
    for field, text in published["expected"]["last"].items():
        assert getattr(found[-1], field) == pytest.approx(float(text), abs=6e-5), field


def test_fourteen_raters(case):
    published = case("B24")
    kappa, each = agreement.fleiss_kappa(published["inputs"])
    assert f"{kappa:.3f}" == published["expected"]["kappa"]
    assert [f"{value:.3f}" for value in each] == published["expected"]["per_subject"]


def test_three_coders_with_gaps(case):
    published = case("B26")
    ratings = [[None if cell == "*" else int(cell) for cell in row] for row in published["inputs"]]
    for name, distance in (("nominal", agreement.nominal), ("interval", agreement.interval)):
        assert f"{agreement.krippendorff_alpha(ratings, distance):.3f}" == published["expected"][name]


def test_cronbachs_alpha_of_fifteen_people(case):
    published = case("B28")
    alpha, n = agreement.cronbach_alpha(published["inputs"])
    assert alpha.value == pytest.approx(float(published["expected"]["alpha"]), abs=1e-9)
    assert (f"{alpha.low:.3f}", f"{alpha.high:.3f}") == (published["expected"]["low"], published["expected"]["high"])
    assert n == 15


def test_alpha_uses_complete_answers_only():
    answers = [[1, 2, 2], [2, 3, 3], [3, 3, 4], [5, 4, 5]]
    whole = agreement.cronbach_alpha(answers)
    assert agreement.cronbach_alpha([*answers, [1, None, 5]]) == whole
    assert whole[1] == 4


def test_nothing_that_varies_gives_no_number():
    assert agreement.cohen_kappa([[5, 0], [0, 0]]) is None
    assert agreement.fleiss_kappa([[2, 0], [2, 0]]) is None
    assert agreement.krippendorff_alpha([[1, 1], [1, 1]]) is None
    assert agreement.cronbach_alpha([[1, 1], [1, 1]]) is None
    assert agreement.spearman([1, 1, 1], [1, 2, 3]) is None
