from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import waterfall
from tenfold.methods.waterfall import Tier


def exact(number):
    return Fraction(str(number))


def fund(cash, capital, preferred, carry, catch_up=1):
    paid, left = waterfall.run(
        cash, waterfall.private_equity(capital, preferred, exact(carry), catch_up=exact(catch_up))
    )
    assert left == 0
    return {tier.tier: tier for tier in paid}, waterfall.received(paid, "lp"), waterfall.received(paid, "gp")


def test_the_fund_of_the_worked_example(worked):
    given_, expect = worked["waterfall_private_equity"]["input"], worked["waterfall_private_equity"]["expect"]
    tiers, _, _ = fund(given_["distribution"], given_["capital"], given_["preferred"], "1/5")
    assert tiers["return_of_capital"].total == expect["return_of_capital"]
    assert tiers["preferred"].total == expect["preferred"]
    assert tiers["catch_up"].amounts == {"lp": 0, "gp": expect["catch_up_gp"]}
    assert tiers["split"].amounts == {"lp": expect["lp"], "gp": expect["gp"]}


def test_the_project_cascade_of_the_worked_example(worked):
    given_, expect = worked["cascade_project_finance"]["input"], worked["cascade_project_finance"]["expect"]
    cascade = waterfall.project_finance(
        given_["cash_available"],
        given_["debt_service"],
        [("dsra", given_["dsra_top_up"])],
        lock_up_below=exact(given_["lock_up_below"]),
    )
    assert (cascade.dscr, cascade.distributable, cascade.state) == (
        exact(expect["dscr"]),
        expect["distributable"],
        expect["state"],
    )


def test_eight_and_twenty_with_full_catch_up(case):
    published = case("W01")
    inputs, expect = published["inputs"], published["expected"]
    preferred = waterfall.accrued(50, exact(inputs["pref_rate"]), 365 * inputs["years"])
    tiers, lp, gp = fund(100, 50, preferred, inputs["carry"])
    assert tiers["return_of_capital"].total == expect["return_of_capital"]
    assert tiers["preferred"].total == expect["preferred_return"]
    assert tiers["catch_up"].total == expect["gp_catch_up"]
    assert tiers["split"].amounts == {"lp": expect["residual_lp"], "gp": expect["residual_gp"]}
    assert (lp, gp) == (expect["lp_total"], expect["gp_total"])


def test_a_hard_hurdle_without_catch_up(case):
    expect = case("W02")["expected"]
    tiers, lp, gp = fund(200, 100, 8, "0.2", 0)
    assert tiers["split"].amounts == {"lp": exact(expect["residual_lp"]), "gp": exact(expect["residual_gp"])}
    assert (lp, gp) == (exact(expect["lp_total"]), exact(expect["gp_total"]))
    assert fund(200, 100, 0, "0.2")[1:] == tuple(expect["if_no_pref"].values())


def test_a_quarterly_income_fee_in_three_alternatives(case):
    published = case("W04")
    inputs, expect = published["inputs"], published["expected"]
    costs = exact(inputs["management_fee_pct"]) + exact(inputs["other_expenses_pct"])
    for text, before, fee in zip(
        inputs["investment_income_pct"], expect["pre_fee_income_pct"], expect["fee_pct"], strict=True
    ):
        income = exact(text) - costs
        assert income == exact(before)
        found = waterfall.income_fee(
            income, exact(inputs["hurdle_pct"]), exact(inputs["carry"]), exact(inputs["catch_up_cap_pct"])
        )
        assert float(found) == pytest.approx(float(fee), abs=6e-5)


def test_an_income_fee_capped_by_the_cumulative_return(case):
    published = case("W08")
    inputs, expect = published["inputs"], published["expected"]
    carry, paid = exact(inputs["carry"]), Fraction(0)
    for quarter in (1, 2):
        nav, income = sum(inputs["nav"][:quarter]), sum(inputs["pre_fee_income"][:quarter])
        hurdle, point = nav * exact(inputs["hurdle_rate_per_quarter"]), nav * exact(inputs["catch_up_breakpoint"])
        fee = waterfall.income_fee(income, hurdle, carry, point) - paid
        cap = carry * (income - inputs["net_capital_loss_cumulative"][quarter - 1]) - paid
        assert (fee, cap) == (expect["income_fee"][quarter - 1], expect["cap"][quarter - 1])
        paid += min(fee, cap)
    assert paid == sum(expect["paid"])
    assert (hurdle, fee + expect["paid"][0]) == (
        expect["q2"]["hurdle_amount"],
        expect["q2"]["income_fee_before_netting"],
    )


def test_the_basis_of_the_carry(case):
    published = case("W09")
    inputs, expect = published["inputs"], published["expected"]
    fees = inputs["committed"] * exact(inputs["fee_rate"]) * inputs["fee_years"]
    bases = [inputs["committed"], inputs["committed"] - fees]
    carries = [exact(structure["carry"]) for structure in inputs["structures"]]
    assert (fees, bases[1]) == (expect["lifetime_fees"], expect["investment_capital"])
    for proceeds, answers in (
        (inputs["proceeds"], expect["carry"]),
        (expect["breakeven_proceeds"], [expect["carry_at_breakeven"]] * 2),
    ):
        found = [
            waterfall.whole_fund_carry(proceeds, basis, carry) for basis, carry in zip(bases, carries, strict=True)
        ]
        assert found == [exact(answer) for answer in answers]


def test_carry_deal_by_deal_is_clawed_back(case):
    published = case("W10")
    profits, carry = published["inputs"]["deal_profits_m"], exact(published["inputs"]["carry"])
    paid = waterfall.deal_by_deal_carry(profits, carry)
    entitled = waterfall.whole_fund_carry(sum(profits), 0, carry)
    expect = published["expected"]
    assert (paid, entitled) == (expect["no_clawback_gp_m"], expect["with_clawback_gp_m"])
    assert waterfall.clawback(paid, entitled) == expect["clawback_owed_m"]


def test_an_irr_hurdle_counts_the_cash_of_the_same_day(case):
    published = case("W12")
    inputs, expect = published["inputs"], published["expected"]
    start, end = (date.fromisoformat(inputs[f"{name}_date"]) for name in ("contribution", "distribution"))
    flows, rate = [(start, inputs["lp_capital"])], exact(inputs["pref_rate"])
    capital, owed = waterfall.preferred_balance(flows, rate, end)
    for cash in inputs["distributions"]:
        first = waterfall.private_equity(capital, owed, exact("0.2"), catch_up=Fraction(0), preferred_first=True)[:2]
        paid, left = waterfall.run(cash, first)
        lp = waterfall.received(paid, "lp")
        missing = max(Fraction(0), waterfall.hurdle([*flows, (end, -lp)], rate, end))
        tiers = inputs["tiers"]
        split = [
            Tier(
                "to_hurdle", {"lp": exact(tiers[0]["lp"]), "gp": exact(tiers[0]["gp"])}, missing / exact(tiers[0]["lp"])
            ),
            Tier("above", {"lp": exact(tiers[1]["lp"]), "gp": exact(tiers[1]["gp"])}),
        ]
        more, _ = waterfall.run(left, split)
        answer = expect.get(str(cash)) or expect[f"{cash}_european"]
        assert float(lp + waterfall.received(more, "lp")) == pytest.approx(float(answer["lp"]), abs=0.5)
        assert float(waterfall.received(more, "gp")) == pytest.approx(float(answer["gp"]), abs=0.5)
        if "capital_returned" in answer:
            assert {tier.tier: tier.total for tier in paid} == {
                "preferred": exact(answer["pref_paid"]),
                "return_of_capital": exact(answer["capital_returned"]),
            }


def single_exit(row):
    profit_due = row["cost"] * exact(row["pref_rate"])
    catch_up = row["catch_up"] if isinstance(row["catch_up"], float) else int(row["catch_up"])
    return fund(row["exit"], row["cost"], profit_due, row["carry"], catch_up)


def test_twelve_single_exits_end_the_catch_up_at_the_carry_of_all_profit(case):
    published = case("W14")
    inputs, expect = published["inputs"], published["expected"]
    for row, answer in zip(inputs["rows"], expect["lp_gp"], strict=True):
        assert list(single_exit(row)[1:]) == answer
    for row, answer in zip(inputs["uncapped_rows"], expect["uncapped"], strict=True):
        gp = single_exit(row)[2]
        assert gp == answer["by_definition_gp"] != answer["printed_gp"]


def test_a_partial_catch_up_takes_its_part_until_the_same_point(case):
    published = case("W15")
    tiers, lp, gp = single_exit(published["inputs"])
    ours, other = published["expected"]["standard"], published["expected"]["updog_published_NONSTANDARD"]
    assert float(tiers["catch_up"].total) == pytest.approx(float(ours["catch_up_layer"]), abs=0.005)
    assert float(tiers["catch_up"].amounts["gp"]) == pytest.approx(float(ours["catch_up_gp"]), abs=0.005)
    assert float(tiers["split"].amounts["lp"]) == pytest.approx(float(ours["residual_lp"]), abs=0.005)
    assert (lp, gp) == (exact(ours["lp_total"]), exact(ours["gp_total"]))
    assert gp != exact(other["gp_total"])


def test_the_catch_up_solves_its_self_reference_at_once(case):
    expect = case("W16")["expected"]
    preferred = exact(expect["published_whole_fund"]["pref"])
    layer = waterfall.catch_up_limit(preferred, exact("0.2"), Fraction(1))
    assert float(layer) == pytest.approx(expect["correct_for_that_pref"]["catch_up"], abs=0.005)
    assert layer != exact(expect["published_whole_fund"]["catch_up"])


def test_promote_with_co_investment(case):
    published = case("W17")
    inputs, expect = published["inputs"], published["expected"]
    found = [waterfall.promote_shares(exact(inputs["lp_ownership"]), exact(promote)) for promote in inputs["promotes"]]
    assert found == [tuple(exact(share) for share in pair) for pair in expect["lp_gp"]]
    check = expect["accrual_check"]
    low, high = check["accrual_between"]
    assert low < waterfall.accrued(check["balance"], exact(check["rate"]), check["days"]) < high


def test_simple_and_compound_returns_differ(case):
    published = case("W19")
    inputs, expect = published["inputs"], published["expected"]
    days = 365 * inputs["years"]
    assert waterfall.accrued(inputs["capital"], exact(inputs["rate"]), days, "simple") == expect["simple"]
    assert waterfall.accrued(inputs["capital"], exact(inputs["rate"]), days) == exact(expect["compound_annual"])


SHARES = st.fractions(min_value=Fraction(1, 20), max_value=Fraction(2, 5))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**5), SHARES, st.fractions(Fraction(1, 2), 1))
def test_cash_is_conserved_and_the_manager_never_gets_more_than_the_carry_of_profit(
    cash, capital, preferred, carry, rate
):
    _, lp, gp = fund(cash, capital, preferred, carry, rate)
    assert lp + gp == cash
    assert 0 <= gp <= carry * max(0, cash - capital)
    if cash >= capital + preferred + waterfall.catch_up_limit(preferred, carry, rate):
        assert gp == carry * (cash - capital)


@given(st.integers(0, 10**6), st.integers(0, 10**5))
def test_more_cash_never_pays_anybody_less(cash, more):
    before, after = fund(cash, 10**5, 8000, "0.2", "0.5"), fund(cash + more, 10**5, 8000, "0.2", "0.5")
    assert after[1] >= before[1]
    assert after[2] >= before[2]


def test_a_cascade_locks_up_traps_and_defaults():
    locked = waterfall.project_finance(110, 100, [("dsra", 5)], lock_up_below=exact("1.2"))
    assert (locked.state, locked.distributable, locked.trapped) == ("lock_up", 0, 5)
    assert waterfall.project_finance(90, 100).state == "default"
    assert waterfall.project_finance(50, 0).dscr is None
    short = waterfall.project_finance(125, 100, [("dsra", 50)], lock_up_below=exact("1.2"))
    assert (short.state, short.paid["dsra"]) == ("lock_up", 25)


def test_a_catch_up_slower_than_the_carry_is_refused():
    with pytest.raises(ValueError, match="1/10"):
        waterfall.catch_up_limit(8, Fraction(1, 5), Fraction(1, 10))


def test_a_tier_whose_limit_is_negative_takes_nothing_and_gives_nothing_back():
    tiers = [Tier("negative", {"a": Fraction(1)}, Fraction(-5)), Tier("rest", {"b": Fraction(1)})]
    paid, left = waterfall.run(10, tiers)
    assert [tier.total for tier in paid] == [0, 10]
    assert left == 0
