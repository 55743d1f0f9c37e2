import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import voting
from tenfold.methods.voting import Ballot

RULES = {
    **{
        rule: (lambda b, m, k, rule=rule: voting.thiele(b, m, k, rule)) for rule in ("av", "pav", "slav", "geom2", "cc")
    },
    **{f"seq{r}": (lambda b, m, k, rule=r: voting.sequential_thiele(b, m, k, rule)) for r in ("pav", "slav", "cc")},
    "revseqpav": lambda b, m, k: voting.reverse_sequential_thiele(b, m, k, "pav"),
    "sav": voting.satisfaction,
    "lexcc": voting.lexicographic_cc,
    "minimaxav": voting.minimax,
    "lexminimaxav": voting.lexicographic_minimax,
    "seqphragmen": voting.sequential_phragmen,
}
PROFILES = st.lists(st.frozensets(st.integers(0, 4)).map(Ballot), min_size=1, max_size=6)


@pytest.mark.parametrize("rule", RULES)
def test_published_committees(case, rule):
    for profile in json.loads(case("F14a")["data"]["F14a_abcvoting_cases.json"]):
        ballots = [Ballot(frozenset(voter["approved"]), Fraction(voter["weight"])) for voter in profile["voters"]]
        found = RULES[rule](ballots, profile["num_cand"], profile["committeesize"])
        assert [list(committee) for committee in found] == profile["expected"][rule], profile["name"]


@given(PROFILES, st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_voters_changes_no_committee(ballots, size, random):
    mixed = list(ballots)
    random.shuffle(mixed)
    for name, rule in RULES.items():
        assert rule(ballots, 5, size) == rule(mixed, 5, size), name


@given(PROFILES, st.integers(1, 5))
def test_the_best_score_is_never_below_the_sequential_one(ballots, size):
    for rule in ("pav", "cc"):
        best = voting.thiele_score(ballots, voting.thiele(ballots, 5, size, rule)[0], rule)
        assert all(
            voting.thiele_score(ballots, c, rule) <= best for c in voting.sequential_thiele(ballots, 5, size, rule)
        )
