from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import budgeting

RULES = {
    "greedy_cost": lambda *args: budgeting.greedy_welfare(*args, by_cost=True),
    "greedy_cardinality": budgeting.greedy_welfare,
    "max_cost": lambda *args: budgeting.best_welfare(*args, by_cost=True),
    "max_cardinality": budgeting.best_welfare,
    "mes_cardinality": lambda *args: [budgeting.equal_shares(*args)],
    "mes_cost": lambda *args: [budgeting.equal_shares(*args, by_cost=True)],
}
ELECTIONS = st.tuples(
    st.dictionaries(st.sampled_from("abcde"), st.integers(1, 9).map(Fraction), min_size=1),
    st.integers(1, 20).map(Fraction),
    st.lists(st.lists(st.sampled_from("abcde"), unique=True), min_size=1, max_size=6),
)


def test_two_published_approval_elections(case):
    published = case("F16")
    for election, expect in zip(published["inputs"], published["expected"], strict=True):
        costs = {name: Fraction(cost) for name, cost in election["costs"].items()}
        for rule, outcomes in expect.items():
            assert RULES[rule](costs, Fraction(election["budget"]), election["ballots"]) == outcomes, rule


@given(ELECTIONS)
def test_no_rule_spends_more_than_the_budget(election):
    costs, budget, _ = election
    for name, rule in RULES.items():
        for outcome in rule(*election):
            assert sum((costs[project] for project in outcome), Fraction(0)) <= budget, name
