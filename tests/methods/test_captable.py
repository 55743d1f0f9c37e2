from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import captable
from tenfold.methods.captable import Safe


def exact(value):
    above, _, below = str(value).partition("/")
    return Fraction(above) / Fraction(below or 1)


def round_of(inputs):
    return captable.convert(
        pre_money=inputs["pre_money"],
        shares=inputs["common"],
        options=inputs["unused_options"],
        pool_after=exact(inputs["target_pool"]),
        safes=[
            Safe(safe["investment"], exact(safe["cap"]) or None, exact(safe["discount"])) for safe in inputs["safes"]
        ],
        new_money=sum(inputs["series"]),
    )


def test_the_prices_per_share_of_the_worked_example(worked):
    given_, expect = worked["price_per_share"]["input"], worked["price_per_share"]["expect"]
    rows = zip(given_["pre_money_cny"], given_["shares_before"], given_["raise_cny"], strict=True)
    for (pre, shares, raised), price, after in zip(rows, expect["price_cny"], expect["shares_after"], strict=True):
        found = captable.convert(pre_money=pre, shares=shares, new_money=raised or 0)
        assert found.price == exact(price)
        assert after is None or found.total == after


def test_one_post_money_agreement(case):
    published = case("C10")
    found, expect = round_of(published["inputs"]), published["expected"]
    assert (found.total, found.price, found.post_money) == (
        expect["total_shares"],
        exact(expect["pps"]),
        expect["post_money"],
    )
    assert found.safes[0] / (found.total - found.new_shares) == Fraction(1, 5)


def test_five_agreements_one_without_a_cap(case):
    published = case("C13")
    found, expect = round_of(published["inputs"]), published["expected"]
    assert float(found.total) == pytest.approx(expect["total_shares"], abs=1)
    assert found.post_money == expect["post_money_value"]
    assert found.safes[1] == published["inputs"]["safes"][1]["investment"] / found.price
    assert (found.options_added + published["inputs"]["unused_options"]) / found.total == Fraction(1, 10)


def test_a_pre_money_agreement_at_its_cap(case):
    published = case("C15")
    inputs, expect = published["inputs"], published["expected"]
    price, shares, term = captable.pre_money_conversion(
        inputs["safe"], inputs["capitalization"], exact(expect["series_price"]), cap=inputs["cap"]
    )
    assert float(price) == pytest.approx(float(expect["safe_price"]), abs=5e-5)
    assert term == "cap"
    assert round(inputs["new_money"] / exact(expect["series_price"])) == expect["series_shares"]
    assert round(inputs["safe"] / exact(expect["safe_price"])) == expect["safe_shares"]
    assert float(shares) == pytest.approx(expect["safe_shares"], rel=1e-4)  # the source cuts its price to four digits


def test_the_lower_of_cap_and_discount_applies(case):
    published = case("C16")
    inputs, expect = published["inputs"], published["expected"]
    price, shares, term = captable.pre_money_conversion(
        inputs["safe"],
        inputs["capitalization"],
        exact(expect["series_price"]),
        cap=inputs["cap"],
        discount=exact("0.15"),
    )
    assert float(price) == pytest.approx(float(expect["cap_price"]), abs=5e-6)
    assert price < exact(expect["discount_price"])
    assert (shares, term) == (expect["safe_shares"], expect["applies"])


def test_the_part_sold_and_the_pro_rata_right(case):
    published = case("C17")
    inputs, expect = published["inputs"], published["expected"]
    for raised, text in zip(inputs["raised"], expect["single"], strict=True):
        assert float(100 * captable.ownership(raised, inputs["single_cap"])) == pytest.approx(float(text[:-1]), abs=0.1)
    parts = [captable.ownership(*pair) for pair in inputs["two_caps"]]
    assert [f"{float(100 * part):.0f}%" for part in parts] == expect["two_caps"]
    right = captable.pro_rata(exact(inputs["prorata"]["safes_sold"]), exact(inputs["prorata"]["series_new"]))
    assert f"{float(100 * right):.2f}%" == expect["prorata_allocation"]


def test_a_discount_lowers_the_price_and_does_not_sit_inside_the_pre_money(case):
    published = case("C18")
    inputs, other = published["inputs"], published["expected"]
    found = captable.convert(
        pre_money=inputs["pre_money"],
        shares=inputs["shares"],
        safes=[Safe(inputs["safe"], None, exact(inputs["discount"]))],
    )
    assert found.safes[0] * found.price * exact("0.8") == inputs["safe"]
    assert round(found.safes[0]) == other["safe_shares"]  # without new money both readings meet
    more = captable.convert(
        pre_money=inputs["pre_money"],
        shares=inputs["shares"],
        safes=[Safe(inputs["safe"], None, exact(inputs["discount"]))],
        new_money=10**6,
    )
    assert more.safes == found.safes


AMOUNTS = st.integers(10_000, 500_000)
CAPS = st.one_of(st.none(), st.integers(4_000_000, 40_000_000))
SAFES = st.lists(
    st.builds(Safe, AMOUNTS, CAPS, st.sampled_from([0, Fraction(1, 5)]), st.sampled_from(["post", "pre"])), max_size=4
)


@given(SAFES, st.integers(0, 5 * 10**6), st.integers(0, 3))
def test_values_add_up_and_every_agreement_takes_its_lowest_price(safes, new_money, tenths):
    found = captable.convert(
        pre_money=20_000_000,
        shares=10**7,
        options=10**6,
        pool_after=Fraction(tenths, 10),
        safes=safes,
        new_money=new_money,
    )
    assert found.post_money == 20_000_000 + new_money
    counted = {"post": 11 * 10**6 + sum(found.safes), "pre": 11 * 10**6}
    for safe, shares in zip(safes, found.safes, strict=True):
        prices = [found.price * (1 - safe.discount)] + ([safe.cap / Fraction(counted[safe.kind])] if safe.cap else [])
        assert shares * min(prices) == safe.amount


def test_agreements_that_would_take_the_whole_company_are_refused():
    with pytest.raises(ValueError, match="-1"):
        captable.convert(pre_money=10, shares=100, safes=[Safe(20)])
