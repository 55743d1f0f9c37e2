"""Money that really came, by connected group and round, and how far each payee hangs on one funder."""

import polars as pl

from tenfold.facts.rates import converted
from tenfold.facts.views import grouped
from tenfold.mechanisms.goals.measures.behind import dependence_facts, wired_facts
from tenfold.mechanisms.goals.measures.flows import PADDING, counting
from tenfold.terms.measure import Facts, measure, view
from tenfold.terms.rules import Rules


@view(
    "view.wired",
    subject="group × round",
    reads=("goals.flows", "cash_movements", "opportunities", "rounds", "exchange_rates", "view.group"),
    facts=wired_facts,
    covers=("view.group",),
    source="DOMAIN R11",
)
def wired(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return money received, net of repayments, per payer group and round of the raise's instrument.

    group, round, amount_minor (charter currency; null when a rate is missing), payments (largest facts first), end.
    Without a raise in the current stage every round counts, and money without a round too.
    """
    rows = counting(facts.read("goals.flows"), facts, rules)
    net = rows.with_columns(amount_minor=pl.col("received_minor") - pl.col("repaid_minor"))
    known = grouped(converted(net, facts, rules), facts.read("view.group"), "funder")
    missing = pl.col("home_minor").is_null().any()
    return (
        known.sort("end", "group", "round", "largest", descending=[False, False, False, True], nulls_last=True)
        .group_by("end", "group", "round", maintain_order=True)
        .agg(
            amount_minor=pl.when(missing).then(None).otherwise(pl.col("home_minor").sum()),
            payments=pl.col("largest").drop_nulls().str.slice(PADDING),
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
            payments=pl.col("payments").explode(),
        )
        .with_columns(pl.col("unknown").any().over("end"))
        .filter(pl.col("unknown") | (pl.col("amount_minor") > 0))
        .sort("end", "amount_minor", "group", descending=[False, True, False])
    )


def by_deal(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, opportunity, paid_minor: what came in for each deal already; null where a rate is missing."""
    rows = counting(facts.read("goals.flows"), facts, rules).filter(pl.col("opportunity").is_not_null())
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
    facts=dependence_facts,
    covers=("view.group",),
    minimum="1 payment",
    source="DOMAIN R11",
    parts={"top": "money", "total": "money", "currency": "code", "group": "key"},
    quotient=("top", "total"),
)
def dependence(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return per payee the largest funder group's share of all money received; `n` is the rank, 1 = most dependent.

    Only grants, investments and capital count; what a payee got in one currency needs no rate. Ties of the share go to
    the larger sum, then to the smaller key.
    """
    rows = facts.read("goals.flows").filter(pl.col("received_minor") > 0)
    one_currency = pl.col("currency").n_unique().over("end", "recipient") == 1
    known = converted(rows, facts, rules, "received_minor").with_columns(
        amount=pl.when(one_currency).then("received_minor").otherwise("home_minor"),
        counted_in=pl.when(one_currency).then("currency").otherwise(pl.lit(rules.charter.currency)),
    )
    key = ["end", "recipient"]
    given = (
        grouped(known, facts.read("view.group"), "funder")
        .sort(*key, "group", "largest", descending=[False, False, False, True])
        .group_by([*key, "group"], maintain_order=True)
        .agg(
            missing=pl.col("amount").is_null().any(),
            counted_in=pl.col("counted_in").first(),
            amount=pl.col("amount").sum(),
            payments=pl.col("largest").str.slice(PADDING),
        )
        .sort(*key, "amount", "group", descending=[False, False, True, False])
    )
    shares = given.group_by(key, maintain_order=True).agg(
        value=pl.when(pl.col("missing").any()).then(None).otherwise(pl.col("amount").first() / pl.col("amount").sum()),
        top=pl.col("amount").first(),
        total=pl.col("amount").sum(),
        currency=pl.col("counted_in").first(),
        group=pl.col("group").first(),
        because=pl.col("payments").first(),
    )
    rank = pl.when(pl.col("value").is_not_null()).then(pl.int_range(1, pl.len() + 1).over("end"))
    return (
        shares.sort("end", "value", "total", "recipient", descending=[False, True, True, False], nulls_last=True)
        .with_columns(n=rank)
        .select("end", "value", "n", "because", "top", "total", "currency", "group", subject="recipient")
    )


SPECS = (wired, dependence)
