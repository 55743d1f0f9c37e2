from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.methods import loans


def decimal(text):
    above, _, below = str(text).partition("/")
    return Decimal(above) / Decimal(below or 1)


def test_the_printed_table_is_the_rounded_unrounded_schedule(case):
    published = case("M25")
    inputs, expect = published["inputs"], published["expected"]
    rows = loans.schedule(Decimal(inputs["principal"]), Decimal(inputs["annual_rate"]) / 12, inputs["months"])
    for row, answer in zip(rows, expect["rows"], strict=True):
        for name, text in answer.items():
            assert float(getattr(row, name)) == pytest.approx(float(text), abs=0.005), name
    assert float(sum(row.interest for row in rows)) == pytest.approx(float(expect["total_interest"]), abs=0.005)


def test_the_schedule_that_is_paid_is_in_whole_units_and_its_last_instalment_takes_the_rest():
    rows = loans.schedule_in_units(250_000, Decimal("0.0824") / 12, 12)
    assert {int(row.total) for row in rows[:-1]} == {21_775}
    assert int(rows[-1].total) == 21_772
    assert int(sum(row.interest for row in rows)) == 11_297
    assert rows[-1].balance == 0


def test_spreadsheet_functions_with_exact_decimals(case):
    published = case("M27")
    for (name, given_), text in zip(published["inputs"], published["expected"], strict=True):
        rate, n, amount = decimal(given_["rate"]), given_["n"], Decimal(given_.get("pv") or given_["pmt"])
        method = {
            "pmt": loans.payment,
            "pv": loans.present_value,
            "fv": loans.future_value,
            "ppmt": loans.principal_part,
            "ipmt": loans.interest_part,
        }[name]
        found = method(rate, given_["k"], n, amount) if "k" in given_ else method(rate, n, amount)
        assert abs(found / Decimal(text) - 1) < Decimal("1e-18"), name


def test_debt_service_cover_of_eight_years(case):
    published = case("M28")
    rows = zip(
        published["inputs"]["net_cash_flow"], published["inputs"]["debt_service"], published["expected"], strict=True
    )
    for cash, service, text in rows:
        assert f"{loans.dscr(cash, service):.1f}" == text


def test_the_first_flow_of_a_loan_cover_lies_one_period_ahead(case):
    published = case("M30")
    inputs, expect = published["inputs"], published["expected"]
    found = loans.cover(inputs["cfads"], inputs["debt"], inputs["rate"])
    assert f"{found:.6f}" == expect["first_flow_after_one_period"] != expect["first_flow_undiscounted"]
    assert loans.cover(inputs["cfads"], 0, inputs["rate"]) is None


def test_loan_cover_equals_debt_service_cover_on_level_flows(case):
    published = case("M32")
    inputs, expect = published["inputs"], published["expected"]
    rate, years, cfads = inputs["rate"], inputs["years"], inputs["cfads"]
    rows = loans.schedule(Decimal(inputs["debt"]), Decimal(str(rate)), years)
    service = float(rows[0].total)
    assert f"{service:.4f}" == expect["debt_service"]
    balance = float(inputs["debt"])
    for year, row in enumerate(rows):
        assert (
            f"{loans.cover([cfads] * (years - year), balance, rate):.6f}" == expect["llcr_every_year"] == expect["dscr"]
        )
        balance = float(row.balance)
    assert (
        f"{loans.cover([cfads] * (years + 2), inputs['debt'], rate):.6f}" == expect["plcr_if_project_runs_2_more_years"]
    )


@given(st.integers(100, 10**9), st.integers(0, 30), st.integers(1, 60))
def test_principal_adds_up_to_the_loan(present, percent, periods):
    rows = loans.schedule_in_units(present, Decimal(percent) / 1200, periods)
    assert sum(row.principal for row in rows) == present
