"""The files that come out of a cycle: `decisions.jsonl`, `measures.jsonl`, `cycle.json`. Same input, same bytes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from tenfold import __version__
from tenfold.engine.board import Board
from tenfold.engine.cycle import Cycle
from tenfold.engine.lines import LINES_AT_ONCE, Chunk, json_lines
from tenfold.terms.decision import Cure, Decision, MeasureRef
from tenfold.terms.measure import DIGITS, Spec
from tenfold.terms.reason import Reason

NUMBERS = ("value", "low", "high")
PRECISION = 38  # digits of a decimal, the most that there are
DECISIONS_AT_ONCE = 1_000
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
        return value.cast(pl.Decimal(PRECISION, DIGITS[spec.unit])).cast(pl.String)
    if spec.unit != "money":
        return value.cast(pl.String)
    text = pl.lit(None, dtype=pl.String)
    for unit, digits in sorted(money_digits.items()):
        text = pl.when(pl.col("unit") == unit).then(fixed(value.cast(pl.Int64), digits)).otherwise(text)
    return text.alias(column.name)


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


def _measured(cycle: Cycle) -> Iterator[tuple[Spec, pl.DataFrame]]:
    """Yield every measure, by id, with its rows at the cycle's own end, by subject: the board keeps them so."""
    board = cycle.board
    for spec in board.registry.measures:
        yield spec, board.results[spec.id].filter(pl.col("end") == board.ends.main)


def measure_frames(cycle: Cycle) -> Iterator[pl.DataFrame]:
    """Yield the written rows of every measure that has any at the cycle's own end."""
    for spec, rows in _measured(cycle):
        if not rows.is_empty():
            yield written(cycle.board, spec, rows)


def _measure_lines(cycle: Cycle) -> Iterator[Chunk]:
    end = instant_text(cycle.moment.as_of)
    for spec, rows in _measured(cycle):
        constants = {"id": spec.id, "version": spec.version, "end": end}
        for some in rows.iter_slices(LINES_AT_ONCE):
            yield json_lines(texts(cycle.board, spec, some), constants)


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


def _write(path: Path, chunks: Iterable[Chunk]) -> str:
    """Write a file through a temporary name; return its SHA-256.

    A chunk is written and hashed while the next one is made.
    """
    digest = hashlib.sha256()
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file, ThreadPoolExecutor(1) as behind:

        def put(chunk: Chunk) -> None:
            file.write(chunk)
            digest.update(chunk)

        earlier: Future[None] | None = None
        for chunk in chunks:
            if earlier is not None:
                earlier.result()
            earlier = behind.submit(put, chunk)
        if earlier is not None:
            earlier.result()
    temporary.replace(path)
    return digest.hexdigest()


def write_measures(cycle: Cycle, path: Path) -> tuple[str, int]:
    """Write `measures.jsonl`; return its SHA-256 and its number of lines."""
    digest = _write(path, _measure_lines(cycle))
    return digest, sum(rows.height for _, rows in _measured(cycle))


def write_decisions(cycle: Cycle, path: Path) -> tuple[str, int]:
    """Write `decisions.jsonl`; return its SHA-256 and its number of lines."""
    return _write(path, _decision_lines(cycle)), len(cycle.decisions)


def _decision_lines(cycle: Cycle) -> Iterator[Chunk]:
    as_of = instant_text(cycle.moment.as_of)
    for first in range(0, len(cycle.decisions), DECISIONS_AT_ONCE):
        some = cycle.decisions[first : first + DECISIONS_AT_ONCE]
        yield "".join(f"{line(decision_object(one, as_of))}\n" for one in some).encode()


def write_cycle(cycle: Cycle, out: Path) -> dict[str, Any]:
    """Write the three files into `out` and return what `cycle.json` holds."""
    out.mkdir(parents=True, exist_ok=True)
    as_of = instant_text(cycle.moment.as_of)
    decisions_sha256, decided = write_decisions(cycle, out / "decisions.jsonl")
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
    _write(out / "cycle.json", [f"{json.dumps(summary, sort_keys=True, ensure_ascii=False, indent=2)}\n".encode()])
    return summary
