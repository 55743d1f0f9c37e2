from fractions import Fraction
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.night import examples

from tenfold.methods.ownership import held_through

PARTIES = "abcde"
TENTHS = st.integers(1, 2).map(lambda tenths: Fraction(tenths, 10))  # of five holders: never more than the whole
HOLDINGS = st.dictionaries(st.sampled_from([*permutations(PARTIES, 2)]), TENTHS, max_size=12)


def followed(holdings, holder, company, seen=()):
    """Say the definition: what is held itself, and through each owner who is not on the way already."""
    own = holdings.get((holder, company), Fraction(0))
    between = [one for one in PARTIES if one not in (holder, company, *seen) and (one, company) in holdings]
    return own + sum(holdings[one, company] * followed(holdings, holder, one, (*seen, company)) for one in between)


@settings(max_examples=examples(60), deadline=None)
@given(HOLDINGS)
def test_a_total_is_what_the_chains_give_that_name_nobody_twice(holdings):
    for (holder, company), held in held_through(holdings, Fraction(0)).items():
        assert held.total == followed(holdings, holder, company)


@settings(max_examples=examples(60), deadline=None)
@given(HOLDINGS, st.permutations(PARTIES))
def test_names_do_not_matter(holdings, names):
    called = dict(zip(PARTIES, names, strict=True))
    renamed = {(called[one], called[other]): share for (one, other), share in holdings.items()}
    totals = {(called[one], called[other]): held.total for (one, other), held in held_through(holdings).items()}
    assert {pair: held.total for pair, held in held_through(renamed).items()} == totals


def test_a_holding_alone_is_no_chain():
    assert held_through({("a", "b"): Fraction(1)}) == {}


def test_who_holds_everything_all_the_way_holds_everything():
    chain = {(str(n), str(n + 1)): Fraction(1) for n in range(40)}
    assert held_through(chain)["0", "40"].total == 1


def test_a_chain_that_gives_less_than_a_thousandth_is_left_out():
    tenth = Fraction(1, 10)
    chain = {("a", "b"): tenth, ("b", "c"): tenth, ("c", "d"): tenth, ("d", "e"): tenth}
    assert {pair: held.total for pair, held in held_through(chain).items()} == {
        ("b", "d"): tenth**2,
        ("a", "d"): tenth**3,
        ("a", "c"): tenth**2,
        ("c", "e"): tenth**2,
        ("b", "e"): tenth**3,
    }
