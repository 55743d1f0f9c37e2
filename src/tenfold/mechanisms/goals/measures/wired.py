"""Money that really came: who paid what to whom, by connected group and round."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.rates import converted
from tenfold.facts.relations import visible
from tenfold.facts.views import grouped
from tenfold.terms.measure import Facts, Select, measure, reduction, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    import ibis

RECEIVED = ("investment", "grant", "capital")
REPAID = "repayment"
MONEY = Select("cash_movements", keep={"purpose": (*RECEIVED, REPAID)})
PADDING = 19  # digits of an int64 amount, so that amounts order as text
SHOWN = 8


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
    money = money.filter(money.purpose.isin([*RECEIVED, REPAID])).cross_join(tables["home"])
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


def money_to_project(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return the flows to the project's own party (to anybody without one), rounds completed from their deals."""
    rows = facts.read("goals.flows")
    project = rules.community.project
    if project is not None:
        rows = rows.filter(pl.col("recipient") == project)
    deals = facts.now("opportunities", ("round",)).select("end", "opportunity", deal_round="round")
    return rows.join(deals, on=["end", "opportunity"], how="left", maintain_order="left").with_columns(
        round=pl.coalesce("round", "deal_round")
    )


@view(
    "view.wired",
    subject="group × round",
    reads=("goals.flows", "cash_movements", "opportunities", "rounds", "exchange_rates", "view.group"),
    facts=(MONEY, Select("opportunities"), Select("rounds"), Select("exchange_rates")),
    source="DOMAIN R11",
)
def wired(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return money received, net of repayments, per payer group and round of the raise's instrument.

    group, round, amount_minor (charter currency; null when a rate is missing), payments (largest facts first), end.
    Without a raise in the current stage every round counts, and money without a round too.
    """
    _, plan = current_raise(rules)
    rows = money_to_project(facts, rules)
    if plan is not None:
        wanted = facts.now("rounds", ("instrument",)).filter(pl.col("instrument") == plan.instrument)
        rows = rows.join(wanted.select("end", "round"), on=["end", "round"], how="semi")
    net = rows.with_columns(amount_minor=pl.col("received_minor") - pl.col("repaid_minor"))
    known = grouped(converted(net, facts, rules), facts.read("view.group"), "funder")
    missing = pl.col("home_minor").is_null().any()
    return (
        known.sort("end", "group", "round", "largest", descending=[False, False, False, True], nulls_last=True)
        .group_by("end", "group", "round", maintain_order=True)
        .agg(
            amount_minor=pl.when(missing).then(None).otherwise(pl.col("home_minor").sum()),
            payments=pl.col("largest").drop_nulls().str.slice(PADDING).head(SHOWN),
        )
    )


def by_group(facts: Facts) -> pl.DataFrame:
    """Return end, group, amount_minor over all rounds, largest first; `unknown` = a rate of the end is missing."""
    return (
        facts.read("view.wired")
        .group_by("end", "group", maintain_order=True)
        .agg(
            unknown=pl.col("amount_minor").is_null().any(),
            amount_minor=pl.col("amount_minor").sum(),
            payments=pl.col("payments").explode().head(SHOWN),
        )
        .with_columns(pl.col("unknown").any().over("end"))
        .filter(pl.col("unknown") | (pl.col("amount_minor") > 0))
        .sort("end", "amount_minor", "group", descending=[False, True, False])
    )


def by_deal(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, opportunity, paid_minor: what came in for each deal already; null where a rate is missing."""
    rows = money_to_project(facts, rules).filter(pl.col("opportunity").is_not_null())
    net = rows.with_columns(amount_minor=pl.col("received_minor") - pl.col("repaid_minor"))
    home = pl.col("home_minor")
    return (
        converted(net, facts, rules)
        .group_by("end", "opportunity", maintain_order=True)
        .agg(paid_minor=pl.when(~home.is_null().any()).then(home.sum()))
    )


@measure(
    "fund.dependence",
    unit="ratio",
    direction="down",
    subject="payee",
    reads=("goals.flows", "exchange_rates", "view.group"),
    facts=(
        Select("cash_movements", subject="payee", keep={"purpose": RECEIVED}),
        Select("exchange_rates"),
    ),
    whole=("view.group",),
    minimum="1 payment",
    source="DOMAIN R11",
)
def dependence(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return per payee the largest funder group's share of all money received; `n` is the rank, 1 = most dependent.

    Only grants, investments and capital count; what a payee got in one currency needs no rate. Ties of the share go to
    the larger sum, then to the smaller key.
    """
    rows = facts.read("goals.flows").filter(pl.col("received_minor") > 0)
    one_currency = pl.col("currency").n_unique().over("end", "recipient") == 1
    known = converted(rows, facts, rules, "received_minor").with_columns(
        amount=pl.when(one_currency).then("received_minor").otherwise("home_minor")
    )
    key = ["end", "recipient"]
    given = (
        grouped(known, facts.read("view.group"), "funder")
        .sort(*key, "group", "largest", descending=[False, False, False, True])
        .group_by([*key, "group"], maintain_order=True)
        .agg(
            missing=pl.col("amount").is_null().any(),
            amount=pl.col("amount").sum(),
            payments=pl.col("largest").str.slice(PADDING).head(SHOWN),
        )
        .sort(*key, "amount", "group", descending=[False, False, True, False])
    )
    shares = given.group_by(key, maintain_order=True).agg(
        value=pl.when(pl.col("missing").any()).then(None).otherwise(pl.col("amount").first() / pl.col("amount").sum()),
        total=pl.col("amount").sum(),
        because=pl.col("payments").first(),
    )
    rank = pl.when(pl.col("value").is_not_null()).then(pl.int_range(1, pl.len() + 1).over("end"))
    return (
        shares.sort("end", "value", "total", "recipient", descending=[False, True, True, False], nulls_last=True)
        .with_columns(n=rank)
        .select("end", "value", "n", "because", subject="recipient")
    )


SPECS = (flows, wired, dependence)
