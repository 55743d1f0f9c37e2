"""How much of the money received hangs on how few: shares of connected groups, at every end at once."""

import polars as pl

from tenfold.mechanisms.goals.measures.received import by_group
from tenfold.terms.measure import Facts, measure
from tenfold.terms.rules import Rules

COMMUNITY = "community"
READS = ("view.wired",)


def _shares(facts: Facts) -> pl.DataFrame:
    """Return end, share (largest first), payments; no share at an end where a rate is missing."""
    total = pl.col("amount_minor").sum().over("end")
    share = pl.when(~pl.col("unknown")).then(pl.col("amount_minor") / total)
    return by_group(facts).with_columns(share=share)


def _concentration(facts: Facts, ends: pl.DataFrame, value: pl.Expr, **parts: pl.Expr) -> pl.DataFrame:
    found = (
        _shares(facts)
        .group_by("end", maintain_order=True)
        .agg(value=value, n=pl.len(), because=pl.col("payments").first(), **parts)
        .with_columns(value=pl.when(pl.col("value") > 0).then("value"))
    )
    return (
        ends.select("end")
        .join(found, on="end", how="left", maintain_order="left")
        .with_columns(subject=pl.lit(COMMUNITY))
    )


@measure(
    "fund.top1_group",
    unit="ratio",
    direction="down",
    reads=READS,
    minimum="1 payer",
    source="DOMAIN R11; scope [C]",
    pointer="/goals/stages",
    parts={"top": "money", "total": "money", "group": "key"},
    quotient=("top", "total"),
)
def top1_group(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the largest connected group's share of the money received over all rounds of the raise's instrument."""
    amount = pl.col("amount_minor")
    parts = {"top": amount.first(), "total": amount.sum(), "group": pl.col("group").first()}
    return _concentration(facts, ends, pl.col("share").head(1).sum(), **parts)


@measure(
    "fund.top3_group",
    unit="ratio",
    direction="down",
    reads=READS,
    minimum="1 payer",
    source="DOMAIN 2.7",
    parts={"top": "money", "total": "money"},
    quotient=("top", "total"),
)
def top3_group(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of the three largest shares."""
    amount = pl.col("amount_minor")
    top, total = amount.head(3).sum(), amount.sum()
    return _concentration(facts, ends, pl.col("share").head(3).sum(), top=top, total=total)


@measure(
    "fund.hhi_group",
    unit="0-10000",
    direction="down",
    reads=READS,
    minimum="1 payer",
    source="US Merger Guidelines",
    pointer="/goals/stages",
    parts={"squares": "number"},
)
def hhi_group(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return 10,000 × Σ share², the Herfindahl–Hirschman index of groups."""
    squares = (pl.col("share") ** 2).sum()
    return _concentration(facts, ends, 10_000 * squares, squares=squares)


@measure(
    "fund.n_eff",
    unit="number",
    direction="up",
    reads=READS,
    minimum="1 payer",
    source="DOMAIN 2.7",
    parts={"squares": "number"},
)
def n_eff(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return 1 ÷ Σ share²: how many equal sources would be as concentrated."""
    squares = (pl.col("share") ** 2).sum()
    return _concentration(facts, ends, pl.when(squares > 0).then(1 / squares), squares=squares)


SPECS = (top1_group, top3_group, hhi_group, n_eff)
