"""What people call things that have only a key."""

from datetime import date

import pytest
from tests.web import ready  # noqa: F401  # Django before anything of the application

from tenfold.web.rights.names import pool_name


@pytest.mark.parametrize(
    ("start", "end", "name"),
    [
        ("2026-01-01", "2026-06-30", "first half of 2026"),
        ("2026-07-01", "2026-12-31", "second half of 2026"),
        ("2026-04-01", "2026-09-30", "2026-04-01 to 2026-09-30"),
        ("2026-10-01", "2026-12-31", "quarter 4 of 2026"),
        ("2026-02-01", "2026-04-30", "2026-02-01 to 2026-04-30"),
        ("2026-01-01", "2026-12-31", "2026"),
        ("2026-01-01", "2026-06-29", "2026-01-01 to 2026-06-29"),
        ("2026-01-02", "2026-06-30", "2026-01-02 to 2026-06-30"),
    ],
)
def test_a_pool_is_called_by_its_period(start, end, name):
    row = {"period_start": date.fromisoformat(start), "period_end": date.fromisoformat(end)}
    assert pool_name("en", row) == name
