"""How instants, numbers, measures and decisions are written in the files and shown to programs."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.engine.board import Board
from tenfold.terms.canonical import EXACT
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import DIGITS, PRECISION, SHARES, WAY, Spec, write_number, write_percent, write_plain
from tenfold.terms.money import from_minor
from tenfold.terms.reason import Reason

NUMBERS = ("value", "low", "high")
ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with Z: 2026-11-02T00:30:00Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def line(content: Mapping[str, Any]) -> str:
    """Write one object a line: keys sorted, no blanks, UTF-8 as it is."""
    return ENCODER.encode(content)


def fixed(scaled: pl.Expr, digits: int) -> pl.Expr:
    """Write integers of 10⁻ᵈ as decimals with exactly d digits: (−5, 2) → -0.05 (by columns: a row a call is slow)."""
    if digits == 0:
        return scaled.cast(pl.String)
    whole, part = scaled.abs() // 10**digits, scaled.abs() % 10**digits
    sign = pl.when(scaled < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(sign, whole.cast(pl.String), pl.lit("."), (part + 10**digits).cast(pl.String).str.slice(1))


def _text(column: pl.Series, spec: Spec, money_digits: Mapping[str, int]) -> pl.Expr:
    """Return the expression that writes a number column as text with the digits of its unit."""
    value = pl.col(column.name)
    if column.null_count() == len(column):
        return pl.lit(None, dtype=pl.String).alias(column.name)
    if spec.unit in DIGITS:
        return _in_digits(column, DIGITS[spec.unit])
    if spec.unit != "money":
        return value.cast(pl.String)
    text = pl.lit(None, dtype=pl.String)
    for unit, digits in sorted(money_digits.items()):
        text = pl.when(pl.col("unit") == unit).then(fixed(value.cast(pl.Int64), digits)).otherwise(text)
    return text.alias(column.name)


def _in_digits(column: pl.Series, digits: int) -> pl.Expr:
    """Return the expression that writes numbers with so many digits; of large floats no digit that they do not hold."""
    if column.dtype.is_float() and (column.abs() >= EXACT / 10**digits).any():
        return pl.lit(pl.Series(column.name, [write_number(one, digits) for one in column], dtype=pl.String))
    return pl.col(column.name).cast(pl.Decimal(PRECISION, digits)).cast(pl.String)


def texts(board: Board, spec: Spec, rows: pl.DataFrame) -> pl.DataFrame:
    """Return what differs between the lines of a measure: all numbers as text, `status` beside."""
    units = rows["unit"].unique().to_list() if spec.unit == "money" else []
    digits = {unit: board.digits_of(unit) for unit in units}
    known = pl.when(pl.col("value").is_null()).then(pl.lit("insufficient")).otherwise(pl.lit("ok"))
    numbers = [_text(rows[name], spec, digits) for name in NUMBERS]
    return rows.select("subject", *numbers, "unit", "n", pl.col("because").fill_null([]), status=known)


def written(board: Board, spec: Spec, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a measure's rows as they are written: all numbers as text, `end` as an instant, `status` beside."""
    known = board.ends.frame.select("end", instant=pl.Series([instant_text(at) for at in board.ends.frame["as_of"]]))
    instants = rows.select("end").join(known, on="end", maintain_order="left")["instant"]
    whole = texts(board, spec, rows).with_columns(id=pl.lit(spec.id), version=pl.lit(spec.version), end=instants)
    return whole.select(sorted(whole.columns))


def how(board: Board, spec: Spec, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the sentence of how a value was made, with its figures as text; None where it or one of them is unknown.

    row   of the measure's result
    """
    figures = {name: row.get(name) for name in spec.parts}
    if row["value"] is None or any(figure is None for figure in figures.values()):
        return None
    of_value = "money" if spec.unit == "money" else row["unit"]
    usual = row["unit"] if spec.unit == "money" else board.main[0].charter.currency
    currency = str(figures.pop("currency", usual))
    numbers = [(name, row[name], of_value) for name in NUMBERS] + [("n", row["n"], "count")]
    known = numbers + [(name, figure, spec.parts[name]) for name, figure in figures.items()]
    digits = board.digits_of(currency)
    params = {name: _figure(seen, unit, digits) for name, seen, unit in known if seen is not None}
    if "currency" in spec.parts or "money" in {unit for _, _, unit in known}:
        params["currency"] = currency
    way = params.pop(WAY, None)
    return {"id": f"how.{spec.id}" if way is None else f"how.{spec.id}.{way}", "params": params}


def _figure(seen: Any, unit: str, digits: int) -> str:
    """Return a figure for a sentence: money with its `digits`, a share as percent, a number without idle zeros."""
    if unit == "money":
        return from_minor(int(seen), digits)
    if unit in SHARES:
        return write_percent(seen)
    if unit not in DIGITS or isinstance(seen, str):
        return str(seen)
    return write_plain(Decimal(write_number(seen, DIGITS[unit]) or 0))


MEASURE_KEYS = frozenset({"id", "version", "end", "subject", *NUMBERS, "unit", "n", "because", "status"})


def _reason(reason: Reason) -> dict[str, Any]:
    return {"id": reason.id, "params": dict(reason.params)}


def _cure(cure: Cure | None) -> dict[str, Any] | None:
    return None if cure is None else {"message": _reason(cure.reason), "value": cure.value, "unit": cure.unit}


def _ref(ref: MeasureRef, end: str) -> dict[str, str]:
    return {"id": ref.id, "subject": ref.subject, "end": ref.end or end}


def decision_object(decision: Decision, as_of: str) -> dict[str, Any]:
    """Return a decision as `decisions.jsonl` holds it.

    `proposal_sha256` stands there only where an act must name it, `appeal` where a day ends the time for one.
    """
    named: dict[str, Any] = {} if decision.proposal_sha256 is None else {"proposal_sha256": decision.proposal_sha256}
    named |= {} if decision.appeal is None else {"appeal": _reason(decision.appeal)}
    return named | {
        "id": decision.id,
        "mechanism": decision.mechanism,
        "kind": decision.kind,
        "subject": decision.subject,
        "proposal": decision.proposal,
        "value": decision.value,
        "unit": decision.unit,
        "low": decision.low,
        "high": decision.high,
        "status": decision.status,
        "charter": {"version": decision.version, "pointer": decision.pointer},
        "measures": [_ref(ref, as_of) for ref in decision.measures],
        "facts": list(decision.facts),
        "alternatives": list(decision.alternatives),
        "cure": _cure(decision.cure),
        "closes_when": decision.closes_when and dict(decision.closes_when),
        "proposes": decision.proposes and dict(decision.proposes),
        "message": _reason(decision.message),
        "as_of": as_of,
    }


DECISION_KEYS = frozenset(
    decision_object(Decision("", "", "", "", Reason(""), "", "", 0, proposal_sha256="", appeal=Reason("")), "")
)


def plain(value: Any) -> Any:
    """Return a cell as JSON holds it: decimals and dates as text, instants in UTC."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return write_plain(value)
    return value
