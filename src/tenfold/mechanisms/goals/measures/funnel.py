"""The way of deals through the funnel: how many advance, how long a stage takes, how likely each is to close."""

from decimal import Decimal
from itertools import pairwise

import polars as pl

from tenfold.facts.rates import converted
from tenfold.mechanisms.goals.measures.concentration import COMMUNITY
from tenfold.mechanisms.goals.measures.deals import DEAL, ENDED, path
from tenfold.methods.intervals import beta_posterior
from tenfold.methods.survival import kaplan_meier
from tenfold.terms.days import days_between
from tenfold.terms.measure import Facts, Select, measure
from tenfold.terms.rules import Rules

ENTRIES_MIN = 5
CAPITAL_CALL = "capital_call"
PAYING = ("issue", "convert", "exercise")  # what a holder pays the company for; transfers are between holders
SUBSCRIBED, PAID_IN = "equity_subscribed", "equity_paid_in"
PATH = (Select("opportunities"), Select("documents"))


def _visits(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, opportunity, rank visited, furthest rank, and whether the deal ended (declined or lapsed)."""
    rows = path(facts, rules)
    last = rows.group_by(DEAL, maintain_order=True).agg(ended=pl.col("stage").last().is_in(ENDED))
    proven = rows.filter("proven")
    furthest = proven.group_by(DEAL).agg(furthest=pl.col("rank").max())
    visits = proven.select(*DEAL, "rank").unique()
    return visits.join(furthest, on=DEAL).join(last, on=DEAL)


@measure(
    "fund.conversion",
    unit="probability",
    direction="up",
    subject="stage",
    reads=("opportunities", "documents", "view.same"),
    facts=PATH,
    minimum="the prior when no case",
    source="Beta-binomial",
    pointer="/goals/funnel",
    parts={"strength": "number", "prior": "probability", "advanced": "count", "died": "count"},
)
def conversion(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return how likely a deal in a stage reaches a higher one: posterior mean with its 90 % band.

    (m·p₀ + advanced) ÷ (m + advanced + died); p₀ = p_close(s) ÷ p_close(next), m = prior_strength. A deal still there
    counts on neither side. `n` = advanced + died.
    """
    visits = _visits(facts, rules)
    counts = visits.group_by("end", "rank").agg(
        advanced=(pl.col("furthest") > pl.col("rank")).sum(),
        died=((pl.col("furthest") == pl.col("rank")) & pl.col("ended")).sum(),
    )
    seen = {(end, rank): (advanced, died) for end, rank, advanced, died in counts.iter_rows()}
    stages, strength = rules.goals.funnel.stages, rules.goals.funnel.prior_strength
    rows = []
    for end in ends["end"]:
        for rank, (stage, later) in enumerate(pairwise(stages)):
            advanced, died = seen.get((end, rank), (0, 0))
            p0 = min(Decimal(1), stage.p_close / later.p_close) if later.p_close else Decimal(0)
            parts = float(strength), float(p0)
            found = _posterior(advanced, died, float(p0), float(strength))
            rows.append((stage.id, end, *found, advanced + died, *parts, advanced, died))
    schema = {
        "subject": pl.String,
        "end": pl.Int32,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "n": pl.Int64,
        "strength": pl.Float64,
        "prior": pl.Float64,
        "advanced": pl.Int64,
        "died": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _posterior(advanced: int, died: int, p0: float, strength: float) -> tuple[float | None, float | None, float | None]:
    """Return mean, low, high; a prior that is certain, or none at all, has no band and is moved by cases alone."""
    cases = advanced + died
    if strength and 0 < p0 < 1:
        found = beta_posterior(advanced, died, prior_mean=p0, prior_strength=strength)
        return found.value, found.low, found.high
    if strength + cases == 0:
        return None, None, None
    return (strength * p0 + advanced) / (strength + cases), None, None


@measure(
    "fund.stage_age",
    unit="days",
    direction="down",
    subject="stage",
    reads=("opportunities", "documents", "view.same"),
    facts=PATH,
    minimum="5 entries",
    source="Kaplan & Meier 1958",
    pointer="/goals/funnel/stages",
    parts={"over": "count"},
)
def stage_age(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the Kaplan–Meier median of days from entering a stage to leaving it, up or out; still there = censored."""
    spells = _spells(facts, rules)
    stages = pl.DataFrame({"stage": [stage.id for stage in rules.goals.funnel.stages]}, schema={"stage": pl.String})
    found = (
        spells.group_by("end", "stage", maintain_order=True)
        .agg("days", "left")
        .with_columns(
            value=pl.struct("days", "left").map_elements(_median, return_dtype=pl.Float64, skip_nulls=False),
            n=pl.col("days").list.len(),
            over=pl.col("left").list.sum(),
        )
    )
    return (
        ends.select("end")
        .join(stages, how="cross")
        .join(found, on=["end", "stage"], how="left", maintain_order="left")
        .select("end", "value", "over", subject="stage", n=pl.col("n").fill_null(0))
    )


def _median(spell: dict[str, list[int]]) -> float | None:
    if len(spell["days"]) < ENTRIES_MIN:
        return None
    median = kaplan_meier(spell["days"], spell["left"]).quantile()
    return None if median is None else float(median)


def _spells(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, stage, days, left: each stay of a deal in a stage, until the next stage, its end, or today."""
    rows = path(facts, rules).filter(pl.col("proven") | pl.col("stage").is_in(ENDED)).sort(*DEAL, "nth")
    moved = (pl.col("stage") != pl.col("stage").shift(1)).fill_null(value=True).over(DEAL)
    entries = rows.filter(moved).with_columns(until=pl.col("on").shift(-1).over(DEAL))
    days = days_between("on", pl.coalesce("until", "today"))
    return entries.filter("proven").select("end", "stage", days=days, left=pl.col("until").is_not_null())


def _conversions(rules: Rules) -> tuple[str, ...]:
    """Return what p_close reads beside the deal: the own conversions, where the charter learns from them."""
    return ("fund.conversion",) if rules.goals.funnel.update == "beta" else ()


@measure(
    "fund.p_close",
    unit="probability",
    direction="up",
    subject="opportunity",
    reads=("view.deal",),
    named=_conversions,
    whole=("fund.conversion",),
    minimum="always",
    source="DOMAIN 2.1",
    pointer="/goals/funnel",
    ways=("ended", "received", "person", "stage_none", "stage_beta", "unproven"),
    parts={"stage": "key"},
)
def p_close(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return the probability that a deal closes.

    Received 1; declined and lapsed 0; `p` of its current row if a person set one; else by its evidenced stage: the
    charter's p_close (`update: none`), or the product of the conversions from there on (`beta`). No stage with
    evidence: 0.
    """
    chances = _chances(facts, rules, ends)
    last = len(rules.goals.funnel.stages) - 1
    deals = facts.read("view.deal").join(chances, on=["end", "stage"], how="left", maintain_order="left")
    value = (
        pl.when(pl.col("claimed").is_in(ENDED))
        .then(0.0)
        .when(pl.col("rank") == last)
        .then(1.0)
        .otherwise(pl.coalesce(pl.col("p").cast(pl.Float64), "chance", pl.lit(0.0)))
    )
    way = (
        pl.when(pl.col("claimed").is_in(ENDED))
        .then(pl.lit("ended"))
        .when(pl.col("rank") == last)
        .then(pl.lit("received"))
        .when(pl.col("p").is_not_null())
        .then(pl.lit("person"))
        .when(pl.col("chance").is_not_null())
        .then(pl.lit(f"stage_{rules.goals.funnel.update}"))
        .otherwise(pl.lit("unproven"))
    )
    stage = pl.coalesce("stage", "claimed")
    return deals.select("end", subject="opportunity", value=value, because=pl.concat_list("fact"), way=way, stage=stage)


def _chances(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return end, stage, chance."""
    stages = rules.goals.funnel.stages
    if rules.goals.funnel.update == "none":
        own = pl.DataFrame(
            {"stage": [stage.id for stage in stages], "chance": [float(stage.p_close) for stage in stages]},
            schema={"stage": pl.String, "chance": pl.Float64},
        )
        return ends.select("end").join(own, how="cross")
    steps = {
        (end, stage): value
        for stage, end, value in facts.read("fund.conversion").select("subject", "end", "value").iter_rows()
    }
    rows = []
    for end in ends["end"]:
        chance = 1.0
        for stage in reversed(stages):
            chance *= 1.0 if stage is stages[-1] else (steps.get((end, stage.id)) or 0.0)
            rows.append((end, stage.id, chance))
    return pl.DataFrame(rows, schema={"end": pl.Int32, "stage": pl.String, "chance": pl.Float64}, orient="row")


@measure(
    "fund.wired_ratio_equity",
    unit="ratio",
    direction="up",
    reads=("figures", "holdings", "commitments", "exchange_rates"),
    facts=(
        Select("figures", keep={"series": (SUBSCRIBED, PAID_IN), "basis": ("actual",)}),
        Select("holdings", keep={"action": PAYING}),
        Select("commitments", keep={"source_kind": (CAPITAL_CALL,)}),
        Select("exchange_rates"),
    ),
    minimum="something subscribed",
    source="DOMAIN §15",
    ways=("figures", "holdings"),
    parts={"paid": "money", "due": "money"},
    quotient=("paid", "due"),
)
def wired_ratio_equity(facts: Facts, rules: Rules, ends: pl.DataFrame) -> pl.DataFrame:
    """Return equity paid in ÷ equity subscribed, latest figures; without them Σ cost of holdings ÷ Σ capital calls."""
    figures = _latest_figures(facts, rules)
    paid = figures.filter(pl.col("series") == PAID_IN).select("end", paid="home_minor", paid_fact="fact")
    subscribed = figures.filter(pl.col("series") == SUBSCRIBED).select("end", due="home_minor", due_fact="fact")
    frame = ends.select("end").join(paid, on="end", how="left").join(subscribed, on="end", how="left")
    frame = frame.join(_holdings(facts, rules), on="end", how="left").sort("end")
    by_figures = pl.col("due_fact").is_not_null() & pl.col("paid_fact").is_not_null()
    up = pl.when(by_figures).then("paid").otherwise("held")
    down = pl.when(by_figures).then("due").otherwise("called")
    facts_named = pl.when(by_figures).then(pl.concat_list("paid_fact", "due_fact"))
    return frame.select(
        "end",
        subject=pl.lit(COMMUNITY),
        value=pl.when(down > 0).then(up / down),
        because=facts_named,
        way=pl.when(by_figures).then(pl.lit("figures")).otherwise(pl.lit("holdings")),
        paid=up,
        due=down,
    )


def _latest_figures(facts: Facts, rules: Rules) -> pl.DataFrame:
    own = pl.col("party").is_null() | (pl.col("party") == pl.lit(rules.community.project, dtype=pl.String))
    rows = facts.now("figures").filter(
        own,
        pl.col("series").is_in([SUBSCRIBED, PAID_IN]),
        pl.col("basis") == "actual",
        pl.col("amount_minor").is_not_null(),
    )
    latest = (
        rows.sort("end", "series", "period_end", "occurred_at", "fact")
        .group_by("end", "series", maintain_order=True)
        .last()
    )
    return converted(latest, facts, rules)


def _holdings(facts: Facts, rules: Rules) -> pl.DataFrame:
    """Return end, held (Σ cost of holdings), called (Σ worth of capital calls); null where a rate is missing."""
    held = facts.rows("holdings", ("cost_minor", "currency", "action")).filter(
        pl.col("action").is_in(PAYING), pl.col("cost_minor").is_not_null()
    )
    called = facts.rows("commitments", ("source_kind", "worth_minor", "currency")).filter(
        pl.col("source_kind") == CAPITAL_CALL, pl.col("worth_minor").is_not_null()
    )
    sums = []
    for name, rows, minor in (("held", held, "cost_minor"), ("called", called, "worth_minor")):
        home = pl.col("home_minor")
        total = pl.when(~home.is_null().any()).then(home.sum())
        sums.append(converted(rows, facts, rules, minor).group_by("end").agg(total.alias(name)))
    return sums[0].join(sums[1], on="end", how="full", coalesce=True)


SPECS = (conversion, stage_age, p_close, wired_ratio_equity)
