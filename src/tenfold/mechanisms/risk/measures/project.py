"""The project's own progress: earned value, earned schedule, units shipped."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from tenfold.mechanisms.risk.measures.figures import Figure, composed, figures, todays
from tenfold.terms.days import days_later
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

FIGURES = (Select("figures"),)


def _until(rows: Sequence[Figure], today: date) -> list[Figure]:
    return [one for one in rows if one.closes <= today]


@measure(
    "prj.progress_earned", unit="ratio", direction="up", reads=("figures",), facts=FIGURES, minimum="both",
    source="EVM", parts={"earned": "number", "budget": "number"}, quotient=("earned", "budget"),
)  # fmt: skip
def progress_earned(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return earned value ÷ budget at completion, latest."""
    earned = figures(facts, rules, "earned_value")
    budgets = [figures(facts, rules, "budget_at_completion", basis) for basis in ("plan", "actual")]
    today = todays(ends)

    def share(end: int) -> tuple[object, ...] | None:
        value = _until(earned.get(end, ()), today[end])
        budget = next((rows[end][-1].number for rows in budgets if rows.get(end)), None)
        return (value[-1].number / budget, value[-1].number, budget) if value and budget else None

    return composed(ends, share, {"earned": pl.Float64, "budget": pl.Float64})


@measure(
    "prj.spi", unit="number", direction="up", reads=("figures",), facts=FIGURES, minimum="both", source="EVM",
    parts={"earned": "number", "planned": "number", "on": "date"}, quotient=("earned", "planned"),
)  # fmt: skip
def spi(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return earned value ÷ planned value of the same date, latest date that has both."""
    earned, planned = figures(facts, rules, "earned_value"), figures(facts, rules, "planned_value", "plan")
    today = todays(ends)

    def ratio(end: int) -> tuple[object, ...] | None:
        plan = {one.closes: one.number for one in planned.get(end, ())}
        both = [one for one in _until(earned.get(end, ()), today[end]) if plan.get(one.closes)]
        if not both:
            return None
        last = both[-1]
        return last.number / plan[last.closes], last.number, plan[last.closes], last.closes

    return composed(ends, ratio, {"earned": pl.Float64, "planned": pl.Float64, "on": pl.Date})


def _earned_days(plan: Sequence[Figure], earned: float, start: date) -> float:
    """Return the days after `start` at which the plan reaches what is earned, interpolated inside a period."""
    day, value = start, 0.0
    for one in plan:
        if one.number >= earned:
            part = (earned - value) / (one.number - value) if one.number > value else 1.0
            return (day - start).days + part * (one.closes - day).days
        day, value = one.closes, one.number
    return float((day - start).days)


@measure(
    "prj.completion_date", unit="date", direction="down", reads=("figures", "prj.spi"), facts=FIGURES,
    minimum="prj.spi", source="Lipke, earned schedule",
    parts={"start": "date", "duration": "days", "gone": "days", "schedule": "days"},
)  # fmt: skip
def completion_date(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return start + planned duration ÷ SPI(t), where SPI(t) is the planned time of what is earned ÷ the time gone."""
    earned, planned = figures(facts, rules, "earned_value"), figures(facts, rules, "planned_value", "plan")
    known = set(facts.read("prj.spi").filter(pl.col("value").is_not_null())["end"])
    today = todays(ends)

    def day(end: int) -> tuple[object, ...] | None:
        done, plan = _until(earned.get(end, ()), today[end]), planned.get(end, ())
        if end not in known or not done or not plan:
            return None
        first = plan[0].closes
        start = date(first.year, first.month, 1)
        gone = (done[-1].closes - start).days
        schedule = _earned_days(plan, done[-1].number, start)
        if gone <= 0 or schedule <= 0:
            return None
        duration = (plan[-1].closes - start).days
        finished = days_later(start, round(duration * gone / schedule))
        return finished.isoformat(), start, float(duration), float(gone), schedule

    parts = {"start": pl.Date, **dict.fromkeys(("duration", "gone", "schedule"), pl.Float64)}
    return composed(ends, day, {"value": pl.String, **parts})


@measure("prj.shipped_units", unit="count", direction="up", reads=("figures",), facts=FIGURES, minimum="0", source="–")
def shipped_units(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the latest cumulative units shipped."""
    shipped = figures(facts, rules, "units_shipped")
    today = todays(ends)

    def units(end: int) -> tuple[object, ...]:
        done = _until(shipped.get(end, ()), today[end])
        return (done[-1].number if done else 0.0,)

    return composed(ends, units, {})


@measure(
    "prj.ship_delay_days", unit="days", direction="down", reads=("figures",), facts=FIGURES, minimum="a plan",
    source="[C]", ways=("late", "ahead"), parts={"units": "number", "reached": "date"},
)  # fmt: skip
def ship_delay_days(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the days since the plan reached the units that are shipped today; 0 when the plan has not yet."""
    shipped, planned = figures(facts, rules, "units_shipped"), figures(facts, rules, "units_planned", "plan")
    today = todays(ends)

    def days(end: int) -> tuple[object, ...] | None:
        plan = planned.get(end)
        if not plan:
            return None
        done = _until(shipped.get(end, ()), today[end])
        units = done[-1].number if done else 0.0
        if plan[-1].number <= units:
            return 0.0, "ahead", units, plan[-1].closes
        start = plan[0].closes.replace(day=1)
        reached = days_later(start, int(_earned_days(plan, units, start)))
        late = (today[end] - reached).days
        return max(0.0, float(late)), "late" if late > 0 else "ahead", units, reached

    return composed(ends, days, {"way": pl.String, "units": pl.Float64, "reached": pl.Date})


SPECS = (progress_earned, spi, completion_date, shipped_units, ship_delay_days)
