"""How strong each tie is, as one would write it for oneself: in pandas, and row by row. One part of a whole cycle."""

from collections.abc import Iterator
from importlib import import_module
from math import exp, log, log1p
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from bench.data import AS_OF

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = AS_OF.astimezone(ZONE).date()
WEIGHT = {"interview": 4, "meeting": 3, "call": 3, "event": 2, "message": 1}  # as bench/charter.yaml says
SUBSTANCE = frozenset({"question_answered", "decision", "commitment_made", "new_information", "feedback_recorded"})
SHIFT, FULL_DAY = 8 * 3_600_000_000, 86_400_000_000  # microseconds: the zone's distance from UTC, and a day
HALF_LIFE, KAPPA, LAST, MONTH, FULL = 45, 3, 10, 30.4375, 24
COLUMNS = ("fact", "member", "channel", "direction", "occurred_at", "flags", "corrects")


def strength(out: float, into: float, substantive: int, of: int, days: int) -> float:
    """Return the strength of one tie from the weights out and in, the last contacts and the days since the first."""
    intensity = 1 - exp(-(out + into) / KAPPA)
    larger = max(out, into)
    duration = min(1.0, log1p(days / MONTH) / log(1 + FULL))
    return (
        40 * intensity + 25 * (min(out, into) / larger if larger else 0) + 20 * substantive / of + 15 * duration
    ) / 100


def by_loop(folder: Path) -> dict[str, float]:
    """Return member → strength, a contact at a time."""
    rows = list(pl.read_parquet(folder / "facts" / "interactions.parquet", columns=list(COLUMNS)).iter_rows())
    gone = {row[6] for row in rows}
    weights: dict[str, list[float]] = {}
    contacts: dict[str, list[tuple[Any, bool]]] = {}
    for fact, member, channel, direction, occurred, flags, _ in rows:
        if fact in gone or channel not in WEIGHT:
            continue
        age = (TODAY - occurred.astimezone(ZONE).date()).days
        sums = weights.setdefault(member, [0.0, 0.0])
        sums[direction == "in"] += WEIGHT[channel] * 2 ** (-age / HALF_LIFE)
        contacts.setdefault(member, []).append((occurred, not SUBSTANCE.isdisjoint(flags)))
    return dict(_each(weights, contacts))


def _each(weights: dict[str, list[float]], contacts: dict[str, list[tuple[Any, bool]]]) -> Iterator[tuple[str, float]]:
    for member, had in contacts.items():
        had.sort(reverse=True)
        newest = had[:LAST]
        days = (TODAY - had[-1][0].astimezone(ZONE).date()).days
        out, into = weights[member]
        yield member, strength(out, into, sum(substantive for _, substantive in newest), len(newest), days)


def in_pandas(folder: Path) -> dict[str, float]:
    """Return member → strength, a column at a time."""
    pandas: Any = import_module("pandas")
    rows = pandas.read_parquet(folder / "facts" / "interactions.parquet", columns=list(COLUMNS))
    kept = rows[~rows["fact"].isin(rows["corrects"].dropna()) & rows["channel"].isin(list(WEIGHT))]
    local = kept["occurred_at"].dt.tz_convert(ZONE.key).dt.tz_localize(None).dt.normalize()
    age = (pandas.Timestamp(TODAY) - local).dt.days
    weight = kept["channel"].map(WEIGHT) * 2 ** (-age / HALF_LIFE)
    substantive = kept["flags"].map(lambda flags: flags is not None and not SUBSTANCE.isdisjoint(flags))
    frame = pandas.DataFrame(
        {
            "member": kept["member"],
            "at": kept["occurred_at"],
            "out": weight.where(kept["direction"] == "out", 0.0),
            "in": weight.where(kept["direction"] == "in", 0.0),
            "substantive": substantive,
            "age": age,
        }
    ).sort_values(["at", "substantive"], ascending=False, kind="stable")
    sums = frame.groupby("member", sort=False).agg(out=("out", "sum"), into=("in", "sum"), days=("age", "max"))
    last = frame.groupby("member", sort=False).head(LAST).groupby("member")["substantive"].agg(["sum", "size"])
    joined = sums.join(last)
    return {
        member: strength(out, into, substantive, of, days)
        for member, out, into, days, substantive, of in joined.itertuples()
    }
