"""Indicators: a state that changes only after repeated observations, and the early-warning score over all of them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.methods.indicators import states, to_leave
from tenfold.terms.days import in_last
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

POINTS = {"green": 0, "amber": 1, "red": 2}
LONG_RED = 3  # observations in red from which an indicator counts one point more
OBSERVATIONS = 104  # instants of the grid behind a state (MEASURES.md, rule 7)
PRECISION_DAYS = 180
COMMUNITY = "community"
BEFORE = "before"  # the standing of a state that is older than what is remembered
UNKNOWN = (None, None, False, None, 0, None, None, 0, False)
CLOSED_AT_LEAST = 5
SCHEMA: dict[str, Any] = {
    "indicator": pl.String,
    "metric": pl.String,
    "state": pl.String,
    "since": pl.Datetime("us", "UTC"),
    "before": pl.Boolean,
    "standing": pl.String,
    "observations": pl.Int64,
    "value": pl.Float64,
    "previous": pl.String,
    "missing": pl.Int64,
    "lasting": pl.Boolean,
    "end": pl.Int32,
}


def metrics(rules: Rules) -> tuple[str, ...]:
    """Return the measures that the indicators name."""
    return tuple(one.metric for one in rules.risk.indicators)


def threshold(value: Any, rules: Rules) -> Decimal:
    """Return a threshold in the unit of its measure: money in minor units, numbers as they are."""
    return Decimal(value.minor(rules.currencies)) if hasattr(value, "minor") else Decimal(value)


def observed(rows: pl.DataFrame, grid: pl.DataFrame) -> list[tuple[int, datetime, Decimal | None]]:
    """Return (end, instant, value) of a measure of the community, or of its only subject, at each grid instant.

    A measure with a value per member has none of the community: nothing is observed.
    """
    own = rows if rows["subject"].n_unique() == 1 else rows.filter(pl.col("subject") == COMMUNITY)
    values = {
        end: None if value is None else Decimal(str(value)) for end, value in own.select("end", "value").iter_rows()
    }
    return [(end, at, values.get(end)) for end, at in grid.select("end", "as_of").iter_rows()]


@view(
    "view.indicator",
    subject="indicator",
    named=metrics,
    series=True,
    source="DOMAIN §2.7",
)
def indicator(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the state of each indicator at each end: green, amber or red, since when, over the grid's observations.

    indicator, metric, state, value (last observed), previous, observations in that state, end
    since       the grid instant from which it holds; before: it held already when what is remembered begins, and then
                `since` is that beginning
    standing    what names it in the id of a decision: the instant, or `before`
    missing     how many more observations in a row inside the leaving line it takes to leave amber or red, else 0
    lasting     amber or red, though the last observation is no longer beyond its threshold

    An indicator that was never observed has no state.
    """
    rows: list[tuple[Any, ...]] = []
    for one in rules.risk.indicators:
        series = observed(facts.history(one.metric), facts.grid)
        for end in ends["end"]:
            known = [row for row in series if row[0] <= end]
            rows.append((one.id, one.metric, *_state(one, known, rules), end))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _state(one: Any, series: Sequence[tuple[int, datetime, Decimal | None]], rules: Rules) -> tuple[Any, ...]:
    values = [value for _, _, value in series]
    first = next((place for place, value in enumerate(values) if value is not None), None)
    if first is None:
        return UNKNOWN
    amber, red, band = (threshold(limit, rules) for limit in (one.amber, one.red, one.band))
    above = one.direction == "high"
    found = states(values, amber, red, band=band, enter_after=one.enter_after, leave_after=one.leave_after, above=above)
    changed = max((place for place in range(1, len(found)) if found[place] != found[place - 1]), default=0)
    begun = max(changed, first)
    # Their beginning moves with every observation, so a state that held at it has no known day.
    before = len(series) == OBSERVATIONS and begun < one.enter_after
    since = series[0][1] if before else series[begun][1]
    last = next(value for value in reversed(values) if value is not None)
    missing, lasting = 0, False
    if found[-1] != "green":
        line = red if found[-1] == "red" else amber
        missing = to_leave(values, line, band=band, leave_after=one.leave_after, above=above)
        lasting = last <= line if above else last >= line
    counted = sum(value is not None for value in values[changed:])
    previous = found[changed - 1] if changed else None
    standing = BEFORE if before else since.isoformat().replace("+00:00", "Z")
    return found[-1], since, before, standing, counted, float(last), previous, missing, lasting


@measure(
    "risk.ews",
    unit="points",
    direction="down",
    reads=("view.indicator",),
    minimum="indicators with a state",
    source="NEWS2 form; mapping [C]",
    pointer="/risk/early_warning",
    parts={"amber": "count", "red": "count", "long": "count"},
)
def early_warning(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of indicator points: green 0, amber 1, red 2, red for three observations or more 3."""
    known = facts.read("view.indicator").filter(pl.col("state").is_not_null())
    amber, red = (pl.col("state") == state for state in ("amber", "red"))
    long = red & (pl.col("observations") >= LONG_RED)
    points = pl.col("state").replace_strict(POINTS, return_dtype=pl.Int64) + long.cast(pl.Int64)
    return known.group_by("end", maintain_order=True).agg(
        subject=pl.lit("community"),
        value=points.sum().cast(pl.Float64),
        n=pl.len().cast(pl.Int64),
        amber=amber.sum(),
        red=(red & ~long).sum(),
        long=long.sum(),
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
    parts={"acted": "count"},
    quotient=("acted", "n"),
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
