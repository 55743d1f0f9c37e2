"""The register: what could happen, how likely within twelve months, and what it would cost."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

MONTHS = 12
GRID = 1000  # steps of the appetite, over which losses are added up
LEVEL = 0.90
OPEN = (Select("risks"),)
COLUMNS = ("probability", "horizon_months", "low_minor", "mode_minor", "high_minor", "currency", "state")


def within_year(probability: Decimal, horizon_months: int) -> float:
    """Return the probability within twelve months of one given for another horizon: 1 − (1 − p)^(12 ÷ horizon)."""
    return float(1 - (1 - float(probability)) ** (MONTHS / horizon_months))


def in_money(facts: Facts, rules: Rules) -> Iterator[tuple[int, list[Mapping[str, Any]] | None]]:
    """Yield each end with its open risks in money, by risk; None where one is in a currency without a rate."""
    rows = facts.now("risks", COLUMNS).filter(pl.col("state") == "open", pl.col("mode_minor").is_not_null())
    for (end,), risks in rows.sort("end", "risk").group_by("end", maintain_order=True):
        listed: list[Mapping[str, Any]] = [*risks.iter_rows(named=True)]
        foreign = any(one["currency"] not in (None, rules.charter.currency) for one in listed)
        yield int(str(end)), None if foreign else listed


def _losses(risks: list[Mapping[str, Any]]) -> list[tuple[float, float, float, float]]:
    return [
        (
            within_year(one["probability"], one["horizon_months"]),
            float(one["low_minor"] if one["low_minor"] is not None else one["mode_minor"]),
            float(one["mode_minor"]),
            float(one["high_minor"] if one["high_minor"] is not None else one["mode_minor"]),
        )
        for one in risks
    ]


def _rows(
    found: Mapping[int, int | None], likely: Mapping[int, int], counts: Mapping[int, int], ends: pl.DataFrame
) -> pl.DataFrame:
    listed = ends["end"].to_list()
    return pl.DataFrame(
        {
            "subject": ["community"] * len(listed),
            "end": listed,
            "value": [found.get(end, 0) for end in listed],
            "n": [counts.get(end, 0) for end in listed],
            "likely": [likely.get(end, 0) for end in listed],
        },
        schema={"subject": pl.String, "end": pl.Int32, "value": pl.Int64, "n": pl.Int64, "likely": pl.Int64},
    )


def _likely(risks: list[Mapping[str, Any]] | None) -> int:
    """Return what the risks cost together if each costs what is most likely."""
    return sum(one["mode_minor"] for one in risks or ())


@measure(
    "risk.expected_loss",
    unit="money",
    direction="down",
    reads=("risks",),
    facts=OPEN,
    minimum="0",
    source="PERT; scaling to 12 months [C]",
    pointer="/risk/appetite/expected_loss_12m",
    parts={"likely": "money"},
)
def expected_loss(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return Σ p·(low + 4 mode + high) ÷ 6 over open risks in money, p within twelve months, in minor units."""
    found: dict[int, int | None] = {}
    counts: dict[int, int] = {}
    likely: dict[int, int] = {}
    for end, risks in in_money(facts, rules):
        counts[end] = len(risks or ())
        parts = None if risks is None else [p * (low + 4 * mode + high) / 6 for p, low, mode, high in _losses(risks)]
        likely[end] = _likely(risks)
        found[end] = None if parts is None else round(sum(parts))
    return _rows(found, likely, counts, ends)


@measure(
    "risk.p90",
    unit="money",
    direction="down",
    reads=("risks",),
    facts=OPEN,
    minimum="0",
    source="convolution, independent [C]",
    pointer="/risk/appetite/single_risk_p90",
    parts={"likely": "money"},
)
def p90(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the 0.90 quantile of the sum of losses, by convolution on 10⁻³ of the appetite (no draws)."""
    from tenfold.methods.forecast import grid_quantile, loss_distribution

    appetite = rules.risk.appetite.expected_loss_12m
    found: dict[int, int | None] = {}
    counts: dict[int, int] = {}
    likely: dict[int, int] = {}
    for end, risks in in_money(facts, rules):
        counts[end] = len(risks or ())
        losses = None if risks is None else _losses(risks)
        likely[end] = _likely(risks)
        found[end] = None
        if losses is not None and appetite is not None:
            step = appetite.minor(rules.currencies) / GRID
            found[end] = round(grid_quantile(loss_distribution(losses, step), step, LEVEL))
    return _rows(found, likely, counts, ends)


SPECS = (expected_loss, p90)
