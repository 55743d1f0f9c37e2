"""Numbers that come from outside (accounts, plans, meters), read by series and basis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from tenfold.terms.days import days_after
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

COLUMNS = ("party", "period_start", "value", "amount_minor", "currency")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: the period it closes, the months it covers, its number (money in major units), its fact."""

    closes: date
    months: int
    number: float
    party: str | None
    fact: str


def figures(facts: Facts, rules: Rules, series: str, basis: str = "actual") -> dict[int, list[Figure]]:
    """Return end → the figures of a series, oldest period first.

    A figure without any number, or in another currency than the charter's, is left out: it answers nothing.
    """
    rows = facts.now("figures", COLUMNS, only=pl.col("series") == series)
    digits = rules.currencies.digits(rules.charter.currency) or 0
    home = pl.col("currency").is_null() | (pl.col("currency") == rules.charter.currency)
    known = rows.filter(
        pl.col("basis") == basis, pl.col("value").is_not_null() | (pl.col("amount_minor").is_not_null() & home)
    ).with_columns(months=_months())
    found: dict[int, list[Figure]] = {}
    for row in known.sort("end", "period_end", "fact").iter_rows(named=True):
        found.setdefault(row["end"], []).append(_figure(row, digits))
    return found


def _figure(row: dict[str, Any], digits: int) -> Figure:
    amount = row["amount_minor"]
    number = float(row["value"]) if amount is None else amount / 10**digits
    return Figure(row["period_end"], row["months"], number, row["party"], row["fact"])


def _months() -> pl.Expr:
    """Months that a period covers; one where its start is not given."""
    start, after = pl.col("period_start"), days_after("period_end", 1)
    months = (after.dt.year() - start.dt.year()) * 12 + after.dt.month() - start.dt.month()
    return pl.when(start.is_null()).then(1).otherwise(months.clip(lower_bound=1)).cast(pl.Int64)


def composed(
    ends: pl.DataFrame, made: Callable[[int], tuple[object, ...] | None], parts: Mapping[str, Any]
) -> pl.DataFrame:
    """Return one row per end for the community: its value, then the figures that it was made of, by name and type.

    None is insufficient.
    """
    schema = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, **parts}
    unknown = (None,) * (len(schema) - 2)
    rows = [("community", end, *(made(end) or unknown)) for end in ends["end"]]
    return pl.DataFrame(rows, schema=schema, orient="row")


def in_minor(number: float, rules: Rules) -> int:
    """Return a figure of money in minor units of the charter's currency."""
    scale: int = 10 ** (rules.currencies.digits(rules.charter.currency) or 0)
    return round(number * scale)


def todays(ends: pl.DataFrame) -> dict[int, date]:
    """Return end → its local date."""
    return dict(ends.select("end", "today").iter_rows())
