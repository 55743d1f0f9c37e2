"""Laws of seats and votes."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenfold.mechanisms.adjustment.measures.terms import vacancies
from tenfold.mechanisms.adjustment.voting import part_of, passes

START = date(2020, 1, 1)
TODAY = date(2026, 1, 1)
terms = st.lists(
    st.tuples(st.integers(0, 1500), st.integers(1, 700)).map(
        lambda pair: (START + timedelta(days=pair[0]), START + timedelta(days=sum(pair)))
    ),
    max_size=12,
)


@given(held=terms, seats=st.integers(1, 4))
def test_a_seat_falls_vacant_at_most_once_for_each_term_that_ended(held: list[tuple[date, date]], seats: int) -> None:
    found = vacancies(held, seats, TODAY)
    assert len(found) <= sum(until < TODAY for _, until in held)
    assert all(days >= 0 for days, _ in found)


@given(held=terms, seats=st.integers(1, 4))
def test_the_order_of_rows_changes_no_vacancy(held: list[tuple[date, date]], seats: int) -> None:
    assert vacancies(held, seats, TODAY) == vacancies(held[::-1], seats, TODAY)


@given(held=terms)
def test_at_most_as_many_seats_are_empty_as_there_are(held: list[tuple[date, date]]) -> None:
    empty = [days for days, filled in vacancies(held, 2, TODAY) if not filled]
    assert len(empty) <= 2


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("0.667", Fraction(2, 3)),
        ("0.67", Fraction(2, 3)),
        ("0.333", Fraction(1, 3)),
        ("0.75", Fraction(3, 4)),
        ("1", 1),
    ],
)
def test_thirds_are_thirds_however_they_are_written(written: str, exact: Fraction) -> None:
    assert part_of(Decimal(written)) == exact


@given(yes=st.integers(0, 50), no=st.integers(0, 50), wanted=st.sampled_from(["0.50", "0.667", "0.75", "1"]))
def test_one_more_vote_in_favour_never_loses_a_proposal(yes: int, no: int, wanted: str) -> None:
    if yes + no == 0:
        return
    limit = part_of(Decimal(wanted))
    assert not passes(Fraction(yes, yes + no), limit) or passes(Fraction(yes + 1, yes + no + 1), limit)
