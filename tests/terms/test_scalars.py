from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from tenfold.terms import scalars
from tenfold.terms.durations import Duration
from tenfold.terms.money import Currencies
from tenfold.terms.scalars import Money, read_money, read_number, read_value

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12)


@given(DECIMALS)
def test_a_quoted_decimal_is_read_exactly(number: Decimal) -> None:
    assert read_number(f"{number:f}") == number


@pytest.mark.parametrize("seen", [1.5, True, None, "", "1.", ".5", "1e3", "01", "1_000", "+1", "１", "1 ", "NaN", [1]])
def test_what_could_be_read_in_two_ways_is_no_number(seen: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_number(seen)


@given(st.integers(0, 10**12), st.sampled_from(["CNY", "EUR", "JPY", "OP"]))
def test_money_is_written_as_it_is_read(amount: int, currency: str) -> None:
    assert str(read_money(f"{amount} {currency}")) == f"{amount} {currency}"


@pytest.mark.parametrize(
    "seen", ["80", 80, "80 cny", "80  CNY", "CNY 80", "-1 CNY", "8,000 CNY", "1400万 CNY", 1.5, None]
)
def test_money_needs_a_plain_amount_and_its_currency(seen: object) -> None:
    with pytest.raises(PydanticCustomError):
        read_money(seen)


def test_an_amount_becomes_minor_units_of_its_currency_or_nothing() -> None:
    currencies = Currencies({"OP": 6})
    assert Money(Decimal("1.25"), "CNY").minor(currencies) == 125
    assert Money(Decimal("1.25"), "OP").minor(currencies) == 1_250_000
    for amount in (Money(Decimal("1.255"), "CNY"), Money(Decimal(1), "QQQ"), Money(Decimal("0.5"), "JPY")):
        with pytest.raises(ValueError, match=str(amount)):
            amount.minor(currencies)


def test_a_value_is_a_number_or_money() -> None:
    assert read_value("0.30") == Decimal("0.30")
    assert read_value("-5 CNY") == Money(Decimal(-5), "CNY")


@given(st.integers(1, 366))
def test_a_gap_is_read_and_written_as_the_charter_does(days: int) -> None:
    gap: TypeAdapter[Duration] = TypeAdapter(scalars.Gap)
    assert gap.dump_json(gap.validate_python(f"{days}d")) == f'"{days}d"'.encode()


@pytest.mark.parametrize("seen", ["0d", "367d", "2y", "3wd", "3w", "d", "-1d", "01d", "1 d", 30, None])
def test_a_gap_is_one_day_to_a_year_by_the_calendar(seen: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(scalars.Gap).validate_python(seen)
