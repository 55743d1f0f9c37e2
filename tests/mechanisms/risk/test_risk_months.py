"""Months are calendar months: a leap February adds none, and old ones say nothing of today."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

See = Callable[..., Any]
Rows = list[dict[str, Any]]


def month_ends(first: date, count: int) -> Iterator[date]:
    """The last days of so many months, from the month of a day on."""
    for number in range(first.month, first.month + count):
        yield date(first.year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def figures(series: str, days: Sequence[date], amount: str, basis: str = "actual") -> Rows:
    return [
        {"series": series, "period_end": day, "basis": basis, "amount": amount, "currency": "CNY"}
        | {"occurred_at": day if basis == "actual" else "2020-01-01"}
        for day in days
    ]


def cover(see: See, id: str, days: Sequence[date], as_of: str) -> float | None:
    basis = "actual" if id.endswith("hist12") else "forecast"
    rows = figures("cfads", days, "450.00", basis) + figures("debt_service", days, "360.00", basis)
    value: float | None = see({"figures": rows}, as_of=as_of).values(id)["community"]
    return value


@pytest.mark.parametrize(
    ("first", "as_of"),
    [(date(2024, 2, 1), "2025-03-05"), (date(2023, 2, 1), "2024-03-05")],
    ids=["thirteen months from a leap February", "to a leap February"],
)
def test_twelve_closed_months_are_twelve_around_a_leap_day(see: See, first: date, as_of: str) -> None:
    assert cover(see, "cov.dscr_hist12", [*month_ends(first, 13)], as_of) == 1.25


@pytest.mark.parametrize("as_of", ["2024-02-28", "2024-02-29", "2023-02-28"])
def test_twelve_months_ahead_are_twelve_around_a_leap_day(see: See, as_of: str) -> None:
    days = [*month_ends(date(2023, 1, 1), 30)]
    assert cover(see, "cov.dscr_fwd12", days, as_of) == 1.25


def runway(see: See, facts: dict[str, Rows], as_of: str) -> float | None:
    value: float | None = see(facts, as_of=as_of).values("fin.runway_months")["community"]
    return value


def payments(*months: tuple[str, str]) -> Rows:
    own = {"payer": "us", "payee": "shop", "currency": "CNY", "purpose": "operating"}
    return [own | {"amount": amount, "occurred_at": day} for day, amount in months]


def test_a_month_without_payments_is_one_in_which_nothing_was_burnt(see: See) -> None:
    cash = figures("cash_unrestricted", [date(2026, 10, 31)], "600.00")
    paid = payments(("2026-06-10", "900.00"), ("2026-08-10", "30.00"), ("2026-10-10", "60.00"))
    assert runway(see, {"figures": cash, "cash_movements": paid}, "2026-11-23") == 20.0


@pytest.mark.parametrize(("as_of", "expected"), [("2026-10-31", 6.0), ("2026-11-01", None)])
def test_a_burn_of_seven_months_ago_says_nothing(see: See, as_of: str, expected: float | None) -> None:
    cash = figures("cash_unrestricted", [date(2026, 9, 30)], "600.00")
    burnt = figures("net_burn", [*month_ends(date(2026, 2, 1), 3)], "100.00")
    assert runway(see, {"figures": cash + burnt}, as_of) == expected


@pytest.mark.parametrize(("as_of", "expected"), [("2026-10-31", 6.0), ("2026-11-01", None)])
def test_a_balance_of_seven_months_ago_says_nothing(see: See, as_of: str, expected: float | None) -> None:
    cash = figures("cash_unrestricted", [date(2026, 4, 30)], "600.00")
    burnt = figures("net_burn", [*month_ends(date(2026, 7, 1), 3)], "100.00")
    assert runway(see, {"figures": cash + burnt}, as_of) == expected


def test_a_month_that_no_figure_tells_is_not_made_up(see: See) -> None:
    cash = figures("cash_unrestricted", [date(2026, 9, 30)], "600.00")
    july, _, september = month_ends(date(2026, 7, 1), 3)
    june = date(2026, 6, 30)
    assert runway(see, {"figures": cash + figures("net_burn", [june, july, september], "100.00")}, "2026-10-15") is None
