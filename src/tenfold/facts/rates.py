"""Money of many currencies in one: by the latest exchange rate at each fact's own date (FACTS.md §3); never a guess."""

from decimal import Decimal
from fractions import Fraction

import polars as pl

from tenfold.facts.declaration import LIMITS, TOTAL
from tenfold.terms.measure import Facts
from tenfold.terms.rules import Rules

TABLE = "exchange_rates"
LARGEST = LIMITS["money"] - 1  # minor units of one amount; more is not money but a mistyped rate


def converted(amounts: pl.DataFrame, facts: Facts, rules: Rules, minor: str = "amount_minor") -> pl.DataFrame:
    """Return `amounts` with `home_minor` (charter currency, half-even; null without a usable rate) and `rate_fact`.

    amounts   any frame with `end`, `currency`, `on` (the date whose rate counts) and the minor units in `minor`
    """
    home = str(rules.charter.currency)
    if amounts.filter(pl.col("currency") != home).is_empty():
        return amounts.with_columns(home_minor=pl.col(minor), rate_fact=pl.lit(None, dtype=pl.String))
    known = _rates(facts, home)
    row = pl.int_range(pl.len()).alias("row")
    found = (
        amounts.with_columns(row)
        .sort("on", "row")
        .join_asof(known, on="on", by=["end", "currency"], strategy="backward", check_sortedness=False)
        .sort("row")
    )
    parts = [minor, "currency", "numerator", "denominator"]
    # The same amounts return at every end of a history: each is converted once.
    once = found.select(parts).unique()
    values = [_convert(amount, currency, up, down, rules) for amount, currency, up, down in once.iter_rows()]
    once = once.with_columns(home_minor=pl.Series(values, dtype=pl.Int64))
    known_rows = found.join(once, on=parts, how="left", nulls_equal=True, maintain_order="left")
    total = pl.col("home_minor").cast(pl.Int128).abs().sum().over("end")
    summable = (total < TOTAL) | (pl.col("currency") == home)
    bounded = known_rows.with_columns(home_minor=pl.when(summable).then("home_minor"))
    return bounded.drop("row", "numerator", "denominator")


def _rates(facts: Facts, home: str) -> pl.DataFrame:
    """Return end, currency, on, rate as numerator and denominator, rate_fact; a day's latest row counts."""
    pairs = (pl.col("quote") == home) | (pl.col("base") == home)
    one = pl.lit("1").cast(pl.Decimal(38, 18))
    direct = pl.col("quote") == home
    rows = facts.rows(TABLE, ("base", "quote", "rate"), only=pairs).filter(pl.col("rate") > 0)
    return (
        rows.with_columns(
            currency=pl.when(direct).then("base").otherwise("quote"),
            numerator=pl.when(direct).then("rate").otherwise(one),
            denominator=pl.when(direct).then(one).otherwise("rate"),
            direct=direct,
        )
        .sort("occurred_at", "recorded_at", "direct", "fact")
        .unique(["end", "currency", "on"], keep="last", maintain_order=True)
        .select("end", "currency", "on", "numerator", "denominator", rate_fact="fact")
        .sort("on")
    )


def _convert(amount: int | None, currency: str, up: Decimal | None, down: Decimal | None, rules: Rules) -> int | None:
    home = str(rules.charter.currency)
    if amount is None or currency == home:
        return amount
    digits, home_digits = rules.currencies.digits(currency), rules.currencies.digits(home)
    if up is None or down is None or digits is None or home_digits is None:
        return None
    scale = Fraction(10) ** (home_digits - digits)
    home_amount = round(Fraction(amount) * Fraction(up) / Fraction(down) * scale)
    return home_amount if abs(home_amount) <= LARGEST else None
