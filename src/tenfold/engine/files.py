"""The files that come out of a cycle: `decisions.jsonl`, `measures.jsonl`, `cycle.json`. Same input, same bytes."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tenfold import __version__
from tenfold.engine.board import Board
from tenfold.engine.cycle import Cycle
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import DIGITS, Spec
from tenfold.terms.reason import Reason

NUMBERS = ("value", "low", "high")
LINES_AT_ONCE = 100_000  # so that writing takes the same memory whatever the size of a community


def instant_text(instant: datetime) -> str:
    """Write an instant in UTC with Z: 2026-11-02T00:30:00Z."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def line(content: Mapping[str, Any]) -> str:
    """Write one object a line: keys sorted, no blanks, UTF-8 as it is."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def fixed(scaled: pl.Expr, digits: int) -> pl.Expr:
    """Write integers of 10⁻ᵈ as decimals with exactly d digits: (−5, 2) → -0.05 (by columns: a row a call is slow)."""
    if digits == 0:
        return scaled.cast(pl.String)
    text = scaled.abs().cast(pl.String).str.zfill(digits + 1)
    sign = pl.when(scaled < 0).then(pl.lit("-")).when(scaled >= 0).then(pl.lit(""))
    return pl.concat_str(sign, text.str.head(-digits), pl.lit("."), text.str.tail(digits))


def _text(column: str, spec: Spec, money_digits: Mapping[str, int]) -> pl.Expr:
    """Return the expression that writes a number column as text with the digits of its unit."""
    value = pl.col(column)
    if spec.unit in DIGITS:
        digits = DIGITS[spec.unit]
        return fixed((value * 10**digits).round().cast(pl.Int64), digits).alias(column)
    if spec.unit != "money":
        return value.cast(pl.String)
    text = pl.lit(None, dtype=pl.String)
    for unit, digits in sorted(money_digits.items()):
        text = pl.when(pl.col("unit") == unit).then(fixed(value.cast(pl.Int64), digits)).otherwise(text)
    return text.alias(column)


def written(board: Board, spec: Spec, rows: pl.DataFrame) -> pl.DataFrame:
    """Return a measure's rows as they are written: all numbers as text, `end` as an instant, `status` beside."""
    units = rows["unit"].unique().to_list() if spec.unit == "money" else []
    digits = {unit: board.digits_of(unit) for unit in units}
    known = board.ends.frame.select("end", instant=pl.Series([instant_text(at) for at in board.ends.frame["as_of"]]))
    return (
        rows.with_columns(
            status=pl.when(pl.col("value").is_null()).then(pl.lit("insufficient")).otherwise(pl.lit("ok"))
        )
        .with_columns(_text(name, spec, digits) for name in NUMBERS)
        .join(known, on="end", maintain_order="left")
        .select(
            because=pl.col("because").fill_null([]),
            end="instant",
            high="high",
            id=pl.lit(spec.id),
            low="low",
            n="n",
            status="status",
            subject="subject",
            unit="unit",
            value="value",
            version=pl.lit(spec.version),
        )
    )


def measure_frames(cycle: Cycle) -> Iterator[pl.DataFrame]:
    """Yield the written rows of every measure at the cycle's own end, by id and subject, some at a time."""
    board = cycle.board
    for spec in board.registry.measures:
        rows = board.results[spec.id].filter(pl.col("end") == board.ends.main)
        for some in rows.sort("subject").iter_slices(LINES_AT_ONCE):
            yield written(board, spec, some)


def _reason(reason: Reason) -> dict[str, Any]:
    return {"id": reason.id, "params": dict(reason.params)}


def _cure(cure: Cure | None) -> dict[str, Any] | None:
    return None if cure is None else {"message": _reason(cure.reason), "value": cure.value, "unit": cure.unit}


def _ref(ref: MeasureRef, end: str) -> dict[str, str]:
    return {"id": ref.id, "subject": ref.subject, "end": ref.end or end}


def decision_object(decision: Decision, as_of: str) -> dict[str, Any]:
    """Return a decision as `decisions.jsonl` holds it."""
    return {
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


def plain(value: Any) -> Any:
    """Return a cell as JSON holds it: decimals and dates as text, instants in UTC."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def _write(path: Path, chunks: Iterator[bytes]) -> tuple[str, int]:
    """Write a file through a temporary name; return its SHA-256 and its number of lines."""
    digest, lines = hashlib.sha256(), 0
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            lines += chunk.count(b"\n")
    temporary.replace(path)
    return digest.hexdigest(), lines


def write_measures(cycle: Cycle, path: Path) -> tuple[str, int]:
    """Write `measures.jsonl`; return its SHA-256 and its number of lines."""
    return _write(path, (frame.write_ndjson().encode() for frame in measure_frames(cycle)))


def write_cycle(cycle: Cycle, out: Path) -> dict[str, Any]:
    """Write the three files into `out` and return what `cycle.json` holds."""
    out.mkdir(parents=True, exist_ok=True)
    as_of = instant_text(cycle.moment.as_of)
    decisions = (f"{line(decision_object(decision, as_of))}\n".encode() for decision in cycle.decisions)
    decisions_sha256, decided = _write(out / "decisions.jsonl", decisions)
    measures_sha256, measured = write_measures(cycle, out / "measures.jsonl")
    community = cycle.community
    rules = cycle.board.main[0]
    summary = {
        "as_of": as_of,
        "known_at": instant_text(cycle.moment.known_at),
        "charter": {
            "id": rules.charter.id,
            "version": rules.charter.version,
            "sha256": community.rulebook.judging(cycle.moment.as_of).sha256,
            "judges_older_facts": community.judges_older_facts,
        },
        "counts": {
            "facts": community.facts.count,
            "tables": {name: rows.height for name, rows in community.facts.tables.items() if rows.height},
            "decisions": decided,
            "measures": measured,
        },
        "facts": {"digest": community.digest},
        "refused": community.refused,
        "engine": __version__,
        "files": {"decisions.jsonl": decisions_sha256, "measures.jsonl": measures_sha256},
    }
    _write(
        out / "cycle.json", iter([f"{json.dumps(summary, sort_keys=True, ensure_ascii=False, indent=2)}\n".encode()])
    )
    return summary
