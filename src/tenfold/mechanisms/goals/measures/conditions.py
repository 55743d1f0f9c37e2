"""Conditions of the charter put to the numbers: true, false, or not to be known yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from operator import eq, ge, gt, le, lt
from typing import Any

import polars as pl

from tenfold.mechanisms.goals.measures.concentration import COMMUNITY
from tenfold.mechanisms.goals.measures.rounds import current_round
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules
from tenfold.terms.scalars import Money

COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
Number = Decimal | int | str | None


@dataclass(frozen=True, slots=True)
class Tested:
    """A condition at one end: met, not met, or None = the number is insufficient; what was seen and of whom."""

    condition: Any
    met: bool | None
    seen: Number = None
    subject: str = COMMUNITY
    facts: tuple[str, ...] = ()
    unit: str = ""


def one_each(rows: pl.DataFrame, rounds: pl.DataFrame) -> pl.DataFrame:
    """Return the row per end that stands for the community: its own, else the current round's, else the only one."""
    with_round = rows.join(rounds.select("end", "round"), on="end", how="left", maintain_order="left")
    own = pl.col("subject") == COMMUNITY
    current = (pl.col("subject") == pl.col("round")).fill_null(value=False)
    alone = pl.len().over("end") == 1
    return (
        with_round.filter(own | current | alone)
        .sort("end", ~own, maintain_order=True)
        .group_by("end", maintain_order=True)
        .first()
        .drop("round")
    )


def exact(value: float | Number) -> Number:
    """Return a rounded number as it is written: floats by their shortest decimal form."""
    return Decimal(str(value)) if isinstance(value, float) else value


def threshold(value: Any, rules: Rules) -> Decimal | int:
    """Return what a measure is compared with: minor units for money, else the number."""
    return int(value.minor(rules.currencies)) if isinstance(value, Money) else Decimal(value)


def nearest_met(op: str, wanted: Decimal | int, digits: int) -> Decimal:
    """Return the value nearest to `wanted` that meets a condition, of those that a measure of so many digits can take.

    >>> str(nearest_met(">", Decimal("0.27"), 6)), str(nearest_met("<=", Decimal("2.5"), 0))
    ('0.270001', '2')
    """
    step = Decimal(1).scaleb(-digits)
    limit = Decimal(wanted)
    match op:
        case ">=":
            return limit.quantize(step, ROUND_CEILING)
        case ">":
            return limit.quantize(step, ROUND_FLOOR) + step
        case "<=":
            return limit.quantize(step, ROUND_FLOOR)
        case "<":
            return limit.quantize(step, ROUND_CEILING) - step
        case _:
            return limit


def holds(seen: Number, op: str, value: Any, rules: Rules) -> bool | None:
    """Compare a value with a threshold; None when there is no number to compare."""
    if seen is None or isinstance(seen, str):
        return None
    return bool(COMPARE[op](seen, threshold(value, rules)))


def tested(conditions: Sequence[Any], facts: Facts, rules: Rules, end: int) -> list[Tested]:
    """Return every condition as it stands at one end; one that counts observations looks at the last of the grid."""
    return [
        _event(condition, facts, end) if condition.event is not None else _comparison(condition, facts, rules, end)
        for condition in conditions
    ]


def _event(condition: Any, facts: Facts, end: int) -> Tested:
    kind = pl.col("kind") == condition.event
    rows = facts.rows("incidents", ("kind",)).filter(pl.col("end") == end, kind).sort("occurred_at", "fact")
    return Tested(condition, not rows.is_empty(), facts=tuple(rows["fact"].head(1)))


def _comparison(condition: Any, facts: Facts, rules: Rules, end: int) -> Tested:
    rounds = current_round(facts, rules)
    now = one_each(facts.read(condition.metric).filter(pl.col("end") == end), rounds)
    row = now.row(0, named=True) if now.height else {"value": None, "subject": COMMUNITY, "because": None, "unit": ""}
    seen = exact(row["value"])
    met = holds(seen, condition.op, condition.value, rules)
    if condition.for_ > 1:
        met = _kept(condition, facts, rules, str(row["subject"]), end)
    return Tested(condition, met, seen, str(row["subject"]), tuple(row["because"] or ()), str(row["unit"]))


def _kept(condition: Any, facts: Facts, rules: Rules, subject: str, end: int) -> bool | None:
    """Return whether the last `for` observations all hold; None when one of them is insufficient or missing."""
    rows = facts.history(condition.metric).filter(pl.col("subject") == subject, pl.col("end") <= end)
    seen = [holds(exact(value), condition.op, condition.value, rules) for value in rows.sort("end")["value"]]
    last = seen[-condition.for_ :]
    if len(last) < condition.for_ or None in last:
        return False if False in last else None
    return all(last)
