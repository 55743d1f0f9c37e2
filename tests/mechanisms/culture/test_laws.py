"""Laws of rituals."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenfold.mechanisms.culture.measures.life import occasions

TODAY = date(2026, 11, 23)
days = st.lists(st.integers(0, 500), unique=True, max_size=40).map(
    lambda ages: sorted(TODAY - timedelta(days=age) for age in ages)
)


@given(held=days, every=st.integers(1, 200))
def test_no_more_occasions_are_kept_than_were_due(held: list[date], every: int) -> None:
    kept, due = occasions(held, every, TODAY)
    assert 0 <= kept <= due


@given(weeks=st.integers(1, 40))
def test_a_ritual_held_in_its_rhythm_is_always_kept(weeks: int) -> None:
    held = [TODAY - timedelta(days=7 * week) for week in range(weeks, -1, -1)]
    kept, due = occasions(held, 7, TODAY)
    assert kept == due == weeks


def test_a_ritual_held_twice_on_one_day_is_held_once() -> None:
    days = [TODAY - timedelta(days=7), TODAY, TODAY]
    assert occasions(days, 7, TODAY) == occasions(days[:2], 7, TODAY) == (1, 1)
