"""Special rights: what obligors would owe if redemption rights were used, as entered."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tenfold.facts.declaration import LIMITS
from tenfold.facts.views import folded
from tenfold.terms.measure import Facts, measure
from tenfold.terms.money import round_half_even
from tenfold.terms.rules import Rules

SHOWN = 8
DAYS_PER_YEAR = 365
REDEMPTION, INVESTMENT = "redemption", "investment"
COMPANY = "company"  # the obligor where a right names none


def redemptions(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return the dated redemption rights with `subject`, `from` (when interest begins, if known) and `paid` (a fact).

    Interest runs from `accrues_from`, else from the holder's first investment paid to the obligor.
    """
    rows = facts.now("rights").filter(
        pl.col("right") == REDEMPTION, pl.col("trigger_at").is_not_null(), pl.col("principal_minor").is_not_null()
    )
    project = pl.lit(rules.community.project, dtype=pl.String)
    obligor = pl.col("obligor").fill_null(COMPANY)
    parties = _as_one(facts, rows.with_columns(payer="holder", payee=pl.coalesce("obligor", project)))
    rows = parties.join(_first_investments(facts), on=["end", "payer", "payee"], how="left", maintain_order="left")
    own = pl.col("accrues_from").is_not_null()
    return rows.with_columns(
        pl.coalesce("accrues_from", "paid_on").alias("from"),
        subject=pl.concat_str(obligor, pl.lit("@"), pl.col("trigger_at").cast(pl.String)),
        paid=pl.when(~own).then("paid"),
    )


def _first_investments(facts: Facts) -> pl.DataFrame:
    """Return end, payer, payee, paid_on, paid: the first investment of each in each; merged records are one party."""
    rows = facts.rows("cash_movements", ("payer", "payee", "purpose"), pl.col("purpose") == INVESTMENT)
    first = (
        _as_one(facts, rows)
        .sort("end", "on", "fact")
        .unique(["end", "payer", "payee"], keep="first", maintain_order=True)
    )
    return first.select("end", "payer", "payee", paid_on="on", paid="fact")


def _as_one(facts: Facts, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows whose payer and payee are the records that stand for them."""
    same = facts.read("view.same")
    for side in ("payer", "payee"):
        rows = folded(rows.rename({side: "party"}), same).rename({"party": side})
    return rows


def _behind(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    rows = redemptions(facts, rules)
    rows = rows if subject is None else rows.filter(pl.col("subject") == subject)
    return {"rights": rows.select("fact"), "cash_movements": rows.select(fact="paid").drop_nulls()}


@measure(
    "risk.redemption_exposure", unit="money", direction="down", subject="obligor × date",
    reads=("rights", "cash_movements", "view.same"), facts=_behind, minimum="0", source="DOMAIN §2.7", version=2,
    parts={"principal": "money"},
)  # fmt: skip
def redemption_exposure(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each obligor would owe at each trigger date by redemption rights, as entered.

    Per right the larger of principal × multiple and principal with its rate to the trigger, simple or compounded by the
    year (act/365), from `accrues_from`, else from the holder's first investment paid to the obligor. Minor units,
    half-even. A right with a rate but without either day, or in a foreign currency, makes its row insufficient.
    """
    rows = redemptions(facts, rules)
    owed = pl.Series([_owed(row, rules) for row in rows.iter_rows(named=True)], dtype=pl.Int64)
    unknown = pl.col("owed").is_null().any()
    return (
        rows.with_columns(owed=owed)
        .group_by("end", "subject", maintain_order=True)
        .agg(
            value=pl.when(unknown)
            .then(None)
            .otherwise(pl.col("owed").cast(pl.Int128).sum().cast(pl.Int64, strict=False)),
            n=pl.len().cast(pl.Int64),
            principal=pl.col("principal_minor").cast(pl.Int128).sum().cast(pl.Int64, strict=False),
            because=pl.col("fact").head(SHOWN),
        )
    )


def _owed(row: Mapping[str, Any], rules: Rules) -> int | None:
    if row["currency"] not in (None, rules.charter.currency):
        return None
    terms = (row["rate"] or Decimal(0), row["multiple"] or Decimal(1), row["compounding"] == "annual")
    return owed(row["principal_minor"], *terms, begun=row["from"], trigger=row["trigger_at"])


def owed(
    principal: int, rate: Decimal, multiple: Decimal, annual: bool, *, begun: date | None, trigger: date
) -> int | None:
    """Return what a right costs at its trigger, in the minor units of `principal`.

    None where interest has no start, or makes more of it than an amount may be (a mistyped rate).

    >>> owed(100000, Decimal("0.10"), Decimal(1), False, begun=date(2025, 1, 1), trigger=date(2028, 1, 1))
    130000
    """
    floor = Decimal(principal) * max(multiple, Decimal(1))
    if not rate:
        return int(round_half_even(floor, 0)) if floor < LIMITS["money"] else None
    if begun is None:
        return None
    years = Decimal(max(0, (trigger - begun).days)) / DAYS_PER_YEAR
    growth = (1 + rate) ** years if annual else 1 + rate * years
    grown = max(principal * growth, floor)
    return int(round_half_even(grown, 0)) if grown < LIMITS["money"] else None


SPECS = (redemption_exposure,)
