"""Each limit of a formula: on it, and one step to either side."""

from datetime import date, timedelta
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from scipy.stats import binom

from tenfold.methods.agreement import cronbach_alpha, spearman
from tenfold.methods.allocation import capped_entitlements, round_to_total
from tenfold.methods.allocation_array import TOTAL_MAX, CarrySplit
from tenfold.methods.apportionment import divisor
from tenfold.methods.daycount import icma_year_fraction
from tenfold.methods.decision_analysis import RANDOM_INDEX_2008, consistency_ratio
from tenfold.methods.forecast import forecast, loss_distribution
from tenfold.methods.graphs import network
from tenfold.methods.indicators import states
from tenfold.methods.inequality import gini
from tenfold.methods.intervals import net_promoter
from tenfold.methods.mixing import degree_assortativity
from tenfold.methods.names import align, similar, without_form
from tenfold.methods.pinyin import name_keys, sort_key
from tenfold.methods.quadratic import full_match
from tenfold.methods.similarity import jaro
from tenfold.methods.waterfall import preferred_balance, project_finance

ONE = timedelta(1)


@pytest.mark.parametrize("loss", [(1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 2.0), (0.5, 0.0, 2.0, 2.0)])
def test_a_loss_in_order_is_one_also_at_its_ends(loss: tuple[float, float, float, float]) -> None:
    assert loss_distribution([loss], 1.0).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    "loss", [(1.001, 0, 1, 2), (-0.001, 0, 1, 2), (0.5, -0.001, 1, 2), (0.5, 1.001, 1, 2), (0.5, 0, 2.001, 2)]
)
def test_a_loss_out_of_order_by_a_hair_is_refused(loss: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="≤"):
        loss_distribution([loss], 1.0)


def test_a_level_is_entered_beyond_its_line_and_left_inside_the_band() -> None:
    rules = {"amber": 30, "red": 40, "band": 3}
    assert states([30, 31, 40, 41], **rules) == ["green", "amber", "amber", "red"]
    assert states([41, 37, 36, 27, 26], **rules) == ["red", "red", "amber", "amber", "green"]
    assert states([36], **rules, start="red") == ["amber"]
    assert states([26], **rules, start="red") == ["green"]
    turned = {"amber": 40, "red": 30, "band": 3, "above": False}
    assert states([40, 39, 30, 29], **turned) == ["green", "amber", "amber", "red"]
    assert states([29, 33, 34, 43, 44], **turned) == ["red", "red", "amber", "amber", "green"]


def test_a_share_of_votes_at_the_threshold_has_seats_and_a_vote_less_has_none() -> None:
    assert divisor([95, 5], 20, "dhondt", threshold=Fraction(1, 20)) == [19, 1]
    assert divisor([951, 49], 2, "adams", threshold=Fraction(1, 20)) == [2, 0]


def test_two_have_an_inequality_of_a_small_sample_and_one_has_none() -> None:
    assert gini([0, 1], small_sample=True) == 1.0
    assert gini([1], small_sample=True) is None
    assert gini([1]) == 0.0


def test_a_score_of_few_answers_ends_where_scores_end() -> None:
    found = net_promoter(1, 0, 1)
    assert found is not None
    assert (found.value, found.low, found.high) == (0.0, -1.0, 1.0)


def test_three_pairs_correlate_and_two_do_not() -> None:
    assert spearman([1, 2, 3], [1, 2, 3]) == 1.0
    assert spearman([1, 2], [1, 2]) is None


def test_two_people_with_two_items_are_consistent_or_not_and_one_is_neither() -> None:
    assert cronbach_alpha([[1, 2], [2, 3]]) is not None
    assert cronbach_alpha([[1, 2]]) is None
    assert cronbach_alpha([[1], [2]]) is None


def test_the_largest_payout_is_split_and_one_unit_more_is_refused() -> None:
    carry = CarrySplit(np.array([1, 2]))
    assert int(carry.pay(TOTAL_MAX - 1).sum()) == TOTAL_MAX - 1
    with pytest.raises(ValueError, match=str(TOTAL_MAX)):
        carry.pay(TOTAL_MAX)
    assert carry.pay(0).tolist() == [0, 0]
    with pytest.raises(ValueError, match="-1"):
        carry.pay(-1)


def test_a_coupon_period_of_half_a_month_is_none_and_a_day_more_is_a_month() -> None:
    start = date(2026, 3, 1)
    with pytest.raises(ValueError, match="2026"):
        icma_year_fraction(start, start + 15 * ONE, (start, start + 15 * ONE))
    assert icma_year_fraction(start, start + 16 * ONE, (start, start + 16 * ONE)) == Fraction(1, 12)


@pytest.mark.parametrize(("days", "months"), [(228, 7), (229, 8)])
def test_a_coupon_period_has_the_months_that_are_nearest(days: int, months: int) -> None:
    start = date(2026, 3, 1)
    end = start + days * ONE
    assert icma_year_fraction(start, end, (start, end)) == Fraction(months, 12)


def test_the_random_index_of_2008_lies_beside_that_of_alonso_and_lamata() -> None:
    published = [0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854]  # their table of 500,000 matrices
    assert [*RANDOM_INDEX_2008] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert [*RANDOM_INDEX_2008.values()] == pytest.approx(published, abs=0.0101)
    assert consistency_ratio(10 + 9 * 1.49, 10, RANDOM_INDEX_2008) == pytest.approx(1.0)
    assert consistency_ratio(11.0, 11, RANDOM_INDEX_2008) is None


def test_amounts_of_one_step_are_floored_by_nothing() -> None:
    assert forecast(0, [(100, 0.5), (300, 0.5)]).floored_by == 0


def test_roots_of_a_match_are_taken_to_nine_places() -> None:
    found = full_match([2, 3])
    assert 10**18 % found.denominator == 0
    assert float(found) == pytest.approx(2 * sqrt(6), abs=1e-8)


def test_words_that_differ_in_a_quarter_of_their_letters_are_one_and_in_more_they_are_not() -> None:
    assert align("abcdefgh zzzz", "kkkk abcdefxy") == (["abcdefgh", "zzzz"], ["abcdefxy", "kkkk"])
    assert align("abcdefgh zzzz", "kkkk abcdewxy") == (["abcdefgh", "zzzz"], ["kkkk", "abcdewxy"])
    assert align("abcd zzzz", "kkkk abcx") == (["abcd", "zzzz"], ["abcx", "kkkk"])
    assert align("abc zzz", "kkk abx") == (["abc", "zzz"], ["kkk", "abx"])


def test_a_name_of_three_words_is_found_from_either_end() -> None:
    assert name_keys("Da Wei Li") == {"daweili", "lidawei", "weilida"}


@pytest.mark.parametrize(("cash", "state"), [(12, "pay"), (11, "lock_up"), (10, "lock_up"), (9, "default")])
def test_a_cover_ratio_at_its_limit_keeps_it(cash: int, state: str) -> None:
    limits = {"lock_up_below": Fraction(12, 10), "default_below": Fraction(10, 10)}
    assert project_finance(cash, 10, **limits).state == state
    assert project_finance(11 * cash, 110, **limits).state == state


def test_a_ratio_between_debt_and_its_default_is_a_default_though_the_debt_is_served() -> None:
    limits = {"lock_up_below": Fraction(12, 10), "default_below": Fraction(105, 100)}
    assert project_finance(105, 100, **limits).state == "lock_up"
    assert project_finance(104, 100, **limits).state == "default"
    assert project_finance(100, 100).state == "pay"


@pytest.mark.parametrize("count", [64, 65, 256, 300])
def test_many_equal_deals_are_a_binomial_however_many_leaves_they_fill(count: int) -> None:
    found = forecast(0, [(1, 0.3)] * count)
    assert [found.quantile(level) for level in (0.1, 0.5, 0.9)] == binom.ppf([0.1, 0.5, 0.9], count, 0.3).tolist()
    assert found.mean() == pytest.approx(0.3 * count)


def test_deals_of_different_sizes_fill_four_leaves_and_each_counts_once() -> None:
    found = forecast(0, [(size, 0.3) for size in (1, 2, 3, 4) for _ in range(64)], exact_sums=100)
    assert found.amounts[-1] == 640
    assert found.mean() == pytest.approx(0.3 * 640)


def test_a_unit_too_many_is_taken_from_the_smallest_target_and_from_nobody_who_has_none() -> None:
    targets = {"a": Fraction(-2), "b": Fraction(3, 2), "c": Fraction(5, 2)}
    assert round_to_total(targets, 2) == {"a": 0, "b": 0, "c": 2}
    assert round_to_total(targets, 3) == {"a": 0, "b": 1, "c": 2}
    assert round_to_total(targets, 4) == {"a": 0, "b": 2, "c": 2}


@pytest.mark.parametrize(("most", "parts"), [(9, (Fraction(9, 2), 10)), (10, (Fraction(19, 4), Fraction(19, 2)))])
def test_a_group_is_full_at_its_most_though_it_lacks_less_than_a_unit_more(
    most: int, parts: tuple[Fraction, Fraction]
) -> None:
    found = capped_entitlements(19, {"a": 5, "b": 5, "c": 10}, groups=[(("a", "b"), most)]).exact
    assert (found["a"], found["b"], found["c"]) == (parts[0], parts[0], parts[1])


def test_capital_that_earned_nothing_is_what_was_paid_in() -> None:
    paid = [(date(2025, 1, 1), 100), (date(2025, 7, 1), -30)]
    assert preferred_balance(paid, Fraction(0), date(2026, 1, 1)) == (70, 0)
    assert preferred_balance(paid, Fraction(0), date(2025, 7, 1)) == (70, 0)
    assert preferred_balance(paid, Fraction(0), date(2025, 6, 30)) == (100, 0)


@pytest.mark.parametrize("name", ["blue ops", "red ent", "old cia"])
def test_a_word_of_three_letters_is_a_legal_form_only_where_it_is_known_to_be_nothing_else(name: str) -> None:
    assert without_form(name) == name
    assert without_form(f"{name} llc") == name


def test_a_surplus_is_taken_from_nobody_who_is_paid_nothing() -> None:
    split = CarrySplit(np.array([1, 8, 8, 8, 1]))
    paid = [split.pay(total).tolist() for total in (0, 3, 7, 1, 1, 1)]
    assert [sum(one) for one in paid] == [0, 3, 7, 1, 1, 1]
    assert min(min(one) for one in paid) == 0


def test_a_loss_of_one_size_lies_on_its_step_and_no_further() -> None:
    found = loss_distribution([(1.0, 2.0, 2.0, 2.0)], 1.0)
    assert found.tolist() == pytest.approx([0.0, 0.0, 1.0], abs=1e-12)


def test_letters_of_short_words_meet_in_their_own_place_and_of_four_letters_in_the_next() -> None:
    assert (jaro("ab", "ba"), jaro("abc", "bca"), jaro("a", "ab")) == (0.0, 0.0, pytest.approx(5 / 6))
    assert jaro("abcd", "badc") == pytest.approx(5 / 6)


def test_without_a_tie_or_with_one_alone_nobody_meets_anybody_by_degree() -> None:
    assert degree_assortativity(network([], ["a", "b"])) is None
    assert degree_assortativity(network([("a", "b")])) is None
    assert degree_assortativity(network([("a", "b"), ("b", "c")])) == pytest.approx(-1.0)


def test_latin_names_stand_before_chinese_ones_whatever_their_letters() -> None:
    assert sorted(["张三", "zoe", "Adam", "安琪"], key=sort_key) == ["Adam", "zoe", "安琪", "张三"]


def test_a_name_in_two_scripts_is_one_only_where_a_spelling_meets() -> None:
    assert (similar("王清岚", "Wang Qinglan"), similar("张三", "John Smith")) == (1.0, 0.0)
    assert similar("张伟", "章伟") == 0.0  # spelled alike, written differently


def test_names_that_share_a_word_are_alike_by_its_letters_of_those_of_the_longer_name() -> None:
    assert similar("Anna Novak", "Anna Smith") == pytest.approx(4 / 9)
    assert similar("Anna Novak", "Anna") == pytest.approx(4 / 9)
    assert similar("Anna Novak", "Bertha Smith") == 0.0
