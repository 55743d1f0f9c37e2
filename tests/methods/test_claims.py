from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import claims

RULES = {
    "PRO": claims.proportional,
    "CEA": claims.equal_awards,
    "CEL": claims.equal_losses,
    "Talmud": claims.talmud,
    "RTalmud": claims.reverse_talmud,
    "RA": claims.random_arrival,
    "APRO": claims.adjusted_proportional,
    "PIN": claims.piniles,
    "MO": claims.minimal_overlap,
    "CE": claims.constrained_egalitarian,
    "AV": claims.average_of_awards_and_losses,
    "DT": claims.recursive_bounds,
}
PROBLEMS = st.lists(st.integers(1, 60), min_size=1, max_size=5).flatmap(
    lambda owed: st.tuples(st.integers(0, sum(owed)), st.just(owed))
)


def test_the_claims_of_the_worked_example(worked):
    given_, expect = worked["claims"]["input"], worked["claims"]["expect"]
    owed = list(given_["claims"].values())
    assert [[str(a) for a in claims.talmud(estate, owed)] for estate in given_["estates"]] == expect["talmud"]
    for name, rule in (
        ("cea", claims.equal_awards),
        ("cel", claims.equal_losses),
        ("proportional", claims.proportional),
    ):
        assert [str(award) for award in rule(300, owed)] == expect[f"{name}_300"]


def test_the_mishnah_and_the_contested_garment(case):
    published = case("F07")
    for problem, expect in zip(published["inputs"], published["expected"], strict=True):
        awards = claims.talmud(problem["E"], [Fraction(claim) for claim in problem["d"]])
        assert awards == [Fraction(text) for text in expect]


def test_twelve_rules_on_four_problems(case):
    for line in case("F08a")["data"]["F08a_claims_rules.csv"].splitlines()[1:]:
        estate, owed, rule, awards = line.split(",")
        found = RULES[rule](Fraction(estate), [Fraction(claim) for claim in owed.split()])
        assert [float(award) for award in found] == pytest.approx([float(a) for a in awards.split()], abs=1e-6), line


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(problem=PROBLEMS)
def test_the_pot_is_used_up_and_nobody_gets_more_than_the_claim(rule, problem):
    estate, owed = problem
    awards = rule(estate, owed)
    assert sum(awards) == estate
    assert all(0 <= award <= claim for award, claim in zip(awards, owed, strict=True))


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@given(problem=PROBLEMS)
def test_the_order_of_claims_changes_no_award_and_a_larger_claim_gets_no_less(rule, problem):
    estate, owed = problem
    awards = rule(estate, owed)
    assert rule(estate, owed[::-1]) == awards[::-1]
    ranked = sorted(zip(owed, awards, strict=True))
    assert all(a[1] <= b[1] for a, b in pairwise(ranked))


@given(PROBLEMS)
def test_the_talmud_treats_gains_and_losses_alike(problem):
    estate, owed = problem
    gains, losses = claims.talmud(estate, owed), claims.talmud(sum(owed) - estate, owed)
    assert [gain + loss for gain, loss in zip(gains, losses, strict=True)] == owed
