"""Indicators: a state that changes only after repeated observations, and the early-warning score over all of them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.methods.indicators import states
from tenfold.terms.days import in_last
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

POINTS = {"green": 0, "amber": 1, "red": 2}
LONG_RED = 3  # observations in red from which an indicator counts one point more
OBSERVATIONS = 104  # instants of the grid behind a state (MEASURES.md, rule 7)
PRECISION_DAYS = 180
CLOSED_AT_LEAST = 5
SCHEMA: dict[str, Any] = {
    "indicator": pl.String,
    "metric": pl.String,
    "state": pl.String,
    "since": pl.Datetime("us", "UTC"),
    "observations": pl.Int64,
    "value": pl.Float64,
    "previous": pl.String,
    "end": pl.Int32,
}


def _named(rules: Rules) -> tuple[str, ...]:
    return tuple(one.metric for one in rules.risk.indicators)


def threshold(value: Any, rules: Rules) -> Decimal:
    """Return a threshold in the unit of its measure: money in minor units, numbers as they are."""
    return Decimal(value.minor(rules.currencies)) if hasattr(value, "minor") else Decimal(value)


def observed(rows: pl.DataFrame, grid: pl.DataFrame, until: int) -> list[tuple[int, datetime, Decimal | None]]:
    """Return (end, instant, value) of a community measure at each instant of the grid up to `until`."""
    values = {
        end: None if value is None else Decimal(str(value))
        for end, subject, value in rows.select("end", "subject", "value").iter_rows()
        if subject == "community" or rows["subject"].n_unique() == 1
    }
    return [(end, at, values.get(end)) for end, at in grid.select("end", "as_of").iter_rows() if end <= until]


@view(
    "view.indicator",
    subject="indicator",
    named=_named,
    series=True,
    source="DOMAIN §2.7",
)
def indicator(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the state of each indicator at each end: green, amber or red, since when, over the grid's observations.

    indicator, metric, state, since (grid instant), observations in that state, value (last observed), previous, end.
    An indicator that was never observed has no state.
    """
    rows: list[tuple[Any, ...]] = []
    for one in rules.risk.indicators:
        history = facts.history(one.metric)
        for end in ends["end"]:
            series = observed(history, facts.grid, end)
            rows.append((one.id, one.metric, *_state(one, series, rules), end))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _state(one: Any, series: Sequence[tuple[int, datetime, Decimal | None]], rules: Rules) -> tuple[Any, ...]:
    values = [value for _, _, value in series]
    if all(value is None for value in values):
        return None, None, 0, None, None
    amber, red, band = (threshold(limit, rules) for limit in (one.amber, one.red, one.band))
    found = states(
        values,
        amber,
        red,
        band=band,
        enter_after=one.enter_after,
        leave_after=one.leave_after,
        above=one.direction == "high",
    )
    changed = max((place for place in range(1, len(found)) if found[place] != found[place - 1]), default=0)
    since = series[changed][1]
    if len(series) == OBSERVATIONS and changed < one.enter_after:
        # It held before the observations begin: their beginning moves with every week, the first charter's does not.
        since = rules.versions[0][0]
    last = next(value for value in reversed(values) if value is not None)
    counted = sum(value is not None for value in values[changed:])
    return found[-1], since, counted, float(last), found[changed - 1] if changed else None


@measure(
    "risk.ews",
    unit="points",
    direction="down",
    reads=("view.indicator",),
    minimum="indicators with a state",
    source="NEWS2 form; mapping [C]",
    pointer="/risk/early_warning",
)
def early_warning(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of indicator points: green 0, amber 1, red 2, red for three observations or more 3."""
    known = facts.read("view.indicator").filter(pl.col("state").is_not_null())
    long = (pl.col("state") == "red") & (pl.col("observations") >= LONG_RED)
    points = pl.col("state").replace_strict(POINTS, return_dtype=pl.Int64) + long.cast(pl.Int64)
    return known.group_by("end", maintain_order=True).agg(
        subject=pl.lit("community"), value=points.sum().cast(pl.Float64), n=pl.len().cast(pl.Int64)
    )


@measure(
    "risk.alarm_precision",
    unit="ratio",
    direction="up",
    subject="indicator",
    reads=("alert_acts",),
    facts=(Select("alert_acts"),),
    minimum=">= 5 closed in 180 d",
    source="ISA-18.2",
)
def alarm_precision(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the share of an indicator's closed alerts on which somebody acted, over 180 days."""
    acts = facts.rows("alert_acts", ("alert", "act")).filter(in_last(PRECISION_DAYS))
    alerts = acts.group_by("end", "alert", maintain_order=True).agg(
        closed=pl.col("act").is_in(["clear", "false"]).any(), acted=(pl.col("act") == "act").any()
    )
    subject = pl.col("alert").str.split(":").list.get(1, null_on_oob=True)
    closed = alerts.filter("closed").with_columns(subject=subject).filter(pl.col("subject").is_not_null())
    return (
        closed.group_by("end", "subject", maintain_order=True)
        .agg(n=pl.len().cast(pl.Int64), acted=pl.col("acted").sum())
        .with_columns(value=pl.when(pl.col("n") >= CLOSED_AT_LEAST).then(pl.col("acted") / pl.col("n")))
    )


SPECS = (indicator, early_warning, alarm_precision)
