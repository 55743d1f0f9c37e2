"""What a right of redemption would cost never falls because its day is moved away."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tenfold.mechanisms.risk.measures.rights import owed

BEGUN = date(2024, 1, 1)
DAYS = st.integers(-400, 4000)
RATES = st.decimals("0.001", "0.5", places=3)


@given(first=DAYS, later=DAYS, rate=RATES, annual=st.booleans(), principal=st.integers(1, 10**12))
def test_a_later_trigger_never_costs_less(first: int, later: int, rate: Decimal, annual: bool, principal: int) -> None:
    at = [BEGUN + timedelta(days=days) for days in sorted((first, later))]
    sooner, after = (owed(principal, rate, Decimal(1), annual, begun=BEGUN, trigger=day) for day in at)
    assert principal <= sooner <= after


@given(rate=RATES, annual=st.booleans(), before=st.integers(0, 4000))
def test_a_trigger_before_interest_runs_costs_the_principal(rate: Decimal, annual: bool, before: int) -> None:
    assert owed(100, rate, Decimal(1), annual, begun=BEGUN, trigger=BEGUN - timedelta(days=before)) == 100


def test_a_rate_without_a_day_to_begin_is_not_guessed() -> None:
    assert owed(100, Decimal("0.1"), Decimal(2), False, begun=None, trigger=BEGUN) is None
    assert owed(100, Decimal(0), Decimal(2), False, begun=None, trigger=BEGUN) == 200


def test_a_multiple_below_one_costs_the_principal_all_the_same() -> None:
    multiples = [Decimal("0.5"), Decimal(1), Decimal("1.01")]
    costs = [owed(100, Decimal(0), multiple, False, begun=None, trigger=BEGUN) for multiple in multiples]
    assert costs == [100, 100, 101]
