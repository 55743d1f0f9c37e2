"""Payments: who gave what to whom, and which of them are money received by the project."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.relations import visible
from tenfold.terms.measure import Facts, reduction, view
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
    (its rate counts), and so do those that name no round (the one that was open counts); of others `on` is null.
    `largest` is the largest payment, then its fact.
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
        on=ibis.ifelse((money.currency == money.home_currency) & money.round.notnull(), ibis.null("date"), money.on),
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

    Paid to the project's own party (to anybody without one); the round is the row's own (`own_round`), else its deal's,
    else the one of the raise's instrument that was open on the day (`by_day`). With a raise in the current stage a row
    needs a round, and one whose round is known with another instrument is out.
    """
    _, plan = current_raise(rules)
    found = _with_round(rows, facts, rules)
    if plan is None:
        return found
    others = facts.now("rounds", ("instrument",)).filter(pl.col("instrument") != plan.instrument)
    known = found.filter(pl.col("round").is_not_null())
    return known.join(others.select("end", "round"), on=["end", "round"], how="anti", maintain_order="left")


def _with_round(rows: pl.DataFrame, facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return the money that came to the project, with the round for which it came as far as that is known."""
    project, (_, plan) = rules.community.project, current_raise(rules)
    if project is not None:
        rows = rows.filter(pl.col("recipient") == project)
    deals = facts.now("opportunities", ("round",)).select("end", "opportunity", deal_round="round")
    rows = rows.join(deals, on=["end", "opportunity"], how="left", maintain_order="left")
    rows = rows.with_columns(own_round="round", round=pl.coalesce("round", "deal_round")).drop("deal_round")
    if plan is None or not rows["round"].has_nulls():
        return rows.with_columns(by_day=pl.lit(False))
    days = _open_on(rows.filter(pl.col("round").is_null()).select("end", "on").unique(), facts, plan.instrument)
    rows = rows.join(days, on=["end", "on"], how="left", maintain_order="left")
    by_day = pl.col("round").is_null() & pl.col("open_round").is_not_null()
    return rows.with_columns(by_day=by_day, round=pl.coalesce("round", "open_round")).drop("open_round")


def _open_on(days: pl.DataFrame, facts: Facts, instrument: str) -> pl.DataFrame:
    """Return end, on, open_round: the one round of an instrument that was open on a day, its first and last included.

    Days on which none was open, or more than one, have none.
    """
    rows = facts.rows("rounds", ("round", "instrument", "state")).sort("occurred_at", "recorded_at", "fact")
    spans = rows.group_by("end", "round", maintain_order=True).agg(
        pl.col("instrument", "state").last(), opened=pl.col("on").first(), closed=pl.col("on").last()
    )
    spans = spans.filter(pl.col("instrument") == instrument, pl.col("state") != "cancelled")
    ended = (pl.col("state") == "closed") & (pl.col("on") > pl.col("closed"))
    found = days.join(spans, on="end").filter(pl.col("on") >= pl.col("opened"), ~ended)
    return found.group_by("end", "on").agg(open_round=pl.when(pl.len() == 1).then(pl.col("round").first()))


@view(
    "goals.roundless",
    subject="community",
    reads=("goals.flows", "opportunities", "rounds"),
    source="DOMAIN 2.1",
)
def roundless(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, currency, received_minor, flows: what came in during a raise for no round that anybody knows.

    It counts in no number of the raise. Without a raise in the current stage money needs no round.
    """
    _, plan = current_raise(rules)
    rows = _with_round(facts.read("goals.flows"), facts, rules)
    lost = rows.filter(pl.col("round").is_null(), pl.col("received_minor") > 0, pl.lit(plan is not None))
    sums = lost.group_by("end", "currency").agg(pl.col("received_minor").sum(), flows=pl.len())
    return sums.sort("end", "currency")


SPECS = (flows, roundless)
