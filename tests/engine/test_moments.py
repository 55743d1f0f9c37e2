"""From where a community is looked at: dates, and knowledge that no end may exceed."""

from datetime import UTC, datetime

import pytest

from tenfold.engine.community import read_moment
from tenfold.engine.instants import ends_of

MONDAYS = [datetime(2026, 10, day, tzinfo=UTC) for day in (5, 12, 19, 26)]


@pytest.mark.parametrize("text", ["2026-10-31", "20261031", "2026-W44-6"])
def test_a_bare_date_means_its_last_microsecond_however_it_is_written(text: str) -> None:
    assert read_moment(text, "UTC") == datetime(2026, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC)


def test_a_date_whose_last_hour_is_repeated_ends_with_the_second_of_them() -> None:
    night = datetime(2026, 11, 1, 3, 59, 59, 999_999, tzinfo=UTC)  # 23:59 in Havana for the second time
    assert read_moment("2026-10-31", "America/Havana") == night


def test_a_history_knows_nothing_that_was_recorded_after_the_knowledge_asked_for() -> None:
    known_at = datetime(2026, 10, 14, tzinfo=UTC)
    ends = ends_of(datetime(2026, 10, 31, tzinfo=UTC), known_at, MONDAYS, "UTC").frame
    assert ends["known_at"].to_list() == [*MONDAYS[:2], known_at, known_at, known_at]
    assert ends["as_of"].to_list()[:-1] == MONDAYS


def test_with_later_knowledge_each_observation_knows_what_was_known_then() -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    ends = ends_of(datetime(2026, 10, 31, tzinfo=UTC), later, MONDAYS, "UTC").frame
    assert ends["known_at"].to_list() == [*MONDAYS, later]
