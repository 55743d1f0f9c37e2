"""Key results, the score of a stage, and whether a stage gate is ready."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.mechanisms.goals.measures.conditions import Tested, exact, one_each, tested, threshold
from tenfold.mechanisms.goals.measures.flows import current_raise
from tenfold.mechanisms.goals.measures.rounds import ROUNDS, current_round
from tenfold.terms.measure import DIGITS, Facts, Select, measure, write_plain
from tenfold.terms.money import from_minor
from tenfold.terms.rules import Rules

ON_TRACK, AT_RISK = 0.9, 0.7  # of the elapsed share of time [C]
GOOD = 0.7  # of an aspirational result
HALF = 0.5
SCORE: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "because": pl.List(pl.String),
    "seen": pl.String,
    "baseline": pl.String,
    "target": pl.String,
}


def key_results(rules: Rules) -> Sequence[Any]:
    """Return the key results of the current stage."""
    plan = rules.goals.stages.get(rules.community.current_stage)
    return plan.key_results if plan is not None else ()


def metrics(rules: Rules) -> tuple[str, ...]:
    """Return the measures that the key results of the current stage name."""
    return tuple(sorted({result.metric for result in key_results(rules)}))


def gate_metrics(rules: Rules) -> tuple[str, ...]:
    """Return the measures that the conditions of the gates name."""
    conditions = [one for gate in rules.adjustment.gates.values() for one in (*gate.must, *gate.should)]
    return tuple(sorted({condition.metric for condition in conditions if condition.metric is not None}))


@measure(
    "okr.kr_score",
    unit="ratio",
    direction="up",
    subject="key result",
    reads=("rounds",),
    named=metrics,
    facts=(ROUNDS,),
    minimum="its measure",
    source="Doerr",
    pointer="/goals/stages",
    parts={"seen": "code", "baseline": "code", "target": "code"},
)
def kr_score(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return clip((x − baseline) ÷ (target − baseline), 0, 1) of every key result of the current stage.

    A baseline above the target means that lower is better.
    """
    rounds = current_round(facts, rules)
    rows = []
    for result in key_results(rules):
        seen = one_each(facts.read(result.metric), rounds)
        known = {row["end"]: row for row in seen.iter_rows(named=True)}
        low, high = threshold(result.baseline, rules), threshold(result.target, rules)
        for end in ends["end"]:
            row = known.get(end, {"value": None, "because": None, "unit": ""})
            x = exact(row["value"])
            score = None if x is None or isinstance(x, str) else float((x - low) / (high - low))
            clipped = None if score is None else min(1.0, max(0.0, score))
            parts = [_told(one, row["unit"], rules) for one in (x, low, high)]
            rows.append((result.id, end, clipped, row["because"], *parts))
    return pl.DataFrame(rows, schema=SCORE, orient="row")


def _told(value: Decimal | int | str | None, unit: str, rules: Rules) -> str | None:
    """Write what a key result compares: money with its currency, else the number."""
    if value is None or isinstance(value, str):
        return value
    if unit == rules.charter.currency:
        return f"{from_minor(int(value), rules.currencies.digits(unit) or 0)} {unit}"
    return write_plain(Decimal(value))


@measure(
    "okr.score",
    unit="ratio",
    direction="up",
    subject="stage",
    reads=("okr.kr_score", "rounds"),
    facts=(ROUNDS,),
    minimum="results with a value worth half of the weight",
    source="[C]",
    pointer="/goals/stages",
    parts={"reached": "number", "weight": "number"},
)
def score(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ weight·kr ÷ Σ weight over key results with a value; insufficient if over half the weight has none."""
    weights = {result.id: float(result.weight) for result in key_results(rules)}
    whole = sum(weights.values())
    rows = []
    seen = facts.read("okr.kr_score")
    for end in ends["end"]:
        here = seen.filter(pl.col("end") == end, pl.col("value").is_not_null()).sort("subject")
        counted = sum(weights[id] for id in here["subject"])
        total = sum(weights[id] * value for id, value in here.select("subject", "value").iter_rows())
        enough = counted > 0 and counted >= HALF * whole
        share = total / counted if enough else None
        rows.append((rules.community.current_stage, end, share, len(here), total, counted))
    schema = {"subject": pl.String, "end": pl.Int32, "value": pl.Float64, "n": pl.Int64}
    schema |= {"reached": pl.Float64, "weight": pl.Float64}
    return pl.DataFrame(rows if weights else [], schema=schema, orient="row")


def elapsed(facts: Facts, rules: Rules, end: int) -> float | None:
    """Return the share of time gone between the round's opening and `raise.close_by`, in 0 … 1; None without both."""
    _, plan = current_raise(rules)
    rows = current_round(facts, rules).filter(pl.col("end") == end)
    opened: date | None = rows["opened_on"][0] if rows.height else None
    closes = plan.close_by if plan is not None else None
    if opened is None or closes is None or closes <= opened:
        return None
    today: date = facts.rows("rounds", ("round",)).filter(pl.col("end") == end)["today"][0]
    gone = (today - opened).days / (closes - opened).days
    return float(min(1.0, max(0.0, gone)))


def status(value: float, gone: float | None, *, aspirational: bool = False) -> str:
    """Return done, good (a stretch goal mostly reached), on_track, at_risk, off_track by score and time gone.

    Both are rounded to the digits of a score before they are compared: nine tenths of a tenth of the time are 0.09.
    """
    if value >= 1:
        return "done"
    if aspirational and value >= GOOD:
        return "good"
    if gone is None:
        return "no_dates"
    on_track, at_risk = (round(part * gone, DIGITS["ratio"]) for part in (ON_TRACK, AT_RISK))
    if value >= on_track:
        return "on_track"
    return "at_risk" if value >= at_risk else "off_track"


def gate_state(gate: Any, facts: Facts, rules: Rules, end: int) -> tuple[list[Tested], list[Tested], int, bool]:
    """Return the must tests, the should tests, the points reached, and whether the gate is ready."""
    must, should = tested(gate.must, facts, rules, end), tested(gate.should, facts, rules, end)
    points = sum(test.condition.points for test in should if test.met)
    ready = all(test.met for test in must) and points >= gate.pass_points
    return must, should, points, ready


@measure(
    "gate.ready",
    unit="yes/no",
    direction="up",
    subject="gate",
    reads=("incidents", "rounds"),
    named=gate_metrics,
    facts=(Select("incidents"), ROUNDS),
    minimum="always",
    source="Cooper 1990",
    pointer="/adjustment/gates",
    observes=True,
    ways=("gate", "points"),
    parts={"hold": "count", "must": "count", "points": "points", "needed": "points"},
)
def ready(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return whether every `must` holds and the true `should` bring enough points; the points at `GATE/points`.

    A condition on an insufficient measure is false. `n` = conditions that do not hold.
    """
    rows = []
    for end in ends["end"]:
        for id, gate in rules.adjustment.gates.items():
            must, should, points, open_gate = gate_state(gate, facts, rules, end)
            failing = sum(not test.met for test in (*must, *should))
            named = [fact for test in must if test.condition.event for fact in test.facts]
            parts = (sum(bool(test.met) for test in must), len(must), points, gate.pass_points)
            rows.append((id, end, "yes" if open_gate else "no", failing, named, "gate", *parts))
            rows.append((f"{id}/points", end, str(points), failing, named, "points", *parts))
    schema: dict[str, Any] = {
        "subject": pl.String,
        "end": pl.Int32,
        "value": pl.String,
        "n": pl.Int64,
        "because": pl.List(pl.String),
        "way": pl.String,
        "hold": pl.Int64,
        "must": pl.Int64,
        "points": pl.Float64,
        "needed": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


SPECS = (kr_score, score, ready)
