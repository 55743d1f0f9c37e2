"""Calibration: what was forecast, recomputed at past instants of the grid, against what then happened."""

from typing import Any

import polars as pl

from tenfold.methods.brier import brier, murphy
from tenfold.terms.days import days_after, days_between, in_last
from tenfold.terms.measure import Facts, Select, measure, view
from tenfold.terms.rules import Rules

YEAR = 365
AHEAD = 30  # days that a forecast must have been made before its outcome
HORIZON = 90  # days within which an active relation is expected to be substantive again [C]
RESOLVED_MIN = 20
DEAL, ACTIVE = "fund.p_close", "rel.p_active"
BELOW = {DEAL: ("view.deal",), ACTIVE: ("interaction.rhythm",)}
LOST = ("declined", "lapsed")
RESOLVED: dict[str, Any] = {
    "end": pl.Int32,
    "forecast": pl.String,
    "subject": pl.String,
    "p": pl.Float64,
    "outcome": pl.Int64,
    "made_on": pl.Date,
    "resolved_on": pl.Date,
}
NUMBER: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "n": pl.Int64,
    "squares": pl.Float64,
    "said": pl.Float64,
    "happened": pl.Int64,
}


def forecasts(rules: Rules) -> tuple[str, ...]:
    """Return the forecasts that the charter holds against what happened, as far as an outcome is defined."""
    return tuple(id for id in rules.insight.calibration.forecasts if id in BELOW)


def _named(rules: Rules) -> tuple[str, ...]:
    return tuple(one for id in forecasts(rules) for one in (id, *BELOW[id]))


@view(
    "insight.resolved",
    subject="forecast",
    reads=("opportunities",),
    named=_named,
    series=True,
    facts=(Select("opportunities"),),
    source="DOMAIN §2.9; horizon 90 d [C]",
)
def resolved(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the forecasts that came to an end in the last 365 days (columns `RESOLVED`).

    fund.p_close   a deal that was received (1), declined or lapsed (0); its last forecast made at least 30 days before
    rel.p_active   a relation's forecasts made 90 days apart, back from 90 days ago: 1 when a substantive contact came
                   within the 90 days that followed
    """
    parts = [pl.DataFrame(schema=RESOLVED)]
    for end, today in ends.select("end", "today").iter_rows():
        grid = facts.grid.filter(pl.col("end") < end).select("end", made_on="today")
        for id in forecasts(rules):
            made = facts.history(id).join(grid, on="end").filter(pl.col("value").is_not_null())
            made = made.select("subject", "made_on", made_at="end", p="value")
            found = _deals(facts, rules, end, made) if id == DEAL else _relations(facts, end, today, made)
            known = found.filter(in_last(YEAR, "resolved_on", pl.lit(today))).with_columns(
                end=pl.lit(end, dtype=pl.Int32), forecast=pl.lit(id)
            )
            parts.append(known.select(*RESOLVED))
    return pl.concat(parts).sort("end", "forecast", "subject", "made_on")


def _deals(facts: Facts, rules: Rules, end: int, made: pl.DataFrame) -> pl.DataFrame:
    won = len(rules.goals.funnel.stages) - 1
    deals = facts.read("view.deal").filter(pl.col("end") == end)
    current = facts.now("opportunities").filter(pl.col("end") == end).select("opportunity", "on")
    over = pl.col("claimed").is_in(LOST)
    outcomes = (
        deals.join(current, on="opportunity")
        .filter(over | (pl.col("rank") == won))
        .select(
            subject="opportunity",
            outcome=pl.when(over).then(0).otherwise(1).cast(pl.Int64),
            resolved_on=pl.when(over).then("on").otherwise("entered_on"),
        )
    )
    early = days_between("made_on", "resolved_on") >= AHEAD
    both = made.join(outcomes, on="subject").filter(early).sort("subject", "made_on")
    return both.group_by("subject", maintain_order=True).last()


def _relations(facts: Facts, end: int, today: Any, made: pl.DataFrame) -> pl.DataFrame:
    days = sorted({*made["made_on"]}, reverse=True)
    chosen: list[Any] = []
    for day in days:
        limit = chosen[-1] if chosen else today
        if (limit - day).days >= HORIZON:
            chosen.append(day)
    rows = made.filter(pl.col("made_on").is_in(chosen))
    rows = rows.with_columns(resolved_on=days_after("made_on", HORIZON))
    contacts = pl.concat([facts.history("interaction.rhythm"), facts.read("interaction.rhythm")])
    seen = contacts.filter(pl.col("end") <= end).select("last_on", subject="member").unique()
    within = pl.col("last_on").is_between(pl.col("made_on"), pl.col("resolved_on"), closed="right")
    again = rows.join(seen, on="subject").filter(within).select("subject", "made_on").unique()
    marked = rows.join(again.with_columns(outcome=pl.lit(1, dtype=pl.Int64)), on=["subject", "made_on"], how="left")
    return marked.with_columns(pl.col("outcome").fill_null(0))


def _scored(facts: Facts, rules: Rules, ends: pl.DataFrame, part: str) -> pl.DataFrame:
    rows: list[tuple[Any, ...]] = []
    known = facts.read("insight.resolved")
    for end in ends["end"]:
        for id in forecasts(rules):
            own = known.filter(pl.col("end") == end, pl.col("forecast") == id)
            said, happened = own["p"].to_list(), own["outcome"].to_list()
            value = None
            if len(said) >= RESOLVED_MIN:
                parts = murphy(said, happened)
                value = brier(said, happened) if part == "brier" or parts is None else parts.reliability
            squares = sum((p - outcome) ** 2 for p, outcome in zip(said, happened, strict=True))
            rows.append((id, end, value, len(said), squares, sum(said), sum(happened)))
    return pl.DataFrame(rows, schema=NUMBER, orient="row")


@measure(
    "ins.brier",
    unit="0-1",
    direction="down",
    subject="forecast id",
    reads=("insight.resolved",),
    minimum="20 resolved",
    source="Brier 1950",
    pointer="/insight/calibration",
    parts={"squares": "number"},
)
def brier_score(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Mean (p − outcome)² over the forecasts that came to an end in 365 days, made at least 30 days before."""
    return _scored(facts, rules, ends, "brier")


@measure(
    "ins.reliability",
    unit="0-1",
    direction="down",
    subject="forecast id",
    reads=("insight.resolved",),
    minimum="20 resolved",
    source="Murphy 1973",
    pointer="/insight/calibration/alert_if_reliability_above",
    parts={"said": "number", "happened": "count"},
)
def reliability(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """REL of the Murphy decomposition: mean squared gap between what was said and how often it happened."""
    return _scored(facts, rules, ends, "reliability")


SPECS = (resolved, brier_score, reliability)
