"""What the open deals will bring: the exact distribution of the round, and what one deal changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tenfold.facts.views import grouped
from tenfold.mechanisms.goals.measures.behind import behind_payments, deal_facts, payments, round_facts, together
from tenfold.mechanisms.goals.measures.received import by_deal, by_group
from tenfold.mechanisms.goals.measures.rounds import MICRO, ROUNDS, current_round, expected, target_minor
from tenfold.methods.forecast import forecast, forecast_correlated
from tenfold.terms.measure import Facts, measure, view
from tenfold.terms.rules import Rules

if TYPE_CHECKING:
    from tenfold.methods.forecast import Distribution

READS = ("view.deal", "fund.p_close", "fund.wired", "goals.flows", "exchange_rates", "opportunities", "rounds")
EFFECTS_AT_MOST = 40  # deals whose effect is computed, the largest first: each costs two distributions [C]
GRID = 10_000  # beyond 100,000 different sums amounts are floored to this part of the target
PROBABILITY: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Float64,
    "n": pl.Int64,
    "because": pl.List(pl.String),
    "wired": pl.Int64,
    "open": pl.Int64,
    "goal": pl.Int64,
}
MONEY: dict[str, Any] = {
    "subject": pl.String,
    "end": pl.Int32,
    "value": pl.Int64,
    "low": pl.Int64,
    "high": pl.Int64,
    "n": pl.Int64,
    "because": pl.List(pl.String),
    "wired": pl.Int64,
    "open": pl.Int64,
    "correlation": pl.Float64,
}
GOAL = {"wired": "money", "open": "money", "goal": "money"}


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """A deal that may still close: what it would still bring in minor units (null without a rate), its probability."""

    opportunity: str
    party: str
    fact: str
    amount: int | None
    p: float


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The current round at one end: what came in (null without a rate) and the open active deals, by key.

    `begun`: whether it ever had a deal or a payment; without one nothing can be said of its chances.
    """

    end: int
    round: str
    wired: int | None
    deals: tuple[OpenDeal, ...]
    begun: bool

    @property
    def known(self) -> bool:
        """Whether every amount is known in the charter's currency."""
        return self.wired is not None and all(deal.amount is not None for deal in self.deals)

    @property
    def amounts(self) -> tuple[int | None, int]:
        """What came in, and what the open deals come to."""
        return self.wired, sum(deal.amount or 0 for deal in self.deals)

    @property
    def because(self) -> list[str]:
        """The deals' facts, the largest first."""
        ordered = sorted(self.deals, key=lambda deal: (-(deal.amount or 0), deal.opportunity))
        return [deal.fact for deal in ordered]


def still_to_come(deals: pl.DataFrame, facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return deals whose `amount_minor` is less by what was paid for them already, so that no money counts twice."""
    known = by_deal(facts, rules).with_columns(counted=pl.lit(value=True))
    rows = deals.join(known, on=["end", "opportunity"], how="left", maintain_order="left")
    left = pl.col("amount_minor") - pl.when(pl.col("counted").is_null()).then(0).otherwise("paid_minor")
    return rows.with_columns(amount_minor=pl.when(left < 0).then(0).otherwise(left)).drop("paid_minor", "counted")


def pipelines(facts: Facts, rules: Rules, ends: pl.DataFrame) -> list[Pipeline]:
    """Return the current round at each end that has one, with its open active deals."""
    wired = facts.read("fund.wired").select("end", round="subject", wired="value", payers="n")
    ever = facts.read("view.deal").select("end", "round", tried=True).unique()
    rounds = current_round(facts, rules).join(wired, on=["end", "round"], how="left")
    rounds = rounds.join(ever, on=["end", "round"], how="left").sort("end")
    rounds = rounds.with_columns(begun=pl.col("tried").fill_null(value=False) | (pl.col("payers").fill_null(0) > 0))
    chances = facts.read("fund.p_close").select("end", opportunity="subject", chance="value")
    deals = (
        still_to_come(facts.read("view.deal").filter("active"), facts, rules)
        .join(chances, on=["end", "opportunity"], how="left")
        .sort("end", "round", "opportunity")
    )
    by_round: dict[tuple[int, str], list[OpenDeal]] = {}
    columns = ("end", "round", "opportunity", "party", "fact", "amount_minor", "chance")
    for end, round_key, opportunity, party, fact, amount, chance in deals.select(columns).iter_rows():
        by_round.setdefault((end, round_key), []).append(OpenDeal(opportunity, party, fact, amount, chance or 0.0))
    return [
        Pipeline(end, round_key, money, tuple(by_round.get((end, round_key), ())), begun)
        for end, round_key, money, begun in rounds.select("end", "round", "wired", "begun").iter_rows()
    ]


def distribution(
    pipeline: Pipeline, rules: Rules, *, without: str | None = None, won: str | None = None, rho: float = 0.0
) -> "Distribution":
    """Return the distribution of money received in the round, with one deal taken out or won if wanted."""
    base = pipeline.wired or 0
    open_deals: list[tuple[int, float]] = []
    for deal in pipeline.deals:
        if deal.opportunity == won:
            base += deal.amount or 0
        elif deal.opportunity != without:
            open_deals.append((deal.amount or 0, deal.p))
    step = max(1, (target_minor(rules) or GRID) // GRID)
    if rho:
        return forecast_correlated(base, open_deals, rho, step=step)
    return forecast(base, open_deals, step=step)


def _forecast_facts(facts: Facts, rules: Rules, ends: pl.DataFrame, subject: str | None) -> Mapping[str, pl.DataFrame]:
    """Return what stands behind a round's forecast: what came in, the open active deals, what was paid for them.

    A round without active deals rests on the others: that they ended or fell silent. Where the charter learns from own
    conversions every deal's way counts too.
    """
    deals = facts.read("view.deal").filter(pl.col("active") | ~pl.col("active").any().over("end", "round"))
    if subject is not None:
        deals = deals.filter(pl.col("round") == subject)
    keys = deals["opportunity"].to_list()
    paid = payments(facts, rules).filter(pl.col("opportunity").is_in(keys))
    parts = [
        round_facts(facts, rules, ends, subject),
        deal_facts(facts, rules, keys),
        behind_payments(facts, rules, paid, linked=False),
    ]
    if rules.goals.funnel.update == "beta":
        parts.append({table: facts.rows(table).select("fact") for table in ("opportunities", "documents")})
    return together(parts)


def _quantiles(facts: Facts, rules: Rules, ends: pl.DataFrame, rho: float) -> pl.DataFrame:
    low, middle, high = (float(level) for level in rules.goals.forecast.quantiles)
    rows: list[Sequence[object]] = []
    for pipeline in pipelines(facts, rules, ends):
        values: tuple[int | None, ...] = (None, None, None)
        if pipeline.known:
            found = distribution(pipeline, rules, rho=rho)
            values = (found.quantile(middle), found.quantile(low), found.quantile(high))
        beside = (len(pipeline.deals), pipeline.because, *pipeline.amounts, rho)
        rows.append((pipeline.round, pipeline.end, *values, *beside))
    return pl.DataFrame(rows, schema=MONEY, orient="row")


@measure(
    "fund.forecast",
    unit="money",
    direction="up",
    subject="round",
    reads=READS,
    facts=_forecast_facts,
    covers=("view.deal", "fund.p_close", "fund.wired"),
    minimum="fund.wired without open deals",
    source="Poisson-binomial",
    pointer="/goals/forecast",
    parts={"wired": "money", "open": "money"},
)
def fund_forecast(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the median of money received plus open active deals, `low` and `high` the charter's outer quantiles.

    Exact on minor units while there are at most 100,000 different sums; beyond, amounts are floored to 10⁻⁴ of the
    target. A quantile is the smallest amount whose cumulative probability reaches it. `n` = open active deals.
    """
    return _quantiles(facts, rules, ends, 0.0)


@measure(
    "fund.forecast_corr",
    unit="money",
    direction="none",
    subject="round",
    reads=READS,
    facts=_forecast_facts,
    covers=("view.deal", "fund.p_close", "fund.wired"),
    minimum="fund.wired without open deals",
    source="Vasicek one-factor",
    pointer="/goals/forecast/correlation",
    parts={"wired": "money", "open": "money", "correlation": "number"},
)
def forecast_corr(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the same with one common factor: equal marginals, wider tails, no random draws."""
    return _quantiles(facts, rules, ends, float(rules.goals.forecast.correlation))


def _reaches(facts: Facts, rules: Rules, ends: pl.DataFrame, key: str) -> pl.DataFrame:
    goal = target_minor(rules, key)
    rows = [
        (
            pipeline.round,
            pipeline.end,
            distribution(pipeline, rules).at_least(goal)
            if goal is not None and pipeline.known and pipeline.begun
            else None,
            len(pipeline.deals),
            pipeline.because,
            *pipeline.amounts,
            goal,
        )
        for pipeline in pipelines(facts, rules, ends)
    ]
    return pl.DataFrame(rows, schema=PROBABILITY, orient="row")


@measure(
    "fund.p_target",
    unit="probability",
    direction="up",
    subject="round",
    reads=(*READS, "fund.forecast"),
    facts=_forecast_facts,
    covers=("view.deal", "fund.p_close", "fund.wired"),
    minimum="a target, a deal or a payment",
    source="Poisson-binomial",
    pointer="/goals/stages",
    parts=GOAL,
)
def p_target(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return P(forecast ≥ raise.target)."""
    return _reaches(facts, rules, ends, "target")


@measure(
    "fund.p_minimum",
    unit="probability",
    direction="up",
    subject="round",
    reads=(*READS, "fund.forecast"),
    facts=_forecast_facts,
    covers=("view.deal", "fund.p_close", "fund.wired"),
    minimum="a minimum, a deal or a payment",
    source="Poisson-binomial",
    pointer="/goals/stages",
    parts=GOAL,
)
def p_minimum(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return P(forecast ≥ raise.minimum_close)."""
    return _reaches(facts, rules, ends, "minimum_close")


@view("goals.effect", subject="opportunity", reads=READS, facts=(ROUNDS,), source="DOMAIN 2.9")
def effect(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return what each open active deal of the current round changes: the one currency of cures and next actions.

    The forty largest deals; of more nobody asks one by one.

    opportunity, round, party, fact, amount_minor, p, goal (`minimum_close`, else `target`), now, wired, lost:
    P(forecast ≥ goal) today, if the deal is wired, if it is lost; end. Null where an amount or the goal is unknown.
    """
    goal = "minimum_close" if target_minor(rules, "minimum_close") is not None else "target"
    wanted = target_minor(rules, goal)
    rows = []
    for pipeline in pipelines(facts, rules, ends):
        sure = wanted if pipeline.known else None
        now = None if sure is None else distribution(pipeline, rules).at_least(sure)
        ordered = sorted(pipeline.deals, key=lambda deal: (-(deal.amount or 0), deal.opportunity))
        for deal in ordered[:EFFECTS_AT_MOST]:
            won = lost = None
            if sure is not None:
                won = distribution(pipeline, rules, won=deal.opportunity).at_least(sure)
                lost = distribution(pipeline, rules, without=deal.opportunity).at_least(sure)
            head = (deal.opportunity, pipeline.round, deal.party, deal.fact, deal.amount, deal.p)
            rows.append((*head, goal, now, won, lost, pipeline.end))
    floats = dict.fromkeys(("now", "wired", "lost"), pl.Float64)
    texts = dict.fromkeys(("opportunity", "round", "party", "fact"), pl.String)
    schema = texts | {"amount_minor": pl.Int64, "p": pl.Float64, "goal": pl.String} | floats | {"end": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")


@measure(
    "fund.gap_if_top1_leaves",
    unit="money",
    direction="down",
    subject="round",
    reads=(*READS, "view.wired", "view.group"),
    facts=(ROUNDS,),
    minimum="0",
    source="DOMAIN §3, benefit 1",
    pointer="/goals/stages",
    parts={"target": "money", "wired": "money", "more": "money"},
)
def gap_if_top1_leaves(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return max(0, target − received − Σ amount·p of the active deals of all groups but the largest received from).

    What was wired cannot be withdrawn; what is lost is what the largest group may still bring. A deal that left the
    active pipeline counts no more here than in the forecast: losing a funder never shows a smaller gap than keeping it.
    """
    target = target_minor(rules)
    largest = by_group(facts).group_by("end", maintain_order=True).first().select("end", largest="group")
    chances = facts.read("fund.p_close").select("end", opportunity="subject", chance="value")
    others = (
        grouped(still_to_come(facts.read("view.deal").filter("active"), facts, rules), facts.read("view.group"))
        .join(largest, on="end", how="left")
        .filter(pl.col("largest").is_null() | (pl.col("group") != pl.col("largest")))
        .join(chances, on=["end", "opportunity"], how="left")
        .with_columns(micro=(pl.col("chance").fill_null(0.0) * MICRO).round().cast(pl.Int64))
        .sort("end", "round", "opportunity")
        .group_by("end", "round", maintain_order=True)
        .agg(more=pl.when(~pl.col("amount_minor").is_null().any()).then(expected("micro")), deals=pl.len())
    )
    wired = facts.read("fund.wired").select("end", round="subject", wired="value")
    rows = (
        current_round(facts, rules)
        .join(wired, on=["end", "round"], how="left")
        .join(others, on=["end", "round"], how="left")
        .with_columns(more=pl.when(pl.col("deals").is_null()).then(0).otherwise("more"))
    )
    lacking = pl.lit(target, dtype=pl.Int64) - pl.col("wired") - pl.col("more")
    return rows.select(
        "end",
        "wired",
        "more",
        subject="round",
        value=pl.when(lacking < 0).then(0).otherwise(lacking),
        n=pl.col("deals").fill_null(0),
        target=pl.lit(target, dtype=pl.Int64),
    )


SPECS = (fund_forecast, forecast_corr, p_target, p_minimum, effect, gap_if_top1_leaves)
