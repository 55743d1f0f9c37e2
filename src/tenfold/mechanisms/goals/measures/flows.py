"""Payments: who gave what to whom, and which of them are money received by the project."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.relations import visible
from tenfold.terms.measure import Facts, reduction
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

RECEIVED = ("investment", "grant", "capital")
REPAID = "repayment"
PAYMENTS = (*RECEIVED, REPAID)
PADDING = 19  # digits of an int64 amount, so that amounts order as text


def _home(rules: Rules, ends: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    return {"home": pl.DataFrame({"home_currency": [str(rules.charter.currency)]})}


@reduction(
    "goals.flows",
    reads=("cash_movements",),
    params={"home": {"home_currency": "string"}},
    frames=_home,
)
def flows(tables: "Mapping[str, ibis.Table]") -> "ibis.Table":
    """Return who gave what to whom: end, funder, recipient, round, opportunity, currency, on, sums in minor units.

    A repayment goes back to its funder and stands in `repaid_minor`. Amounts in a foreign currency keep their date `on`
    (its rate counts); in the charter's currency `on` is null. `largest` is the largest payment, then its fact.
    """
    import ibis

    money = tables["cash_movements"]
    money = money.filter(money.purpose.isin(list(PAYMENTS))).cross_join(tables["home"])
    back = money.purpose == REPAID
    text = money.amount_minor.cast("string").lpad(PADDING, "0") + money.fact
    rows = money.select(
        "recorded_at", "corrected_at", "occurred_at", "round", "opportunity", "currency",
        funder=ibis.ifelse(back, money.payee, money.payer),
        recipient=ibis.ifelse(back, money.payer, money.payee),
        on=ibis.ifelse(money.currency == money.home_currency, ibis.null("date"), money.on),
        received=ibis.ifelse(back, 0, money.amount_minor),
        repaid=ibis.ifelse(back, money.amount_minor, 0),
        payment=ibis.ifelse(back, ibis.null("string"), text),
    )  # fmt: skip
    seen = visible(rows, tables["ends"])
    return seen.group_by("end", "funder", "recipient", "round", "opportunity", "currency", "on").aggregate(
        received_minor=seen.received.sum(), repaid_minor=seen.repaid.sum(), largest=seen.payment.max()
    )


def current_raise(rules: Rules) -> tuple[str, Any]:
    """Return the current stage and its raise (None without one)."""
    stage = str(rules.community.current_stage)
    plan = rules.goals.stages.get(stage)
    return stage, plan.raise_ if plan is not None else None


def counting(rows: pl.DataFrame, facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return the rows (end, recipient, round, opportunity, …) that are money received by the project.

    Paid to the project's own party (to anybody without one); the round is the row's own (`own_round`), else its deal's.
    With a raise in the current stage a row needs a round, and one whose round is known with another instrument is out.
    """
    project, (_, plan) = rules.community.project, current_raise(rules)
    if project is not None:
        rows = rows.filter(pl.col("recipient") == project)
    deals = facts.now("opportunities", ("round",)).select("end", "opportunity", deal_round="round")
    rows = rows.join(deals, on=["end", "opportunity"], how="left", maintain_order="left")
    rows = rows.with_columns(own_round="round", round=pl.coalesce("round", "deal_round")).drop("deal_round")
    if plan is None:
        return rows
    others = facts.now("rounds", ("instrument",)).filter(pl.col("instrument") != plan.instrument)
    known = rows.filter(pl.col("round").is_not_null())
    return known.join(others.select("end", "round"), on=["end", "round"], how="anti", maintain_order="left")


SPECS = (flows,)
